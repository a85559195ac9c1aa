"""Requests for a day and time of their own: when somebody is looked for, when it is confirmed, how the day is said."""

from datetime import datetime, timedelta
from typing import Any

from dispatch.cases import Case
from dispatch.messages import text
from dispatch.rules import Rules
from models.words import Due


def ahead(rules: Rules, case: Case, now: datetime) -> bool:
    """Whether it is an appointment whose time has not nearly come: its people are free for other things until then."""
    return case.wanted_at is not None and case.wanted_at > now + rules.appointments.soon


def start(rules: Rules, wanted_at: datetime, now: datetime) -> datetime | None:
    """When somebody is looked for: from the first gentle hour of the day that lies `lead` before; None: at once."""
    begin = rules.gentle_hours.begin
    day = rules.local(wanted_at - rules.appointments.lead).date()
    at = max(now, datetime.combine(day, begin, rules.zone))
    if not rules.gentle_hours.holds(rules.local(at)):
        tomorrow = rules.local(at).date() + timedelta(days=rules.local(at).time() >= begin)
        gentle = datetime.combine(tomorrow, begin, rules.zone)
        at = gentle if gentle <= wanted_at - rules.appointments.soon else at
    return at if at > now else None


def patience(rules: Rules, wanted_at: datetime, begins_at: datetime, ladder_takes: timedelta) -> float:
    """How many times as long the ladder's waits are: until half of the time left they reach its last rung, at best."""
    fits = (wanted_at - begins_at) / 2 / ladder_takes if ladder_takes else 1.0
    return float(round(min(max(fits, 1.0), rules.appointments.patience)))


def clock(rules: Rules, case: Case, now: datetime) -> dict[str, Any]:
    """What the sweep does next with an accepted appointment, and when; empty where it is none, or its time is over."""
    if case.wanted_at is None or case.wanted_at <= now:
        return {}
    day_before = rules.local(case.wanted_at).date() - timedelta(days=1)
    evening = datetime.combine(day_before, rules.appointments.confirm, rules.zone)
    if evening >= now + rules.appointments.soon:
        return {"due": Due.ASK_STILL_ON, "due_at": evening}
    return after_confirming(rules, case.wanted_at)


def after_confirming(rules: Rules, wanted_at: datetime) -> dict[str, Any]:
    """The next step once both sides were asked: is somebody there, at the time itself?"""
    return {"due": Due.ASK_ARRIVED, "due_at": wanted_at + rules.arrived_after}


def shown(rules: Rules, wanted_at: datetime) -> dict[str, Any]:
    """The day and time as people say them, as a text in the reader's language."""
    local = rules.local(wanted_at)
    weekday = text(_WEEKDAYS[local.weekday()])
    return text("dated.day", month=local.month, day=local.day, weekday=weekday, time=local.strftime("%H:%M"))


_WEEKDAYS = (
    "dated.monday",
    "dated.tuesday",
    "dated.wednesday",
    "dated.thursday",
    "dated.friday",
    "dated.saturday",
    "dated.sunday",
)
