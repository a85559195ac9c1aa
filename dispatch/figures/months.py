"""A month of the county's calendar, as the two instants between which it lies."""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from dispatch import errors
from dispatch.rules import Rules

_MONTH = re.compile(r"(20\d\d)[-年./]?(0?[1-9]|1[0-2])月?")


class Month(NamedTuple):
    """A month by its name, as in 2026-03: from `since` to before `until`."""

    name: str
    since: datetime
    until: datetime


def of(rules: Rules, day: date) -> Month:
    """The month in which a day of the county's calendar lies."""
    first = day.replace(day=1)
    following = (first + timedelta(days=31)).replace(day=1)
    since, until = (datetime(one.year, one.month, 1, tzinfo=rules.zone) for one in (first, following))
    return Month(f"{first:%Y-%m}", since, until)


def named(rules: Rules, name: str) -> Month:
    """The month that people call so: 2026-03, 2026年3月, 202603.

    Raises:
        BadValue: that is no month.
    """
    found = _MONTH.fullmatch(name.strip())
    if found is None:
        raise errors.BadValue("figures.no_month", word=name[:20])
    return of(rules, date(int(found[1]), int(found[2]), 1))


def before(rules: Rules, month: Month) -> Month:
    """The month before it."""
    return of(rules, date.fromisoformat(f"{month.name}-01") - timedelta(days=1))


def after(rules: Rules, month: Month) -> Month:
    """The month behind it."""
    return of(rules, date.fromisoformat(f"{month.name}-28") + timedelta(days=4))


def current(rules: Rules, now: datetime) -> Month:
    """The month that runs."""
    return of(rules, rules.local(now).date())


def complete(rules: Rules, now: datetime) -> Month:
    """The last month that is over and settled: it is published and reported from `rules.figures.day` on."""
    last = before(rules, current(rules, now))
    return last if rules.local(now).day >= rules.figures.day else before(rules, last)
