"""`run`: the service itself on the configured store."""

from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from bot import charge, logs
from bot.cli import hold, table
from bot.cli.front import ConfigPath, Front, Lang, at_front


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
        roles = _roles(role or [Role.ALL])
        charge.serve(front.config, roles, ready=partial(_ready, front, roles))


def _ready(front: Front, roles: frozenset[str]) -> None:
    """What there is to say is said now: the sentences take long to read, and what is overdue does not wait for them."""
    if front.config.token is None:
        front.warn("cli.run.no_token")
    web = front.config.web
    if "web" in roles:
        front.tell("cli.run.ready", url=web.public_url or f"http://{web.host}:{web.port}")
    else:
        front.tell("cli.run.without_web", roles=", ".join(sorted(roles)))


def _roles(wished: list[Role]) -> frozenset[str]:
    return charge.ROLES if Role.ALL in wished else frozenset(map(str, wished))
