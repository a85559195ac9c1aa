"""What every command begins with: its config, its language, its words, and how it ends when something is wrong."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy.exc import SQLAlchemyError

from bot import config
from bot.config import Config, ConfigFault, ConfigFaults
from bot.texts import Texts
from dispatch.errors import StewardError
from models.migrate import UnknownRevision, head, revision
from models.store import Store, is_damaged
from models.words import Language

FINE, PROBLEM, WRONG_USE = 0, 1, 2

ConfigPath = Annotated[Path | None, typer.Option("--config", metavar="PATH", help="cli.option.config")]
Lang = Annotated[Language | None, typer.Option("--lang", help="cli.option.lang")]
AsJson = Annotated[bool, typer.Option("--json", help="cli.option.json")]


@cache
def texts() -> Texts:
    """All sentences, read once a process."""
    return Texts()


def language_of(said: str) -> Language:
    """The language that a locale such as en_US.UTF-8 names; Chinese where it names neither."""
    return Language.EN if said.casefold().startswith("en") else Language.ZH


@dataclass(frozen=True, slots=True)
class Front:
    """One command at work."""

    config: Config
    language: Language

    def say(self, key: str, /, **params: Any) -> str:
        """A sentence in the operator's language."""
        return texts().say(self.language, key, **params)

    def tell(self, key: str, /, **params: Any) -> None:
        """Say it on stdout."""
        typer.echo(self.say(key, **params))

    def warn(self, key: str, /, **params: Any) -> None:
        """Say it on stderr."""
        typer.echo(self.say(key, **params), err=True)

    def fail(self, key: str, /, **params: Any) -> typer.Exit:
        """Say on stderr what is wrong; to be raised."""
        self.warn(key, **params)
        return typer.Exit(PROBLEM)

    @property
    def newer(self) -> str:
        """The sentence about a database of a newer version: what there is to do depends on the engine."""
        return "cli.newer_schema" if self.config.database.url.startswith("sqlite") else "cli.newer_schema_server"

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The configured store, closed at the end."""
        store = Store(self.config.database.url)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def ready(self) -> Iterator[Store]:
        """The configured store, for a command that only looks: it is there, and has the tables of this version."""
        with self.store() as store:
            if store.missing is not None:
                raise self.fail("health.no_file", path=store.missing)
            found = revision(store)
            if found != head():
                key = self.newer if found is not None and found > head() else "health.schema"
                raise self.fail(key, revision=found, found=found or "–", expected=head())
            yield store


@contextmanager
def at_front(
    path: Path | None, wished: Language | None, read: Callable[[Path | None], Config] = config.load
) -> Iterator[Front]:
    """Read the config and do the command's work; refusals become a sentence and an exit code."""
    try:
        settings = read(path)
    except ConfigFaults as refusal:
        tell_faults(refusal.faults, wished)
        raise typer.Exit(WRONG_USE) from None
    configured = settings.locale if "locale" in settings.model_fields_set else language_of(os.environ.get("LANG", ""))
    front = Front(settings, wished or configured)
    try:
        yield front
    except StewardError as refusal:
        raise front.fail(refusal.key, **refusal.params) from refusal
    except UnknownRevision as refusal:
        raise front.fail(front.newer, revision=refusal.revision) from refusal
    except SQLAlchemyError as refusal:
        why = " ".join(str(getattr(refusal, "orig", None) or type(refusal).__name__).split())
        raise front.fail("health.damaged" if is_damaged(refusal) else "health.database", why=why[:300]) from refusal
    except BrokenPipeError:
        raise  # Whoever read our output has seen enough.
    except OSError as refusal:
        raise front.fail("cli.file", path=refusal.filename or "", why=refusal.strerror or str(refusal)) from refusal


def tell_faults(faults: tuple[ConfigFault, ...], wished: Language | None) -> None:
    """Everything that is wrong with the configuration, a line each."""
    language = wished or language_of(os.environ.get("RED_STEWARD__LOCALE", "") or os.environ.get("LANG", ""))
    typer.echo(texts().say(language, "cli.config_refused", count=len(faults)), err=True)
    for fault in faults:
        what = f"{fault.where} = {fault.value}" if fault.value else fault.where
        typer.echo(f"  {what}: {texts().say(language, fault.key, **fault.params)}", err=True)


def as_json(found: Any) -> None:
    """For scripts: one JSON document on stdout."""
    typer.echo(json.dumps(found, ensure_ascii=False, indent=1, default=str))
