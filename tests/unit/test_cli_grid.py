"""`red-steward grid`: shows, proposes, applies what was shown or nothing, and mends links after an import."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update
from typer.testing import CliRunner, Result

from bot.cli.commands import app
from models.people import Link, Steward
from models.places import Household
from models.requests import Audit
from models.store import Store
from tests.conftest import stamp

VILLAGE, EMPTY = "130227001001", "130227001002"


def grid(*words: str, **more: Any) -> Result:
    return CliRunner().invoke(app, ["grid", *words], **more)


def _import(folder: Path, **sheets: str) -> Result:
    homes = "\n".join(f"{VILLAGE},一组,{n},{n}号,{40.14 + n / 1000},118.30" for n in range(4))
    texts = {
        "villages": "village_code,village,township_code,township\n"
        f"{VILLAGE},东村,130227001,一镇\n{EMPTY},西村,130227001,一镇",
        "grids": f"village_code,grid\n{VILLAGE},一组\n{EMPTY},一组",
        "households": f"village_code,grid,household,address,lat,lon\n{homes}",
        "residents": f"village_code,household,name,telegram_id,frail\n{VILLAGE},0,张三,7,yes",
        "stewards": "village_code,grid,name,phone,lat,lon,telegram_id\n"
        f"{VILLAGE},一组,王五,13800000002,40.14,118.30,5\n{VILLAGE},一组,赵六,13800000003,40.143,118.30,",
    }
    folder.mkdir(exist_ok=True)
    for name, text in (texts | sheets).items():
        (folder / f"{name}.csv").write_text(text + "\n", "utf-8")
    return CliRunner().invoke(app, ["import", str(folder), "--json"])


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """The store that the commands find, with a village of four homes, two stewards, and caps that fit."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("RED_STEWARD__DISPATCH__GRIDS__LEAST", "1")
    monkeypatch.setenv("RED_STEWARD__DISPATCH__GRIDS__MOST", "3")
    store = stamp(Store(f"sqlite:///{tmp_path}/red-steward.db"))
    assert _import(tmp_path / "r").exit_code == 0
    yield store
    store.close()


def _links(store: Store) -> list[tuple[str, int]]:
    statement = select(Household.name, Link.steward_id).join(Link, Link.household_id == Household.id)
    with store.read() as conn:
        return [(home, steward) for home, steward in conn.execute(statement.order_by(Household.name))]


DIVIDED = [("0", 1), ("1", 1), ("2", 2), ("3", 2)]


def test_show_propose_apply(store: Store) -> None:
    said = grid("show")
    assert (said.exit_code, "东村 (130227001001): 2 stewards, 4 households; with nobody 4" in said.stdout) == (0, True)
    shown = json.loads(grid("show", "--village", VILLAGE, "--json").stdout)
    assert (shown[0]["nobody"], shown[0]["frail_alone"]) == (["0", "1", "2", "3"], 1)
    assert [one["reachable"] for one in shown[0]["stewards"]] == [True, False]

    [proposed] = json.loads(grid("propose", "--village", VILLAGE, "--json").stdout)
    assert len(proposed["changes"]) == 4
    assert proposed["before"]["mean"] is None
    assert proposed["after"]["mean"] == pytest.approx(55.5, abs=0.5)
    assert _links(store) == []

    said = grid("apply", "--village", VILLAGE, "--proposal", proposed["proposal"], input="n\n")
    assert (said.exit_code, _links(store)) == (1, [])
    assert "王五: 0 → 2 households (gains 2, gives 0)" in said.stdout
    said = grid("apply", "--village", VILLAGE, "--proposal", proposed["proposal"], input="y\n")
    assert (said.exit_code, _links(store)) == (0, DIVIDED)
    with store.read() as conn:
        assert len(conn.execute(select(Audit.id).where(Audit.action == "grid_changed")).all()) == 2
    assert "Nothing needs to change" in grid("apply", "--yes").stdout


def test_a_proposal_of_yesterday_is_refused(store: Store) -> None:
    [proposed] = json.loads(grid("propose", "--village", VILLAGE, "--json").stdout)
    with store.write() as conn:
        conn.execute(update(Steward).where(Steward.id == 2).values(lat=40.1405))
    said = grid("apply", "--village", VILLAGE, "--proposal", proposed["proposal"], "--yes")
    assert (said.exit_code, "has just changed" in said.stderr, _links(store)) == (1, True, [])


def test_all_villages_at_once(store: Store) -> None:
    said = grid("apply", "--yes", "--json")
    assert (said.exit_code, [one["village_code"] for one in json.loads(said.stdout)]) == (0, [VILLAGE])
    assert _links(store) == DIVIDED


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (("apply", "--json"), 2, "--yes"),
        (("apply", "--proposal", "x"), 2, "--village"),
        (("propose", "--proposal", "x", "--village", VILLAGE), 2, "--village"),
        (("propose", "--village", "999"), 1, "999"),
        (("propose", "--village", EMPTY), 1, "西村"),
        (("divide",), 2, "divide"),
    ],
)
def test_wrong_use(store: Store, words: tuple[str, ...], code: int, told: str) -> None:
    said = grid(*words)
    assert (said.exit_code, told in said.stderr, _links(store)) == (code, True, [])


def test_an_import_mends_what_it_parts(store: Store, tmp_path: Path) -> None:
    assert grid("apply", "--yes").exit_code == 0
    moved = "village_code,grid,name,phone,telegram_id\n" + f"{EMPTY},一组,王五,13800000002,5"
    report = json.loads(_import(tmp_path / "r", stewards=moved).stdout)
    assert report["relinked"] == 2
    assert _links(store) == [("0", 2), ("1", 2), ("2", 2), ("3", 2)]
    assert json.loads(_import(tmp_path / "r", stewards=moved).stdout)["relinked"] == 0
