"""Practice: a request in which nobody needs anything, so that people learn to tap before somebody does."""
