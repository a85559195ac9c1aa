"""A mistake in the ledger is reversed by an admin, with a reason: both entries stay to be seen."""

from sqlalchemy import select

from dispatch import errors, trail
from dispatch.actors import Actor
from dispatch.ledger import notes
from dispatch.ledger.chain import ENTRIES, Entry
from dispatch.ledger.facts import Fact
from dispatch.messages import Message
from dispatch.permissions import Action, can
from dispatch.work import Work
from models.ledger import PointEntry
from models.words import Lane


def reverse(work: Work, actor: Actor, number: int, words: str) -> Entry:
    """Take back what this entry gave. What an admin reversed is not earned again by the same deed.

    Raises:
        NotFound: no such entry in the actor's areas.
        NotNow: it is a reversal itself, or was reversed.
    """
    row = work.conn.execute(ENTRIES.where(PointEntry.id == number)).one_or_none()
    entry = None if row is None else Entry(*row)
    if entry is None or not can(actor, Action.REVERSE_POINTS, entry):
        raise errors.NotFound("points.no_entry", number=number)
    if not entry.stands:
        raise errors.NotNow("points.is_reversal", number=number)
    same = (PointEntry.about == entry.about, PointEntry.person_id == entry.person_id, PointEntry.deed == entry.deed,
            PointEntry.turn > entry.turn)  # fmt: skip
    if work.conn.execute(select(PointEntry.id).where(*same)).first() is not None:
        raise errors.NotNow("points.reversed_before", number=number)
    codes = entry.county_code, entry.township_code, entry.village_code
    note_id = notes.keep(work, actor.id, entry, words)
    work.earned.append(
        Fact(entry.deed, entry.person_id, entry.about, work.now, *codes, giver_id=actor.id, note_id=note_id, takes=True)
    )
    trail.write(work, actor.id, entry, "points_reversed", entry.person_id, entry=number)
    params = {"number": number, "points": entry.points, "words": words}
    work.post(entry.person_id, Message("points.reversed", params), Lane.STATUS)
    return entry
