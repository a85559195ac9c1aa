"""`demo`: the service on made-up people, in a store of its own."""

from typing import Annotated

import typer

from bot import charge, logs
from bot.cli.bar import bar
from bot.cli.front import ConfigPath, Front, Lang, at_front
from bot.config import Database, Telegram
from bot.demo import Size, cast, open_demo
from bot.demo.pace import controls
from models.clock import SystemClock

SizeOption = Annotated[Size, typer.Option(help="cli.option.size")]
FreshOption = Annotated[bool, typer.Option("--fresh", help="cli.option.fresh")]
PortOption = Annotated[int | None, typer.Option(min=0, max=65535, help="cli.option.port")]


def demo(
    config: ConfigPath = None,
    lang: Lang = None,
    size: SizeOption = Size.TOWNSHIP,
    fresh: FreshOption = False,
    port: PortOption = None,
) -> None:
    with at_front(config, lang) as front:
        play(front, size, port, fresh=fresh)


def play(front: Front, size: Size = Size.TOWNSHIP, port: int | None = None, *, fresh: bool = False) -> None:
    """Make up the people where that is still to be done, and serve until told to end."""
    with bar(front.say("cli.demo.building")) as report:
        store = open_demo(size, front.config.dispatch, SystemClock(), fresh=fresh, progress=report)
    with store.read() as conn:
        players = cast(conn)
    url = store.url.render_as_string()
    store.close()
    # Neither the configured store nor the configured bot: nothing made up ever reaches anybody real.
    changes = {"database": Database(url=url), "telegram": Telegram()}
    if port is not None:
        changes["web"] = front.config.web.model_copy(update={"port": port})
    settings = front.config.model_copy(update=changes)
    logs.configure(settings.log)
    page = f"http://{settings.web.host}:{settings.web.port}"
    charge.serve(settings, pace=controls(players), ready=lambda: front.tell("cli.demo.ready", url=page))
