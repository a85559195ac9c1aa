"""The sheets of a roster as one table: which columns each has, what they are called and how a cell is read."""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from bot.roster import cells
from bot.roster.roster import (
    AdminRow,
    CooperativeRow,
    GatheringRow,
    GridRow,
    HouseholdRow,
    JobRow,
    LeaderRow,
    MemberRow,
    MentoredRow,
    ProgrammeRow,
    ResidentRow,
    Row,
    StewardRow,
    VillageRow,
    VolunteerRow,
)
from models.words import Datum

HeadingLanguage = Literal["en", "zh"]


Parser = Callable[[str], object]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its name is the row's field and the English heading; all `headings` are understood."""

    name: str
    parse: Parser
    zh: str  # The Chinese heading that we write ourselves.
    others: tuple[str, ...] = ()  # Further headings that people use.
    blank: object = None  # What a blank cell means where the column is not required.
    repeats: bool = False  # The same few values stand in many rows: one object for all saves memory and time.

    @property
    def headings(self) -> tuple[str, ...]:
        return (self.name, self.zh, *self.others)


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: the columns of its row type, and what it is called."""

    name: str  # The field of `Roster`, the file's stem and the English sheet name.
    zh: str
    row: type[Row]
    required: tuple[Column, ...]
    optional: tuple[Column, ...] = ()
    told_apart_by: tuple[Column, ...] = ()  # Where that is less than all that is required.
    others: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What makes two of its rows the same thing."""
        return tuple(column.name for column in self.told_apart_by or self.required)

    @property
    def columns(self) -> tuple[Column, ...]:
        return self.required + self.optional

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.zh, *self.others)


VILLAGE_CODE = Column(
    "village_code", cells.code, "村代码", ("村编码", "村编号", "行政村代码", "村区划代码", "村庄代码"), repeats=True
)
TOWNSHIP_CODE = Column(
    "township_code", cells.code, "乡镇代码", ("乡镇编码", "乡镇编号", "镇代码", "town_code"), repeats=True
)
AREA_CODE = Column("area_code", cells.code, "区域代码", ("区划代码", "行政区划代码", "辖区代码"), repeats=True)
VILLAGE = Column("village", cells.name, "村名", ("村", "村名称", "行政村", "village_name"))
TOWNSHIP = Column("township", cells.name, "乡镇", ("乡镇名", "乡镇名称", "镇", "乡镇街道", "town"), repeats=True)
GRID = Column("grid", cells.label, "网格", ("红网格", "网格名称", "网格编号", "网格号"), repeats=True)
HOUSEHOLD = Column("household", cells.label, "户号", ("户", "户编号", "住户", "家庭编号"), repeats=True)
GROUP = Column(
    "group", cells.label, "管家团", ("志愿队", "志愿组", "志愿者队伍", "团队", "队伍", "小组", "组别"), repeats=True
)
ADDRESS = Column("address", cells.address, "地址", ("住址", "家庭住址", "详细地址"))
NAME = Column("name", cells.name, "姓名", ("名字", "full_name"))
PHONE = Column(
    "phone", cells.phone, "电话", ("手机", "手机号", "手机号码", "联系电话", "电话号码", "mobile", "telephone")
)
STEWARD = Column("steward", cells.steward, "红管家电话", ("责任管家", "包户管家", "管家电话"), repeats=True)
GUARDIAN = Column("guardian", cells.steward, "照看人电话", ("照看人", "监护人电话", "联系亲属电话"))
LEADER = Column("leader", cells.steward, "带头人电话", ("致富带头人电话", "带头人"), repeats=True)
FIELD = Column("field", cells.name, "致富项目", ("项目", "产业", "经营项目"), repeats=True)
WORK = Column("work", cells.name, "务工", ("工作", "岗位", "务工单位", "job"), repeats=True)
SINCE = Column("since", cells.day, "从哪天起", ("上岗日期", "开始日期", "日期"), repeats=True)
COOPERATIVE = Column("cooperative", cells.label, "合作社", ("合作社名称", "专业合作社"), repeats=True)
LAT = Column("lat", cells.degrees, "纬度", ("latitude",))
LON = Column("lon", cells.degrees, "经度", ("longitude", "lng"))
DATUM = Column("datum", cells.datum, "坐标系", ("坐标系统", "坐标基准"), Datum.WGS84, repeats=True)
SKILLS = Column("skills", cells.skills, "特长", ("技能", "专长", "skill"), (), repeats=True)
TELEGRAM_ID = Column("telegram_id", cells.telegram_id, "Telegram号", ("电报号", "telegram"))
FRAIL = Column("frail", cells.yes_no, "年老体弱", ("体弱", "是否体弱", "是否年老体弱"), repeats=True)
ON_DUTY = Column("on_duty", cells.yes_no, "在岗", ("值班", "值守", "是否在岗", "是否值班"), repeats=True)
LEVEL = Column("level", cells.level, "级别", ("层级", "等级", "管理级别"), repeats=True)
KIND = Column("kind", cells.gathering, "类别", ("活动类别", "种类", "类型"), repeats=True)
DAY = Column("day", cells.day, "日期", ("活动日期", "哪天", "date"), repeats=True)
HOUR = Column("hour", cells.hour, "时间", ("开始时间", "几点", "time"), repeats=True)
PLACE = Column("place", cells.place, "地点", ("活动地点", "集合地点", "where"), repeats=True)
ACTIVITY = Column("activity", cells.activity, "活动内容", ("内容", "活动", "服务内容"), repeats=True)
NEEDED = Column("needed", cells.count, "需要人数", ("人数", "名额"), repeats=True)
SAFETY = Column("safety", cells.safety, "安全提示", ("注意事项", "安全"), repeats=True)
SESSION = Column("session", cells.session, "环节", ("节目", "议程", "part"), repeats=True)
TITLE = Column("title", cells.place, "题目", ("标题", "主题"))
SPEAKER = Column("speaker", cells.name, "主讲人", ("主讲", "主持人"), repeats=True)
MATERIAL = Column("material", cells.words, "材料", ("学习材料", "正文"))

POINT = (LAT, LON, DATUM)
SHEETS = (
    Sheet(
        "villages",
        "村",
        VillageRow,
        (VILLAGE_CODE, VILLAGE, TOWNSHIP_CODE, TOWNSHIP),
        (LAT, LON, PHONE),
        told_apart_by=(VILLAGE_CODE,),
        others=("村庄", "行政村", "village"),
    ),
    Sheet("grids", "网格", GridRow, (VILLAGE_CODE, GRID), others=("红网格", "grid")),
    Sheet(
        "households",
        "户",
        HouseholdRow,
        (VILLAGE_CODE, GRID, HOUSEHOLD, ADDRESS),
        (*POINT, PHONE, STEWARD),
        told_apart_by=(VILLAGE_CODE, HOUSEHOLD),
        others=("住户", "家庭", "农户", "household"),
    ),
    Sheet(
        "residents",
        "群众",
        ResidentRow,
        (VILLAGE_CODE, HOUSEHOLD, NAME),
        (PHONE, TELEGRAM_ID, FRAIL, GUARDIAN),
        others=("居民", "村民", "resident"),
    ),
    Sheet(
        "stewards",
        "红管家",
        StewardRow,
        (VILLAGE_CODE, GRID, NAME, PHONE),
        (*POINT, SKILLS, TELEGRAM_ID, ON_DUTY),
        others=("管家", "steward"),
    ),
    Sheet(
        "volunteers",
        "志愿者",
        VolunteerRow,
        (VILLAGE_CODE, GROUP, NAME, PHONE),
        (*POINT, SKILLS, TELEGRAM_ID),
        others=("volunteer",),
    ),
    Sheet("admins", "管理员", AdminRow, (AREA_CODE, LEVEL, NAME, PHONE), (TELEGRAM_ID,), others=("admin",)),
    Sheet("leaders", "致富带头人", LeaderRow, (VILLAGE_CODE, NAME, PHONE), (FIELD,), others=("带头人", "leader")),
    Sheet("mentored", "结对", MentoredRow, (VILLAGE_CODE, LEADER, HOUSEHOLD, NAME), others=("结对帮扶", "帮带", "1+5")),
    Sheet(
        "jobs", "就业", JobRow, (VILLAGE_CODE, HOUSEHOLD, NAME, WORK, SINCE), others=("务工就业", "找到的活儿", "job")
    ),
    Sheet("cooperatives", "合作社", CooperativeRow, (VILLAGE_CODE, COOPERATIVE), others=("专业合作社", "cooperative")),
    Sheet("members", "社员", MemberRow, (VILLAGE_CODE, COOPERATIVE, HOUSEHOLD, NAME), others=("合作社社员", "member")),
    Sheet(
        "gatherings",
        "活动安排",
        GatheringRow,
        (VILLAGE_CODE, KIND, DAY, HOUR, PLACE),
        (GROUP, ACTIVITY, NEEDED, SAFETY),
        others=("活动", "活动计划", "gathering"),
    ),
    Sheet(
        "programme",
        "主题党日议程",
        ProgrammeRow,
        (VILLAGE_CODE, DAY, SESSION),
        (TITLE, SPEAKER, MATERIAL),
        others=("议程", "节目单", "program"),
    ),
)


def spelling(heading: str) -> str:
    """A heading or sheet name as it is compared: neither case, blanks, width nor a note in brackets matters."""
    text = unicodedata.normalize("NFKC", heading).casefold()
    text = text.split("(")[0] or text
    return "".join(sign for sign in text if sign.isalnum())


_SHEETS_BY_NAME = {spelling(name): sheet for sheet in SHEETS for name in sheet.names}


def sheet_named(name: str) -> Sheet | None:
    return _SHEETS_BY_NAME.get(spelling(name))
