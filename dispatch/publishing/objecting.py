"""An objection to something published: it is answered in time by the branch, or goes up; the answer is public."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, exists, insert, select, update

from dispatch import areas, cards, errors, offices, trail
from dispatch.actors import Actor
from dispatch.messages import Button, Message
from dispatch.permissions import Action, can
from dispatch.publishing import publishing
from dispatch.publishing.publishing import Published
from dispatch.taps import Verb, data, new_token
from dispatch.work import Work
from models.publishing import Objection, Publication
from models.words import Lane, Level

LEVELS = tuple(areas.CODES)  # Narrowest first.
AT_ONCE = 50  # Objections that go up in one run.


class Objected(NamedTuple):
    """One objection; the fields are the table's columns, in its words."""

    id: int
    token: str
    publication_id: int
    person_id: int
    words: str
    at: datetime
    level: Level
    answer: str | None
    upheld: bool | None
    answered_at: datetime | None
    county_code: str | None
    township_code: str | None
    village_code: str | None


_OBJECTIONS = select(*(Objection.__table__.c[name] for name in Objected._fields))


def open_for(work: Work, actor: Actor, number: int) -> Published:
    """The publication of this number to which the actor may object now, locked so that it is not closed meanwhile.

    Raises:
        NotFound: there is none in the area where the actor lives.
        NotNow: it is not to be objected to, or the time is over; or the actor's last objection waits for its answer.
    """
    work.conn.execute(select(Publication.id).where(Publication.id == number).with_for_update())
    published = next(iter(publishing.find(work.conn, Publication.id == number)), None)
    if published is None or not can(actor, Action.OBJECT, published):
        raise errors.NotFound("publishing.no_such", number=number)
    until = published.objections_until
    if until is None:
        raise errors.NotNow("publishing.not_asked", number=number)
    if published.closed_at is not None or work.now >= until:
        raise errors.NotNow("publishing.too_late", number=number, until=f"{work.rules.local(until):%m-%d}")
    mine = (Objection.publication_id == number, Objection.person_id == actor.id, Objection.answered_at.is_(None))
    if work.conn.execute(select(Objection.id).where(*mine)).first() is not None:
        raise errors.NotNow("publishing.objected_before", number=number)
    return published


def object_to(work: Work, actor: Actor, number: int, words: str) -> Published:
    """It is not right, and why. Whoever answers for the area hears it in private; see `open_for` for refusals."""
    published = open_for(work, actor, number)
    level = next(one for one in LEVELS if areas.code(published, one) == published.area_code)
    row = {
        "token": new_token(), "publication_id": number, "person_id": actor.id, "words": words, "at": work.now,
        "level": level, "due_at": work.now + work.rules.publishing.answer_within,
        **{name: getattr(published, name) for name in areas.CODES.values()},
    }  # fmt: skip
    work.conn.execute(insert(Objection), [row])
    objected = _locked(work.conn, Objection.token == row["token"])
    _trail(work, actor.id, objected, "object")
    _ask(work, objected, published)
    return published


def _locked(conn: Connection, which: Any) -> Objected:
    row = conn.execute(_OBJECTIONS.where(which).with_for_update()).one_or_none()
    if row is None:
        raise errors.NotFound("error.button")
    return Objected(*row)


def _ask(work: Work, objected: Objected, published: Published) -> None:
    """Everybody of the level who can answer it, without the objector; of the next above where there is nobody."""
    params = {
        "number": published.id,
        "title": publishing.shown(work.conn, [published.title])[0],
        "who": cards.shown_name(cards.person(work.conn, objected.person_id)),
        "words": cards.shorten(objected.words),
    }
    row = (
        Button("button.objection_upheld", data(Verb.OBJECTION_UPHELD, objected.token)),
        Button("button.objection_stands", data(Verb.OBJECTION_STANDS, objected.token)),
    )
    for level in LEVELS[LEVELS.index(objected.level) :]:
        people = [one for one in offices.answering(work, objected, level) if one != objected.person_id]
        for person_id in people:
            work.post(person_id, Message("publishing.objection", params, (row,), loud=True), Lane.STATUS)
        if people:
            return


def held(work: Work, actor: Actor, token: str) -> Objected:
    """The objection whose buttons carry this token, locked, if the actor is to answer it.

    Raises:
        NotFound: there is none, it lies beside the actor's areas, has gone above them, or is the actor's own.
        NotNow: it has its answer.
    """
    objected = _locked(work.conn, Objection.token == token)
    mine = {level for level, code in actor.areas if areas.code(objected, level) == code}
    above = mine & set(LEVELS[LEVELS.index(objected.level) :])
    if not can(actor, Action.ANSWER_OBJECTION, objected) or not above or objected.person_id == actor.id:
        raise errors.NotFound("error.button")
    if objected.answered_at is not None:
        raise errors.NotNow("publishing.answered")
    return objected


def answer(work: Work, actor: Actor, token: str, words: str, *, upheld: bool) -> Objected:
    """The answer, in words: the objector hears it, and it stands beside what was published. See `held` for refusals."""
    objected = held(work, actor, token)
    values = {"answer": words, "upheld": upheld, "answered_by": actor.id, "answered_at": work.now}
    work.conn.execute(update(Objection).where(Objection.id == objected.id).values(**values))
    _trail(work, actor.id, objected, "objection_upheld" if upheld else "objection_stands")
    key = "publishing.news_upheld" if upheld else "publishing.news_stands"
    params = {"number": objected.publication_id, "words": cards.shorten(words)}
    work.post(objected.person_id, Message(key, params), Lane.STATUS)
    return objected


def answers(conn: Connection, publication_id: int) -> tuple[Sequence[Objected], bool]:
    """The objections that have their answer, oldest first, and whether another waits for one."""
    theirs = Objection.publication_id == publication_id
    done = _OBJECTIONS.where(theirs, Objection.answered_at.is_not(None)).order_by(Objection.id)
    waiting = select(exists().where(theirs, Objection.answered_at.is_(None)))
    return [Objected(*row) for row in conn.execute(done)], conn.execute(waiting).scalar_one()


def go_up(work: Work) -> None:
    """Objections without an answer go to the next level, and their objectors hear it; the highest is asked again."""
    due = select(Objection.id).where(Objection.answered_at.is_(None), Objection.due_at <= bindparam("now"))
    late = due.order_by(Objection.due_at).limit(AT_ONCE).with_for_update(skip_locked=True)
    for number in work.conn.scalars(late, {"now": work.now}).all():
        objected = _locked(work.conn, Objection.id == number)
        higher = LEVELS[min(LEVELS.index(objected.level) + 1, len(LEVELS) - 1)]
        values = {"level": higher, "due_at": work.now + work.rules.publishing.answer_within}
        work.conn.execute(update(Objection).where(Objection.id == number).values(**values))
        published = publishing.find(work.conn, Publication.id == objected.publication_id)[0]
        _trail(work, None, objected, "objection_up", level=str(higher))
        _ask(work, objected._replace(level=higher), published)
        if higher is not objected.level:
            told = Message("publishing.went_up", {"number": published.id})
            work.post(objected.person_id, told, Lane.STATUS)


def _trail(work: Work, actor_id: int | None, objected: Objected, action: str, **detail: Any) -> None:
    named = {"publication": objected.publication_id, "objection": objected.id, **detail}
    trail.write(work, actor_id, objected, action, **named)
