"""The reception: takes letters from the inbox, finds out who speaks, plays the script. One letter, one transaction."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, insert, select, tuple_, update

from bot.conversation import flow
from bot.conversation.flow import Turn
from bot.conversation.said import Kind, Said
from bot.conversation.script import SCRIPT
from bot.conversation.understanding import Understanding, clean
from dispatch import actors, errors, escalation, inbox
from dispatch.actors import Actor
from dispatch.inbox import Letter
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import Clock
from models.people import Person, Route
from models.store import Store
from models.words import Language, RouteState

BATCH = 200

Hear = Callable[[Any, datetime], Said | None]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Reception:
    """What turns letters into decisions. `ears` says for each channel how its payload is heard."""

    store: Store
    clock: Clock
    rules: Rules
    ears: Mapping[str, Hear]

    def work(self, limit: int = BATCH) -> int:
        """Handle up to `limit` letters, at most one of each sender, in one transaction; returns how many.

        First all together, which is cheap; when one of them is refused or fails, one by one with a savepoint each, so
        that it is rolled back alone.
        """
        now = self.clock.now()
        with self.store.write() as conn:
            letters = inbox.claim(conn, now, limit)
            if not letters:
                return 0
            work = Work(conn, now, self.rules)
            heard = [(letter, self._hear(letter)) for letter in letters]
            speakers = _speakers(work, [said for _, said in heard if said is not None])
            try:
                with conn.begin_nested():
                    self._together(work, heard, speakers)
            except Exception:  # Found again and kept below, by the letter that it belongs to.
                work = Work(conn, now, self.rules)
                for letter, said in heard:
                    self._alone(work, letter, said, speakers)
            work.flush()
        return len(letters)

    def _hear(self, letter: Letter) -> Said | None:
        try:
            said = self.ears[letter.channel](letter.payload, letter.received_at)
        except Exception as fault:  # A malformed update must not stop the others; it stays in the inbox to be read.
            log.warning("update cannot be read", letter=letter.id, fault=repr(fault)[:200])
            return None
        if said is None:
            return None
        name, text, arguments = clean(said.name).strip()[:60], clean(said.text), clean(said.arguments)
        return replace(said, name=name, text=text, arguments=arguments)

    def _together(self, work: Work, heard: Sequence[tuple[Letter, Said | None]], speakers: "Speakers") -> None:
        for _, said in heard:
            if said is not None:
                flow.run(self._turn(work, said, speakers), SCRIPT)
        escalation.start(work)
        work.flush()
        inbox.done(work.conn, [letter.id for letter, _ in heard], work.now)

    def _alone(self, work: Work, letter: Letter, said: Said | None, speakers: "Speakers") -> None:
        mark = work.mark()
        turn = self._turn(work, said, speakers) if said is not None else None
        try:
            with work.conn.begin_nested():
                if turn is not None:
                    flow.run(turn, SCRIPT)
                escalation.start(work)
                work.flush()
        except errors.StewardError as refusal:
            work.cut(mark)
            if turn is not None:
                flow.refuse(turn, refusal)
        except Exception as fault:
            work.cut(mark)
            log.exception("letter failed", letter=letter.id, attempts=letter.attempts + 1)
            if inbox.failed(work.conn, letter, repr(fault)[:500], work.now) and turn is not None:
                turn.say("error.aside")
            return
        inbox.done(work.conn, [letter.id], work.now)

    def _turn(self, work: Work, said: Said, speakers: "Speakers") -> Turn:
        return Turn(work, said, speakers[said.channel, said.address], Understanding(self.rules))


Speakers = dict[tuple[str, str], Actor]

_ROUTES = select(Route.channel, Route.address, Route.person_id).where(
    tuple_(Route.channel, Route.address).in_(bindparam("chats", expanding=True))
)
_PROVEN = (
    update(Route)
    .where(Route.channel == bindparam("at_channel"), Route.address == bindparam("at_address"))
    .values(proven_at=bindparam("now"), state=RouteState.LIVE, reason=None)
)


def _speakers(work: Work, said: Iterable[Said]) -> Speakers:
    """Who speaks in each chat; an unknown chat becomes a person whom nobody has linked yet.

    A word from a person is the only proof that a route works, so each revives its route.
    """
    chats = {(one.channel, one.address): one for one in said}
    if not chats:
        return {}
    found = {(row[0], row[1]): row[2] for row in work.conn.execute(_ROUTES, {"chats": list(chats)})}
    for chat, one in chats.items():
        if chat not in found:
            found[chat] = _stranger(work.conn, one, work.now)
    spoken = [chat for chat, one in chats.items() if one.kind is not Kind.BLOCKED]
    if spoken:
        work.conn.execute(
            _PROVEN, [{"at_channel": channel, "at_address": address, "now": work.now} for channel, address in spoken]
        )
    known = actors.load(work.conn, set(found.values()))
    return {chat: known[person_id] for chat, person_id in found.items()}


def _stranger(conn: Connection, said: Said, now: datetime) -> int:
    language = Language.EN if said.language.casefold().startswith("en") else None
    person = {"name": said.name or "?", "language": language, "created_at": now, "frail": False, "made_up": False}
    person_id = conn.execute(insert(Person).returning(Person.id), [person]).scalar_one()
    route = {"person_id": person_id, "channel": said.channel, "address": said.address, "position": 0}
    conn.execute(insert(Route), [{**route, "state": RouteState.LIVE, "proven_at": now}])
    return int(person_id)
