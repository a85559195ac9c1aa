"""`run`: the service itself on the configured store."""

from enum import StrEnum
from typing import Annotated

import typer

from bot import charge, logs
from bot.cli import hold, table
from bot.cli.front import ConfigPath, Lang, at_front


class Role(StrEnum):
    """What one process of the service does."""

    ALL = "all"
    WEB = "web"
    WORKER = "worker"
    SENDER = "sender"


def run(
    config: ConfigPath = None,
    lang: Lang = None,
    role: Annotated[list[Role] | None, typer.Option(help="cli.option.role")] = None,
    or_demo: Annotated[bool, typer.Option("--or-demo", help="cli.option.or_demo")] = False,
    release_hold: Annotated[bool, typer.Option("--release-hold", help="cli.option.release_hold")] = False,
) -> None:
    with at_front(config, lang) as front:
        if front.config.token is None and or_demo:
            front.tell("cli.run.no_token_demo")
            table.module("demo").play(front)
            return
        logs.configure(front.config.log)
        if release_hold:
            hold.release(front)
        if front.config.token is None:
            front.warn("cli.run.no_token")
        web = front.config.web
        page = web.public_url or f"http://{web.host}:{web.port}"
        charge.serve(front.config, _roles(role or [Role.ALL]), ready=lambda: front.tell("cli.run.ready", url=page))


def _roles(wished: list[Role]) -> frozenset[str]:
    return charge.ROLES if Role.ALL in wished else frozenset(map(str, wished))
