"""The command line: exit codes, both languages, JSON for scripts, and what it leaves behind."""

import json
import re
import stat
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml
from sqlalchemy import insert, select, update
from typer.testing import CliRunner, Result

from bot.cli import check, table
from bot.cli import telegram as cli_telegram
from bot.cli.commands import app
from bot.demo import Size, cast, open_demo
from bot.demo.building import path_of
from bot.demo.pace import hurried
from bot.roster import SENTENCES
from bot.texts import FOLDER, Texts
from dispatch import geo, marks
from dispatch.division import standing, village
from dispatch.rules import Rules
from models.clock import SystemClock
from models.migrate import head
from models.people import Invitation, Person, Route, Steward
from models.requests import Request
from models.store import Store
from models.words import Language, State, Urgency
from tests.conftest import stamp

ROOT = Path(__file__).parents[2]
TOKEN = "123456:AAbbCCddEEffGGhhIIjjKK"
VILLAGE = "130227001001"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")


def red_steward(*words: str, **more: Any) -> Result:
    return CliRunner().invoke(app, words, **more)


@pytest.fixture
def home(tmp_path: Path) -> Store:
    """The store that the commands find, with its tables."""
    store = Store(f"sqlite:///{tmp_path}/red-steward.db")
    stamp(store)
    store.close()
    return store


def _roster(folder: Path, **sheets: str) -> Path:
    texts = {
        "villages": f"village_code,village,township_code,township\n{VILLAGE},东村,130227001,一镇",
        "grids": f"village_code,grid\n{VILLAGE},一组",
        "households": f"village_code,grid,household,address\n{VILLAGE},一组,1,一组1号",
        "residents": f"village_code,household,name,phone\n{VILLAGE},1,张三,13800000001",
        "stewards": f"village_code,grid,name,phone\n{VILLAGE},一组,王五,13800000002",
    }
    folder.mkdir(exist_ok=True)
    for name, text in (texts | sheets).items():
        (folder / f"{name}.csv").write_text(text + "\n", "utf-8")
    return folder


@pytest.mark.parametrize("name", table.COMMANDS)
@pytest.mark.parametrize("language", Language)
def test_every_command_explains_itself_in_both_languages(
    name: str, language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", f"{language}_XX.UTF-8")
    said = red_steward(name, "--help")
    assert said.exit_code == 0
    assert "cli." not in said.output
    assert bool(re.search("[\u4e00-\u9fff]", said.output)) is (language is Language.ZH)
    assert "--config" in said.output


def test_the_list_of_commands_is_complete() -> None:
    listed = red_steward("--help")
    assert all(f"  {name} " in listed.output for name in table.COMMANDS)
    assert red_steward().exit_code == red_steward("nope").exit_code == red_steward("run", "--nope").exit_code == 2


def test_every_sentence_of_the_command_line_is_there() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "bot" / "cli").glob("*.py"))
    code += (ROOT / "bot" / "config.py").read_text() + (ROOT / "bot" / "config_faults.py").read_text()
    code += "".join(path.read_text() for path in (ROOT / "dispatch" / "roster").glob("*.py"))
    named = set(re.findall(r'"((?:cli|config\.fault|roster\.fault|health|backup)\.[a-z_.]+[a-z])"', code))
    assert named <= Texts().keys()


def test_the_faults_of_a_roster_file_read_the_same_in_the_locale() -> None:
    texts = Texts()
    for key, sentence in SENTENCES.items():
        fields = dict.fromkeys(("value", "allowed", "nearest"), "x")
        assert texts.say(Language.EN, key, **fields) == sentence.format_map(fields)
    assert (FOLDER / "zh" / "roster.po").is_file()


@pytest.mark.parametrize("words", [("migrate",), ("doctor",), ("status",), ("run",), ("backup", "b"), ("invite", "x")])
def test_a_faulty_config_is_wrong_use_and_names_every_fault(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "bad.yaml").write_text("web: {prot: 1}\nlocale: fr\n")
    said = red_steward(*words, "--config", "bad.yaml")
    assert said.exit_code == 2
    assert "web.prot = 1: there is no such key; did you mean web.port?" in said.stderr
    assert "locale = fr: has to be 'zh' or 'en'" in said.stderr


def test_the_language_is_asked_of_the_line_then_the_config_then_the_machine(tmp_path: Path, home: Store) -> None:
    assert "Already" in red_steward("migrate").output
    (tmp_path / "config.yaml").write_text("locale: zh\n")
    assert "已是最新" in red_steward("migrate").output
    assert "Already" in red_steward("migrate", "--lang", "en").output


def test_init_with_defaults_writes_a_config_that_runs(tmp_path: Path) -> None:
    assert red_steward("init", "--yes").exit_code == 0
    assert stat.S_IMODE((tmp_path / "config.yaml").stat().st_mode) == 0o644
    assert head() in red_steward("migrate").output
    again = red_steward("init", "--yes")
    assert (again.exit_code, "is there already" in again.stderr) == (1, True)
    assert red_steward("init", "--yes", "--force").exit_code == 0


def test_init_asks_and_keeps_a_token_private(tmp_path: Path) -> None:
    answers = "zh\nmysql://x/y\nsqlite:///a.db\n8421\nhttps://example.org\nno token\n" + TOKEN + "\n"
    said = red_steward("init", "--config", "mine.yaml", input=answers)
    assert said.exit_code == 0, said.output
    assert TOKEN not in said.output
    assert stat.S_IMODE((tmp_path / "mine.yaml").stat().st_mode) == 0o600
    assert yaml.safe_load((tmp_path / "mine.yaml").read_text("utf-8")) == {
        "locale": "zh",
        "database": {"url": "sqlite:///a.db"},
        "web": {"port": 8421, "public_url": "https://example.org"},
        "telegram": {"token": TOKEN},
    }
    assert red_steward("migrate", "--config", "mine.yaml").exit_code == 0


def test_import_counts_and_a_second_time_changes_nothing(tmp_path: Path, home: Store) -> None:
    _roster(tmp_path / "r")
    first = json.loads(red_steward("import", "r", "--json").stdout)
    assert first["sheets"]["stewards"] == {"added": 1, "changed": 0, "unchanged": 0}
    assert "Nothing changed" in red_steward("import", "r").stdout


def test_a_dry_run_writes_nothing(tmp_path: Path, home: Store) -> None:
    said = red_steward("import", str(_roster(tmp_path / "r")), "--dry-run")
    assert said.exit_code == 0
    assert "residents: 1 added" in said.stdout
    with home.read() as conn:
        assert conn.execute(select(Person)).first() is None


@pytest.mark.parametrize(
    ("sheets", "told"),
    [
        ({"residents": f"village_code,household,name,phone\n{VILLAGE},1,张三,12"}, "residents.csv, row 2, phone: '12'"),
        (
            {"admins": "area_code,level,name,phone\n130227009,township,张三,110"},
            "admins.csv, row 2, area_code: '130227009'",
        ),
        (
            {"stewards": f"village_code,grid,name,phone,lat,lon\n{VILLAGE},一组,王五,110,39.9,116.4"},
            "stewards.csv, row 2, lat: the point 39.90000, 116.40000 lies outside",
        ),
    ],
)
def test_a_faulty_roster_names_row_and_column_and_leaves_the_store(
    tmp_path: Path, home: Store, sheets: dict[str, str], told: str
) -> None:
    said = red_steward("import", str(_roster(tmp_path / "r", **sheets)))
    assert said.exit_code == 1
    assert told in said.stderr
    assert "nothing was imported" in said.stderr
    scripted = json.loads(red_steward("import", "r", "--json").stdout)
    assert scripted["faults"][0]["row"] == 2
    with home.read() as conn:
        assert conn.execute(select(Person)).first() is None


@pytest.mark.parametrize("target", ["out", "out.xlsx"])
def test_what_is_exported_can_be_imported_again(tmp_path: Path, home: Store, target: str) -> None:
    red_steward("import", str(_roster(tmp_path / "r")))
    assert "5 rows" in red_steward("export", target).stdout
    assert "Nothing changed" in red_steward("import", target).stdout


def test_invite_prints_a_code_that_works_once(tmp_path: Path, home: Store) -> None:
    red_steward("import", str(_roster(tmp_path / "r")))
    said = red_steward("invite", "张三")
    assert said.exit_code == 0
    code = re.search(r"张三: ([\w-]{22}) ", said.stdout)
    assert code is not None
    assert f"http://127.0.0.1:8420/i/{code[1]}" in said.stdout
    assert "▄" in said.stdout, "a QR to scan from the screen"
    found = json.loads(red_steward("invite", "0002", "--json").stdout)
    assert (found["name"], len(found["code"])) == ("王五", 22)
    with home.read() as conn:
        assert len(conn.execute(select(Invitation)).all()) == 2


def test_invite_wants_one_person(tmp_path: Path, home: Store) -> None:
    red_steward("import", str(_roster(tmp_path / "r")))
    assert red_steward("invite").exit_code == red_steward("invite", "张三", "--person", "1").exit_code == 2
    assert "Nobody" in red_steward("invite", "李四").stderr
    with home.write() as conn:
        conn.execute(update(Person).values(name="张三"))
    several = red_steward("invite", "张三")
    assert several.exit_code == 1
    assert "--person 2  张三  13800000002  东村" in several.stderr
    assert red_steward("invite", "--person", "2").exit_code == 0


def test_doctor_names_the_gaps_and_is_bad_until_the_service_runs(tmp_path: Path, home: Store) -> None:
    red_steward("import", str(_roster(tmp_path / "r")))
    said = red_steward("doctor")
    assert said.exit_code == 1
    assert "the sweep has never run" in said.stdout
    assert "1 stewards cannot be reached" in said.stdout
    assert "王五 (东村)" in said.stdout
    assert "1 households have no responsible steward" in said.stdout
    assert "1 (东村)" in said.stdout
    with home.write() as conn:
        marks.put(conn, marks.SWEEP_RAN, "", SystemClock().now())
    found = json.loads(red_steward("doctor", "--json").stdout)
    lacking = [gap["name"] for gap in found["roster"]]
    assert (found["fine"], lacking) == (True, ["unreachable", "idle_grids", "households"])
    assert red_steward("doctor").exit_code == 0


def test_doctor_without_a_schema_or_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("red-steward.db").touch()
    assert "run red-steward migrate" in red_steward("doctor").stdout
    monkeypatch.setenv("RED_STEWARD__DATABASE__URL", "sqlite:////no/such/folder/x.db")
    said = red_steward("doctor")
    assert (said.exit_code, "no database /no/such/folder/x.db" in said.stdout) == (1, True)
    assert red_steward("status").exit_code == 1


class _Telegram(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        good = self.path == f"/bot{TOKEN}/getMe"
        self.send_response(200 if good else 401)
        self.end_headers()
        self.wfile.write(b'{"ok": true, "result": {"username": "steward_bot"}}' if good else b'{"ok": false}')

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def telegram(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), _Telegram)
    thread = Thread(target=server.serve_forever)
    thread.start()
    url = f"http://127.0.0.1:{server.server_port}"
    monkeypatch.setenv("RED_STEWARD__TELEGRAM__API_URL", url)
    yield url
    server.shutdown()
    server.server_close()
    thread.join()


def test_doctor_asks_telegram_whether_the_token_is_good(
    home: Store, telegram: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with home.write() as conn:
        for name in (marks.SWEEP_RAN, marks.POLLER_OK):
            marks.put(conn, name, "", SystemClock().now())
    monkeypatch.setattr(check, "SKEW", 60)
    monkeypatch.setattr(cli_telegram, "_TIMEOUT", 60)
    monkeypatch.setenv("RED_STEWARD__TELEGRAM__TOKEN", TOKEN)
    assert red_steward("doctor").exit_code == 0
    monkeypatch.setenv("RED_STEWARD__TELEGRAM__TOKEN", TOKEN + "X")
    said = red_steward("doctor")
    assert (said.exit_code, "refuses the token" in said.stdout, TOKEN in said.output) == (1, True, False)
    monkeypatch.setenv("RED_STEWARD__TELEGRAM__API_URL", "http://127.0.0.1:1")
    said = red_steward("doctor")
    assert (said.exit_code, "does not answer" in said.stdout, TOKEN in said.output) == (1, True, False)


def test_invite_links_to_the_bot_by_its_name(
    tmp_path: Path, home: Store, telegram: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    red_steward("import", str(_roster(tmp_path / "r")))
    monkeypatch.setenv("RED_STEWARD__TELEGRAM__TOKEN", TOKEN)
    found = json.loads(red_steward("invite", "张三", "--json").stdout)
    assert found["telegram"] == f"https://t.me/steward_bot?start={found['code']}"


def test_backup_and_restore_through_the_hold(tmp_path: Path, home: Store) -> None:
    red_steward("import", str(_roster(tmp_path / "r")))
    assert red_steward("backup", "b.zip").exit_code == 0
    assert "--force overwrites" in red_steward("restore", "b.zip").stderr
    assert red_steward("restore", "b.zip", "--force").exit_code == 0
    assert json.loads(red_steward("status", "--json").stdout)["hold"] is True
    assert red_steward("doctor").exit_code == 1
    assert "ended" in red_steward("restore", "--confirm").stdout
    assert "no hold" in red_steward("restore", "--confirm").stdout
    assert red_steward("restore").exit_code == red_steward("restore", "b.zip", "--confirm").exit_code == 2
    assert red_steward("restore", "none.zip").exit_code == 1


def test_status_counts_what_is_open(home: Store) -> None:
    now = SystemClock().now()
    fixed = {"words": "灯坏了", "category": "electric", "urgency": Urgency.NORMAL, "ladder": []}
    with home.write() as conn:
        conn.execute(insert(Person).values(id=1, name="张三", created_at=now))
        for number, state in enumerate((State.WAITING, State.WAITING, State.CLOSED)):
            times = {"opened_at": now, "heard_at": now}
            ended = now if state is State.CLOSED else None
            values = {"token": str(number), "requester_id": 1, "state": state, "ended_at": ended}
            conn.execute(insert(Request).values(**values, **fixed, **times))
    assert json.loads(red_steward("status", "--json").stdout)["requests"] == {"waiting": 2}
    assert "open requests: waiting 2" in red_steward("status").stdout


def test_the_demo_has_a_store_and_a_cast_of_its_own(tmp_path: Path) -> None:
    store = open_demo(Size.VILLAGE, Rules(), SystemClock())
    with store.read() as conn:
        players = cast(conn)
        people = {row.id: row for row in conn.execute(select(Person))}
        stewards = conn.execute(select(Steward).where(Steward.kind == "steward")).all()
        reachable = set(conn.scalars(select(Route.person_id)))
        grids = standing.standing(village.load(conn, standing.codes(conn)[0]), Rules().grids)
    assert len(stewards) == 31
    assert (grids.figures.nobody, grids.figures.above, grids.figures.below, grids.figures.frail_above) == (0, 0, 0, 0)
    assert all(one.made_up for one in people.values())
    assert {players.resident.person_id, players.steward.person_id, players.secretary.person_id} <= reachable
    assert len(reachable) < len({one.person_id for one in stewards} | set(people))
    assert path_of(Size.VILLAGE).exists()
    assert not (tmp_path / "red-steward.db").exists()
    store.close()
    again = open_demo(Size.VILLAGE, Rules(), SystemClock())
    with again.read() as conn:
        assert cast(conn) == players, "the next time it is the same"
    again.close()


def test_the_steward_of_the_demo_is_the_nearest() -> None:
    store = open_demo(Size.VILLAGE, Rules(), SystemClock())
    with store.read() as conn:
        players = cast(conn)
        points = {row.id: row for row in conn.execute(select(Steward.person_id.label("id"), Steward.lat, Steward.lon))}
        home = conn.execute(select(Person.household_id).where(Person.id == players.resident.person_id)).scalar_one()
        here = conn.exec_driver_sql(f"SELECT lat, lon, grid_id FROM households WHERE id = {home}").one()
        rivals = conn.scalars(select(Steward.person_id).where(Steward.grid_id == here.grid_id)).all()
    far = {
        one: geo.metres(geo.Point(here.lat, here.lon), geo.Point(points[one].lat, points[one].lon)) for one in rivals
    }
    assert min(far, key=lambda one: far[one]) == players.steward.person_id
    store.close()


def test_hurried_rules_are_a_tenth_as_long() -> None:
    rules = hurried(Rules())
    assert [rung.clock.total_seconds() for rung in rules.ladders.normal] == [30, 30, 30, 60, 180, 180]
    assert rules.least_time.total_seconds() == 6
