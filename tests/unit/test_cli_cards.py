"""`red-steward cards`: what is printed works, what was printed before ends only when that is meant."""

import re
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from sqlalchemy import func, insert, select
from typer.testing import CliRunner, Result

from bot.cli.commands import app
from dispatch import invitations
from models.clock import SystemClock
from models.people import Invitation, Link, Person, Steward
from models.places import Area, Grid, Household
from models.store import Store
from models.words import Level, StewardKind
from tests.conftest import stamp

VILLAGE = "130227100200"
CODES = {"county_code": "130227", "township_code": "130227100", "village_code": VILLAGE}


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("RED_STEWARD__WEB__PUBLIC_URL", "https://steward.example.org")


@pytest.fixture
def home(tmp_path: Path) -> Store:
    """A village with two stewards, the first of whom answers for two homes."""
    store, now = Store(f"sqlite:///{tmp_path}/red-steward.db"), SystemClock().now()
    stamp(store)
    with store.write() as conn:
        areas = (("130227", Level.COUNTY, "迁西县", None), ("130227100", Level.TOWNSHIP, "兴城镇", "130227"),
                 (VILLAGE, Level.BRANCH, "东村村民委员会", "130227100"))  # fmt: skip
        for code, level, name, parent in areas:
            conn.execute(insert(Area).values(code=code, level=level, name=name, parent_code=parent, phone="0315-1"))
        conn.execute(insert(Grid).values(id=1, village_code=VILLAGE, name="一网格"))
        for number, name in ((1, "张三"), (2, "赵六")):
            person = {"id": number, "name": name, "phone": f"1380000000{number}", "created_at": now, "made_up": True}
            conn.execute(insert(Person).values(**person, **CODES))
            post = {"id": number, "person_id": number, "kind": StewardKind.STEWARD, "grid_id": 1}
            conn.execute(insert(Steward).values(**post, **CODES, skills=";electric;"))
        for number, name in ((1, "10号"), (2, "9号")):
            conn.execute(insert(Household).values(id=number, grid_id=1, name=name, address=name, **CODES))
            conn.execute(insert(Link).values(household_id=number, steward_id=1, since=now, **CODES))
    store.close()
    return store


def _cards(*words: str) -> Result:
    return CliRunner().invoke(app, ["cards", "--village", VILLAGE, *words])


def _look(path: str) -> tuple[list[str], list[str], str]:
    """The links in the QRs, the codes to type, and all words of a file."""
    pages = pypdfium2.PdfDocument(Path(path).read_bytes())
    words = "\n".join(page.get_textpage().get_text_range() for page in pages)
    pictures = [page.render(scale=150 / 72).to_pil() for page in pages]
    read = [code.text for one in pictures for code in zxingcpp.read_barcodes(one, zxingcpp.BarcodeFormat.QRCode)]
    return read, re.findall(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b", words), words


def _open_cards(store: Store) -> int:
    with store.read() as conn:
        working = Invitation.steward_id.is_not(None) & Invitation.revoked_at.is_(None)
        return conn.execute(select(func.count()).select_from(Invitation).where(working)).scalar_one()


def _found(store: Store, code: str) -> Any:
    with store.read() as conn:
        return invitations.find(conn, code)


def test_what_is_printed_works(home: Store) -> None:
    done = _cards("--out", "cards.pdf")
    assert done.exit_code == 0, done.output
    assert "3 cards on 2 pages" in done.output
    assert "1 stewards are not responsible" in done.output
    assert stat.S_IMODE(Path("cards.pdf").stat().st_mode) == 0o600
    links, typed, words = _look("cards.pdf")
    assert len(links) == len(typed) == 3
    assert all(link.startswith("https://steward.example.org/i/") for link in links)
    assert {_found(home, link.rpartition("/")[2]).household_id for link in links} == {1, 2, None}
    assert {_found(home, code).household_id for code in typed} == {1, 2, None}
    assert words.index("9号") < words.index("10号"), "in the order of the doors"
    assert "张三 (made up)" in words
    with home.read() as conn:
        kept = " ".join(map(str, conn.execute(select(Invitation)).all()))
    assert not any(link.rpartition("/")[2] in kept for link in links), "only hashes are kept"
    assert not any(code.replace("-", "") in kept for code in typed)


def test_printing_anew_has_to_be_meant(home: Store) -> None:
    _cards("--out", "first.pdf")
    old = _look("first.pdf")[1]
    refused = _cards("--out", "second.pdf")
    assert refused.exit_code == 1
    assert "3 cards that were printed here still work" in refused.output
    assert not Path("second.pdf").exists()
    assert all(_found(home, code).revoked_at is None for code in old), "nothing has changed"
    assert _cards("--out", "second.pdf", "--reprint").exit_code == 0
    assert all(_found(home, code).revoked_at is not None for code in old)
    assert _open_cards(home) == 3


@pytest.mark.parametrize("who", ["张三", "13800000001", "0001", "1"])
def test_one_steward_by_name_phone_or_number(home: Store, who: str) -> None:
    done = _cards("--out", "one.pdf", "--steward", who)
    assert "2 cards" in done.output, done.output
    assert "张三" in _look("one.pdf")[2]


def test_chinese_cards(home: Store) -> None:
    assert _cards("--out", "zh.pdf", "--lang", "zh").exit_code == 0
    words = _look("zh.pdf")[2]
    for part in (
        "红管家连心卡",
        "张三（虚构）",
        "东村 · 一网格",
        "特长：电和灯",
        "群众有需要，5分钟准时到",
        "办公电话 0315-1",
        "住户：9号",
    ):
        assert part in words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--village", "999", "--out", "x.pdf"), "no village with the code 999"),
        (("--out", "x.pdf", "--steward", "孙七"), "no such steward: 孙七"),
        (("--out", "there.pdf"), "there.pdf is there already"),
        (("--out", "no/folder/x.pdf"), "no/folder"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(home: Store, words: tuple[str, ...], said: str) -> None:
    Path("there.pdf").write_text("mine")
    done = _cards(*words)
    assert done.exit_code == 1
    assert said in done.output
    assert _open_cards(home) == 0
    assert [path.name for path in Path().glob("*.pdf*")] == ["there.pdf"]
    assert Path("there.pdf").read_text() == "mine"


def test_a_font_that_cannot_be_used_is_named(home: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("bad.ttf").write_text("no font")
    monkeypatch.setenv("RED_STEWARD__PRINTING__FONT", "bad.ttf")
    done = _cards("--out", "x.pdf")
    assert done.exit_code == 1
    assert "bad.ttf cannot be used" in done.output
    assert _open_cards(home) == 0


def test_a_link_to_this_machine_only_is_warned_of(home: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RED_STEWARD__WEB__PUBLIC_URL")
    assert "which no other machine can open" in _cards("--out", "x.pdf").output


def test_without_the_bots_name_nothing_is_printed(home: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RED_STEWARD__TELEGRAM__TOKEN", "123456:AAbbCC")
    monkeypatch.setenv("RED_STEWARD__TELEGRAM__API_URL", "http://127.0.0.1:9")
    done = _cards("--out", "x.pdf")
    assert done.exit_code == 1
    assert "does not tell the bot's name" in done.output


def test_the_service_carries_no_printing_in_its_memory() -> None:
    asked = "import sys, bot.app; print(sorted({'reportlab', 'segno', 'PIL'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert done.stdout.strip() == "[]", done.stderr
