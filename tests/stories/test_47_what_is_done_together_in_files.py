"""Mentoring and cooperatives come in as files beside the roster, are there in chat, and go out again as files."""

from pathlib import Path

import pytest

from bot.roster import SHEETS, read_roster, write_roster
from dispatch import roster
from models.words import Language
from tests.stories.polls import villagers
from tests.stories.world import VILLAGE, World

_KINDS = {sheet.name: sheet.row for sheet in SHEETS}
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
    sheets = (counts[name] for name in ("leaders", "mentored", "jobs", "cooperatives", "members"))
    return sum(one.added + one.changed for one in sheets)


@pytest.mark.parametrize(
    ("language", "sheets", "button"),
    [(Language.ZH, CHINESE, "找到活儿了"), (Language.EN, ENGLISH, "Found work")],
)
def test_what_came_in_is_in_chat_and_what_was_said_there_goes_out(
    world: World, tmp_path: Path, language: Language, sheets: dict[str, tuple[str, str]], button: str
) -> None:
    leader = world.resident("王能人", phone="13900000101", language=language)
    villagers(world, "赵大爷")
    for name, lines in sheets.items():
        (tmp_path / f"{name}.csv").write_text("\n".join((*lines, "")))
    assert _imports(world, tmp_path) == 3

    leader.says("/mentor").taps(button).says("3-1 =1+1")

    with world.store.read() as conn:
        rows = [_KINDS[sheet]("", line, **values) for line, (sheet, values) in enumerate(roster.export_rows(conn))]
    write_roster(tmp_path / "out", rows, "zh" if language is Language.ZH else "en")
    assert (tmp_path / "out" / "jobs.csv").read_text("utf-8-sig").splitlines()[1:] == [
        f"{VILLAGE},赵大爷家,赵大爷,'=1+1,2026-03-01"
    ], "no spreadsheet takes it for a formula"
    assert not _imports(world, tmp_path / "out"), "what went out and comes in again changes nothing"
