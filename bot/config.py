"""The configuration: config.yaml and the environment as one checked value, or every fault in them at once."""

import os
import re
import stat
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict, SettingsError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from bot import config_faults as faults
from bot.config_faults import ConfigFault, ConfigFaults
from bot.yamls import BadYaml, read_yaml
from dispatch.parts import Part
from dispatch.rules import Rules
from models.words import Language

PREFIX = "RED_STEWARD__"
DEFAULT_FILE = "config.yaml"
PAGES = frozenset({"", "api", "demo", "healthz", "i", "media", "metrics", "public", "readyz", "static"})  # Of our own.
WORDS = Path(__file__).with_name("words.yaml")


class Database(Part):
    """Where everything is kept."""

    url: str = Field(default="sqlite:///red-steward.db", repr=False)  # It may hold a password.

    @field_validator("url")
    @classmethod
    def _known_engine(cls, url: str) -> str:
        try:
            parsed = make_url(url)
        except ArgumentError as cause:
            raise PydanticCustomError("config.fault.url_database", "not a database URL") from cause
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.drivername not in ("sqlite", "postgresql+psycopg"):
            raise PydanticCustomError("config.fault.url_database", "not a database URL")
        if parsed.drivername == "sqlite" and parsed.database in (None, "", ":memory:"):
            raise PydanticCustomError("config.fault.in_memory", "nothing would survive a restart")
        return parsed.render_as_string(hide_password=False)


def _no_page_of_ours(path: str) -> None:
    if path.split("/")[1] in PAGES:  # Which would be shown there instead.
        raise PydanticCustomError("config.fault.webhook_path", "a page of ours is there")


class Webhook(Part):
    """How Telegram calls us: the public address, the path behind it that we listen at, and the secret it must show."""

    url: str | None = Field(default=None, pattern=r"^(https://[^\s/]+|http://(127\.0\.0\.1|localhost|\[::1\])(:|/|$))")
    secret: SecretStr | None = None
    path: str = Field(default="/telegram", pattern=r"^/[A-Za-z0-9/_-]+$")

    @field_validator("url")
    @classmethod
    def _without_slash(cls, url: str | None) -> str | None:
        url = url.rstrip("/") if url else url
        if url and urlsplit(url).path:
            _no_page_of_ours(urlsplit(url).path)
        return url

    @field_validator("path")
    @classmethod
    def _free(cls, path: str) -> str:
        _no_page_of_ours(path)
        return path

    @property
    def address(self) -> str:
        """The whole address that Telegram is told: the URL, with the path below it unless it names one itself."""
        url = (self.url or "").rstrip("/")
        return url if urlsplit(url).path else url + self.path

    @property
    def route(self) -> str:
        """Where our web server listens for it."""
        return urlsplit(self.address).path

    @field_validator("secret")
    @classmethod
    def _as_telegram_takes_it(cls, secret: SecretStr | None) -> SecretStr | None:
        if secret is not None and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret.get_secret_value()):
            raise PydanticCustomError("config.fault.webhook_secret", "1 to 256 of A-Z a-z 0-9 _ -")
        return secret


class Telegram(Part):
    """The bot at Telegram. Without a token there is none, and only the web chat speaks."""

    token: SecretStr | None = None
    token_file: Path | None = None  # Read by `load`, which puts its content into `token`.
    api_url: str = Field(default="https://api.telegram.org", pattern=r"^https?://[^\s/]+")
    mode: Literal["polling", "webhook"] = "polling"
    webhook: Webhook = Webhook()

    @field_validator("token")
    @classmethod
    def _looks_like_a_token(cls, token: SecretStr | None) -> SecretStr | None:
        if token is None or not token.get_secret_value():
            return None  # An empty variable is no token.
        if not re.fullmatch(r"\d+:[A-Za-z0-9_-]+", token.get_secret_value()):
            raise PydanticCustomError("config.fault.token", "not a bot token")
        return token

    @field_validator("api_url")
    @classmethod
    def _without_slash(cls, url: str) -> str:
        return url.rstrip("/")

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> "Telegram":
        if self.mode == "webhook" and (self.webhook.url is None or self.webhook.secret is None):
            raise PydanticCustomError("config.fault.webhook", "webhook needs url and secret")
        return self


class Web(Part):
    """The web server: chat page, board, public pages, health."""

    host: str = Field(default="127.0.0.1", min_length=1)
    port: int = Field(default=8420, ge=0, le=65535)  # 0: any free one.
    public_url: str | None = Field(default=None, pattern=r"^https?://[^\s/]+")

    @field_validator("public_url")
    @classmethod
    def _without_slash(cls, url: str | None) -> str | None:
        return url.rstrip("/") if url else url


class Limits(Part):
    """How fast we may speak at Telegram, by its own rules."""

    bot_per_second: float = Field(default=25, gt=0, le=10_000)
    chat_per_second: float = Field(default=1, gt=0, le=100)
    group_per_minute: float = Field(default=20, gt=0, le=6000)


class Printing(Part):
    """What is printed: a font that is looked at before the shipped one."""

    font: Path | None = None


class Log(Part):
    """What is logged, and in which form."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    as_json: bool = Field(default=False, alias="json")


class Config(BaseSettings):
    """All settings. Build it with `load`, which reads the files and gathers the faults."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", frozen=True, hide_input_in_errors=True
    )

    database: Database = Database()
    telegram: Telegram = Telegram()
    web: Web = Web()
    dispatch: Rules = Rules()
    limits: Limits = Limits()
    printing: Printing = Printing()
    locale: Language = Language.ZH
    log: Log = Log()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic names them.
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic names them.
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - pydantic names them.
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return env_settings, init_settings  # The environment wins over the file.

    @property
    def token(self) -> str | None:
        """The bot's token in clear; None: no Telegram."""
        return self.telegram.token.get_secret_value() if self.telegram.token else None


def load(path: Path | None = None) -> Config:
    """The configuration from a file (default: config.yaml in the current folder, when there is one) and environment.

    Raises:
        ConfigFaults: anything is wrong; it lists every fault found.
    """
    if path is None and Path(DEFAULT_FILE).is_file():
        path = Path(DEFAULT_FILE)
    found: list[ConfigFault] = []
    data = _file(path, found) if path is not None else {}
    found += faults.in_environment(Config, PREFIX, os.environ)
    dispatch = data.setdefault("dispatch", {})
    if isinstance(dispatch, dict):
        for name, words in read_yaml(WORDS).items():
            dispatch.setdefault(name, words)
    config = _settle(_checked(data, found), path.absolute().parent if path else Path.cwd(), found)
    if found:
        raise ConfigFaults(*found)
    return config


def from_environment(_path: Path | None = None) -> Config:
    """What the environment alone says, for whoever is only about to write a file.

    Raises:
        ConfigFaults: anything is wrong; it lists every fault found.
    """
    found = faults.in_environment(Config, PREFIX, os.environ)
    config = _checked({}, found)
    if found:
        raise ConfigFaults(*found)
    return config


def _checked(data: dict[str, Any], found: list[ConfigFault]) -> Config:
    """The config of a file's content and the environment; `found` are the faults so far."""
    try:
        return Config(**data)
    except ValidationError as refusal:
        raise ConfigFaults(*found, *faults.of_values(Config, refusal)) from None
    except SettingsError:
        raise ConfigFaults(*found) from None  # A variable that is no JSON; named by `in_environment`.


def _file(path: Path, found: list[ConfigFault]) -> dict[str, Any]:
    """What the file says, without the secrets that others could read there."""
    try:
        data = read_yaml(path)
        mode = stat.S_IMODE(path.stat().st_mode)
    except BadYaml as fault:
        raise ConfigFaults(ConfigFault(fault.key, str(path), params={"why": fault.why})) from None
    except OSError as cause:
        raise ConfigFaults(ConfigFault("config.fault.no_file", str(path), params={"why": cause.strerror})) from None
    if mode & 0o077:
        found += [_readable(key, path, mode) for key in faults.take_secrets(data)]
    return data


def _readable(key: str, path: Path, mode: int) -> ConfigFault:
    return ConfigFault("config.fault.secret_mode", key, params={"file": str(path), "mode": f"{mode:04o}"})


def _settle(config: Config, folder: Path, found: list[ConfigFault]) -> Config:
    """The config with relative paths counted from its folder, the token read, and one language for all."""
    url = make_url(config.database.url)
    if url.drivername == "sqlite":
        url = url.set(database=str(folder / str(url.database)))
    changes: dict[str, Any] = {"database": Database(url=url.render_as_string(hide_password=False))}
    if config.printing.font is not None:
        changes["printing"] = Printing(font=folder / config.printing.font)
    rules: dict[str, Any] = {}
    if config.dispatch.figures.page is None:
        rules["figures"] = config.dispatch.figures.model_copy(update={"page": config.web.public_url})
    if "language" not in config.dispatch.model_fields_set:
        rules["language"] = config.locale
    changes["dispatch"] = config.dispatch.model_copy(update=rules)
    if config.telegram.token is None and config.telegram.token_file is not None:
        token = _token(folder / config.telegram.token_file, found)
        changes["telegram"] = config.telegram.model_copy(update={"token": token})
    return config.model_copy(update=changes)


def _token(path: Path, found: list[ConfigFault]) -> SecretStr | None:
    try:
        mode, text = stat.S_IMODE(path.stat().st_mode), path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as cause:
        why = getattr(cause, "strerror", None) or "not a text file"
        found.append(ConfigFault("config.fault.no_file", str(path), params={"why": why}))
        return None
    if mode & 0o077:
        found.append(_readable("telegram.token_file", path, mode))
    try:
        return Telegram(token=SecretStr(text)).token
    except ValidationError:
        found.append(ConfigFault("config.fault.token", "telegram.token_file"))
        return None


__all__ = [
    "Config",
    "ConfigFault",
    "ConfigFaults",
    "Database",
    "Limits",
    "Log",
    "Printing",
    "Telegram",
    "Web",
    "Webhook",
    "from_environment",
    "load",
]
