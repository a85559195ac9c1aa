"""Every refusal of the core, as one tree. The core raises; the edge shows the text key to the person.

StewardError                 text key, parameters
├── NotFound                 nothing with this token or number (or it is not yours to see)
├── NotAllowed               the permission table says no
├── NotNow                   the lifecycle has no such move from where the request stands
│   └── Taken                somebody else has the task
├── BadValue                 a value that cannot be: the message names it and what is allowed
└── StoreInUse               another process dispatches on this SQLite file
"""

from typing import Any


class StewardError(Exception):
    """Base of all refusals. `key` names the sentence that the person sees, `params` fill it."""

    key = "error.unknown"

    def __init__(self, key: str | None = None, **params: Any) -> None:
        self.key = key or self.key
        self.params = params
        super().__init__(self.key, params)


class NotFound(StewardError):
    """Nothing carries this token or number. Do: look at /mine, or ask for the current card."""

    key = "error.not_found"


class NotAllowed(StewardError):
    """The permission table denies it. Do: ask the branch."""

    key = "error.not_allowed"


class NotNow(StewardError):
    """The request stands where this cannot happen. Do: read what became of it."""

    key = "error.not_now"


class Taken(NotNow):
    """Another person accepted first; a kind word is due."""

    key = "offer.taken"


class BadValue(StewardError):
    """A value out of bounds. Do: what the sentence says is allowed."""

    key = "error.bad_value"


class StoreInUse(StewardError):
    """Another process already dispatches on this SQLite file. Do: stop it, or use PostgreSQL."""

    key = "error.store_in_use"
