"""The composition root: it alone joins store, reception, sweep, channels, senders and web into one running service."""

import asyncio
import gc
import signal
import sys
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from socket import socket
from typing import Any

import structlog
from sqlalchemy import Row, select
from sqlalchemy.exc import SQLAlchemyError
from starlette.routing import Route as WebRoute
from telegram.error import TelegramError

from bot import menus
from bot.channels import webchat
from bot.channels.base import Channel
from bot.channels.telegram import hearing, webhook
from bot.channels.telegram.polling import Poller
from bot.channels.telegram.sending import TelegramChannel
from bot.channels.webchat import WebChat
from bot.circle import Circle
from bot.config import Config
from bot.limits import Limits
from bot.listening import listen
from bot.reception import Hear
from bot.sender import Sender, Supplies
from bot.texts import Texts
from dispatch import drawing, health, marks
from dispatch.desk.losing import lose
from dispatch.outbox import Lost
from models.clock import Clock
from models.requests import Media
from models.store import Store
from models.words import Language
from web.app import DemoControls, Deps, create_app
from web.serve import Server

ANNOUNCE_AGAIN = 5.0  # Seconds until Telegram is told the webhook once more.
HOLD_LOOK = 1.0  # Seconds between two looks whether a restored store has been confirmed.
TURN = 0.0005  # Seconds after which a thread that computes gives way; Python's own are ten times as many.

log = structlog.get_logger()

Pace = Callable[[Circle], DemoControls]
"""Makes the demo page's controls for the circle whose pace they switch."""


@dataclass
class Service:
    """One process of the service: what it is made of, and the tasks that run until one ends or a signal comes."""

    store: Store  # Which this process is in charge of; see `bot.charge`.
    config: Config
    roles: frozenset[str]
    pace: Pace | None
    clock: Clock

    def __post_init__(self) -> None:
        self.texts = Texts()
        limits = self.config.limits
        self.limits = Limits(limits.bot_per_second, limits.chat_per_second, limits.group_per_minute)
        self.telegram = self._telegram() if self.config.token else None
        self.web_chat = WebChat(self.store, self.clock)
        me = self.telegram.me if self.telegram else None
        ears: dict[str, Hear] = {hearing.NAME: partial(hearing.hear, me=me), webchat.NAME: webchat.hear}
        self.circle = Circle(self.store, self.clock, self.config.dispatch, ears, self._wake)
        channels: list[Channel] = [self.web_chat, *([self.telegram] if self.telegram else [])]
        self.senders = [self._sender(channel) for channel in channels] if "sender" in self.roles else []
        self.poller: Poller | None = None
        self.server: Server | None = None

    async def run(self, ready: Callable[[], None] | None = None) -> None:
        """Serve until SIGTERM or SIGINT, or until a part ends by itself.

        Raises:
            PollerStuck: Telegram has been silent for so long that only a new start may help.
            CannotListen: the web server's address is not to be had; nothing has begun.
        """
        web = self.config.web
        sockets = listen(web.host, web.port) if "web" in self.roles else []
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, ended.set)
        parts = [asyncio.create_task(part) for part in self._parts(sockets)]
        tune()
        if ready is not None:
            ready()
        waiting = asyncio.create_task(ended.wait())
        done, _ = await asyncio.wait({waiting, *parts}, return_when=asyncio.FIRST_COMPLETED)
        await self._stop(parts)
        waiting.cancel()
        for part in done - {waiting}:
            part.result()

    def _parts(self, sockets: list[socket]) -> list[Coroutine[Any, Any, None]]:
        parts: list[Coroutine[Any, Any, None]] = []
        if "worker" in self.roles:
            parts.append(self.circle.run())
            if self.config.token and self.config.telegram.mode == "polling":
                self.poller = self._poller(self.config.token)
                parts.append(self.poller.run())
            elif self.telegram is not None:
                parts.append(self._announce(self.telegram))
            if self.telegram is not None:
                parts.append(self._learn(self.telegram))
        if self.senders:
            parts.append(self._send())
        if "web" in self.roles:
            self.server = Server(create_app(self._deps()), self.config.web.host, self.config.web.port)
            parts.append(self.server.serve(sockets))
        return parts

    async def _stop(self, parts: Sequence[asyncio.Task[None]]) -> None:
        """Let each part finish what it has in hand."""
        if self.server is not None:
            self.server.should_exit = True
        if self.poller is not None:
            self.poller.stop()
        self.circle.stop()
        for sender in self.senders:
            sender.stop()
        await asyncio.wait(parts, timeout=10)
        for part in parts:
            part.cancel()
        await asyncio.gather(*parts, return_exceptions=True)

    async def _send(self) -> None:
        """Run the senders; a restored store stays silent until somebody has confirmed it."""
        while await asyncio.to_thread(self._held):  # noqa: ASYNC110 (another process writes the mark)
            await asyncio.sleep(HOLD_LOOK)
        published = [self._publish_menus(self.telegram)] if self.telegram is not None else []
        await asyncio.gather(*(sender.run() for sender in self.senders), *published)

    async def _publish_menus(self, channel: TelegramChannel) -> None:
        """What the menu button shows before a person has said a word; without it the service works all the same."""
        await channel.start()
        try:
            await channel.publish_menus(self.config.locale)
        except TelegramError as fault:
            log.warning("menus not published", fault=type(fault).__name__)

    def _held(self) -> bool:
        try:
            with self.store.read() as conn:
                return marks.held(conn)
        except SQLAlchemyError as fault:  # It may be away; nothing is sent before it says that it may.
            log.warning("hold cannot be read", fault=type(fault).__name__)
            return True

    def _wake(self) -> None:
        for sender in self.senders:
            sender.wake()

    def _telegram(self) -> TelegramChannel:
        return TelegramChannel(
            str(self.config.token),
            self.config.telegram.api_url,
            self.limits,
            menus=partial(menus.menu, self.texts),
            load=self._recording,
        )

    def _sender(self, channel: Channel) -> Sender:
        supplies = Supplies(self.texts, self.config.locale, partial(drawing.draw, self.config.dispatch), self._lose)
        if isinstance(channel, TelegramChannel):
            rate = self.config.limits.bot_per_second
            return Sender(self.store, self.clock, channel, supplies, self.limits, rate)
        return Sender(self.store, self.clock, channel, supplies)

    def _lose(self, lost: list[Lost]) -> None:
        lose(self.store, self.clock, self.circle.rules, lost)
        self._wake()

    def _poller(self, token: str) -> Poller:
        return Poller(self.store, self.clock, token, self.config.telegram.api_url, self.circle.arrived)

    async def _learn(self, channel: TelegramChannel) -> None:
        """Ask what we are called, until Telegram has said it: groups call us by that name. Then wait for the end."""
        await channel.start()
        while channel.me.username is None:
            try:
                await channel.learn()
            except TelegramError as fault:
                log.warning("own name not learned", fault=type(fault).__name__)
                await asyncio.sleep(ANNOUNCE_AGAIN)
        await asyncio.Event().wait()

    async def _announce(self, channel: TelegramChannel) -> None:
        """Tell Telegram the webhook's address, again and again until it has heard it; then wait for the end."""
        hook = self.config.telegram.webhook
        secret = hook.secret.get_secret_value() if hook.secret else ""
        await channel.start()
        announced = False
        while not announced:
            try:
                await webhook.announce(channel.bot, hook.address, secret)
                announced = True
            except TelegramError as fault:
                log.warning("webhook not announced", fault=type(fault).__name__)
                await asyncio.sleep(ANNOUNCE_AGAIN)
        await asyncio.Event().wait()

    def _deps(self) -> Deps:
        return Deps(
            store=self.store,
            clock=self.clock,
            rules=self.config.dispatch,
            say=self._say,
            arrived=self.circle.arrived,
            health=self._faults,
            fetch_media=self._fetch,
            webhook=self._webhook(),
            demo=self.pace(self.circle) if self.pace else None,
        )

    def _webhook(self) -> list[WebRoute]:
        hook = self.config.telegram.webhook
        if self.telegram is None or self.config.telegram.mode != "webhook" or hook.secret is None:
            return []
        bot, secret = int(self.telegram.bot.token.partition(":")[0]), hook.secret.get_secret_value()
        receive = webhook.endpoint(self.store, self.clock, bot, secret, self.circle.arrived)
        return [WebRoute(hook.route, receive, methods=["POST"])]

    def _say(self, language: Language, key: str, params: dict[str, Any]) -> str:
        return self.texts.say(language, key, **params)

    def _faults(self) -> Sequence[health.Fault]:
        polls = self.telegram is not None and self.config.telegram.mode == "polling"
        return health.faults(self.store, self.clock, polls=polls)

    def _fetch(self, media: Row[Any]) -> Awaitable[bytes | None]:
        return self._fetched(media)

    async def _fetched(self, media: Row[Any]) -> bytes | None:
        if media.channel != hearing.NAME or self.telegram is None or media.file_ref is None:
            return None
        return await self.telegram.fetch(media.file_ref)

    def _recording(self, token: str) -> tuple[bytes, str] | None:
        """A recording that came by another channel, by its token."""
        with self.store.read() as conn:
            row = conn.execute(select(Media.content, Media.mime).where(Media.token == token)).one_or_none()
        return (row.content, row.mime) if row is not None and row.content is not None else None


def tune() -> None:
    """How Python runs from here on, which the service and whoever measures it say once everything is loaded.

    What is loaded stays, so the collector need not walk through it again and again (a fifth of a sweep). And a thread
    that computes, as for a report, gives way ten times as soon as usual: a step of the database gives its turn away
    for each row and waits for it again, so that beside such a thread ten rungs took 2 to 6 s, and take 0.3 (ADR 30).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    sys.setswitchinterval(TURN)
