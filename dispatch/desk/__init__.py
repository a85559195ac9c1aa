"""The desk: what requesters, helpers and admins can do to a request. Each verb is one function on a `Work`."""
