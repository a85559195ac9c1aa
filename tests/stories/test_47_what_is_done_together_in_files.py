"""Mentoring and cooperatives come in as files beside the roster, are there in chat, and go out again as files."""

from pathlib import Path

import pytest

from bot.roster import SHEETS, read_roster, write_roster
from dispatch import roster
from models.words import Language
from tests.stories.gatherings import minutes_pass
from tests.stories.polls import villagers
from tests.stories.world import VILLAGE, World

_KINDS = {sheet.name: sheet.row for sheet in SHEETS}
TOGETHER = ("leaders", "mentored", "jobs", "cooperatives", "members", "gatherings", "programme")
CHINESE = {
    "致富带头人": ("村代码,姓名,电话,致富项目", f"{VILLAGE},王能人,13900000101,香菇"),
    "结对": ("村代码,带头人电话,户号,姓名", f"{VILLAGE},13900000101,赵大爷家,赵大爷"),
    "合作社": ("村代码,合作社", f"{VILLAGE},板栗合作社"),
}
ENGLISH = {
    "leaders": ("village_code,name,phone,field", f"{VILLAGE},王能人,13900000101,mushrooms"),
    "mentored": ("village_code,leader,household,name", f"{VILLAGE},13900000101,赵大爷家,赵大爷"),
    "cooperatives": ("village_code,cooperative", f"{VILLAGE},Chestnuts"),
}


def _imports(world: World, folder: Path) -> int:
    """How much of what is done together has changed by it."""
    with world.store.write() as conn:
        counts = roster.write(conn, world.clock.now(), world.rules, read_roster(folder)).counts
    sheets = (counts[name] for name in TOGETHER)
    return sum(one.added + one.changed for one in sheets)


def _exports(world: World, folder: Path, language: Language) -> None:
    with world.store.read() as conn:
        rows = [_KINDS[sheet]("", line, **values) for line, (sheet, values) in enumerate(roster.export_rows(conn))]
    write_roster(folder, rows, "zh" if language is Language.ZH else "en")


def _saved(folder: Path, sheets: dict[str, tuple[str, ...]]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, lines in sheets.items():
        (folder / f"{name}.csv").write_text("\n".join((*lines, "")))
    return folder


@pytest.mark.parametrize(
    ("language", "sheets", "button"),
    [(Language.ZH, CHINESE, "找到活儿了"), (Language.EN, ENGLISH, "Found work")],
)
def test_what_came_in_is_in_chat_and_what_was_said_there_goes_out(
    world: World, tmp_path: Path, language: Language, sheets: dict[str, tuple[str, str]], button: str
) -> None:
    leader = world.resident("王能人", phone="13900000101", language=language)
    villagers(world, "赵大爷")
    assert _imports(world, _saved(tmp_path, sheets)) == 3

    leader.says("/mentor").taps(button).says("3-1 =1+1")

    _exports(world, tmp_path / "out", language)
    assert (tmp_path / "out" / "jobs.csv").read_text("utf-8-sig").splitlines()[1:] == [
        f"{VILLAGE},赵大爷家,赵大爷,'=1+1,2026-03-01"
    ], "no spreadsheet takes it for a formula"
    assert not _imports(world, tmp_path / "out"), "what went out and comes in again changes nothing"


PLANNED_ZH = {
    "活动安排": (
        "村代码,类别,日期,时间,地点,活动内容,需要人数,安全提示",
        f"{VILLAGE},主题党日,2026-03-06,15:00,老祠堂,,,",
        f"{VILLAGE},志愿服务日,2026-03-07,8点30分,村口,清洁庭院,10,'=戴手套",
    ),
    "主题党日议程": ("村代码,日期,环节,题目,主讲人", f"{VILLAGE},2026-03-06,微党课,乡村振兴,张三"),
}
PLANNED_EN = {
    "gatherings": (
        "village_code,kind,day,hour,place,activity,needed,safety",
        f"{VILLAGE},theme,2026-03-06,15:00,老祠堂,,,",
        f"{VILLAGE},service,2026-03-07,8:30,村口,courtyard clean-up,10,'=戴手套",
    ),
    "programme": ("village_code,day,session,title,speaker", f"{VILLAGE},2026-03-06,lecture,乡村振兴,张三"),
}


@pytest.mark.parametrize(
    ("language", "sheets", "yes", "asked"),
    [
        (Language.ZH, PLANNED_ZH, "我去", ("主题党日", "老祠堂")),
        (Language.EN, PLANNED_EN, "I'll come", ("heme day", "老祠堂")),
    ],
)
def test_a_list_of_days_invites_like_the_chat_and_moves_nobody_who_answered(
    world: World,
    tmp_path: Path,
    language: Language,
    sheets: dict[str, tuple[str, ...]],
    yes: str,
    asked: tuple[str, str],
) -> None:
    near = world.steward("张三", language=language)
    assert _imports(world, _saved(tmp_path / "list", sheets)) == 3
    assert not _imports(world, tmp_path / "list"), "the same list again changes nothing"

    minutes_pass(world, 2)
    assert near.hears(*asked)
    assert near.hears("村口", "=戴手套")
    near.taps(yes).says("/theme").taps(yes)

    _exports(world, tmp_path / "out", language)
    days = (tmp_path / "out" / "gatherings.csv").read_text("utf-8-sig").splitlines()[1:]
    assert days == [
        f"{VILLAGE},theme,2026-03-06,15:00,老祠堂,,,,",
        f"{VILLAGE},service,2026-03-07,08:30,村口,,courtyard,10,'=戴手套",
    ]
    assert not _imports(world, tmp_path / "out"), "what went out and comes in again changes nothing"
    later = {name: tuple(line.replace("15:00", "16:00") for line in lines) for name, lines in sheets.items()}
    with pytest.raises(roster.Refused) as refusal:
        _imports(world, _saved(tmp_path / "later", later))
    assert [(one.key, one.line, one.allowed) for one in refusal.value.faults] == [("roster.fault.day_stands", 2, "№1")]
