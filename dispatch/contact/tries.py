"""Wrong codes are counted, so that nobody finds a right one by trying. Every try is a row; nothing is in memory."""

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, func, insert, select

from dispatch import errors, marks
from dispatch.actors import Actor
from dispatch.messages import Message
from dispatch.work import Work
from models.claims import CodeTry
from models.people import Admin
from models.words import Lane

_KEPT = timedelta(days=1)  # Longer than anything is counted.


def locked(work: Work, actor: Actor, channel: str) -> bool:
    """Whether no code is looked up now: the person, or all on this channel together, have tried too often.

    It holds a lock until the commit, so that of many processes none sees a count that another is about to change.
    """
    marks.put(work.conn, f"code tries {channel}", "", work.now)
    return _too_many_of(work, actor) or _too_many_on(work, channel)


def missed(work: Work, actor: Actor, channel: str, refusal: errors.StewardError) -> errors.StewardError:
    """Count a wrong code; returns what the person hears: the refusal, or that it is locked now. Told once a day."""
    if locked(work, actor, channel):
        return errors.NotNow("contact.locked")
    codes = {"county_code": actor.county_code, "township_code": actor.township_code, "village_code": actor.village_code}
    work.conn.execute(insert(CodeTry).values(channel=channel, person_id=actor.id, at=work.now, **codes))
    work.conn.execute(delete(CodeTry).where(CodeTry.channel == channel, CodeTry.at < work.now - _KEPT))
    day = work.rules.local(work.now).date().isoformat()
    if _too_many_on(work, channel):
        everyone = work.conn.execute(select(Admin.person_id).distinct()).scalars()
        until = work.rules.hhmm(work.now + work.rules.cards.bot_tries_within)
        for admin_id in everyone:
            said = Message("contact.locked_all", {"count": work.rules.cards.bot_tries, "until": until}, loud=True)
            work.post(admin_id, said, Lane.STATUS, key=f"tries:{channel}:{day}:{admin_id}")
        return errors.NotNow("contact.locked")
    if _too_many_of(work, actor):
        whose = f"{actor.id}" if actor.village_code else f"strangers:{channel}"
        for admin_id in office(work, (actor.village_code, actor.township_code, actor.county_code)):
            said = Message("contact.locked_one", {"name": actor.name, "count": work.rules.cards.tries})
            work.post(admin_id, said, Lane.STATUS, key=f"tries:{whose}:{day}:{admin_id}")
        return errors.NotNow("contact.locked")
    return refusal


def office(work: Work, upward: tuple[str | None, ...]) -> list[int]:
    """The admins of the first of these areas that has any; where no area is known, those of the highest level."""
    for code in upward:
        found = work.conn.execute(select(Admin.person_id).where(Admin.area_code == code)).scalars().all()
        if found:
            return list(found)
    if any(upward):
        return []
    shortest = select(func.min(func.length(Admin.area_code))).scalar_subquery()
    return list(work.conn.execute(select(Admin.person_id).where(func.length(Admin.area_code) == shortest)).scalars())


def _too_many_of(work: Work, actor: Actor) -> bool:
    rules = work.rules.cards
    return _count(work, CodeTry.person_id == actor.id, rules.tries_within) >= rules.tries


def _too_many_on(work: Work, channel: str) -> bool:
    rules = work.rules.cards
    return _count(work, CodeTry.channel == channel, rules.bot_tries_within) >= rules.bot_tries


def _count(work: Work, whose: ColumnElement[bool], within: timedelta) -> int:
    counted = select(func.count()).select_from(CodeTry).where(whose, CodeTry.at > work.now - within)
    return int(work.conn.execute(counted).scalar_one())
