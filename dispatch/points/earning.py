"""A deed has ended: it earns what the rules say, once, in the transaction in which it ended.

What is earned is collected in the work and written at its end (`dispatch.points.settling`), village by village in the
order of their codes: so chains are held for a moment only, and no two processes wait for each other in a ring.
"""

from datetime import datetime

from dispatch.areas import Located
from dispatch.ledger.facts import Fact
from dispatch.work import Work
from models.habits import Deed


def earn(
    work: Work,
    deed: Deed,
    person_id: int,
    *,
    about: str,
    at: datetime,
    place: Located,
    amount: int = 1,
    giver_id: int | None = None,
) -> None:
    """Somebody has done this. The same deed of the same person `about` the same thing earns once, whatever repeats.

    `about` names the thing that ended ("request:17", "gathering:5:88"; at most 60 signs, no words of people). `at` is
    when it ended, `place` where it was. `amount`: how many times over, such as hours. `giver_id`: on whose word it
    rests, where it rests on one person's; entries back and forth between two are flagged.
    """
    if amount > 0 and work.rules.points.deeds.of(deed).points > 0:
        work.earned.append(_fact(deed, person_id, about, at, place, amount, giver_id))


def take_back(work: Work, deed: Deed, person_id: int, *, about: str, place: Located, by: int | None = None) -> None:
    """It turned out not to count: what it earned, if anything, is reversed. It can be earned again."""
    work.earned.append(_fact(deed, person_id, about, work.now, place, 1, by, takes=True))


def _fact(
    deed: Deed, person_id: int, about: str, at: datetime, place: Located, amount: int, giver_id: int | None,
    *, takes: bool = False,
) -> Fact:  # fmt: skip
    codes = place.county_code, place.township_code, place.village_code
    return Fact(deed, person_id, about, at, *codes, amount=amount, giver_id=giver_id, takes=takes)
