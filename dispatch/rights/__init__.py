"""People's rights: what is kept about a person, how it is erased on request, and how it is forgotten after its time."""
