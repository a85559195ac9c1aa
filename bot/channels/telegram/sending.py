"""Telegram as a channel: sends messages, edits cards, answers taps, fetches what people sent."""

import asyncio
from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import Any

import structlog
from telegram import Bot, InputFile
from telegram.error import BadRequest, RetryAfter, TelegramError
from telegram.request import BaseRequest

from bot.channels.base import Capabilities, Rendered
from bot.channels.telegram import failures, payloads
from bot.channels.telegram.identity import Me
from bot.channels.telegram.payloads import Call
from bot.channels.telegram.transport import Transport
from bot.limits import Limits
from dispatch.messages import OPENS, Attachment
from dispatch.outbox import Fate, Outcome, Parcel
from models.words import Language, MediaKind

NAME = "telegram"
CAPABILITIES = Capabilities(
    buttons=True,
    edits=True,
    places=True,
    phones=True,
    media=frozenset(MediaKind),
    text_length=payloads.TEXT_LENGTH,
)

# The commands of a menu, as (command, description), by its name and language.
Menus = Callable[[str, Language], Iterable[tuple[str, str]]]
# The content of a recording that came by another channel, with its MIME type, by its token. Runs in a worker thread.
Load = Callable[[str], tuple[bytes, str] | None]

# Of files whose kind does not end in what their name ends in.
_ENDINGS = {"text/plain": "txt", "application/x-xlsx": "xlsx"}

log = structlog.get_logger()


def make_bot(token: str, api_url: str, transport: Transport) -> Bot:
    """A client of a Bot API server over this transport."""
    return Bot(
        token,
        base_url=f"{api_url}/bot",
        base_file_url=f"{api_url}/file/bot",
        request=transport,
        get_updates_request=transport,
    )


async def call(bot: Bot, method: str, params: dict[str, Any], read_timeout: float | None = None) -> Any:
    """One call with its parameters as they are.

    Raises:
        telegram.error.TelegramError: it failed; see `failures`.
    """
    reading = BaseRequest.DEFAULT_NONE if read_timeout is None else read_timeout
    # In lower case, which Telegram takes as well: the library warns of methods that it has functions for.
    return await bot.do_api_request(method.lower(), params, read_timeout=reading)


class TelegramChannel:
    """A bot's way out. `limits` paces the further calls of a message that needs several."""

    name = NAME
    capabilities = CAPABILITIES

    def __init__(
        self,
        token: str,
        api_url: str,
        limits: Limits | None = None,
        menus: Menus | None = None,
        load: Load | None = None,
        transport: Transport | None = None,
    ) -> None:
        self.me = Me(int(token.partition(":")[0]))
        self._transport = transport or Transport()
        self.bot = make_bot(token, api_url, self._transport)
        self._limits = limits or Limits()
        self._menus = menus
        self._load = load

    async def start(self) -> None:
        """Open the pool of connections; nobody is called yet."""
        await self._transport.initialize()

    async def stop(self) -> None:
        """Close them."""
        await self._transport.shutdown()

    async def send(self, parcel: Parcel, rendered: Rendered) -> Outcome:
        """Send one message and say what became of it."""
        try:
            ref = await self._send(parcel, rendered)
        except TelegramError as error:
            return failures.classify(error, parcel)
        return Outcome(parcel, Fate.SENT, message_ref=ref)

    async def publish_menus(self, language: Language) -> None:
        """Show everybody the residents' menu in the language of their app, before they have said a word.

        Raises:
            telegram.error.TelegramError: it was not taken.
        """
        if self._menus is None:
            return
        for code, spoken in ((None, language), *((str(one), one) for one in Language)):
            await self._do(payloads.menu(None, self._menus("resident", spoken), code))

    async def learn(self) -> None:
        """Ask Telegram what we are called there.

        Raises:
            telegram.error.TelegramError: it did not say.
        """
        found = await call(self.bot, "getMe", {})
        self.me.id, self.me.username = int(found["id"]), str(found["username"])

    async def fetch(self, file_ref: str) -> bytes:
        """The content of a recording that somebody sent; up to 20 MB.

        Raises:
            telegram.error.TelegramError: it cannot be had.
        """
        await self._transport.initialize()  # A process that only shows pages sends nothing, and so starts nothing.
        found = await self.bot.get_file(payloads.file_id(file_ref))
        return bytes(await found.download_as_bytearray())

    async def _send(self, parcel: Parcel, rendered: Rendered) -> str | None:
        rendered = await self._with_addresses(rendered)
        message = rendered.message
        if message.ack is not None:
            await self._do(payloads.acknowledge(message.ack, rendered))
            return None
        if message.menu:
            commands = self._menus(str(message.params.get("menu", "")), rendered.language) if self._menus else ()
            await self._do(payloads.menu(parcel.address, commands))
            return None
        if parcel.edit_ref is None or not await self._edited(parcel.edit_ref, parcel, rendered):
            return await self._say(parcel, rendered)
        return None

    async def _with_addresses(self, rendered: Rendered) -> Rendered:
        """Buttons that open the private chat with the address at which it is."""
        if not any(data.startswith(OPENS) for row in rendered.buttons for _, data in row):
            return rendered
        if self.me.username is None:
            await self.learn()
        ours = f"{payloads.ADDRESS}{self.me.username}?start="
        rows = tuple(
            tuple((label, ours + data.removeprefix(OPENS) if data.startswith(OPENS) else data) for label, data in row)
            for row in rendered.buttons
        )
        return replace(rendered, buttons=rows)

    async def _edited(self, ref: str, parcel: Parcel, rendered: Rendered) -> bool:
        """Edit a message. False: it cannot be edited, and something new has to be said."""
        try:
            await self._do(payloads.edit(parcel.address, ref, rendered))
        except BadRequest as error:
            if failures.not_editable(error):
                return False
            raise
        return True

    async def _do(self, one: Call) -> None:
        await call(self.bot, one.method, one.params)

    async def _say(self, parcel: Parcel, rendered: Rendered) -> str | None:
        files = [(one, await self._file(one)) for one in rendered.message.media]
        wanted = payloads.calls(parcel.address, rendered, parcel.lane, [pair for pair in files if pair[1] is not None])
        if not wanted:
            return None
        first, rest = wanted[0], wanted[1:]
        try:
            result = await call(self.bot, first.method, first.params)
        except BadRequest as error:
            if not failures.bad_file(error) or not rendered.text:
                raise
            first, *rest = payloads.calls(parcel.address, rendered, parcel.lane)
            result = await call(self.bot, first.method, first.params)
        self._limits.ended(parcel.address)
        for one in rest:
            await self._follow(parcel, one)
        return payloads.reference(first, result)

    async def _follow(self, parcel: Parcel, one: Call) -> None:
        """Send what goes with a message that has arrived. It is tried twice; the message itself is not repeated."""
        for _ in range(2):
            await self._limits.turn(parcel.address)
            try:
                await call(self.bot, one.method, one.params)
                return
            except RetryAfter as error:
                self._limits.refused(parcel.address, failures.seconds(error))
            except TelegramError as error:
                log.warning("attachment not sent", method=one.method, parcel=parcel.id, reason=str(error)[:200])
                if not isinstance(error.__cause__, failures.UNSEEN):
                    return
            finally:
                self._limits.ended(parcel.address)

    async def _file(self, one: Attachment) -> Any:
        """What Telegram takes for a recording: its own name for it, or the content."""
        if one.channel == NAME and one.file_ref:
            return one.file_ref
        found = await asyncio.to_thread(self._load, one.token) if self._load else None
        if found is None:
            return None
        content, mime = found
        plain = mime.partition(";")[0]
        ending = _ENDINGS.get(plain, plain.partition("/")[2])
        return InputFile(content, filename=f"{one.kind}.{ending or 'bin'}")
