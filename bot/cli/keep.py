"""`backup` and `restore`: the whole store in one file, and back, on either engine."""

from pathlib import Path
from typing import Annotated

import typer

from bot.cli import hold
from bot.cli.bar import bar
from bot.cli.front import WRONG_USE, ConfigPath, Lang, at_front
from bot.filelock import FileLock, Use
from dispatch import backups
from models.clock import SystemClock


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="cli.option.backup_to")],
    config: ConfigPath = None,
    lang: Lang = None,
) -> None:
    with at_front(config, lang) as front, front.ready() as store:
        if file.is_dir():
            front.warn("cli.backup.folder", path=file)
            raise typer.Exit(WRONG_USE)
        with bar(front.say("cli.backup.writing")) as report:
            contents = backups.write(store, file, SystemClock().now(), report)
        front.tell("cli.backup.done", path=file, rows=contents.rows, revision=contents.revision)


def restore(
    file: Annotated[Path | None, typer.Argument(metavar="FILE", help="cli.option.restore_from")] = None,
    config: ConfigPath = None,
    lang: Lang = None,
    force: Annotated[bool, typer.Option("--force", help="cli.option.force_restore")] = False,
    confirm: Annotated[bool, typer.Option("--confirm", help="cli.option.confirm")] = False,
) -> None:
    with at_front(config, lang) as front:
        if confirm == (file is not None):
            front.warn("cli.restore.how")
            raise typer.Exit(WRONG_USE)
        if confirm:
            front.tell("cli.restore.confirmed" if hold.release(front) else "cli.restore.not_held")
            return
        assert file is not None  # noqa: S101 - said above.
        with front.store() as store, FileLock(store, Use.ALONE):
            with bar(front.say("cli.restore.reading")) as report:
                rules = front.config.dispatch
                contents = backups.restore(store, file, SystemClock().now(), force=force, progress=report, rules=rules)
            if contents.aside is not None:
                front.tell("cli.restore.aside", path=contents.aside)
            if contents.forgotten:
                front.warn("cli.restore.forgotten")
            made = rules.local(contents.made_at)
            front.tell("cli.restore.done", rows=contents.rows, made=f"{made:%Y-%m-%d %H:%M}")
