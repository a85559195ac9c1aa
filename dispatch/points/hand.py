"""Points by hand: one admin enters them with a reason, a second one agrees in time, and only then they are earned."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, insert, select, update

from dispatch import areas, cards, errors, offices, trail
from dispatch.actors import Actor
from dispatch.areas import Located
from dispatch.ledger import notes
from dispatch.ledger.facts import Fact
from dispatch.messages import Button, Message
from dispatch.permissions import Action, can
from dispatch.taps import Verb, data, new_token
from dispatch.work import Work
from models.habits import Deed, HandState
from models.people import Person
from models.points import HandEntry
from models.words import Lane

LEVELS = tuple(areas.CODES)  # Narrowest first.
AT_ONCE = 50  # Entries that lapse in one run.


class Proposed(NamedTuple):
    """What one admin wants to enter; the fields are the table's columns, in its words."""

    id: int
    token: str
    person_id: int
    points: int
    note_id: int
    by_id: int
    expires_at: datetime
    state: HandState
    county_code: str | None
    township_code: str | None
    village_code: str | None


_PROPOSED = select(*(HandEntry.__table__.c[name] for name in Proposed._fields))
_PLACES = select(Person.county_code, Person.township_code, Person.village_code)


def enter(work: Work, actor: Actor, person_id: int, points: int, words: str) -> int:
    """Propose points for somebody of one's area; returns how many admins are asked to second it.

    Raises:
        NotAllowed: to oneself, beside one's areas, or the rules let no admin of this level.
        BadValue: fewer than one or more than the rules allow; or there is nobody who could second it.
    """
    place = work.conn.execute(_PLACES.where(Person.id == person_id)).one()
    if person_id == actor.id:
        raise errors.NotAllowed("points.not_to_oneself")
    mine = {level for level, code in actor.areas if areas.code(place, level) == code}
    if not can(actor, Action.GIVE_POINTS, place) or not mine & set(work.rules.points.by_hand):
        raise errors.NotAllowed
    most = work.rules.points.by_hand_most
    if not 1 <= points <= most:
        raise errors.BadValue("points.by_hand_bounds", most=most)
    seconders = _seconders(work, place, {actor.id, person_id})
    if not seconders:
        raise errors.BadValue("points.nobody_seconds")
    codes = {name: getattr(place, name) for name in areas.CODES.values()}
    row = {
        "token": new_token(), "person_id": person_id, "points": points,
        "note_id": notes.keep(work, actor.id, place, words),
        "by_id": actor.id, "at": work.now, "expires_at": work.now + work.rules.points.second_within,
        "state": HandState.WAITING, **codes,
    }  # fmt: skip
    work.conn.execute(insert(HandEntry), [row])
    proposed = _locked(work.conn, HandEntry.token == row["token"])
    _trail(work, actor.id, proposed, "points_proposed")
    _ask(work, actor, proposed, words, seconders)
    return len(seconders)


def _seconders(work: Work, place: Located, without: set[int]) -> list[int]:
    """The other admins of the branch; of the next level above where there is none."""
    for level in LEVELS:
        people = [one for one in dict.fromkeys(offices.answering(work, place, level)) if one not in without]
        if people:
            return people
    return []


def _ask(work: Work, actor: Actor, proposed: Proposed, words: str, people: list[int]) -> None:
    params = {
        "giver": cards.shown_name(actor),
        "name": cards.shown_name(cards.person(work.conn, proposed.person_id)),
        "points": proposed.points,
        "words": cards.shorten(words),
        "until": f"{work.rules.local(proposed.expires_at):%m-%d %H:%M}",
    }
    row = (
        Button("button.points_yes", data(Verb.POINTS_YES, proposed.token)),
        Button("button.points_no", data(Verb.POINTS_NO, proposed.token)),
    )
    for person_id in people:
        work.post(person_id, Message("points.second", params, (row,)), Lane.STATUS)


def _locked(conn: Connection, which: Any) -> Proposed:
    row = conn.execute(_PROPOSED.where(which).with_for_update()).one_or_none()
    if row is None:
        raise errors.NotFound("error.button")
    return Proposed(*row)


def second(work: Work, actor: Actor, token: str, *, agrees: bool) -> Proposed:
    """A second admin says yes, and it is earned; or no, and it is not.

    Raises:
        NotFound: no such entry, or beside the actor's areas.
        NotAllowed: it is one's own, or for oneself.
        NotNow: somebody has said so already, or the time is over.
    """
    proposed = _locked(work.conn, HandEntry.token == token)
    if not can(actor, Action.GIVE_POINTS, proposed):
        raise errors.NotFound("error.button")
    if actor.id in (proposed.by_id, proposed.person_id):
        raise errors.NotAllowed("points.second_other")
    if proposed.state is not HandState.WAITING or work.now >= proposed.expires_at:
        raise errors.NotNow("points.decided")
    state = HandState.WRITTEN if agrees else HandState.REFUSED
    _decide(work, proposed, state, actor.id)
    codes = proposed.county_code, proposed.township_code, proposed.village_code
    params = {"name": cards.shown_name(cards.person(work.conn, proposed.person_id)), "points": proposed.points}
    if agrees:
        given = Fact(
            Deed.BY_HAND, proposed.person_id, f"hand:{proposed.id}", work.now, *codes, points=proposed.points,
            giver_id=proposed.by_id, second_id=actor.id, note_id=proposed.note_id,
        )  # fmt: skip
        work.earned.append(given)
        work.post(proposed.person_id, Message("points.given", {"points": proposed.points}), Lane.STATUS)
    work.post(proposed.by_id, Message("points.seconded" if agrees else "points.refused", params), Lane.STATUS)
    return proposed


def _decide(work: Work, proposed: Proposed, state: HandState, actor_id: int | None) -> None:
    values = {"state": state, "second_id": actor_id, "decided_at": work.now}
    work.conn.execute(update(HandEntry).where(HandEntry.id == proposed.id).values(**values))
    _trail(work, actor_id, proposed, f"points_{state}")


def lapse(work: Work) -> None:
    """What nobody seconded in time never was; who entered it hears so."""
    late = select(HandEntry.id).where(HandEntry.state == HandState.WAITING, HandEntry.expires_at <= bindparam("now"))
    locked = late.order_by(HandEntry.expires_at).limit(AT_ONCE).with_for_update(skip_locked=True)
    for number in work.conn.scalars(locked, {"now": work.now}).all():
        proposed = _locked(work.conn, HandEntry.id == number)
        _decide(work, proposed, HandState.LAPSED, None)
        name = cards.shown_name(cards.person(work.conn, proposed.person_id))
        told = Message("points.lapsed", {"name": name, "points": proposed.points})
        work.post(proposed.by_id, told, Lane.STATUS)


def _trail(work: Work, actor_id: int | None, proposed: Proposed, action: str) -> None:
    detail = {"hand_entry": proposed.id, "points": proposed.points}
    trail.write(work, actor_id, proposed, action, proposed.person_id, **detail)
