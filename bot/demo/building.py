"""Builds a demo store through the same door as any import, and opens it again the next time."""

import hashlib
import random
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from sqlalchemy import Connection, insert, select

from bot.demo.cast import CAST_MARK, CHANNEL, address_of, key_of
from bot.demo.people import Leads, Village, officials
from bot.demo.villages import Spot, spots
from bot.filelock import FileLock, Use
from bot.roster import Roster
from dispatch import marks, roster
from dispatch.division import linking, village
from dispatch.division.proposing import divide
from dispatch.division.solver import Solver
from dispatch.rules import Rules
from models.clock import Clock
from models.migrate import migrate
from models.people import Person, Route
from models.store import Store
from models.words import Level, RouteState

SEED = 130227
FOLDER = Path(".red-steward")
TOWNSHIP = "上营镇"  # Where the default demo plays.
_SILENT = 20  # Of 256 people, so many have no chat.
_CHUNK = 1000


class Size(StrEnum):
    """How much of the county the demo holds."""

    VILLAGE = "village"
    TOWNSHIP = "township"  # 14 villages, some 430 stewards.
    COUNTY = "county"  # 430 villages, some 13,000 stewards.


Progress = Callable[[int, int], None]


def path_of(size: Size) -> Path:
    """The file of a demo store, beside no configured one."""
    return FOLDER / f"demo-{size}.db"


def open_demo(
    size: Size, rules: Rules, clock: Clock, *, fresh: bool = False, progress: Progress | None = None
) -> Store:
    """The demo store of a size in the current folder, built when it is missing or to be fresh.

    It is built under another name first, so that an interrupted build leaves nothing half-made.

    Raises:
        StoreInUse: a demo runs on the file that is to be made anew.
    """
    path = path_of(size).absolute()
    store = Store(f"sqlite:///{path}")  # Which opens nothing before it is asked something.
    if fresh or not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with FileLock(store, Use.ALONE):
            _remove(part)
            _build(part, size, rules, clock, progress)
            _remove(path)
            part.rename(path)
    migrate(store)
    return store


def _remove(path: Path) -> None:
    for name in (path, path.with_name(path.name + "-wal"), path.with_name(path.name + "-shm")):
        name.unlink(missing_ok=True)


def _build(path: Path, size: Size, rules: Rules, clock: Clock, progress: Progress | None) -> None:
    store = Store(f"sqlite:///{path}")
    try:
        migrate(store)
        with store.write() as conn:
            leads = fill(conn, size, rules, clock, progress)
            marks.put(conn, CAST_MARK, f"{leads.resident},{leads.steward},{leads.secretary}", clock.now())
    finally:
        store.close()


def fill(conn: Connection, size: Size, rules: Rules, clock: Clock, progress: Progress | None = None) -> Leads:
    """Make up people for the villages of a size, township by township, give each home its steward, and chats."""
    chosen = _chosen(size)
    townships = list(dict.fromkeys(spot.township_code for spot in chosen))
    first: Leads | None = None
    with Solver() as solver:
        for number, code in enumerate(townships):
            mine = [spot for spot in chosen if spot.township_code == code]
            rows, leads = _township(mine, number)
            roster.write(conn, clock.now(), rules, rows, made_up=True)
            for spot in mine:
                place = village.load(conn, spot.code)
                linking.write(conn, place, divide(place, rules.grids, solver)[0], clock.now())
            first = first or leads
            if progress is not None:
                progress(number + 1, len(townships))
    assert first is not None  # noqa: S101 - every size has a village.
    _give_chats(conn, first)
    return first


def _chosen(size: Size) -> list[Spot]:
    everywhere = spots(SEED)
    here = [spot for spot in everywhere if spot.township == TOWNSHIP]
    if size is Size.VILLAGE:
        return here[:1]
    if size is Size.TOWNSHIP:
        return here
    return here + [spot for spot in everywhere if spot.township != TOWNSHIP]


def _township(mine: list[Spot], number: int) -> tuple[Roster, Leads]:
    chance = random.Random(f"{SEED} {mine[0].township_code}")
    whole = Roster()
    leads = []
    for place, spot in enumerate(mine):
        leads.append(Village(spot, number * 50 + place, chance, whole).build())
    whole.admins += officials(chance, mine[0], number + 1, Level.TOWNSHIP)
    if number == 0:
        whole.admins += officials(chance, mine[0], 0, Level.COUNTY)
    return whole, leads[0]


def _give_chats(conn: Connection, leads: Leads) -> None:
    """Everybody with a phone gets a web chat, but for a few whom doctor will name."""
    players = (leads.resident, leads.steward, leads.secretary)
    people = conn.execute(select(Person.id, Person.phone)).all()
    fixed = {"channel": CHANNEL, "position": 0, "state": RouteState.LIVE}
    routes = [
        {"person_id": person, "address": address_of(key_of(phone)), **fixed}
        for person, phone in people
        if phone and (phone in players or hashlib.sha256(f"{SEED} {phone}".encode()).digest()[0] >= _SILENT)
    ]
    for start in range(0, len(routes), _CHUNK):
        conn.execute(insert(Route), routes[start : start + _CHUNK])
