"""What an export writes beside the roster: the record of what was done together, to be read and never imported."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.roster.roster import InVillage, Row
from bot.roster.sheets import VILLAGE_CODE, Column, Sheet, spelling
from models.habits import AwardEnding, Deed, GatheringKind, PublicationKind, Reply


@dataclass(frozen=True, slots=True)
class AttendanceRow(InVillage):
    """One person's seat at a gathering."""

    number: int  # Of the gathering.
    kind: GatheringKind
    begins: datetime
    name: str
    invited: bool  # Otherwise they came in by themselves.
    reply: Reply | None
    came: datetime | None
    went: datetime | None
    minutes: int | None


@dataclass(frozen=True, slots=True)
class PointsRow(Row):
    """One entry of the ledger."""

    area_code: str
    number: int  # In its area's chain.
    name: str
    deed: Deed
    points: int
    at: datetime
    reverses: int | None  # The number of the entry that it takes back.


@dataclass(frozen=True, slots=True)
class AwardRow(InVillage):
    """A round that has ended, and one of those who won it."""

    number: int
    kind: str
    ended: datetime
    ending: AwardEnding | None
    winner: str | None
    votes: int | None  # Of the whole ballot; fewer than five are not told.


@dataclass(frozen=True, slots=True)
class PublicationRow(Row):
    """Something published."""

    area_code: str
    number: int
    kind: PublicationKind
    title: str
    day: date
    open: bool  # It can be objected to, or an objection waits for its answer.
    answered: int  # Objections.


def _sheet(name: str, zh: str, row: type[Row], *columns: tuple[str, str]) -> Sheet:
    first = VILLAGE_CODE if issubclass(row, InVillage) else Column("area_code", str, "区域代码")
    return Sheet(name, zh, row, (first, *(Column(english, str, chinese) for english, chinese in columns)))


RECORDS = (
    _sheet(
        "attendance", "活动签到", AttendanceRow,
        ("number", "活动编号"), ("kind", "类别"), ("begins", "开始"),
        ("name", "姓名"), ("invited", "受邀"), ("reply", "答复"),
        ("came", "签到"), ("went", "签退"), ("minutes", "分钟"),
    ),
    _sheet(
        "points", "积分明细", PointsRow,
        ("number", "编号"), ("name", "姓名"), ("deed", "事项"), ("points", "积分"), ("at", "时间"),
        ("reverses", "冲销编号"),
    ),
    _sheet(
        "awards", "荣誉", AwardRow,
        ("number", "评选编号"), ("kind", "荣誉"), ("ended", "结束"), ("ending", "结果"), ("winner", "获奖人"),
        ("votes", "票数"),
    ),
    _sheet(
        "publications", "公示", PublicationRow,
        ("number", "编号"), ("kind", "类别"), ("title", "标题"), ("day", "日期"), ("open", "公示中"),
        ("answered", "已答复异议"),
    ),
)  # fmt: skip
_NAMES = frozenset(spelling(name) for sheet in RECORDS for name in sheet.names)


def is_record(name: str) -> bool:
    """Whether a file or sheet of this name is one that only an export writes."""
    return spelling(name) in _NAMES
