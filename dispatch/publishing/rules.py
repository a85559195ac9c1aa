"""How long something published can be objected to, and how soon an objection is answered."""

from datetime import timedelta

from dispatch.parts import Part, Span


class Publishing(Part):
    """The time to object, and the time to answer."""

    objections: Span = timedelta(days=7)
    answer_within: Span = timedelta(days=7)  # Then the objection goes to the next level above.
