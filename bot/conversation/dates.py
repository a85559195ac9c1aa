"""Days as people write them: 2026-11-25, 11-25, 11月25日, 十一月二十五号, 今天, 明儿, tomorrow."""

import re
import unicodedata
from datetime import date, timedelta

_NAMED = {"今天": 0, "今儿": 0, "today": 0, "明天": 1, "明儿": 1, "tomorrow": 1, "后天": 2, "后儿": 2, "大后天": 3,
          "昨天": -1, "昨儿": -1, "yesterday": -1, "前天": -2}  # fmt: skip
_FULL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_SHORT = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号]?")
_NUMERAL = re.compile("[一二三四五六七八九十]+")
_DIGITS = {sign: value for value, sign in enumerate("一二三四五六七八九", 1)}
FARTHEST = timedelta(days=366)


def day(words: str, today: date) -> date | None:
    """The day that the words mean, seen from today; without a year the next such day. None: not a day at all."""
    plain = unicodedata.normalize("NFKC", words).strip().casefold()
    if plain in _NAMED:
        return today + timedelta(days=_NAMED[plain])
    plain = _NUMERAL.sub(lambda found: str(_number(found[0])), plain)
    full, short = _FULL.fullmatch(plain), _SHORT.fullmatch(plain)
    try:
        if full:
            return date(int(full[1]), int(full[2]), int(full[3]))
        if short:
            this_year = date(today.year, int(short[1]), int(short[2]))
            return this_year if this_year >= today else this_year.replace(year=today.year + 1)
    except ValueError:
        return None
    return None


def past(words: str, today: date, within: timedelta = timedelta(days=364)) -> date | None:
    """The same, and of days without a year the latest that is not to come, unless it is longer ago than `within`."""
    found = day(words, today)
    if found is None or found <= today:
        return found
    before = day(words, today - within)
    return before if before is not None and (before.month, before.day) == (found.month, found.day) else found


def _number(numeral: str) -> int:
    """A Chinese numeral below a hundred: 八, 十二, 二十, 二十五."""
    tens, ten, ones = numeral.rpartition("十")
    return (_DIGITS.get(tens, 1) * 10 if ten else 0) + _DIGITS.get(ones, 0)


def span(words: str, today: date) -> tuple[date, date] | None:
    """Two days "from until" (or one for both), in order; None when it is not that."""
    parts = [
        part
        for part in re.split(r"\s+|到|至|~|—|–| to | until ", words.strip())
        if part and part not in ("to", "until")
    ]
    days = [day(part, today) for part in parts]
    found = [one for one in days if one is not None]
    if not found or len(found) != len(parts) or len(found) > 2:
        return None
    return found[0], found[-1]
