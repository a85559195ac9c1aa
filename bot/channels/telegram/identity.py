"""Who we are at Telegram: by it a group's commands, mentions and replies are known to be meant for us."""

from dataclasses import dataclass

from telegram import Message, MessageEntity


@dataclass(slots=True)
class Me:
    """The bot's own id and username. Until Telegram has told the name, what may be meant for us counts as meant."""

    id: int | None = None
    username: str | None = None

    def called(self, name: str) -> bool:
        """Whether a username, without the @, is ours."""
        if self.username is None:
            return name.casefold().endswith("bot")  # Every bot's name ends so.
        return name.casefold() == self.username.casefold()

    def meant(self, message: Message) -> bool:
        """Whether a message in a group is for us: a command, a mention, or a reply to what we said."""
        text = message.text or message.caption or ""
        if text.startswith("/"):
            _, at, name = text.split(maxsplit=1)[0].partition("@")
            return not at or self.called(name)
        return self._answered(message) or self._mentioned(message)

    def _answered(self, message: Message) -> bool:
        said = message.reply_to_message
        author = said.from_user if said is not None else None
        return author is not None and (author.is_bot if self.id is None else author.id == self.id)

    def _mentioned(self, message: Message) -> bool:
        found = message.parse_entities([MessageEntity.MENTION]) or message.parse_caption_entities(
            [MessageEntity.MENTION]
        )
        return any(self.called(name.removeprefix("@")) for name in found.values())
