"""Days as people write them: 2026-11-25, 11-25, 十一月二十五号, 今天, 明儿, tomorrow; also in a sentence."""

import re
import unicodedata
from datetime import date, timedelta

from bot.conversation.numerals import NUMERAL, number

_DAYS = {"今天": 0, "今儿": 0, "today": 0, "明天": 1, "明儿": 1, "tomorrow": 1, "后天": 2, "后儿": 2, "大后天": 3}
_NAMED = _DAYS | {"昨天": -1, "昨儿": -1, "yesterday": -1, "前天": -2}
_FULL = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?")
_SHORT = re.compile(r"(\d{1,2})[-/.月](\d{1,2})[日号]?")
_ONES = "一二三四五六七八九"
_NUMERAL = re.compile(f"[{_ONES}十]*十[{_ONES}十]*|(?<![{_ONES}])[{_ONES}](?![{_ONES}])")  # 二三 may be two or three.
_IN_SENTENCE = _DAYS | {
    "今日": 0, "tonight": 0, "this afternoon": 0, "this evening": 0, "明日": 1, "day after tomorrow": 2,
}  # fmt: skip
_ENGLISH_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = "|".join(f"{month}|{month[:3]}" for month in _MONTHS) + "|sept"
_DAY = re.compile("|".join(sorted(map(re.escape, _IN_SENTENCE), key=len, reverse=True)))
_AFTER = re.compile(rf"({NUMERAL}) ?(?:天|日)(?:以后|之后|后)|\bin ({NUMERAL}) days?\b")
_WEEKDAY = re.compile(
    r"(下个?|这个?|本|上个?)?(?:周|星期|礼拜)([一二三四五六日天末])"
    rf"|\b(next |this |last )?({'|'.join(_ENGLISH_DAYS)}|weekend)\b"
)
_ISO = re.compile(r"(?<!\d)(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})[日号]?(?!\d)")
_MONTH_DAY = re.compile(rf"({NUMERAL})月({NUMERAL})[日号]?")
_ENGLISH_DATE = re.compile(
    rf"\b({_MONTH})\.? (\d{{1,2}})(?:st|nd|rd|th)?\b|\b(\d{{1,2}})(?:st|nd|rd|th)?(?: of)? ({_MONTH})\b"
)
# The 15th; not house 15, gate 3 or a number of a road.
_NTH = re.compile(
    rf"(?<![0-9零〇一二两三四五六七八九十月路街巷弄里村组队区栋家住在楼])(下个?月|这个?月|本月)?({NUMERAL})[号日]"
    r"(?![楼院门房单元线病室店桌井机地铺库车厅仓棚墩桥路屋家厂坑沟])"
)
_TO = re.compile(r"\s*(?:到|至|[~—–]|\bto\b|\buntil\b)\s*")
_SPACE_OR_TO = re.compile(rf"{_TO.pattern}|\s+")
FARTHEST = timedelta(days=366)


def day(words: str, today: date) -> date | None:
    """The day that the words mean, seen from today; without a year the next such day. None: not a day at all."""
    plain = unicodedata.normalize("NFKC", words).strip().casefold()
    if plain in _NAMED:
        return today + timedelta(days=_NAMED[plain])
    plain = _NUMERAL.sub(lambda found: str(number(found[0])), plain)
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


def span(words: str, today: date) -> tuple[date, date] | None:
    """Two days "from until" (or one for both); None when it is not that. A weekday to end on is one after the first."""
    plain = unicodedata.normalize("NFKC", words).strip().casefold()
    for between in (_SPACE_OR_TO, _TO):
        parts = [part for part in between.split(plain) if part]
        days = [_whole(part, today) for part in parts]
        if 0 < len(days) <= 2 and days[0] is not None and days[-1] is not None:
            if days[-1] < days[0] and _WEEKDAY.fullmatch(parts[-1]):
                return days[0], _weekday(parts[-1], days[0]) or days[-1]
            return days[0], days[-1]
    return None


def _whole(part: str, today: date) -> date | None:
    """The day that this is and nothing besides: 11-25, 周六, next Monday, 三天后."""
    found = day(part, today)
    return found if found is not None or without(part).strip() else in_sentence(part, today)


def in_sentence(text: str, today: date) -> date | None:
    """The day that a sentence names, in plain small letters; None where it names none."""
    for read in (_iso, _month_day, _english_date, _days_on, _weekday, _named, _nth):
        found = read(text, today)
        if found is not None:
            return found
    return None


def without(text: str) -> str:
    """The sentence without its days."""
    for pattern in (_ISO, _MONTH_DAY, _ENGLISH_DATE, _AFTER, _WEEKDAY, _DAY, _NTH):
        text = pattern.sub(" ", text)
    return text


def _iso(text: str, _today: date) -> date | None:
    found = _ISO.search(text)
    return _date(int(found[1]), int(found[2]), int(found[3])) if found else None


def _month_day(text: str, today: date) -> date | None:
    found = _MONTH_DAY.search(text)
    return _next_year(number(found[1]), number(found[2]), today) if found else None


def _english_date(text: str, today: date) -> date | None:
    found = _ENGLISH_DATE.search(text)
    if not found:
        return None
    month, day = (found[1], found[2]) if found[1] else (found[4], found[3])
    which = next(place for place, name in enumerate(_MONTHS, 1) if name.startswith(month[:3]))
    return _next_year(which, int(day), today)


def _next_year(month: int, day: int, today: date) -> date | None:
    """This year's, or next year's where this year's is long over (a week or less is a slip, and past)."""
    found = _date(today.year, month, day)
    if found is not None and found < today - timedelta(days=60):
        return _date(today.year + 1, month, day)
    return found


def _days_on(text: str, today: date) -> date | None:
    found = _AFTER.search(text)
    return today + timedelta(days=number(found[1] or found[2])) if found else None


def _weekday(text: str, today: date) -> date | None:
    found = _WEEKDAY.search(text)
    if not found:
        return None
    which = (found[1] or found[3] or "").strip().removesuffix("个")
    name = found[2] or found[4]
    weekday = {"末": 5, "weekend": 5, "日": 6, "天": 6}.get(name)
    if weekday is None:
        weekday = _ENGLISH_DAYS.index(name) if name in _ENGLISH_DAYS else "一二三四五六".index(name)
    monday = today - timedelta(days=today.weekday())
    if which in ("下", "next"):
        return monday + timedelta(days=7 + weekday)
    if which in ("上", "last"):
        return monday + timedelta(days=weekday - 7)
    if which in ("这", "本"):
        return monday + timedelta(days=weekday)
    return today + timedelta(days=(weekday - today.weekday()) % 7)


def _named(text: str, today: date) -> date | None:
    found = _DAY.search(text)
    return today + timedelta(days=_IN_SENTENCE[found[0]]) if found else None


def _nth(text: str, today: date) -> date | None:
    found = _NTH.search(text)
    if not found:
        return None
    month, day = (found[1] or "").replace("个", ""), number(found[2])
    this = _date(today.year, today.month, day)
    if month == "下月" or (not month and (this is None or this < today)):
        following = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
        return _date(following.year, following.month, day)
    return this


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
