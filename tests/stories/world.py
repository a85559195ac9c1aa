"""A village in which stories happen: people who say and hear, a clock that is moved, the real rooms in between.

Nothing is faked but the other end of the wire: Telegram is our stand-in over real HTTP, the web chat is its tables.
"""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from math import ceil
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, func, insert, select, update

from bot.channels import rendering, webchat
from bot.channels.telegram import hearing
from bot.config import load
from bot.conversation import flow
from bot.reception import Reception
from bot.texts import Texts
from dispatch import drawing, outbox, sweep
from dispatch.cases import CASES, Case
from dispatch.desk.losing import lose
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import MovableClock
from models.mail import Dialog, Inbox, Outbox
from models.people import Admin, Person, Route, Steward, VolunteerGroup
from models.places import Area, Grid, Household
from models.requests import Note, Offer, Request, Search
from models.store import Store
from models.words import Answer, Language, Level, Mail, NoteKind, Post, RouteState, Skip, StewardKind
from tests.stories.ends import Telegram, WebPage
from tests.stories.neighbour import Neighbour, place

COUNTY, TOWNSHIP, VILLAGE = "130227", "130227100", "130227100200"
NEXT_VILLAGE = "130227100201"
_OFFICES = [
    {"code": COUNTY, "level": Level.COUNTY, "name": "迁西县", "parent_code": None, "phone": "0315-0000001"},
    {"code": TOWNSHIP, "level": Level.TOWNSHIP, "name": "兴城镇", "parent_code": COUNTY, "phone": "0315-0000002"},
]
_VILLAGES = [
    {
        "code": code, "level": Level.BRANCH, "name": name, "parent_code": TOWNSHIP, "phone": "0315-0000003",
        "lat": place(0, north).lat, "lon": place(0, north).lon,
    }
    for code, name, north in ((VILLAGE, "东村村民委员会", 0), (NEXT_VILLAGE, "西河村民委员会", 5000))
]  # fmt: skip
_GRIDS = [(village, name) for village in (VILLAGE, NEXT_VILLAGE) for name in ("一网格", "二网格")]
_AREA, _GROUP, _ROUTE, _STEWARD, _ADMIN = map(insert, (Area, VolunteerGroup, Route, Steward, Admin))
_GRID = insert(Grid).returning(Grid.id, sort_by_parameter_order=True)
_PERSON, _HOUSEHOLD = insert(Person).returning(Person.id), insert(Household).returning(Household.id)
_EPOCH = 1
_STEP, _NEVER = timedelta(seconds=30), datetime.max.replace(tzinfo=UTC)
_unsent, _new = Outbox.state.in_((Post.PENDING, Post.IN_DOUBT)), Inbox.state == Mail.NEW
_hear_at = func.coalesce(Inbox.retry_at, Inbox.received_at)
_WAITING = select(
    exists().where(_new, _hear_at <= bindparam("now")),
    exists().where(_unsent, Outbox.send_at <= bindparam("now")),
)
_NEXT = select(
    select(func.min(Request.due_at)).scalar_subquery(),
    select(func.min(Outbox.send_at)).where(_unsent).scalar_subquery(),
    select(func.min(_hear_at)).where(_new).scalar_subquery(),
    select(func.min(Dialog.expires_at)).scalar_subquery(),
)


@cache
def _texts() -> Texts:
    """Read once for all stories."""
    return Texts()


@cache
def _rules() -> Rules:
    """The rules as shipped, read once for all stories."""
    return load(None).dispatch


@dataclass
class World:
    """One village with its people. Acts settle by themselves; only time has to be moved."""

    store: Store
    clock: MovableClock
    channel: str
    rules: Rules = field(default_factory=_rules)
    _next: int = 100

    def __post_init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._held = False
        self.texts = _texts()
        self.line: Any = Telegram(self) if self.channel == "telegram" else WebPage(self)
        self._found()

    def close(self) -> None:
        self.line.close()
        self.loop.close()

    def wait(self, coroutine: Any) -> Any:
        return self.loop.run_until_complete(coroutine)

    def change(self, **rules: Any) -> None:
        """Change rules of dispatch from now on."""
        self.rules = Rules.model_validate({**self.rules.model_dump(), **rules})

    # --- who lives here

    def _found(self) -> None:
        with self.store.write() as conn:
            for areas in (_OFFICES, _VILLAGES):
                conn.execute(_AREA, areas)
            made = conn.execute(_GRID, [{"village_code": village, "name": name} for village, name in _GRIDS])
            self.grids = dict(zip(_GRIDS, made.scalars(), strict=True))
            conn.execute(_GROUP, {"village_code": VILLAGE, "name": "管家团"})

    def person(self, name: str, *, village: str | None = VILLAGE, reachable: bool = True, **more: Any) -> Neighbour:
        """Somebody on the roster, with a chat."""
        with self.store.write() as conn:
            return self._person(conn, name, village, reachable, **more)

    def _person(self, conn: Connection, name: str, village: str | None, reachable: bool, **more: Any) -> Neighbour:
        self._next += 1
        address = str(self._next)
        codes = {"village_code": village, "township_code": TOWNSHIP, "county_code": COUNTY}
        values = {"name": name, "created_at": self.clock.now(), "frail": False, "made_up": False, **codes}
        values |= {"told_at": self.clock.now(), **more}  # Only strangers have to be told what is kept.
        person_id = int(conn.execute(_PERSON, values).scalar_one())
        if reachable:
            route = {"person_id": person_id, "channel": self.channel, "address": address, "position": 0}
            conn.execute(_ROUTE, {**route, "state": RouteState.LIVE})
        self.line.joins(address, name)
        return Neighbour(self, person_id, name, address)

    def resident(
        self, name: str = "王奶奶", *, east: float = 0, north: float = 0, grid: str = "一网格",
        language: Language | None = None, point: bool = True, phone: str = "13900000001",
    ) -> Neighbour:  # fmt: skip
        """A resident with a household of their own."""
        at = place(east, north)
        home = {
            "village_code": VILLAGE, "township_code": TOWNSHIP, "county_code": COUNTY,
            "grid_id": self.grids[VILLAGE, grid], "name": f"{name}家", "address": f"{name}家 3号楼2单元",
            "lat": at.lat if point else None, "lon": at.lon if point else None, "phone": phone,
        }  # fmt: skip
        with self.store.write() as conn:
            household = conn.execute(_HOUSEHOLD, home).scalar_one()
            return self._person(conn, name, VILLAGE, True, household_id=household, language=language, phone=phone)

    def relative(self, name: str, of: Neighbour) -> Neighbour:
        """Somebody who lives in the same household."""
        household = self.look(select(Person.household_id).where(Person.id == of.id))[0][0]
        return self.person(name, household_id=household)

    def stranger(self, name: str = "过路人", language: str = "zh") -> Neighbour:
        """Somebody whom nobody knows yet; `language` is that of their telephone."""
        self._next += 1
        self.line.joins(str(self._next), name, language)
        return Neighbour(self, 0, name, str(self._next))

    def steward(
        self, name: str, *, metres: float = 100, grid: str = "一网格", village: str = VILLAGE,
        kind: StewardKind = StewardKind.STEWARD, who: Neighbour | None = None, reachable: bool = True,
        language: Language | None = None, **more: Any,
    ) -> Neighbour:  # fmt: skip
        """A steward who lives so many metres north of the centre; `who` makes an existing person one."""
        at = place(0, metres)
        row = {
            "kind": kind, "village_code": village, "township_code": TOWNSHIP, "county_code": COUNTY,
            "lat": at.lat, "lon": at.lon, "skills": "", "on_duty": True,
            "grid_id": self.grids[village, grid] if kind is StewardKind.STEWARD else None, **more,
        }  # fmt: skip
        with self.store.write() as conn:
            own = {"language": language, "phone": "13800000000"}
            neighbour = who or self._person(conn, name, village, reachable, **own)
            conn.execute(_STEWARD, {"person_id": neighbour.id, **row})
        return neighbour

    def volunteer(self, name: str, *, metres: float = 100, who: Neighbour | None = None) -> Neighbour:
        """A volunteer of the village."""
        return self.steward(name, metres=metres, kind=StewardKind.VOLUNTEER, who=who)

    def admin(self, name: str = "李书记", level: Level = Level.BRANCH, *, area: str | None = None) -> Neighbour:
        """An admin of the village's branch, the township or the county."""
        code = area or {Level.BRANCH: VILLAGE, Level.TOWNSHIP: TOWNSHIP, Level.COUNTY: COUNTY}[level]
        with self.store.write() as conn:
            neighbour = self._person(conn, name, VILLAGE, True, phone="13700000000")
            conn.execute(_ADMIN, {"person_id": neighbour.id, "area_code": code, "level": level})
        return neighbour

    # --- what happens

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """What is done inside happens in the same second: nobody hears before all have spoken."""
        self._held = True
        yield
        self._held = False
        self.settle()

    def settle(self) -> None:
        """Let everything happen that needs no time: hear, decide, send, and again."""
        if self._held:
            return
        for _ in range(100):
            self.line.fetch()
            letters, posts = self.look(_WAITING, now=self.clock.now())[0]
            if not (letters and self.decides()) and not (posts and self.delivers()):
                return  # What was delivered puts nothing into the inbox.
        raise AssertionError("the village never comes to rest")

    def decides(self) -> int:
        """Hear what was said and decide, but send nothing yet; returns how much was heard."""
        self.line.fetch()
        return self.reception(self.store).work()

    def reception(self, store: Store) -> Reception:
        """What hears and decides; with a store of its own it is another process's."""
        me = getattr(self.line.channel, "me", None)
        ears = {"telegram": partial(hearing.hear, me=me), "webchat": webchat.hear}
        return Reception(store, self.clock, self.rules, ears)

    def delivers(self, limit: int = 100) -> bool:
        """Send so many messages of those that wait; returns whether more may follow from it."""
        draw = partial(drawing.draw, self.rules)
        with self.store.write() as conn:
            claimed = outbox.claim(conn, [self.channel], _EPOCH, self.clock.now(), limit, draw)
        if not claimed.parcels and not claimed.lost:
            return False
        outcomes = self.wait(self.line.sends_all([partial(self._send, parcel) for parcel in claimed.parcels]))
        with self.store.write() as conn:
            lost = claimed.lost + outbox.settle(conn, _EPOCH, outcomes, self.clock.now())
        lose(self.store, self.clock, self.rules, lost)
        return bool(lost) or len(outcomes) == limit or any(one.fate is not outbox.Fate.SENT for one in outcomes)

    async def _send(self, parcel: outbox.Parcel) -> outbox.Outcome:
        language = parcel.language or Language.ZH
        rendered = rendering.render(
            parcel.message, self.texts, language, self.line.channel.capabilities, again=parcel.again
        )
        return await self.line.channel.send(parcel, rendered)

    def passes(self, **span: float) -> "World":
        """Time passes, half a minute at a time, and the sweep does its work whenever there is some."""
        end, due = self.clock.now() + timedelta(**span), self._next_due()
        while self.clock.now() < end:
            steps = max(ceil((due - self.clock.now()) / _STEP), 1)
            self.clock.move(seconds=min(steps * _STEP, end - self.clock.now()).total_seconds())
            if due <= self.clock.now():
                self.tick()
                due = self._next_due()
        return self

    def _next_due(self) -> datetime:
        """When there is something to do again."""
        return min(time for time in (*self.look(_NEXT)[0], _NEVER) if time is not None)

    def look(self, statement: Any, **values: Any) -> Sequence[Any]:
        """The rows of one statement; on PostgreSQL without a transaction, which would be two more round trips."""
        with self.store.engine.connect() as conn:
            if not self.store.sqlite:
                conn.execution_options(isolation_level="AUTOCOMMIT")
            return conn.execute(statement, values).all()

    def jumps(self, **span: float) -> "World":
        """The service was down for so long, and is back."""
        self.clock.move(**span)
        self.tick()
        return self

    def tick(self) -> None:
        """One sweep and what follows from it."""
        sweep.sweep_all(self.store, self.clock, self.rules)
        with self.store.write() as conn:
            work = Work(conn, self.clock.now(), self.rules)
            flow.expire(work)
            work.flush()
        self.settle()

    # --- what is so

    def cases(self) -> list[Case]:
        """All requests, oldest first."""
        return [Case(*row) for row in self.look(CASES.order_by(Request.id))]

    @property
    def case(self) -> Case:
        """The newest request."""
        return self.cases()[-1]

    def notes(self) -> list[tuple[NoteKind, str]]:
        """What was said about the newest request, oldest first."""
        statement = select(Note.kind, Note.text).where(Note.request_id == self.case.id).order_by(Note.id)
        return [(kind, text) for kind, text in self.look(statement)]

    def considered(self) -> dict[str, Skip]:
        """Whom the newest search of the newest request looked at, nearest first, and why it passed them over."""
        statement = select(Search.pool).where(Search.request_id == self.case.id).order_by(Search.id.desc()).limit(1)
        names = dict(self.look(select(Person.id, Person.name)))
        pool = self.look(statement)[0][0]
        return {names[person_id]: Skip(skip) for person_id, _, skip in pool}

    def answers(self) -> dict[str, Answer]:
        """What everyone who was asked for the newest request answered."""
        statement = select(Person.name, Offer.answer).join(Offer, Offer.person_id == Person.id)
        rows = self.look(statement.where(Offer.request_id == self.case.id).order_by(Offer.id))
        return dict(rows)

    def rehouse(self, who: Neighbour, grid: str) -> None:
        """The roster moves a household to another grid."""
        with self.store.write() as conn:
            household = select(Person.household_id).where(Person.id == who.id).scalar_subquery()
            moved = {"grid_id": self.grids[VILLAGE, grid]}
            conn.execute(update(Household).where(Household.id == household).values(**moved))

    def without_chat(self, who: Neighbour) -> Neighbour:
        """The person has no chat at all."""
        with self.store.write() as conn:
            conn.execute(delete(Route).where(Route.person_id == who.id))
        return who

    def move(self, person_id: int, village: str) -> None:
        """The person lives in another village of the township."""
        with self.store.write() as conn:
            conn.execute(update(Person).where(Person.id == person_id).values(village_code=village))

    def moves_to_a_new_chat(self, who: Neighbour) -> Neighbour:
        """The person's first chat is dead; they have a second one."""
        self._next += 1
        self.line.joins(str(self._next), who.name)
        with self.store.write() as conn:
            conn.execute(update(Route).where(Route.person_id == who.id).values(state=RouteState.DEAD, reason="blocked"))
            route = {"person_id": who.id, "channel": self.channel, "address": str(self._next), "position": 1}
            conn.execute(_ROUTE, {**route, "state": RouteState.LIVE})
        return Neighbour(self, who.id, who.name, str(self._next))

    def set(self, who: Neighbour, **values: Any) -> None:
        """Change the steward's row of a person."""
        with self.store.write() as conn:
            conn.execute(update(Steward).where(Steward.person_id == who.id).values(**values))


@contextmanager
def village(store: Store, clock: MovableClock, channel: str) -> Iterator[World]:
    """A world for one story."""
    world = World(store, clock, channel)
    try:
        yield world
    finally:
        world.close()
