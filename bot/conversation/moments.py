"""The day and time for which help is asked, as people write them: 周六, 明儿下午三点半, 15:30, Saturday at 3 pm.

Whoever misses an appointment's day waits a minute too little; whoever is taken for an appointment waits for days. So a
moment counts only where the same sentence asks somebody to come, speaks of nothing that is broken or past, and names
one day. Everything else starts at once.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time

from bot.conversation import dates
from bot.conversation.numerals import NUMERAL, number

MORNING, NOON, AFTERNOON, EVENING = time(9), time(12), time(14), time(19)

_PARTS = {
    **dict.fromkeys(("早上", "早晨", "清早", "一早", "大清早"), time(8)),
    **dict.fromkeys(("上午", "morning"), MORNING),
    **dict.fromkeys(("中午", "晌午", "noon", "lunchtime"), NOON),
    **dict.fromkeys(("下午", "后晌", "afternoon"), AFTERNOON),
    **dict.fromkeys(("傍晚", "晚上", "晚间", "夜里", "evening", "tonight", "night"), EVENING),
}
_JOINED = {"今早": "今天早上", "今晚": "今天晚上", "明早": "明天早上", "明晚": "明天晚上", "后晚": "后天晚上"}
_CLOCK = re.compile(
    rf"(?<![0-9:])(\d{{1,2}}):(\d{{2}})(?![0-9:]) ?(am|pm|a\.m|p\.m)?"
    rf"|({NUMERAL}) ?[点點时](?:钟|整)?(半|一刻|三刻|(?:{NUMERAL})分?)?(?![子火儿心菜头评赞])"
    r"|\b(\d{1,2})(?::(\d{2}))? ?(am|pm|a\.m|p\.m|o'clock)(?![a-z])"
    r"|\bat (\d{1,2})(?::(\d{2}))?\b(?! ?[-:a-z0-9])"
)
_COMES = re.compile("[ 来到去过左前给帮请我您他她咱俺要上做接送陪修换理剪]|$")  # What follows a bare 三点.
_PART = re.compile("|".join(sorted(map(re.escape, _PARTS), key=len, reverse=True)))

_ASKS = re.compile(
    r"来|上门|过去|帮|给|理发|剪|修|换|安装|装|送|接|陪|拉|搬|打扫|需要|想|要|请|麻烦|预约|约|代办|取|买|看看|检查|疏通|照看|教|调解|做饭"
    r"|\b(?:need|please|come|comes|can you|could you|can somebody|can someone|cut|fix|repair|help|take|drive|bring"
    r"|visit|clean|pick|mend|install|replace|want|would like|look|deliver|book|appointment|carry|move|accompany"
    r"|haircut)\b"
)
_NOT = re.compile(
    r"坏|停电|停水|没电|没水|没气|没网|断了|断电|断水|漏|爆|堵|不亮|不热|不通|不转|不走|跳闸|着火|摔|疼|病了|吵|打架|丢了|不见"
    r"|来过|修过|换过|看过|过了|修的|来的|换的|装的|弄的|买的|的时候|那会|开始|就[没不]|来电|来水|一直|还没|没来|没人来|之前|以前"
    r"|前[要得]|到现在|昨|前天|前儿|刚|已经|每天|每周|每个|每到|天天|从|自打|自从"
    r"|直到|就要|会[停没下刮断]|下雨|生日|过期|到期|截止"
    r"|\b(?:broke|broken|since|was|were|has been|have been|had|ago|last|yesterday|went|didn't|did not|stopped|started"
    r"|until|by|before|every|leaking|leaks|is out|are out"
    r"|no power|no water|not working)\b"
)
_NOW = re.compile(
    r"现在|马上|赶紧|赶快|立刻|立即|尽快|快点|快来|(?<!不)(?<!不着)急"
    r"|\b(?:now|asap|urgent|urgently|immediately|right away|at once)\b"
)
_CLAUSES = re.compile(r"[,，。;；!！?？、\n]+|(?<=[a-z])\. ")
_EMPTY = re.compile(r"[\s的吧呢啊呀哦嗯在于]|\b(?:on|at|in|the|for)\b")


@dataclass(frozen=True, slots=True)
class Moment:
    """A day and a time of the county's wall clock, as far as they are named."""

    day: date | None
    at: time | None
    fixed: bool = True  # The hour is said beyond doubt (15:30, 下午三点); a bare 三点 may be either half of the day.
    clock: bool = True  # An hour is said, not only a part of the day.


def asked_for(words: str, now: datetime) -> datetime | None:
    """The local time for which the words ask somebody to come; None where they ask for now, or it is not sure.

    `now` is local and aware, and so is what comes back. It may lie in the past or far ahead: the caller says so.
    """
    plain = _plain(words)
    if _NOW.search(plain):
        return None
    clauses = [clause for clause in _CLAUSES.split(plain) if clause.strip()]
    named = [index for index, clause in enumerate(clauses) if _moment(clause, now) is not None]
    if not named or len({dates.in_sentence(clauses[index], now.date()) for index in named}) > 1:
        return None
    first = named[0]
    text = clauses[first]
    if not _EMPTY.sub("", _without_moment(text)):  # "Saturday, cut my mother's hair"
        text = " ".join(clauses[first : first + 2]) if first + 1 < len(clauses) else " ".join(clauses[-2:])
    rest = _without_moment(text)
    if not _ASKS.search(rest) or _NOT.search(rest):
        return None
    found = _moment(text, now)
    if found is None:
        return None
    then = _resolve(found, now)
    today = found.day is None or found.day == now.date()
    if today and then <= now and (found.day is None or not found.clock):
        return None  # "Today", and "this afternoon" in the afternoon: that is now.
    return None if today and found.at is None else then


def written(words: str, now: datetime) -> datetime | None:
    """The local time that an answer to "when?" names, whatever else it says; None where it names none."""
    found = _moment(_plain(words), now)
    if found is None:
        day = dates.day(words, now.date())
        return datetime.combine(day, MORNING, now.tzinfo) if day else None
    return _resolve(found, now)


def _plain(words: str) -> str:
    plain = unicodedata.normalize("NFKC", words).casefold()
    for short, long in _JOINED.items():
        plain = plain.replace(short, long)
    return plain


def _moment(text: str, now: datetime) -> Moment | None:
    day = dates.in_sentence(text, now.date())
    at, fixed, clock = _time(text)
    if day is None and at is None:
        return None
    return Moment(day, at, fixed, clock)


def _without_moment(text: str) -> str:
    return _PART.sub(" ", _CLOCK.sub(" ", dates.without(text)))


def _resolve(found: Moment, now: datetime) -> datetime:
    """The moment on the calendar. A bare hour before seven is in the afternoon; today's next one counts."""
    day = found.day or now.date()
    at = found.at or MORNING
    if not found.fixed and at.hour < 7:
        at = at.replace(hour=at.hour + 12)
    then = datetime.combine(day, at, now.tzinfo)
    if not found.fixed and then <= now and day == now.date() and at.hour < 12:
        then = datetime.combine(day, at.replace(hour=at.hour + 12), now.tzinfo)
    return then


def _time(text: str) -> tuple[time | None, bool, bool]:
    """The time, whether it is beyond doubt which half of the day, and whether an hour is said."""
    part = _PART.search(text)
    at = next((found for found in map(_clock, _CLOCK.finditer(text)) if found is not None), None)
    if at is None:
        return (_PARTS[part[0]] if part else None), True, False
    hour, minute, half = at
    if half == "pm" and hour < 12:
        hour += 12
    elif half == "am":
        hour %= 12
    elif part and ((_PARTS[part[0]] >= AFTERNOON and hour < 12) or (_PARTS[part[0]] == NOON and hour < 5)):
        hour += 12
    sure = bool(half or part) or hour == 0 or hour >= 12
    return time(hour, minute), sure, True


def _clock(found: re.Match[str]) -> tuple[int, int, str] | None:
    """Hour, minute, and am or pm where it is said; None for what only looks like a time."""
    digits, minutes, half, spoken, tail, plain, plain_minutes, plain_half, at, at_minutes = found.groups()
    if spoken is not None:
        after_part = any(found.string[: found.start()].endswith(part) for part in _PARTS)
        if not (tail or after_part or found[0][-1] in "钟整时" or _COMES.match(found.string, found.end())):
            return None  # 两点意见: two points.
        if spoken == "一" and not (tail or after_part or found[0][-1] in "钟整"):
            return None  # 一点: a little.
        hour, minute = number(spoken), _minutes(tail)
    else:
        hour = int(digits or plain or at)
        minute = int(minutes or plain_minutes or at_minutes or 0)
    half = (half or plain_half or "").replace(".", "")
    if half == "o'clock":
        half = ""
    if not 0 <= hour <= 24 or not 0 <= minute < 60 or (half and not 1 <= hour <= 12):
        return None
    return hour % 24, minute, half


def _minutes(tail: str | None) -> int:
    if not tail:
        return 0
    return {"半": 30, "一刻": 15, "三刻": 45}.get(tail) or number(tail.removesuffix("分"))
