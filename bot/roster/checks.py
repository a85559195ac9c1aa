"""Whether the rows of a roster fit together: no contradictions, and whatever is referred to is there."""

from collections.abc import Iterator
from operator import attrgetter

from bot.roster.faults import Fault, Findings, shown
from bot.roster.roster import AdminRow, Roster, Row
from bot.roster.sheets import SHEETS
from models.words import Level

Key = tuple[str, ...]
Index = dict[Key, Row]  # The rows of one sheet by their key.

# Sheet, the columns that refer to another sheet, and that sheet, whose key they are.
# Looked up only where that sheet holds rows; otherwise what they refer to may be in the database already.
REFERENCES = (
    ("grids", ("village_code",), "villages"),
    ("households", ("village_code", "grid"), "grids"),
    ("households", ("village_code",), "villages"),
    ("residents", ("village_code", "household"), "households"),
    ("residents", ("village_code",), "villages"),
    ("stewards", ("village_code", "grid"), "grids"),
    ("stewards", ("village_code",), "villages"),
    ("volunteers", ("village_code",), "villages"),
    ("leaders", ("village_code",), "villages"),
    ("mentored", ("village_code", "household"), "households"),
    ("mentored", ("village_code",), "villages"),
    ("jobs", ("village_code", "household"), "households"),
    ("jobs", ("village_code",), "villages"),
    ("cooperatives", ("village_code",), "villages"),
    ("members", ("village_code", "cooperative"), "cooperatives"),
    ("members", ("village_code", "household"), "households"),
    ("members", ("village_code",), "villages"),
    ("gatherings", ("village_code",), "villages"),
    ("programme", ("village_code",), "villages"),
)

# Sheets, a column that names one thing or person wherever it stands, and what has to be the same there each time.
AGREEMENTS = (
    (("villages",), "township_code", "township"),
    (("residents", "stewards", "volunteers", "admins"), "telegram_id", "name"),
)

_PARTICULARS = {sheet.row: attrgetter(*(column.name for column in sheet.columns)) for sheet in SHEETS}


def is_repeated(row: Row, index: Index, key: Key, findings: Findings) -> bool:
    """Whether the row says again what another has said; if it says something else, that is a fault."""
    earlier = index.setdefault(key, row)
    if earlier is row:
        return False
    particulars = _PARTICULARS[type(row)]
    if particulars(earlier) != particulars(row):
        where = str(earlier.line) if earlier.source == row.source else f"{earlier.source} {earlier.line}"
        value = shown(" ".join(map(str, key)))
        findings.add(Fault("roster.fault.contradicts", row.source, row.line, value=value, allowed=where))
    return True


def check_references(roster: Roster, indexes: dict[str, Index], findings: Findings) -> None:
    for name, columns, target in REFERENCES:
        if not indexes[target]:
            continue
        known, parts_of = indexes[target], [attrgetter(column) for column in columns]
        rows: list[Row] = getattr(roster, name)
        for row in rows:
            key = tuple([part(row) for part in parts_of])
            if key not in known:
                _add_unknown(row, columns[-1], " ".join(key), target, findings)
    if roster.villages:
        _check_areas(roster, findings)


def _check_areas(roster: Roster, findings: Findings) -> None:
    areas = {
        Level.BRANCH: {village.village_code for village in roster.villages},
        Level.TOWNSHIP: {village.township_code for village in roster.villages},
        Level.COUNTY: {village.village_code[:6] for village in roster.villages},
    }
    for admin in roster.admins:
        if _area(admin) not in areas[admin.level]:
            _add_unknown(admin, "area_code", admin.area_code, "villages", findings)


def _area(admin: AdminRow) -> str:
    return admin.area_code[:6] if admin.level is Level.COUNTY else admin.area_code


def _add_unknown(row: Row, column: str, value: str, target: str, findings: Findings) -> None:
    findings.add(Fault("roster.fault.unknown_reference", row.source, row.line, column, shown(value), target))


def check_agreement(roster: Roster, findings: Findings) -> None:
    for sheets, one, same in AGREEMENTS:
        said: dict[object, str] = {}
        for row, thing, word in _pairs(roster, sheets, one, same):
            if said.setdefault(thing, word) != word:
                value, allowed = shown(f"{thing} {word}"), shown(said[thing])
                findings.add(Fault("roster.fault.disagrees", row.source, row.line, one, value, allowed))


def _pairs(roster: Roster, sheets: tuple[str, ...], one: str, same: str) -> Iterator[tuple[Row, object, str]]:
    for name in sheets:
        rows: list[Row] = getattr(roster, name)
        for row in rows:
            thing = getattr(row, one)
            if thing is not None:
                yield row, thing, getattr(row, same)
