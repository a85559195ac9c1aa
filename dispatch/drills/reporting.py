"""What a practice showed: who answered and how soon, who did not, who could not be reached."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import bindparam, select

from dispatch.among import among
from dispatch.cases import Case
from dispatch.messages import Message, joined, listed, text
from dispatch.work import Work
from models.people import Person
from models.requests import Offer, Search
from models.words import Answer, Skip

_ASKED = (
    select(Offer.person_id, Person.name, Offer.answer, Offer.asked_at, Offer.sent_at, Offer.answered_at)
    .join(Person, Person.id == Offer.person_id)
    .where(Offer.request_id == bindparam("request"))
    .order_by(Offer.id)
)
_SEARCHES = select(Search.pool).where(Search.request_id == bindparam("request")).order_by(Search.id)
_NAMES = select(Person.name).where(among(Person.id, "people")).order_by(Person.id)
_SAID = {Answer.ACCEPTED: "accepted", Answer.GAVE_BACK: "accepted", Answer.DECLINED: "declined"}


def report(work: Work, case: Case) -> Message:
    """The report, with the seconds from a card's arrival to its answer; of those asked twice the first answer."""
    work.flush()
    rows = work.conn.execute(_ASKED, {"request": case.id}).all()
    said = {row.person_id: row for row in reversed(rows) if row.answer in _SAID}
    silent = [row for row in rows if row.answer in (Answer.OPEN, Answer.OVER) and row.person_id not in said]
    outrun = [row for row in rows if row.answer is Answer.TAKEN and row.person_id not in said]
    lines = [_answered(row) for row in rows if said.get(row.person_id) is row]
    lines += _named("drill.report.outrun", [row.name for row in outrun])
    lines += _named("drill.report.silent", [row.name for row in silent])
    lines += _named("drill.report.unreachable", _unreachable(work, case, rows))
    people = {row.person_id for row in rows}
    params = {"number": case.id, "place": case.place, "count": len(people), "answered": len(said)}
    return Message("drill.report", {**params, "lines": listed(lines)})


def _answered(row: Any) -> dict[str, Any]:
    seconds = round((row.answered_at - (row.sent_at or row.asked_at)).total_seconds())
    return text(f"drill.report.{_SAID[row.answer]}", name=row.name, seconds=max(0, seconds))


def _named(key: str, names: Sequence[str]) -> list[dict[str, Any]]:
    return [text(key, names=joined(list(dict.fromkeys(names))))] if names else []


def _unreachable(work: Work, case: Case, rows: Sequence[Any]) -> list[str]:
    """Whose card could not be delivered, and who was nearer and not asked, having no chat that works."""
    pools = work.conn.scalars(_SEARCHES, {"request": case.id}).all()
    passed = {one[0] for pool in pools for one in pool if one[2] == Skip.UNREACHABLE and one[0]}
    lost = {row.person_id for row in rows if row.answer is Answer.UNREACHABLE}
    return list(work.conn.scalars(_NAMES, {"people": list(passed | lost)}))
