"""The command line where something is wrong: each mistake is named with what to do, and costs nobody any data."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from sqlalchemy import insert, text
from typer.testing import CliRunner, Result

from bot.charge import in_charge
from bot.cli.commands import app
from bot.config import Config, Database
from bot.demo import Size, open_demo
from bot.filelock import FileLock
from bot.listening import CannotListen, listen
from dispatch import marks
from dispatch.rules import Rules
from models.clock import SystemClock
from models.migrate import head
from models.people import Person
from models.store import Store
from tests.conftest import stamp

MAIN = [sys.executable, "-c", "from bot.cli import main; main()"]
VILLAGE = "130227001001"
SHEETS = {
    "villages": f"village_code,village,township_code,township\n{VILLAGE},东村,130227001,一镇\n",
    "grids": f"village_code,grid\n{VILLAGE},一组\n",
    "stewards": f"village_code,grid,name,phone\n{VILLAGE},一组,王五,13800000002\n",
}


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LANG", "en_US.UTF-8")


def red_steward(*words: str) -> Result:
    """A command; whatever it raises that is no exit is a traceback at somebody's terminal."""
    said = CliRunner().invoke(app, words)
    assert said.exception is None or isinstance(said.exception, SystemExit), repr(said.exception)
    return said


@pytest.fixture
def home(tmp_path: Path) -> Store:
    """The store that the commands find, with its tables."""
    store = stamp(Store(f"sqlite:///{tmp_path}/red-steward.db"))
    with store.write() as conn:
        marks.put(conn, marks.SWEEP_RAN, "", SystemClock().now())
    store.close()
    return store


def _roster(folder: Path) -> str:
    folder.mkdir(exist_ok=True)
    for name, sheet in SHEETS.items():
        (folder / f"{name}.csv").write_text(sheet, "utf-8")
    return str(folder)


def _set_revision(store: Store, revision: str) -> None:
    with store.write() as conn:
        conn.execute(text("UPDATE alembic_version SET version_num = :revision"), {"revision": revision})
    store.close()


def _mode(path: Path) -> str:
    return f"{stat.S_IMODE(path.stat().st_mode):04o}"


def test_what_a_command_writes_is_for_its_owner_alone(tmp_path: Path) -> None:
    env = os.environ | {"RED_STEWARD__LOCALE": "en"}
    _roster(tmp_path / "r")
    for words in (["init", "--yes"], ["import", "r"], ["export", "out"]):
        subprocess.run([*MAIN, *words], env=env, cwd=tmp_path, check=True, capture_output=True, umask=0o022)
    written = [tmp_path / "red-steward.db", *(tmp_path / "out").iterdir()]
    assert {_mode(path) for path in written} == {"0600"}
    assert _mode(tmp_path / "config.yaml") == "0644", "as it was said: a service of another user has to read it"


@pytest.mark.parametrize("url", ["postgresql://me:hush@h/x", "postgresql://me@h/x?password=hush"])
def test_init_keeps_a_password_private_wherever_it_stands(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("RED_STEWARD__DATABASE__URL", url)
    assert "mode 0600" in red_steward("init", "--yes").stdout
    assert _mode(tmp_path / "config.yaml") == "0600"
    assert "hush" in yaml.safe_load((tmp_path / "config.yaml").read_text("utf-8"))["database"]["url"]


def test_init_names_a_variable_that_cannot_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RED_STEWARD__WEB__PORT", "abc")
    monkeypatch.setenv("RED_STEWARD__LOG__LEVL", "info")
    said = red_steward("init", "--yes")
    assert said.exit_code == 2
    assert "web.port = abc: has to be a whole number" in said.stderr
    assert "did you mean log.level?" in said.stderr
    assert not (tmp_path / "config.yaml").exists()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("1: 2", "line 1, column 1: the key 1 is no word"),
        ("web:\n  8420: 1", "line 2, column 3: the key 8420 is no word"),
        ("yes: 1", "line 1, column 1: the key yes is no word"),
        ("? [1, 2]\n: 3", "line 1, column 3: a key has to be a word"),
        ("? {a: 1}\n: 3", "line 1, column 3: a key has to be a word"),
        ("web: &a {host: *a}", "web"),
    ],
)
def test_a_config_that_is_none_is_wrong_use(tmp_path: Path, content: str, told: str) -> None:
    (tmp_path / "config.yaml").write_text(content)
    said = red_steward("status")
    assert said.exit_code == 2
    assert told in said.stderr


@pytest.mark.parametrize("target", [".", "..", "/", "folder"])
def test_a_backup_into_a_folder_is_wrong_use(tmp_path: Path, home: Store, target: str) -> None:
    (tmp_path / "folder").mkdir()
    said = red_steward("backup", target)
    assert said.exit_code == 2
    assert f"{target} is a folder; name a file in it" in said.stderr
    assert not list(tmp_path.glob("*.part"))


@pytest.mark.parametrize(
    "words",
    [
        ["invite", "--person"],
        ["cards", "--out", "c.pdf", "--village", VILLAGE, "--steward"],
        ["visits", "sheet", "--out", "v.pdf", "--village", VILLAGE, "--steward"],
    ],
)
@pytest.mark.parametrize("number", ["99999999999999999999", "0", "-1"])
def test_a_number_that_nobody_has(tmp_path: Path, home: Store, words: list[str], number: str) -> None:
    red_steward("import", _roster(tmp_path / "r"))
    said = red_steward(*words, number)
    assert said.exit_code in (1, 2)
    assert number in said.stderr


@pytest.mark.parametrize("words", [["status"], ["export", "out"], ["backup", "b.zip"], ["doctor"],
                                   ["figures", "--area", VILLAGE], ["report", "--area", VILLAGE, "--out", "r.pdf"],
                                   ["points", "list", "--village", VILLAGE, "--out", "p.pdf"],
                                   ["visits", "sheet", "--village", VILLAGE, "--out", "v.pdf"]])  # fmt: skip
def test_who_only_looks_makes_no_database_and_says_what_is_missing(tmp_path: Path, words: list[str]) -> None:
    said = red_steward(*words)
    assert said.exit_code == 1
    assert f"there is no database {tmp_path / 'red-steward.db'}" in said.output
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "red-steward.db").touch()
    said = red_steward(*words)
    assert said.exit_code == 1
    assert f"the schema is –, expected {head()}: run red-steward migrate" in said.output
    stamp(Store(f"sqlite:///{tmp_path}/red-steward.db")).close()
    _set_revision(Store(f"sqlite:///{tmp_path}/red-steward.db"), "9999")
    said = red_steward(*words)
    assert said.exit_code == 1
    assert "newer" in said.output
    assert "red-steward migrate" not in said.output


def test_the_way_back_from_a_newer_version(tmp_path: Path, home: Store) -> None:
    with home.write() as conn:
        conn.execute(insert(Person).values(id=1, name="张三", created_at=SystemClock().now()))
    assert red_steward("backup", "before.zip").exit_code == 0
    _set_revision(home, "9999")
    for words in (["restore", "before.zip"], ["export", "out"], ["migrate"]):
        said = red_steward(*words)
        assert (said.exit_code, "red-steward restore FILE --force" in said.stderr) == (1, True)
    said = red_steward("restore", "before.zip", "--force")
    assert said.exit_code == 0
    (aside,) = tmp_path.glob("red-steward.db.aside-*")
    assert str(aside) in said.stdout
    assert "no hold" not in red_steward("restore", "--confirm").stdout
    with home.read() as conn:
        assert conn.scalar(text("SELECT name FROM people")) == "张三"
    home.close()


def test_a_newer_database_on_a_server_wants_an_empty_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, postgresql_url: str
) -> None:
    monkeypatch.setenv("RED_STEWARD__DATABASE__URL", postgresql_url)
    store = stamp(Store(postgresql_url))
    assert red_steward("backup", "before.zip").exit_code == 0
    _set_revision(store, "9999")
    said = red_steward("restore", "before.zip", "--force")
    assert (said.exit_code, "create an empty database, name it in database.url" in said.stderr) == (1, True)


def test_a_damaged_database_leads_to_the_backup(tmp_path: Path, home: Store) -> None:
    assert red_steward("backup", "b.zip").exit_code == 0
    (tmp_path / "red-steward.db").write_bytes(b"torn to pieces " * 1000)
    for words in (["doctor"], ["status"], ["migrate"]):
        said = red_steward(*words)
        assert (said.exit_code, "red-steward restore BACKUP --force" in said.output) == (1, True)
    said = red_steward("restore", "b.zip", "--force")
    assert said.exit_code == 0
    assert "could not tell who was erased" in said.stderr
    assert next(tmp_path.glob("red-steward.db.aside-*")).read_bytes().startswith(b"torn")


def _run(folder: Path, *words: str, **settings: str) -> tuple[int | None, str, str]:
    """`run` in a process of its own, ended as a supervisor ends it once it says that it runs; its code and words."""
    env = os.environ | {f"RED_STEWARD__{name}": value for name, value in settings.items()}
    with subprocess.Popen(
        [*MAIN, *words], cwd=folder, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        process.terminate()
        told, log = process.communicate(timeout=60)
    return process.returncode, first + told, log


@pytest.mark.parametrize("words", [["run"], ["demo", "--size", "village"]])
def test_a_port_in_use_is_named_before_anything_is_promised(tmp_path: Path, words: list[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        code, told, log = _run(tmp_path, *words, WEB__PORT=port)
    assert (code, told) == (1, "")
    assert f"cannot listen at 127.0.0.1, port {port}: Address already in use" in log
    assert "web.host" in log
    assert "Traceback" not in log


@pytest.mark.parametrize("host", ["no.such.host.invalid", "203.0.113.7", "a..b", "x" * 70])
def test_a_host_that_is_not_ours_is_named(host: str) -> None:
    with pytest.raises(CannotListen) as refused:
        listen(host, 0)
    assert refused.value.params["host"] == host


def test_a_process_without_the_web_names_no_address(tmp_path: Path) -> None:
    code, told, _ = _run(tmp_path, "run", "--role", "worker", "--role", "sender")
    assert code == 0
    assert told == "Running: sender, worker, without a web server (Ctrl-C ends it)\n"
    code, told, _ = _run(tmp_path, "run", "--role", "web", WEB__PORT="0")
    assert code == 0
    assert told.startswith("Running: http://127.0.0.1:0 ")


def test_a_fresh_demo_does_not_take_the_store_from_one_that_runs(tmp_path: Path) -> None:
    store = open_demo(Size.VILLAGE, Rules(), SystemClock())
    path = Path(str(store.url.database))
    before = path.stat().st_ino
    with FileLock(store):
        said = red_steward("demo", "--size", "village", "--fresh")
    store.close()
    assert (said.exit_code, "Another process is using this database" in said.stderr) == (1, True)
    assert path.stat().st_ino == before
    again = open_demo(Size.VILLAGE, Rules(), SystemClock(), fresh=True)
    again.close()
    assert path.stat().st_ino != before, "once it has ended, it is made anew"


@pytest.mark.parametrize("role", ["web", "worker", "sender"])
def test_nothing_is_restored_beside_a_running_process(tmp_path: Path, home: Store, role: str) -> None:
    assert red_steward("backup", "b.zip").exit_code == 0
    config = Config(database=Database(url=f"sqlite:///{tmp_path}/red-steward.db"))
    with in_charge(config, frozenset({role}), SystemClock()):
        said = red_steward("restore", "b.zip", "--force")
        assert (said.exit_code, "Stop it first" in said.stderr) == (1, True)
    assert red_steward("restore", "b.zip", "--force").exit_code == 0
