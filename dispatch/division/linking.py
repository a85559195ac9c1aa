"""Writes who is responsible for whom, and tells both sides: the people of the household, and the stewards."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from dispatch import cards, chats, errors, trail
from dispatch.division.proposing import Change, divide
from dispatch.division.solver import Solver
from dispatch.division.village import Village
from dispatch.messages import Message, joined, text
from dispatch.work import Work
from models.people import Link, Person
from models.words import Lane

SHOWN = 20  # Households that are named to a steward; beyond, they are counted.
_CHUNK = 1000


def apply(work: Work, village: Village, fingerprint: str, changes: Iterable[Change], actor_id: int | None) -> None:
    """Make a proposal so, as it was shown; `village` is as it stands now, `fingerprint` the proposal's.

    Raises:
        NotNow: the village is no longer as it was when the proposal was made.
    """
    if village.fingerprint(work.rules.grids) != fingerprint:
        raise errors.NotNow("grid.changed_meanwhile", village=village.name)
    change(work, village, changes, actor_id)


def relink(
    work: Work, village: Village, homes: Collection[int], solver: Solver, actor_id: int | None = None
) -> tuple[Change, ...]:
    """Give only these households to the village's stewards, by the same rule as a division; nobody else is touched.

    Where the village has no stewards left they have nobody, and `nobody` of `standing` says so.
    """
    if not homes:
        return ()
    if not village.stewards:
        work.conn.execute(delete(Link).where(Link.household_id.in_(homes)))
        return ()
    whose, _ = divide(village, work.rules.grids, solver, homes)
    before = {home.id: home.steward_id for home in village.homes}
    changes = tuple(Change(home, before[home], whose[home]) for home in sorted(homes))
    change(work, village, changes, actor_id)
    return changes


def change(work: Work, village: Village, changes: Iterable[Change], actor_id: int | None) -> None:
    """Write the links, an audit row for each steward concerned, and the news to both sides."""
    changes = tuple(changes)
    write(work.conn, village, {one.household_id: one.after for one in changes}, work.now)
    gained, lost = defaultdict(list), defaultdict(list)
    for one in changes:
        gained[one.after].append(one.household_id)
        if one.before is not None:
            lost[one.before].append(one.household_id)
    home_names = {home.id: home.name for home in village.homes}
    for steward in village.stewards:
        got, gave = gained.get(steward.id, []), lost.get(steward.id, [])
        if not got and not gave:
            continue
        trail.write(work, actor_id, village, "grid_changed", steward.person_id, gained=got, lost=gave)
        if got:
            tell(work, steward.person_id, Message("grid.told.gained", _listed(got, home_names)))
        if gave:
            tell(work, steward.person_id, Message("grid.told.lost", _listed(gave, home_names)))
    _tell_homes(work, village, {one.household_id: one.after for one in changes})


def write(conn: Connection, village: Village, whose: Mapping[int, int], now: Any) -> None:
    """Put these links in the place of whatever the households had."""
    pairs = sorted(whose.items())
    codes = {
        "county_code": village.county_code, "township_code": village.township_code, "village_code": village.code,
    }  # fmt: skip
    for start in range(0, len(pairs), _CHUNK):
        some = pairs[start : start + _CHUNK]
        conn.execute(delete(Link).where(Link.household_id.in_([home for home, _ in some])))
        conn.execute(
            insert(Link), [{"household_id": home, "steward_id": who, "since": now, **codes} for home, who in some]
        )


def _tell_homes(work: Work, village: Village, whose: Mapping[int, int]) -> None:
    """Everybody with a chat in these households hears who is their steward now, but for that steward."""
    stewards = {one.id: one for one in village.stewards}
    live = chats.live(Person.id)
    homes = sorted(whose)
    for start in range(0, len(homes), _CHUNK):
        some = homes[start : start + _CHUNK]
        people = select(Person.id, Person.household_id).where(Person.household_id.in_(some), live).order_by(Person.id)
        for row in work.conn.execute(people):
            steward = stewards[whose[row.household_id]]
            if steward.person_id != row.id:
                tell(work, row.id, yours(steward))


def yours(steward: Any) -> Message:
    """Who is responsible for the reader's household; `steward` has name, made_up and grid."""
    return Message("grid.told.yours", {"name": cards.shown_name(steward), "grid": steward.grid})


def tell(work: Work, person_id: int, message: Message) -> None:
    """News that can wait: never before an offer, and only in the gentle hours."""
    work.post(person_id, message, Lane.BROADCAST, send_at=work.rules.gently(work.now))


def _listed(homes: list[int], names: Mapping[int, str]) -> dict[str, Any]:
    shown: list[Any] = [names[home] for home in homes[:SHOWN]]
    if len(homes) > SHOWN:
        shown.append(text("grid.more", count=len(homes) - SHOWN))
    return {"count": len(homes), "names": joined(shown)}
