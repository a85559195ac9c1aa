"""The visit sheet as it comes out of the printer: who, whom, how often; Chinese right and nothing on top of another."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import insert, select
from typer.testing import CliRunner, Result

from bench import county
from bot.cli.commands import app
from bot.print import Fonts, Paper, visit_sheet
from bot.texts import Texts
from dispatch.rules import Rules
from dispatch.visits import sheets
from dispatch.visits.rules import Visits
from dispatch.visits.sheets import Row, Sheet
from models.people import Link, Person, Steward
from models.store import Store
from models.words import Language
from tests.conftest import stamp

TEXTS = Texts()
DOTS = 4  # Dots of the picture to a millimetre, about 100 dpi.


def _drawn(language: Language, *sheets: Sheet) -> tuple[Any, Paper]:
    content = BytesIO()
    paper = Paper(content, Fonts(usual=()), "sheet")
    for sheet in sheets:
        visit_sheet.draw(paper, sheet, lambda key, **params: TEXTS.say(language, key, **params))
    paper.close()
    return pypdfium2.PdfDocument(content.getvalue()), paper


def _words(document: Any) -> list[str]:
    """The words of each page."""
    found = []
    for number in range(len(document)):
        page = document[number]
        words = page.get_textpage()
        found.append(words.get_text_range().replace("\r\n", ""))
        words.close()
        page.close()
    return found


HOMES = tuple(
    Row(f"{name}奶奶家", f"东村一网格 {name}家 3号楼2单元301", 4 if name == "王" else 2) for name in "王李赵钱孙周"
)
SHEET = Sheet("张桂兰", "东村", "一网格", HOMES)


@pytest.mark.parametrize("language", Language)
def test_every_household_has_a_line_for_each_visit(language: Language) -> None:
    document, paper = _drawn(language, SHEET)
    pages = _words(document)
    document.close()
    told = TEXTS.say(language, "sheet.kind.absent")
    assert len(pages) == 1
    assert pages[0].count(told) == 4 + 5 * 2
    assert all(row.home in pages[0] and row.address in pages[0] for row in HOMES)
    assert all(TEXTS.say(language, f"sheet.column.{step}") in pages[0] for step in ("find_out", "ask", "report_back"))
    assert "张桂兰" in pages[0] and "/paper" in pages[0]
    assert (paper.shortened, paper.fonts.missing) == ([], set())


def test_a_long_month_goes_on_on_the_next_page() -> None:
    document, _ = _drawn(Language.ZH, Sheet("张桂兰", "东村", "一网格", HOMES * 2), SHEET)
    pages = _words(document)
    document.close()
    assert [page.count("没人在家") for page in pages] == [14, 14, 14]
    assert ["1 / 2" in pages[0], "2 / 2" in pages[1], "1 / 1" in pages[2]] == [True, True, True]


@pytest.mark.parametrize("language", Language)
def test_a_full_page_keeps_its_margins_and_its_foot_apart(language: Language) -> None:
    document, _ = _drawn(language, SHEET)
    page = document[0]
    picture = page.render(scale=DOTS * 25.4 / 72).to_pil().convert("L")
    page.close()
    document.close()
    rows = [min(picture.crop((0, y, picture.width, y + 1)).tobytes()) < 200 for y in range(picture.height)]
    columns = [min(picture.crop((x, 0, x + 1, picture.height)).tobytes()) < 200 for x in range(picture.width)]
    assert not any(rows[: 5 * DOTS]) and not any(rows[-5 * DOTS :])
    assert not any(columns[: 10 * DOTS]) and not any(columns[-10 * DOTS :])
    inked = max(y for y, ink in enumerate(rows) if ink)
    empty = [y for y in range(inked - 15 * DOTS, inked) if not any(rows[y : y + 2 * DOTS])]
    assert empty, "white between the table and the foot"


@pytest.fixture
def village(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Two stewards, six households of which four have a steward, and one frail person."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    store = stamp(Store(f"sqlite:///{tmp_path}/red-steward.db"))
    county.fill(store, county.Size(villages=1, stewards=2, households=6, residents=1))
    with store.write() as conn:
        stewards = conn.execute(select(Steward.id).order_by(Steward.id)).scalars().all()
        place = county.placed(county.code(0))
        links = [(1, 0), (2, 0), (3, 0), (4, 1)]
        conn.execute(insert(Link), [
            {"household_id": home, "steward_id": stewards[one], "since": county.SINCE, **place} for home, one in links
        ])  # fmt: skip
        conn.execute(Person.__table__.update().where(Person.household_id == 1).values(frail=True))
    store.close()
    return store


def _visits(*words: str) -> Result:
    return CliRunner().invoke(app, ("visits", "sheet", *words))


def test_the_sheets_of_a_village(village: Store) -> None:
    with village.read() as conn:
        found = sheets.of_village(conn, Rules(visits=Visits(a_month=1)), county.code(0))
    assert [(one.steward, [(row.home, row.times) for row in one.rows]) for one in found] == [
        (f"Helper {county.FIRST_STEWARD}", [("Home 0", 4), ("Home 1", 1), ("Home 2", 1)]),
        (f"Helper {county.FIRST_STEWARD + 1}", [("Home 3", 1)]),
    ]
    village.close()


@pytest.mark.parametrize(
    ("steward", "pages"), [("", 2), (str(county.FIRST_STEWARD), 1), (f"Helper {county.FIRST_STEWARD + 1}", 1)]
)
def test_the_command_writes_a_file(village: Store, tmp_path: Path, steward: str, pages: int) -> None:
    said = _visits("--village", county.code(0), "--out", "sheets.pdf", *(["--steward", steward] if steward else []))
    assert (said.exit_code, said.stderr) == (0, "")
    document = pypdfium2.PdfDocument(tmp_path / "sheets.pdf")
    assert len(document) == pages
    document.close()


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("--village", "999", "--out", "a.pdf"), 1, "no village with the code 999"),
        (("--village", county.code(0), "--out", "a.txt"), 2, "name a .pdf file"),
        (("--village", county.code(0), "--out", "nowhere/a.pdf"), 2, "in a folder that exists"),
        (("--village", county.code(0), "--out", "a.pdf", "--steward", "9" * 30), 1, "Nothing to print"),
        (("--village", county.code(0)), 2, "--out"),
    ],
)
def test_what_cannot_be_is_said_and_leaves_no_file(
    village: Store, tmp_path: Path, words: tuple[str, ...], code: int, told: str
) -> None:
    said = _visits(*words)
    assert (said.exit_code, told in said.stderr) == (code, True), said.output
    assert list(tmp_path.glob("*.pdf")) == []
