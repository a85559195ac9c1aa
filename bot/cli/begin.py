"""`init` and `migrate`: the first steps of an installation."""

import os
import secrets
from pathlib import Path
from typing import Annotated, Any

import typer
import yaml
from pydantic import BaseModel, ValidationError

from bot.cli.front import ConfigPath, Front, Lang, at_front
from bot.config import DEFAULT_FILE, Config, Database, Telegram, Web, from_environment
from bot.config_faults import has_password, of_values
from models.migrate import migrate, revision


def init(
    config: ConfigPath = None,
    lang: Lang = None,
    yes: Annotated[bool, typer.Option("--yes", help="cli.option.yes")] = False,
    force: Annotated[bool, typer.Option("--force", help="cli.option.force_init")] = False,
) -> None:
    path = config or Path(DEFAULT_FILE)
    with at_front(None, lang, from_environment) as front:
        if path.exists() and not force:
            raise front.fail("cli.init.exists", path=path)
        answers = _defaults(front) if yes else _ask(front)
        mode = 0o600 if "telegram" in answers or has_password(answers["database"]["url"]) else 0o644
        text = front.say("cli.init.comment") + "\n" + yaml.safe_dump(answers, allow_unicode=True, sort_keys=False)
        _write(path, text, mode)
        front.tell("cli.init.written", path=path, mode=f"{mode:04o}")
        front.tell("cli.init.next", path=path)


def _write(path: Path, text: str, mode: int) -> None:
    """Born for its owner alone, so that a token is at no moment readable for others; without one, all may read it."""
    part = path.with_name(f"{path.name}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        os.fchmod(file.fileno(), mode)
    part.replace(path)


def _defaults(front: Front) -> dict[str, Any]:
    return {"locale": str(front.language), "database": {"url": front.config.database.url}}


def _ask(front: Front) -> dict[str, Any]:
    answers = _defaults(front)
    answers["locale"] = _until_good(front, "locale", Config, "locale", str(front.language))
    answers["database"]["url"] = _until_good(front, "database", Database, "url", answers["database"]["url"])
    answers["web"] = {"port": int(_until_good(front, "port", Web, "port", str(Web().port)))}
    public = _until_good(front, "public_url", Web, "public_url", "")
    if public:
        answers["web"]["public_url"] = public
    token = _until_good(front, "token", Telegram, "token", "", hide_input=True)
    if token:
        answers["telegram"] = {"token": token}
    return answers


def _until_good(
    front: Front, question: str, section: type[BaseModel], key: str, default: str, *, hide_input: bool = False
) -> str:
    """Ask until the section of the config takes the answer; a blank one leaves it out."""
    while True:
        asked = front.say(f"cli.init.{question}")
        said = str(typer.prompt(asked, default=default, show_default=bool(default), hide_input=hide_input)).strip()
        try:
            if said:
                section(**{key: said})
            return said
        except ValidationError as refusal:
            fault = of_values(section, refusal)[0]
            front.warn(fault.key, **fault.params)


def migrate_(config: ConfigPath = None, lang: Lang = None) -> None:
    with at_front(config, lang) as front, front.store() as store:
        before = revision(store)
        after = migrate(store)
        front.tell("cli.migrate.same" if before == after else "cli.migrate.done", before=before or "–", after=after)
