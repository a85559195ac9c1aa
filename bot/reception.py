"""The reception: takes letters from the inbox, finds out who speaks, plays the script. One letter, one transaction."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import Connection, bindparam, insert, select, update

from bot.conversation import flow
from bot.conversation.flow import Turn
from bot.conversation.said import Kind, Said
from bot.conversation.script import SCRIPT
from bot.conversation.understanding import Understanding, clean
from dispatch import actors, chats, dialogs, errors, escalation, inbox, spots
from dispatch.actors import Actor
from dispatch.among import among
from dispatch.desk import requesting
from dispatch.inbox import Letter
from dispatch.messages import Message
from dispatch.points import settling
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import Clock
from models.people import Person, Route
from models.store import Store
from models.words import Lane, Language, RouteState

BATCH = 200
NEVER_STARTED = "never started"
NOBODY = ":?"  # Ends the sender of what names none.

Hear = Callable[[Any, datetime], Said | None]

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Speaker:
    """Who speaks in a chat, and the step and memo of the dialog they are in."""

    actor: Actor
    dialog: tuple[str | None, dict[str, Any]]


Speakers = dict[tuple[str, str], Speaker]
Heard = list[tuple[Letter, Said | None]]


@dataclass(frozen=True, slots=True)
class Reception:
    """What turns letters into decisions. `ears` says for each channel how its payload is heard."""

    store: Store
    clock: Clock
    rules: Rules
    ears: Mapping[str, Hear]

    def work(self, limit: int = BATCH) -> int:
        """Handle up to `limit` letters, at most one of each person, in one transaction; returns how many.

        First all together, which is cheap; when one of them is refused or fails, one by one with a savepoint each, so
        that it is rolled back alone.
        """
        now = self.clock.now()
        with self.store.write() as conn:
            letters = inbox.claim(conn, now, limit)
            if not letters:
                return 0
            work = Work(conn, now, self.rules)
            heard, unread = self._hear_all(work, letters)
            speakers = _speakers(work, [said for _, said in heard if said is not None])
            heard = _one_each(heard, speakers)
            _read_ahead(work, speakers)
            try:
                with conn.begin_nested():
                    self._together(work, heard, speakers)
            except Exception:  # Found again and kept below, by the letter that it belongs to.
                work = Work(conn, now, self.rules)
                for letter, said in heard:
                    self._alone(work, letter, said, speakers)
            for letter, fault in unread:
                self._unread(work, letter, fault)
            work.flush()
        return len(heard) + len(unread)

    def _hear_all(self, work: Work, letters: Iterable[Letter]) -> tuple[Heard, list[tuple[Letter, Exception]]]:
        """What was said in each letter, and the letters that somebody sent and that cannot be read."""
        heard: Heard = []
        unread: list[tuple[Letter, Exception]] = []
        for letter in letters:
            said = None
            try:
                said = self._hear(letter)
            except Exception as fault:  # A malformed update must not stop the others.
                log.warning("update cannot be read", letter=letter.id, fault=type(fault).__name__, exc_info=True)
                if not letter.sender.endswith(NOBODY):
                    unread.append((letter, fault))
                    continue
            heard.append((letter, _tend(work, said)))
        return heard, unread

    def _unread(self, work: Work, letter: Letter, fault: Exception) -> None:
        """Keep it to be tried again, and at last tell its sender, of whom no more is known than their chat."""
        if inbox.failed(work.conn, letter, repr(fault)[:500], work.now):
            channel, _, address = letter.sender.partition(":")
            speakers = _speakers(work, [Said(channel, address, Kind.OTHER, letter.received_at)])
            work.post(speakers[channel, address].actor.id, Message("error.aside"), Lane.ANSWER)

    def _hear(self, letter: Letter) -> Said | None:
        said = self.ears[letter.channel](letter.payload, letter.received_at)
        if said is None:
            return None
        name, text, arguments = clean(said.name).strip()[:60], clean(said.text), clean(said.arguments)
        return replace(said, name=name, text=text, arguments=arguments)

    def _together(self, work: Work, heard: Heard, speakers: Speakers) -> None:
        for letter, said in heard:
            if said is not None:
                turn = self._turn(work, said, speakers)
                flow.run(turn, SCRIPT)
                self._forget(work, letter, turn)
        escalation.start(work)
        settling.settle(work)
        work.flush()
        inbox.done(work.conn, [letter.id for letter, _ in heard], work.now)

    def _alone(self, work: Work, letter: Letter, said: Said | None, speakers: Speakers) -> None:
        work.flush()  # What the letter before was refused with: in this one's savepoint it would share its fate.
        mark = work.mark()
        turn = self._turn(work, said, speakers) if said is not None else None
        try:
            with work.conn.begin_nested():
                if turn is not None:
                    flow.run(turn, SCRIPT)
                escalation.start(work)
                settling.settle(work)
                work.flush()
        except errors.StewardError as refusal:
            work.cut(mark)
            if turn is not None:
                flow.refuse(turn, refusal)
        except Exception as fault:
            work.cut(mark)
            log.exception("letter failed", letter=letter.id, attempts=letter.attempts + 1)
            aside = inbox.failed(work.conn, letter, repr(fault)[:500], work.now)
            if aside and turn is not None:
                turn.say("error.aside")
                self._forget(work, letter, turn)  # Until then it is tried again, and needs its words for that.
            return
        inbox.done(work.conn, [letter.id], work.now)
        self._forget(work, letter, turn)

    def _forget(self, work: Work, letter: Letter, turn: Turn | None) -> None:
        """Forget what was said where that is secret, in the transaction that has heard it."""
        if turn is not None and turn.secret:
            inbox.seal(work.conn, letter)

    def _turn(self, work: Work, said: Said, speakers: Speakers) -> Turn:
        speaker = speakers[said.channel, said.address]
        return Turn(work, said, speaker.actor, Understanding(self.rules), *speaker.dialog)


def _tend(work: Work, said: Said | None) -> Said | None:
    """What happens to a group as a whole is nobody's word: it is followed here."""
    if said is None or said.kind not in (Kind.GROUP_MOVED, Kind.GROUP_LEFT):
        return said
    if said.kind is Kind.GROUP_MOVED:
        chats.moved(work.conn, said.channel, said.address, said.text)
    else:
        chats.left(work.conn, said.channel, said.address)
    log.info("group changed", what=str(said.kind), channel=said.channel)
    return None


# Not by pairs: SQLite has no index for a list of these.
_ROUTES = select(Route.channel, Route.address, Route.person_id).where(
    among(Route.channel, "channels"), among(Route.address, "addresses")
)
_PROVEN = (
    update(Route)
    .where(Route.channel == bindparam("at_channel"), Route.address == bindparam("at_address"))
    .values(proven_at=bindparam("now"), state=RouteState.LIVE, reason=None)
)


def _speakers(work: Work, said: Iterable[Said]) -> Speakers:
    """Who speaks in each chat; an unknown chat becomes a person whom nobody has linked yet.

    A word from a person is the only proof that a route works, so each revives its route; a word in a group proves
    nothing about the private chat.
    """
    spoke = {(one.channel, one.address): one for one in said}
    if not spoke:
        return {}
    at = {"channels": {channel for channel, _ in spoke}, "addresses": [address for _, address in spoke]}
    routes = {(row[0], row[1]): row[2] for row in work.conn.execute(_ROUTES, at)}
    found = {chat: routes[chat] for chat in spoke if chat in routes}
    for chat, one in spoke.items():
        if chat not in found:
            found[chat] = _stranger(work.conn, one, work.now)
    spoken = [chat for chat, one in spoke.items() if one.kind is not Kind.BLOCKED and not one.chat]
    if spoken:
        work.conn.execute(
            _PROVEN, [{"at_channel": channel, "at_address": address, "now": work.now} for channel, address in spoken]
        )
    people = set(found.values())
    known, standing = actors.load(work.conn, people), dialogs.load(work, people)
    return {chat: Speaker(known[one], standing.get(one, (None, {}))) for chat, one in found.items()}


def _one_each(heard: Heard, speakers: Speakers) -> Heard:
    """Without what somebody said in a second chat at the same time: the next batch hears it, and knows the first."""
    kept: Heard = []
    people: set[int] = set()
    for letter, said in heard:
        person_id = speakers[said.channel, said.address].actor.id if said is not None else None
        if person_id is None or person_id not in people:
            kept.append((letter, said))
        if person_id is not None:
            people.add(person_id)
    return kept


def _read_ahead(work: Work, speakers: Speakers) -> None:
    """Read at once what nearly every turn asks for: the speakers' running requests and their homes."""
    people = [one.actor for one in speakers.values()]
    requesting.read_ahead(work, {one.id for one in people})
    work.homes |= spots.homes(work.conn, {one.household_id for one in people if one.household_id is not None})


def _stranger(conn: Connection, said: Said, now: datetime) -> int:
    language = Language.EN if said.language.casefold().startswith("en") else None
    person = {"name": said.name or "?", "language": language, "created_at": now, "frail": False, "made_up": False}
    person_id = conn.execute(insert(Person).returning(Person.id), [person]).scalar_one()
    route = {"person_id": person_id, "channel": said.channel, "address": said.address, "position": 0}
    proof = {"state": RouteState.LIVE, "proven_at": now}
    if said.chat:  # They spoke in a group, and have not opened the private chat yet.
        proof = {"state": RouteState.DEAD, "reason": NEVER_STARTED}
    conn.execute(insert(Route), [{**route, **proof}])
    return int(person_id)
