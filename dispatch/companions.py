"""Who comes along with the owner of a request: read from the trail, where coming is written down."""

from typing import Any

from sqlalchemy import bindparam, select

from dispatch.cases import Case
from dispatch.work import Work
from models.requests import Audit

_TRAIL = select(Audit.actor_id, Audit.detail).where(
    Audit.request_id == bindparam("request"), Audit.action == bindparam("wanted")
)


def coming(work: Work, case: Case) -> list[int]:
    """Those who come along in this round, in the order in which they said so."""
    rows = _trail(work, case, "come")
    return [person_id for person_id, detail in rows if person_id is not None and detail.get("round") == case.round]


def called(work: Work, case: Case) -> set[int]:
    """Everyone who was called to come along, whether they do or not."""
    return {person_id for _, detail in _trail(work, case, "need_help") for person_id in detail.get("asked", ())}


def was_written(work: Work, case: Case, action: str) -> bool:
    """Whether the trail of this round has this line already."""
    return any(detail.get("round") == case.round for _, detail in _trail(work, case, action))


def lacking(work: Work, case: Case) -> bool:
    """Whether more people are wanted than have it or come along."""
    return case.hands > 1 and len(coming(work, case)) < case.hands - 1


def _trail(work: Work, case: Case, wanted: str) -> list[tuple[int | None, dict[str, Any]]]:
    work.flush()  # What this very transaction wrote counts as well.
    rows = work.conn.execute(_TRAIL, {"request": case.id, "wanted": wanted})
    return [(row.actor_id, row.detail or {}) for row in rows]
