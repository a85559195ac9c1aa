"""What goes into the ledger, before it has a number: a deed that ended, or one that turned out not to count."""

from dataclasses import dataclass
from datetime import datetime

from models.habits import Deed


@dataclass(frozen=True, slots=True)
class Fact:
    """A deed of one person; the codes say where it was. `takes`: what it earned is taken back.

    `points` is the number that an admin entered; None goes by the rules, times `amount`.
    """

    deed: Deed
    person_id: int
    about: str
    at: datetime
    county_code: str | None
    township_code: str | None
    village_code: str | None
    amount: int = 1
    points: int | None = None
    giver_id: int | None = None
    second_id: int | None = None
    note_id: int | None = None
    takes: bool = False
