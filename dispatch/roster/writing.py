"""Writes a roster into the tables within the caller's transaction, a few villages at a time to keep memory low."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from dispatch.roster import rows
from dispatch.roster.batch import Batch, chunks
from dispatch.roster.calendar import write_calendar
from dispatch.roster.cooperatives import write_cooperatives
from dispatch.roster.crowd import Crowd
from dispatch.roster.faults import Counts
from dispatch.roster.links import write_links
from dispatch.roster.mentoring import Residents, write_mentoring
from dispatch.roster.people import Helpers, write_admins, write_residents
from dispatch.roster.places import write_areas, write_grids, write_groups, write_households
from dispatch.roster.wards import find_guardians
from dispatch.rules import Rules
from models.words import StewardKind

SHEETS = (
    "villages", "grids", "households", "residents", "stewards", "volunteers", "admins", "leaders", "mentored", "jobs",
    "cooperatives", "members", "gatherings", "programme",
)  # fmt: skip
_IN_VILLAGES = tuple(name for name in SHEETS if name not in ("villages", "admins"))
_VILLAGES_AT_ONCE = 20

Progress = Callable[[int, int], None]
"""Told after each step how many rows are done, of how many."""


@dataclass(frozen=True, slots=True)
class Report:
    """What an import came to, sheet by sheet."""

    counts: dict[str, Counts]  # "links" besides the sheets: households by the steward whom they name.
    moved: tuple[int, ...] = ()  # People who live in another household than before.
    wards: tuple[tuple[int, int], ...] = ()  # Who is to be looked after, and by whom; `dispatch.guardians` asks them.

    @property
    def changes(self) -> int:
        """How many rows were added or changed; 0 when everything was known already."""
        return sum(sheet.added + sheet.changed for sheet in self.counts.values())


def write(
    conn: Connection,
    now: datetime,
    rules: Rules,
    roster: rows.Rows,
    *,
    made_up: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Bring the tables up to what the roster says. Nobody is removed; a blank value leaves what is known.

    Writing the same roster again changes nothing. A person who is resident, steward, volunteer and admin becomes one:
    by the same Telegram id, or by the same phone and name in the same village.

    Raises:
        Refused: the roster contradicts what is stored; the caller's transaction has to be rolled back.
    """
    batch = Batch(conn, now, rules, made_up, counts={name: Counts() for name in SHEETS})
    crowd = Crowd(batch)
    crowd.load_chats()
    total = sum(len(getattr(roster, name)) for name in SHEETS)
    write_areas(batch, roster.villages)
    done = len(roster.villages)
    sheets = {name: _by_village(getattr(roster, name)) for name in _IN_VILLAGES}
    for villages in chunks(sorted({code for sheet in sheets.values() for code in sheet}), _VILLAGES_AT_ONCE):
        part = {name: [row for code in villages for row in sheet.get(code, ())] for name, sheet in sheets.items()}
        _write_villages(batch, crowd, villages, part)
        done += sum(map(len, part.values()))
        if progress is not None:
            progress(done, total)
    crowd.enter_officials(roster.admins)
    write_admins(batch, crowd, roster.admins)
    if progress is not None:
        progress(total, total)
    batch.findings.settle()
    return Report(batch.counts, tuple(dict.fromkeys(batch.moved)), tuple(dict.fromkeys(batch.wards)))


def _write_villages(batch: Batch, crowd: Crowd, villages: Sequence[str], part: dict[str, list[Any]]) -> None:
    grids = write_grids(batch, part["grids"], villages)
    groups = write_groups(batch, part["volunteers"], villages)
    homes = write_households(batch, part["households"], villages, grids)
    crowd.enter(villages, [*part["residents"], *part["stewards"], *part["volunteers"]])
    stewards = Helpers(batch, crowd, StewardKind.STEWARD, villages)
    volunteers = Helpers(batch, crowd, StewardKind.VOLUNTEER, villages)
    write_residents(batch, crowd, part["residents"], homes)
    stewards.write(part["stewards"], "grid", grids)
    volunteers.write(part["volunteers"], "group", groups)
    crowd.flush()
    stewards.flush()
    volunteers.flush()
    write_links(batch, part["households"], villages, homes)
    find_guardians(batch, crowd, part["residents"], homes)
    residents = Residents(batch, crowd, homes)
    write_mentoring(batch, residents, part)
    write_cooperatives(batch, residents, part, villages)
    write_calendar(batch, part, villages, groups)


def _by_village(sheet: Iterable[rows.InVillage]) -> dict[str, list[rows.InVillage]]:
    found: dict[str, list[rows.InVillage]] = {}
    for row in sheet:
        found.setdefault(row.village_code, []).append(row)
    return found
