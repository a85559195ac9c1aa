"""Makes what was ordered, one after the other: no transaction is open while it is drawn, so nobody waits for it."""

import subprocess

import structlog
from sqlalchemy import select

from bot.reports import facts, files
from dispatch import offices
from dispatch.among import among
from dispatch.figures import area, months, ordering
from dispatch.figures.area import Place
from dispatch.figures.ordering import Ordered
from dispatch.messages import Message
from dispatch.rights import documents
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import Clock
from models.habits import OrderKind
from models.people import Person
from models.store import Store
from models.words import Lane, Language, MediaKind

_LANGUAGES = select(Person.id, Person.language).where(among(Person.id, "people"))

Files = dict[Language, list[tuple[str, bytes]]]

log = structlog.get_logger()


def make_next(store: Store, clock: Clock, rules: Rules) -> bool:
    """Make and send the next order that is due; whether there was one. What fails is tried again later."""
    with store.read() as conn:
        if not ordering.waits(conn, clock.now()):
            return False
    with store.write() as conn:
        ordered = ordering.take(Work(conn, clock.now(), rules))
    if ordered is None:
        return False
    with store.read() as conn:
        place = area.by_code(conn, ordered.area_code)
        people = _readers(Work(conn, clock.now(), rules), ordered, place) if place is not None else {}
    try:
        made = {language: _draw(store, clock, rules, ordered, language) for language in set(people.values())}
    except subprocess.SubprocessError as fault:
        log.warning("order not made", order=ordered.id, kind=str(ordered.kind), fault=repr(fault)[:300])
        return True
    with store.write() as conn:
        work = Work(conn, clock.now(), rules)
        if ordering.done(work, ordered) and place is not None:
            _send(work, ordered, place, people, made)
        work.flush()
    return True


def _readers(work: Work, ordered: Ordered, place: Place) -> dict[int, Language]:
    """Who gets it, each with their language: whoever asked, or all who answer for the area."""
    people = [ordered.person_id] if ordered.person_id is not None else offices.answering(work, place, place.level)
    rows = work.conn.execute(_LANGUAGES, {"people": people})
    return {person_id: language or work.rules.language for person_id, language in rows}


def _draw(store: Store, clock: Clock, rules: Rules, ordered: Ordered, language: Language) -> list[tuple[str, bytes]]:
    """Counted in a transaction that only reads, and drawn when that is over."""
    with store.read() as conn:
        place = area.by_code(conn, ordered.area_code)
        if place is None:
            return []
        at = f"{rules.local(clock.now()):%Y-%m-%d}"
        month = months.named(rules, ordered.month)
        found = facts.gather(conn, rules, ordered.kind, place, month, language, at)
    return files.make(found)


def _send(work: Work, ordered: Ordered, place: Place, people: dict[int, Language], made: Files) -> None:
    """The files are kept once for each language, whoever reads them.

    The messages need no key: the order goes in the same transaction. Its number would be none, since SQLite gives the
    number of a row that is gone to the next one.
    """
    kind = MediaKind.PHOTO if ordered.kind is OrderKind.CHART else MediaKind.FILE
    kept = {
        language: tuple(documents.keep(work, content, mime, kind) for mime, content in several)
        for language, several in made.items()
    }
    key = "figures.chart" if ordered.kind is OrderKind.CHART else "figures.report"
    for person_id, language in people.items():
        message = Message(key, {"area": place.name, "month": ordered.month}, media=kept[language])
        lane = Lane.ANSWER if ordered.person_id is not None else Lane.BROADCAST
        work.post(person_id, message, lane)
