"""Everything that the stand-in knows: the bot, its chats, files, updates, webhook, faults and the calls so far."""

import asyncio
import time
from collections import Counter, defaultdict
from itertools import count
from typing import Any

from .chats import Call, Chat, Query, StoredFile
from .errors import ApiError, Json, bad
from .faults import Fault, Limits
from .updates import Queue

TOKEN = "123456789:AAStandInForTheBotApiOfTelegram0000"
PHOTO = bytes.fromhex("ffd8ffe000104a46494600010100000100010000ffd9")
"""The frame of a JPEG file: what a person sends when a test gives no content."""


class World:
    """The state behind the server. It is only ever touched in the server's loop, so it needs no lock."""

    def __init__(self, token: str = TOKEN, keep: int | None = None) -> None:
        """Begin with a bot and nobody else; `keep` bounds calls, updates and messages of a chat (None: keep all)."""
        self.token = token
        self.keep = keep
        self.bot: Json = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Stand-in",
            "username": "stand_in_bot",
        }
        self.chats: dict[int, Chat] = {}
        self.files: dict[str, StoredFile] = {}
        self.paths: dict[str, StoredFile] = {}
        self.queries: dict[str, Query] = {}
        self.queue = Queue(keep=keep)
        self.poll: asyncio.Future[ApiError | None] | None = None
        self.webhook: Json = {"url": ""}
        self.webhook_trouble: Json = {}
        self.webhook_changed = asyncio.Event()
        self.commands: dict[str, list[Json]] = {}
        self.menu_buttons: dict[int, Json] = {}
        self.faults: list[Fault] = []
        self.limits = Limits()
        self.calls: list[Call] = []
        self.calls_forgotten = 0
        self.counts: Counter[str] = Counter()
        self.errors: Counter[str] = Counter()
        self.popups: defaultdict[int, list[str]] = defaultdict(list)
        self.numbers = count(1)
        self.in_flight = 0

    def chat(self, chat_id: Any) -> Chat:
        """Return a chat by its id or @name, whoever may write there."""
        if isinstance(chat_id, str) and chat_id.startswith("@"):
            for chat in self.chats.values():
                if chat.info.get("username") == chat_id[1:]:
                    return chat
        try:
            return self.chats[int(chat_id)]
        except (KeyError, TypeError, ValueError):
            raise bad("chat_id is empty" if chat_id in (None, "") else "chat not found") from None

    def open_chat(self, chat_id: Any) -> Chat:
        """Return a chat that the bot may write to; raise Telegram's refusal otherwise."""
        chat = self.chat(chat_id)
        chat.check_open()
        return chat

    def post(self, chat: Chat, sender: Json, content: Json, ago: float = 0) -> Json:
        """Put a message into a chat and return it; `ago` dates it back by seconds."""
        chat.last_message_id = number = chat.last_message_id + 1
        message = {"message_id": number, "from": sender, "chat": chat.info, "date": int(time.time() - ago)}
        message.update(content)
        chat.messages[number] = message
        if self.keep is not None and len(chat.messages) > self.keep:
            del chat.messages[next(iter(chat.messages))]
        return message

    def replace(self, chat: Chat, message: Json, **changes: Any) -> Json:
        """Display a message differently; None takes a part away. Copies that went out before stay as they were."""
        message = {**message, **changes, "edit_date": int(time.time())}
        message = {key: part for key, part in message.items() if part is not None}
        chat.messages[message["message_id"]] = message
        return message

    def is_mine(self, message: Json) -> bool:
        """Tell whether the bot wrote this message."""
        return bool(message["from"]["id"] == self.bot["id"])

    def store(self, kind: str, content: bytes, name: str = "", size: int | None = None) -> StoredFile:
        """Keep a file; ids are as long as Telegram's, so that no column is made too short for them."""
        number = next(self.numbers)
        ending = name.rpartition(".")[2] if "." in name else {"photo": "jpg", "voice": "oga", "video": "mp4"}.get(kind)
        path = f"{kind}s/file_{number}" + (f".{ending}" if ending else "")
        file = StoredFile(f"{kind:A<12}{number:0>64}", kind, path, content, len(content) if size is None else size)
        self.files[file.file_id] = self.paths[file.path] = file
        if self.keep is not None and len(self.files) > self.keep:
            oldest = self.files.pop(next(iter(self.files)))
            del self.paths[oldest.path]
        return file

    def record(self, call: Call) -> None:
        """Remember a call and what came of it."""
        self.counts[call.method] += 1
        if call.error:
            self.errors[call.error[:3] if call.error[0].isdigit() else call.error] += 1
        self.calls.append(call)
        if self.keep is not None and len(self.calls) > 2 * self.keep:
            self.calls_forgotten += self.keep
            del self.calls[: self.keep]

    def pending(self) -> int:
        """Return how many updates the bot has not confirmed yet."""
        return len(self.queue) + self.in_flight
