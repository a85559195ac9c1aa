"""What a request that has ended earns: to whoever had it, and to those who came along."""

from dispatch import companions
from dispatch.cases import Case
from dispatch.points.earning import earn
from dispatch.work import Work
from models.habits import Deed
from models.words import Ending

_DEEDS = {
    Ending.SOLVED: Deed.REQUEST_SOLVED,
    Ending.HALF_SOLVED: Deed.REQUEST_HALF,
    Ending.UNCONFIRMED: Deed.REQUEST_UNCONFIRMED,
}


def helped(work: Work, case: Case) -> None:
    """The request has ended as `case` says. Confirmed by its requester, it rests on their word; else on nobody's."""
    deed = _DEEDS.get(case.ending) if case.ending is not None else None
    if case.drill or deed is None or case.owner_id is None or not work.rules.points.deeds.of(deed).points:
        return
    giver_id = None if deed is Deed.REQUEST_UNCONFIRMED else case.requester_id
    for person_id in dict.fromkeys((case.owner_id, *companions.coming(work, case))):
        earn(
            work, deed, person_id, about=f"request:{case.id}", at=case.done_at or work.now, place=case,
            giver_id=giver_id,
        )  # fmt: skip
