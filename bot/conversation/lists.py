"""Many lines as messages: a list under a heading, and the timeline of a request."""

from collections.abc import Sequence

from dispatch import cards, messages
from dispatch.history import Happening
from dispatch.messages import Message, text
from dispatch.rules import Rules

PART = 15  # Lines in one message.


def listed(key: str, lines: list[dict[str, object]]) -> Message:
    """Several texts under one heading, as one message."""
    return Message(key, {"lines": messages.listed(lines)})


def parts(key: str, lines: list[dict[str, object]], **params: object) -> list[Message]:
    """Many texts under one heading, in as many messages as it takes."""
    return [
        Message(key, {**params, "lines": messages.listed(lines[start : start + PART])})
        for start in range(0, len(lines), PART)
    ]


def timeline(rules: Rules, happenings: Sequence[Happening]) -> list[Message]:
    """What happened to a request, in the order of time."""
    lines: list[dict[str, object]] = [
        text(
            "admin.timeline_line",
            time=rules.local(one.at).strftime("%m-%d %H:%M:%S"),
            name=one.name or text("clock.name"),
            what=text(one.key),
            words=cards.shorten(one.words, 120),
        )
        for one in happenings
    ]
    return parts("admin.timeline", lines)
