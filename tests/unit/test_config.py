"""The configuration: what is read from where, and what each fault says."""

import re
from pathlib import Path

import pytest

from bot import config
from models.words import Language

ROOT = Path(__file__).parents[2]
TOKEN = "123456:AAbbCCddEEffGGhhIIjjKK"


@pytest.fixture(autouse=True)
def _alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No test sees the configuration of the machine it runs on."""
    monkeypatch.chdir(tmp_path)


def _write(folder: Path, text: str, mode: int = 0o644) -> Path:
    path = folder / "config.yaml"
    path.write_text(text, "utf-8")
    path.chmod(mode)
    return path


def _faults(folder: Path, text: str) -> list[config.ConfigFault]:
    with pytest.raises(config.ConfigFaults) as refusal:
        config.load(_write(folder, text))
    return list(refusal.value.faults)


def test_without_a_file_everything_has_its_default(tmp_path: Path) -> None:
    settings = config.load()
    assert settings.database.url == f"sqlite:///{tmp_path}/red-steward.db"
    assert (settings.web.host, settings.web.port, settings.locale) == ("127.0.0.1", 8420, Language.ZH)
    assert settings.token is None
    assert "着火" in settings.dispatch.emergency_words, "emergencies are known without any configuration"


def test_the_shipped_file_says_the_defaults() -> None:
    shipped, bare = config.load(ROOT / "config.yaml"), config.load()
    assert shipped.model_copy(update={"database": bare.database}) == bare
    assert shipped.database.url == f"sqlite:///{ROOT}/red-steward.db"


def test_the_shipped_file_names_every_key() -> None:
    text = (ROOT / "config.yaml").read_text("utf-8")
    keys = {dotted.rsplit(".")[-1] for dotted, _ in config.faults.keys(config.Config)}
    missing = {key for key in keys if f"{key}:" not in text}
    assert missing <= {"language"}, "the language is said once, as locale"


def test_a_file_in_the_current_folder_is_found(tmp_path: Path) -> None:
    _write(tmp_path, "web: {port: 9000}")
    assert config.load().web.port == 9000


def test_the_environment_wins_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = _write(tmp_path, "web: {port: 9000, host: 0.0.0.0}\nlocale: en")
    monkeypatch.setenv("RED_STEWARD__WEB__PORT", "9001")
    monkeypatch.setenv("RED_STEWARD__TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("RED_STEWARD__LOG__JSON", "true")
    monkeypatch.setenv("RED_STEWARD__DISPATCH__LADDERS__URGENT", '[{"ask": "county", "repeat": "2s"}]')
    settings = config.load(path)
    assert (settings.web.port, settings.web.host, settings.token) == (9001, "0.0.0.0", TOKEN)  # noqa: S104
    assert settings.log.as_json
    assert len(settings.dispatch.ladders.urgent) == 1
    assert len(settings.dispatch.ladders.normal) == 6, "a ladder that is not named keeps its default"
    assert settings.dispatch.language is Language.EN


@pytest.mark.parametrize(
    ("text", "where", "key", "near"),
    [
        ("telegram: {tokn: x}", "telegram.tokn", "config.fault.unknown_near", "telegram.token"),
        ("webb: {port: 1}", "webb", "config.fault.unknown_near", "web"),
        ("port: 8000", "port", "config.fault.unknown_near", "web.port"),
        ("xyzzy: 1", "xyzzy", "config.fault.unknown", ""),
        ("web: {port: lots}", "web.port", "config.fault.whole", None),
        ("web: {port: 70000}", "web.port", "config.fault.at_most", None),
        ("locale: fr", "locale", "config.fault.one_of", None),
        ("telegram: {mode: pushing}", "telegram.mode", "config.fault.one_of", None),
        ("telegram: {mode: webhook}", "telegram", "config.fault.webhook", None),
        ("telegram: {webhook: {path: /healthz}}", "telegram.webhook.path", "config.fault.webhook_path", None),
        ("telegram: {webhook: {path: /api/chat/say/}}", "telegram.webhook.path", "config.fault.webhook_path", None),
        ("telegram: {webhook: {path: //}}", "telegram.webhook.path", "config.fault.webhook_path", None),
        ("telegram: {webhook: {url: 'https://h/i/x'}}", "telegram.webhook.url", "config.fault.webhook_path", None),
        ("telegram: {api_url: ftp://x}", "telegram.api_url", "config.fault.pattern", None),
        ("limits: {bot_per_second: 0}", "limits.bot_per_second", "config.fault.more_than", None),
        ("web: 8420", "web", "config.fault.section", None),
        ("database: {url: mysql://h/x}", "database.url", "config.fault.url_database", None),
        ("database: {url: 'sqlite://'}", "database.url", "config.fault.in_memory", None),
        ("dispatch: {least_time: soon}", "dispatch.least_time", "config.fault.because", None),
        ("dispatch: {numbers: {fire: 119}}", "dispatch.numbers.fire", "config.fault.text", None),
        (
            "dispatch: {ladders: {normal: [{ask: nearest, wait: 5m}]}}",
            "dispatch.ladders.normal",
            "config.fault.because",
            None,
        ),
        (
            "dispatch: {ladders: {urgent: [{ask: mayor, repeat: 5m}]}}",
            "dispatch.ladders.urgent[0].ask",
            "config.fault.one_of",
            None,
        ),
        (
            "dispatch: {ladders: {urgent: [{ask: county, repat: 5m}]}}",
            "dispatch.ladders.urgent[0].repat",
            "config.fault.unknown_near",
            "dispatch.ladders.urgent[0].repeat",
        ),
    ],
)
def test_a_fault_names_key_and_what_is_allowed(
    tmp_path: Path, text: str, where: str, key: str, near: str | None
) -> None:
    fault = next(one for one in _faults(tmp_path, text) if one.where == where)
    assert fault.key == key
    if near is not None:
        assert fault.params["nearest"] == near
        assert fault.params["allowed"]


def test_every_page_of_ours_is_closed_to_the_webhook() -> None:
    code = "".join(path.read_text("utf-8") for path in (ROOT / "web").glob("*.py"))
    pages = {path.split("/")[1] for path in re.findall(r'Route\("(/[^"]*)"', code)}
    assert {"", "api", "healthz"} < pages
    assert pages <= config.PAGES
    for url, path in (("https://h", "/telegram"), ("https://h/bots/1", "/telegram"), ("https://h/", "/a/healthz")):
        config.Webhook(url=url, path=path)


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("web: [", "config.fault.yaml"),
        ("web: {port: 1}\nweb: {port: 2}", "config.fault.yaml"),
        ("- a\n- b", "config.fault.no_mapping"),
        ("# " + "x" * 1_100_000, "config.fault.too_large"),
    ],
)
def test_a_file_that_is_no_config_is_refused(tmp_path: Path, text: str, key: str) -> None:
    assert [fault.key for fault in _faults(tmp_path, text)] == [key]


def test_a_missing_file_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(config.ConfigFaults, match="no_file"):
        config.load(tmp_path / "none.yaml")


def test_all_faults_are_listed_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RED_STEWARD__WEBSITE__PORT", "1")
    monkeypatch.setenv("RED_STEWARD__WEB__PROT", "1")
    found = {fault.where for fault in _faults(tmp_path, "locale: fr\nweb: {port: -1}\nnew: 1")}
    assert found == {"RED_STEWARD__WEBSITE__PORT", "web.prot", "locale", "web.port", "new"}


def test_a_variable_that_is_no_json_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RED_STEWARD__DISPATCH__LADDERS__NORMAL", "nearest")
    assert [(fault.key, fault.where) for fault in _faults(tmp_path, "")] == [
        ("config.fault.json", "RED_STEWARD__DISPATCH__LADDERS__NORMAL")
    ]


@pytest.mark.parametrize(
    ("text", "where"),
    [
        (f"telegram: {{token: '{TOKEN}'}}", "telegram.token"),
        ("telegram: {webhook: {secret: hush}}", "telegram.webhook.secret"),
        ("database: {url: 'postgresql+psycopg://me:hush@host/db'}", "database.url"),
    ],
)
def test_a_secret_that_others_can_read_is_refused(tmp_path: Path, text: str, where: str) -> None:
    (fault,) = _faults(tmp_path, text)
    assert (fault.key, fault.where, fault.params["mode"]) == ("config.fault.secret_mode", where, "0644")
    config.load(_write(tmp_path, text, 0o600))


def test_a_token_file_has_to_be_private(tmp_path: Path) -> None:
    secret = tmp_path / "token"
    secret.write_text(TOKEN + "\n")
    secret.chmod(0o600)
    path = _write(tmp_path, "telegram: {token_file: token}")
    assert config.load(path).token == TOKEN
    secret.chmod(0o640)
    with pytest.raises(config.ConfigFaults, match="secret_mode"):
        config.load(path)
    secret.unlink()
    with pytest.raises(config.ConfigFaults, match="no_file"):
        config.load(path)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RED_STEWARD__TELEGRAM__TOKEN", "hush hush"),
        ("RED_STEWARD__TELEGRAM__TOKN", TOKEN),
        ("RED_STEWARD__TELEGRM__TOKEN", TOKEN),
        ("RED_STEWARD__TELEGRAM__WEBHOOK__SECRET", "hush hush!"),
        ("RED_STEWARD__DATABASE__URL", "mysql://me:hush@host/x"),
        ("RED_STEWARD__WEB__PUBLIC_URL", "ftp://me:hush@host"),
    ],
)
def test_a_secret_is_never_repeated(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(config.ConfigFaults) as refusal:
        config.load()
    told = str(refusal.value)
    assert "hush" not in told
    assert TOKEN not in told


def test_a_config_does_not_print_its_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RED_STEWARD__TELEGRAM__TOKEN", TOKEN)
    monkeypatch.setenv("RED_STEWARD__DATABASE__URL", "postgresql://me:hush@host/x")
    settings = config.load()
    assert settings.database.url == "postgresql+psycopg://me:hush@host/x"
    assert TOKEN not in repr(settings)
    assert "hush" not in repr(settings)


def test_a_time_of_day_is_no_number(tmp_path: Path) -> None:
    path = _write(tmp_path, "dispatch: {quiet_hours: {begin: 22:00, end: 06:30}}")
    quiet = config.load(path).dispatch.quiet_hours
    assert (quiet.begin.hour, quiet.end.hour, quiet.end.minute) == (22, 6, 30)


def test_a_list_in_the_file_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    rules = config.load(_write(tmp_path, "dispatch: {emergency_words: [危险]}")).dispatch
    assert rules.emergency_words == ("危险",)
    assert {category.name for category in rules.categories} > {"electric", "water", "mediation", "errands"}
    assert {category.name for category in rules.categories if category.private} == {"mediation", "health"}


def test_every_look_alike_hides_an_emergency_word_or_comes_near_one() -> None:
    rules = config.load().dispatch
    assert not set(rules.emergency_words) & set(rules.look_alikes)
    assert len(set(rules.emergency_words)) == len(rules.emergency_words)
