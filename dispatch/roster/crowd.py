"""Finds the human behind a row: by chat, by home, by phone and name, or by post; one human is one person."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import or_, select

from dispatch import strangers
from dispatch.rights import tombstones
from dispatch.roster.batch import CODES, Batch, Place, Values, insert_all, select_in, table_of, update_all
from dispatch.roster.rows import Human
from models.people import Admin, Person, Route
from models.words import RouteState

TELEGRAM = "telegram"
_PEOPLE = table_of(Person)
_ROUTES = table_of(Route)
_COLUMNS = ("id", "name", "phone", "household_id", "frail", *CODES)


@dataclass(slots=True)
class Known:
    """A person while the roster is written. What one row says, a later row of the same roster does not contradict."""

    id: int
    name: str
    phone: str | None
    household_id: int | None
    frail: bool
    codes: tuple[str | None, str | None, str | None]
    is_new: bool = False
    is_changed: bool = False
    phone_said: bool = False

    def learn(self, **news: Any) -> bool:
        """Take over what differs and is not None; whether anything did."""
        changes = {name: value for name, value in news.items() if value is not None and getattr(self, name) != value}
        for name, value in changes.items():
            setattr(self, name, value)
        self.is_changed = self.is_changed or bool(changes)
        return bool(changes)

    def values(self) -> Values:
        """As stored."""
        return (self.id, self.name, self.phone, self.household_id, self.frail, *self.codes)


@dataclass(slots=True)
class Crowd:
    """The people of the villages in hand, and all Telegram chats of the store."""

    batch: Batch
    by_id: dict[int, Known] = field(default_factory=dict)
    by_phone: dict[tuple[str | None, str, str], Known] = field(default_factory=dict)  # Village, phone, name.
    by_home: dict[tuple[int, str], Known] = field(default_factory=dict)
    chats: dict[str, int] = field(default_factory=dict)  # Telegram address → person id.
    bound: list[tuple[int, str]] = field(default_factory=list)  # New routes: person id, address.
    strangers: set[int] = field(default_factory=set)  # They spoke to us and stand on no roster.
    erased: tombstones.Gravestones = field(init=False)
    moved: list[tuple[int, int, str]] = field(default_factory=list)  # From a stranger, to a person, by address.

    def load_chats(self) -> None:
        """Learn which Telegram chat belongs to whom."""
        statement = select(Route.address, Route.person_id).where(Route.channel == TELEGRAM)
        self.chats.update((address, person) for address, person in self.batch.conn.execute(statement))
        self.erased = tombstones.Gravestones(self.batch.conn)
        self.strangers.update(strangers.in_chats(self.batch.conn, TELEGRAM))

    def enter(self, villages: Iterable[str], humans: Iterable[Human]) -> None:
        """Forget the people in hand and take up those of these villages, and whoever the humans' chats belong to."""
        for index in (self.by_id, self.by_phone, self.by_home):
            index.clear()
        self._load(_PEOPLE.c.village_code.in_, villages)
        chats = (self.chats.get(str(one.telegram_id)) for one in humans if one.telegram_id is not None)
        elsewhere = {number for number in chats if number is not None and number not in self.by_id}
        self._load(_PEOPLE.c.id.in_, elsewhere)

    def enter_officials(self, humans: Iterable[Human]) -> None:
        """Take up everybody who holds an office, has one of these phones, or one of these chats."""
        humans = list(humans)
        self.enter((), humans)
        phones = {one.phone for one in humans if one.phone}
        officials = select(Admin.person_id)
        self._load(lambda some: or_(_PEOPLE.c.phone.in_(some), _PEOPLE.c.id.in_(officials)), phones)

    def _load(self, where: Any, values: Iterable[Any]) -> None:
        columns = [_PEOPLE.c[name] for name in _COLUMNS]
        for row in select_in(self.batch.conn, lambda some: select(*columns).where(where(some)), values):
            number, name, phone, home, frail, *codes = row
            self._remember(Known(number, name, phone, home, frail, (codes[0], codes[1], codes[2])))

    def _remember(self, one: Known) -> None:
        self.by_id[one.id] = one
        if one.phone:
            self.by_phone.setdefault((one.codes[2], one.phone, one.name), one)
        if one.household_id is not None:
            self.by_home.setdefault((one.household_id, one.name), one)

    def by_chat(self, row: Human) -> Known | None:
        """Whose chat the row names; None when it is free or a stranger's, or, with a fault, somebody else's."""
        if row.telegram_id is None:
            return None
        one = self.by_id.get(self.chats.get(str(row.telegram_id), 0))
        if one is None or one.id in self.strangers:
            return None
        if one.name != row.name and not (row.phone and one.phone == row.phone):
            self.batch.findings.add("roster.fault.chat_taken", row, "telegram_id", row.telegram_id, one.name)
            return None
        return one

    def create(self, row: Human, place: Place, household_id: int | None = None) -> Known:
        """A new person."""
        if self._erased(row, place):
            self.batch.findings.add("roster.fault.erased", row, "name", row.name)
        number = self.batch.new_id(_PEOPLE)
        one = Known(number, row.name, row.phone, household_id, frail=False, codes=place.codes, is_new=True)
        self._remember(one)
        return one

    def _erased(self, row: Human, place: Place) -> bool:
        """Whether the row would bring somebody back who asked to be erased."""
        facts = [tombstones.by_phone(row.phone, row.name)] if row.phone else []
        household, village = getattr(row, "household", None), place.codes[2]
        if household and village:
            facts.append(tombstones.by_home(village, household, row.name))
        return self.erased.know(*facts)

    def settle(self, one: Known, row: Human) -> bool:
        """What every row may say of its person: phone and chat. Whether that changed anything."""
        changed = False
        if row.phone and not one.phone_said:
            changed = one.learn(phone=row.phone)
            one.phone_said = True
            self._remember(one)
        return self._bind(one, row) or changed

    def _bind(self, one: Known, row: Human) -> bool:
        address = str(row.telegram_id)
        if row.telegram_id is None or self.chats.get(address) == one.id:
            return False
        holder = self.chats.get(address)
        if holder is None:
            self.bound.append((one.id, address))
        elif holder in self.strangers:
            self.moved.append((holder, one.id, address))
        else:
            return False  # The fault is noted already.
        self.chats[address] = one.id
        return True

    def flush(self) -> None:
        """Write the people in hand, and then their chats."""
        conn, everybody = self.batch.conn, self.by_id.values()
        fixed = (self.batch.made_up, self.batch.now)
        fresh = [(*one.values(), *fixed) for one in everybody if one.is_new]
        insert_all(conn, _PEOPLE, (*_COLUMNS, "made_up", "created_at"), fresh)
        update_all(conn, _PEOPLE, _COLUMNS, [one.values() for one in everybody if one.is_changed and not one.is_new])
        for one in everybody:
            one.is_new = one.is_changed = False
        columns = ("person_id", "channel", "address", "position", "state")
        rows = [(person, TELEGRAM, address, 0, RouteState.LIVE) for person, address in self.bound]
        insert_all(conn, _ROUTES, columns, rows)
        for stranger, person, address in self.moved:
            strangers.absorb(conn, stranger, person)
            which = (Route.channel == TELEGRAM, Route.address == address)
            conn.execute(_ROUTES.update().where(*which).values(person_id=person))
        self.bound.clear()
        self.moved.clear()
