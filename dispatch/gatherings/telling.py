"""What people hear of a gathering: the invitation, reminders, and what has changed. Each once, by its key."""

from collections.abc import Iterable
from typing import Any

from dispatch import appointments
from dispatch.gatherings import habits
from dispatch.gatherings.meetings import Meeting
from dispatch.gatherings.seats import Guest
from dispatch.messages import Button, Message, text
from dispatch.rules import Rules
from dispatch.taps import Verb, data
from dispatch.work import Work
from models.habits import Reply
from models.words import Lane


def about(rules: Rules, meeting: Meeting) -> dict[str, Any]:
    """What every sentence about a gathering may use."""
    return {
        "number": meeting.id,
        "name": habits.name(rules, meeting.kind, meeting.activity),
        "when": appointments.shown(rules, meeting.begins_at),
        "until": rules.hhmm(meeting.ends_at),
        "place": meeting.place,
        "needed": text("gather.needed", count=meeting.needed) if meeting.needed else text("gather.all_welcome"),
        "safety": text("gather.safety", words=meeting.safety) if meeting.safety else "",
    }


def buttons(token: str, *verbs: Verb) -> list[Button]:
    """A row of buttons that carry a token."""
    return [Button(f"button.{verb.name.lower()}", data(verb, token)) for verb in verbs]


def answers(token: str) -> tuple[tuple[Button, ...], ...]:
    """The two answers to an invitation."""
    return (tuple(buttons(token, Verb.SEAT_YES, Verb.SEAT_NO)),)


def invitation(rules: Rules, meeting: Meeting, token: str) -> Message:
    """Will you come?"""
    return Message("gather.invitation", about(rules, meeting), answers(token))


def post(work: Work, meeting: Meeting, person_id: int, message: Message, what: str, lane: Lane) -> None:
    """Put it into the outbox. `what` it is, said twice of the same time of the same gathering, is one message."""
    work.post(person_id, message, lane, key=f"gather:{meeting.id}:{meeting.moves}:{what}:{person_id}")


def changed(
    work: Work, meeting: Meeting, guests: Iterable[Guest], key: str, *, ask: bool = False, **params: Any
) -> int:
    """Tell of a change, loudly whoever wanted to come; returns how many were told. `ask`: will you come then?"""
    told = hears(meeting, guests)
    for guest in told:
        rows = answers(guest.token) if ask else ()
        loud = guest.reply in (Reply.YES, Reply.WAITING)
        message = Message(key, {**about(work.rules, meeting), **params}, rows, loud=loud)
        post(work, meeting, guest.invited_id, message, key, Lane.STATUS)
    return len(told)


def hears(meeting: Meeting, guests: Iterable[Guest]) -> list[Guest]:
    """Who hears of a change: everybody with a seat, or those who answered, as is the habit."""
    tells_all = habits.HABITS[meeting.kind].tells_all
    return [guest for guest in guests if tells_all or guest.reply is not None]
