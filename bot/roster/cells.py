"""What people write in a cell, and what it means: each parser takes a trimmed text that is not blank.

A parser returns the value or raises `ReadingError` with the key of the fault and what is allowed.
"""

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date, time
from types import MappingProxyType
from typing import TypeVar

from bot.formulas import GUARDED
from bot.roster.faults import ReadingError
from models.habits import MOST_NEEDED, GatheringKind, SessionKind
from models.words import Datum, Level

NAME_LENGTH = 60
ADDRESS_LENGTH = 200
SKILL_LENGTH = 30
MOST_SKILLS = 20
ACTIVITY_LENGTH = 60
PLACE_LENGTH = 120
SAFETY_LENGTH = 500
WORDS_LENGTH = 2000
CODE_DIGITS = (6, 12)  # A county has 6 digits, a township 9, a village 12.
PHONE_DIGITS = (3, 15)
MOBILE_DIGITS = 11
LARGEST_TELEGRAM_ID = 2**52 - 1  # Telegram promises that ids stay within 52 bits.

# Blanks of every width, and the invisible marks that come along when a text is copied from a chat or a page.
_EDGES = (
    "".join(map(chr, range(33)))
    + "\x7f\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff"
    + "".join(map(chr, range(0x2000, 0x200B)))
)
_HALF_WIDTH = {
    **{0xFEE0 + sign: sign for sign in (*range(0x30, 0x3A), *range(0x41, 0x5B), *range(0x61, 0x7B))},
    0xFF0D: "-",
}
_TEXT_FORMULA = re.compile(r'="([^"]*)"')
_EXPONENT = re.compile(r"[+-]?\d+(\.\d+)?[eE]\+?\d+")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?")
Known = TypeVar("Known")
_DATE_CELL = re.compile(r"(\d{4}-\d\d-\d\d)( \d\d:\d\d:\d\d)?")
_TIME_CELL = re.compile(r"(\d{1,2}:\d\d):00")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_HOUR = re.compile(r"(\d{1,2})(?::(\d{2})(?::00)?|[点时](?:(\d{1,2})分?)?)")
_LINE_BREAKS = re.compile(r"\s*[\t\n\v\f\r\x85\u2028\u2029]\s*")
_BETWEEN_SKILLS = re.compile(r"[;；、,，\n]")
_PHONE_AND_NAME = re.compile(r"([+\d][\d\s()+-]*\d)\s+([^\W\d].*)")
_PHONE_SIGNS = re.compile(r"[\s().\-‐-―−_]+")
_WHOLE = re.compile(r"\d+(\.0+)?")

_YES_NO: Mapping[str, bool] = MappingProxyType(
    dict.fromkeys(("是", "有", "对", "在", "yes", "y", "1", "true", "√", "✓"), True)
    | dict.fromkeys(("否", "无", "没有", "不", "不是", "不在", "no", "n", "0", "false", "×"), False)
)
_DATUMS: Mapping[str, Datum] = MappingProxyType(
    dict.fromkeys(("wgs84", "gps", "epsg4326"), Datum.WGS84)
    | dict.fromkeys(("gcj02", "国测局", "国测局坐标", "火星", "火星坐标", "高德", "腾讯"), Datum.GCJ02)
)
_LEVELS: Mapping[str, Level] = MappingProxyType(
    dict.fromkeys(("branch", "village", "支部", "党支部", "村支部", "村党支部", "村", "村级", "社区"), Level.BRANCH)
    | dict.fromkeys(("township", "town", "镇", "乡", "乡镇", "镇级", "乡级", "乡镇级", "街道"), Level.TOWNSHIP)
    | dict.fromkeys(("county", "县", "县级", "区", "区县"), Level.COUNTY)
)

_GATHERINGS: Mapping[str, GatheringKind] = MappingProxyType(
    dict.fromkeys(("theme", "themeday", "主题党日", "党日"), GatheringKind.THEME)
    | dict.fromkeys(("service", "serviceday", "志愿服务日", "志愿服务", "服务日"), GatheringKind.SERVICE)
)
_SESSIONS: Mapping[str, SessionKind] = MappingProxyType(
    dict.fromkeys(("lecture", "微党课", "党课"), SessionKind.LECTURE)
    | dict.fromkeys(("service", "微服务"), SessionKind.SERVICE)
    | dict.fromkeys(("reading", "微读书"), SessionKind.READING)
    | dict.fromkeys(("affairs", "微党务"), SessionKind.AFFAIRS)
)


def trim(text: str) -> str:
    """The text without blanks around it and without the sign that kept a spreadsheet from reading it as a formula."""
    text = text.strip(_EDGES)
    if text and text[0] in "'=":
        if GUARDED.match(text):
            return text[1:]
        if text[0] == "=":
            return _unwrap(text)
    return text


def _unwrap(text: str) -> str:
    match = _TEXT_FORMULA.fullmatch(text)  # ="0123" is how people force a spreadsheet to keep a text.
    if match is None:
        raise ReadingError("roster.fault.formula")
    return match[1].strip(_EDGES)


def plain(text: str) -> str:
    """Digits and letters at half width."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _legible(text: str, most: int) -> str:
    if len(text) > most:
        raise ReadingError("roster.fault.too_long", str(most))
    if not text.isprintable():
        for sign in text:
            if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"):
                raise ReadingError("roster.fault.hidden_character", f"U+{ord(sign):04X}")
    return text


def name(text: str) -> str:
    """A person's or a place's name, as people write it."""
    return _legible(text, NAME_LENGTH)


def _line(most: int) -> Callable[[str], str]:
    """A text of one line; line breaks inside become a blank."""
    return lambda text: _legible(text if text.isprintable() else _LINE_BREAKS.sub(" ", text), most)


address, activity = _line(ADDRESS_LENGTH), _line(ACTIVITY_LENGTH)
place, safety = _line(PLACE_LENGTH), _line(SAFETY_LENGTH)


def words(text: str) -> str:
    """A text of several lines."""
    if len(text) > WORDS_LENGTH:
        raise ReadingError("roster.fault.too_long", str(WORDS_LENGTH))
    return "\n".join(_legible(line.strip(_EDGES), WORDS_LENGTH) for line in text.splitlines())


def label(text: str) -> str:
    """What other rows refer to: a grid, a household, a group. Digits and letters at half width, so that they meet."""
    return _legible(text if text.isascii() else text.translate(_HALF_WIDTH), NAME_LENGTH)


def _digits(text: str) -> str:
    if _EXPONENT.fullmatch(text):
        raise ReadingError("roster.fault.digits_lost")
    return text[: text.index(".")] if _WHOLE.fullmatch(text) and "." in text else text


def code(text: str) -> str:
    """A division code of the statistics bureau."""
    digits = _digits(plain(text).replace(" ", ""))
    low, high = CODE_DIGITS
    if not (digits.isdecimal() and digits.isascii() and low <= len(digits) <= high):
        raise ReadingError("roster.fault.code", f"{low}–{high}")
    return digits


def phone(text: str) -> str:
    """A number as it is dialled within the country; a foreign one keeps its plus."""
    digits = _PHONE_SIGNS.sub("", _digits(plain(text)))
    digits = "+" + digits[2:] if digits.startswith("00") else digits
    digits = _domestic(digits)
    low, high = PHONE_DIGITS
    bare = digits.removeprefix("+")
    if not (bare.isdecimal() and bare.isascii() and low <= len(bare) <= high):
        raise ReadingError("roster.fault.phone", f"{low}–{high}")
    if digits[0] == "1" and digits[1] in "3456789" and len(digits) != MOBILE_DIGITS:
        raise ReadingError("roster.fault.mobile", str(MOBILE_DIGITS))
    return digits


def steward(text: str) -> str:
    """A steward's phone, and behind it the name where several share the phone: `13800000002 张建国`."""
    found = _PHONE_AND_NAME.fullmatch(text)
    number, said = (found[1], found[2]) if found else (text, "")
    return f"{phone(number)} {name(said)}" if said else phone(number)


def _domestic(digits: str) -> str:
    if not digits.startswith("+86"):
        is_mobile = digits.startswith("861") and len(digits) == MOBILE_DIGITS + 2
        return digits[2:] if is_mobile else digits
    rest = digits[3:]
    has_no_trunk_zero = len(rest) >= 9 and rest[0] in "23456789" and rest[:3] not in ("400", "800")
    return "0" + rest if has_no_trunk_zero else rest


def telegram_id(text: str) -> int:
    digits = _digits(plain(text).replace(" ", ""))
    if digits.isdecimal() and digits.isascii() and len(digits) <= 16 and 0 < int(digits) <= LARGEST_TELEGRAM_ID:
        return int(digits)
    raise ReadingError("roster.fault.telegram_id", f"1 to {LARGEST_TELEGRAM_ID}")


def degrees(text: str) -> float:
    """One coordinate; `point_fault` looks at the pair."""
    text = plain(text).replace("−", "-").removesuffix("°")
    if not _NUMBER.fullmatch(text):
        raise ReadingError("roster.fault.number", "40.1417")
    return float(text)


def point_fault(lat: float | None, lon: float | None) -> ReadingError | None:
    """What is wrong with a pair of coordinates, if anything."""
    if lat is None or lon is None:
        return None if lat is lon else ReadingError("roster.fault.half_a_point")
    if not (math.isfinite(lat) and math.isfinite(lon)):
        return ReadingError("roster.fault.number", "40.1417")
    if 90 < abs(lat) <= 180 and abs(lon) <= 90:
        return ReadingError("roster.fault.swapped")
    if abs(lat) > 90:
        return ReadingError("roster.fault.latitude", "-90..90")
    if abs(lon) > 180:
        return ReadingError("roster.fault.longitude", "-180..180")
    return ReadingError("roster.fault.no_point") if lat == lon == 0 else None


def _word(text: str) -> str:
    return re.sub(r"[\s_-]", "", plain(text)).casefold()


def _one_of(known: Mapping[str, Known], text: str, fault: str, allowed: str) -> Known:
    """What a word means, however it is spaced."""
    found = known.get(_word(text))
    if found is None:
        raise ReadingError(fault, allowed)
    return found


def day(text: str) -> date:
    """A day as 2026-03-01; points, strokes and 年月日 do as well."""
    found = _DAY.fullmatch(plain(text))
    try:
        year, month, day_ = map(int, found.groups() if found else ())
        return date(year, month, day_)
    except ValueError:
        raise ReadingError("roster.fault.day", "2026-03-01") from None


def hour(text: str) -> time:
    """A time of the day as 15:00; 15点 and 8点30分 do as well."""
    found = _HOUR.fullmatch(plain(text).replace(" ", ""))
    try:
        return time(int(found[1]), int(found[2] or found[3] or 0)) if found else time(24)
    except ValueError:
        raise ReadingError("roster.fault.hour", "15:00") from None


def dated(parse: Callable[[str], object], shown: str) -> str | None:
    """A spreadsheet's own date or time as text, where the column asks for one; elsewhere it was something else."""
    shape = _DATE_CELL if parse is day else _TIME_CELL if parse is hour else None
    found = shape.fullmatch(shown) if shape is not None else None
    return found[1] if found else None


def count(text: str) -> int:
    """A number of people."""
    digits = _digits(plain(text))
    if not (digits.isdecimal() and digits.isascii() and len(digits) <= 4 and 1 <= int(digits) <= MOST_NEEDED):
        raise ReadingError("roster.fault.count", f"1–{MOST_NEEDED}")
    return int(digits)


def gathering(text: str) -> GatheringKind:
    return _one_of(_GATHERINGS, text, "roster.fault.gathering", "theme, service, 主题党日, 志愿服务日")


def session(text: str) -> SessionKind:
    return _one_of(
        _SESSIONS, text, "roster.fault.session", "lecture, service, reading, affairs, 微党课, 微服务, 微读书, 微党务"
    )


def yes_no(text: str) -> bool:
    return _one_of(_YES_NO, text, "roster.fault.yes_no", "yes, no, 是, 否")


def datum(text: str) -> Datum:
    return _one_of(_DATUMS, text, "roster.fault.datum", ", ".join(Datum))


def level(text: str) -> Level:
    return _one_of(_LEVELS, text, "roster.fault.level", "branch, township, county, 支部, 镇, 县")


def skills(text: str) -> tuple[str, ...]:
    """Several skills in one cell, each once, in the order written."""
    found = [_legible(skill.strip(_EDGES), SKILL_LENGTH) for skill in _BETWEEN_SKILLS.split(text)]
    once = tuple(dict.fromkeys(filter(None, found)))
    if len(once) > MOST_SKILLS:
        raise ReadingError("roster.fault.skills", str(MOST_SKILLS))
    return once
