"""What words mean: greeting, thanks, cancel, help, emergency, or a need of some category."""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache

from rapidfuzz import fuzz

from dispatch.categories import Category
from dispatch.rules import Rules
from dispatch.taps import Verb


class Meaning(StrEnum):
    """What a text is, before anything is asked about it."""

    NEED = "need"
    GREETING = "greeting"
    THANKS = "thanks"
    CANCEL = "cancel"
    HELP = "help"
    EMERGENCY = "emergency"
    PERHAPS = "perhaps"  # Looks like an emergency word and may be none.
    EMPTY = "empty"  # No word at all: only signs.


def _words(lines: str) -> frozenset[str]:
    return frozenset(word.strip() for word in lines.replace("\n", "、").split("、") if word.strip())


_GREETINGS = _words("""
    大家好、新年好、过年好、春节好、新年快乐、春节快乐、节日快乐、晚安、再见、拜拜
    在吗、在不在、在么、你好、您好、你好啊、您好啊、有人吗、有人在吗、喂、早上好、早、晚上好、下午好、中午好、嗨、哈喽、测试
    好、好的、好吧、嗯、嗯嗯、哦、行、知道了、收到、明白、可以、没事、没事了
    hi、hello、hey、good morning、good evening、anyone there、are you there、test、ok、okay
    bye、goodbye、good night、happy new year
""")
_THANKS = _words("""
    谢谢、谢谢你、谢谢您、谢谢大家、谢谢你们、谢谢啊、谢了、多谢、感谢、太感谢了、非常感谢、辛苦了、辛苦、麻烦了、麻烦你了、麻烦您了
    thanks、thank you、thx、thank you very much、many thanks
""")
_CANCEL = _words("取消、不用了、算了、撤销、取消求助、不需要了、cancel、never mind、nevermind")
_HELP = _words("帮助、怎么用、怎么用啊、说明、help、how does this work")
_SOLVED = _words("""
    解决了、已解决、已经解决了、都解决了、解决啦、好了、都好了、修好了、已经修好了、弄好了、办好了、搞定了、可以了、可以用了、能用了、亮了、通了
    solved、it is solved、fixed、it is fixed、it works、works now、done、all good
""")
_UNSOLVED = _words("""
    没解决、没有解决、还没解决、还没有解决、没好、还没好、没修好、还没修好、没弄好、还没弄好、没办好、还没办好、还没、还没有、还是不行、还不行、不行
    not solved、still not solved、not fixed、still not fixed、not yet、still broken、it does not work
""")
_HALF = _words("解决一半、解决了一半、一半、好了一半、修好一半、修好了一半、half、half solved、half of it")
_FILLERS = _words("啊、呀、啦、吧、呢、哈、请问、红管家、大管家、管家、师傅、您们、你们、there")
# Somebody by name and trade. It says nothing by itself: with thanks it is thanks, alone it may be a call for them.
_TITLE = re.compile(r"[\u4e00-\u9fff]{1,2}(?:师傅|大姐|大哥|大爷|大妈|大叔|阿姨|叔叔|书记|主任|同志|管家|医生|老师)")
_POLITE = re.compile(r"[\s,.!?;:~、，。！？；：～…·()（）\"'“”‘’]+")
ALIKE, ALIKE_FROM = 88, 5  # How like a word must be to one of the list, of 100, and how long that one.
_OTHER = Category(name="other")
_CONTROLS = {"Cc", "Cf", "Cs", "Co"}
_KEPT = "\n\t\u200d"  # New lines, and the joiner of composed emoji.


@dataclass(frozen=True, slots=True)
class Understanding:
    """The word lists of the config, ready to be asked."""

    rules: Rules

    def meaning(self, words: str) -> Meaning:
        """What the text is. Emergency words win over everything else."""
        return _meaning(simple(words), self.rules.emergency_words, self.rules.look_alikes)

    def outcome(self, words: str) -> Verb | None:
        """What the words answer to "is it solved?": the verb of the button that says the same; None for other words."""
        return _outcome(simple(words))

    def category(self, words: str) -> Category:
        """The category whose words stand in the text, or are nearly spelled; "other" when none does."""
        plain = simple(words)
        latin = any("a" <= sign <= "z" for sign in plain)
        best, score = _OTHER, 0.0
        for category in self.rules.categories:
            for key in _keys(category.all_words):
                if key in plain and _stands(key, plain):
                    value = 100.0 + len(key)
                elif len(key) >= ALIKE_FROM and (latin or not key.isascii()):
                    value = fuzz.partial_ratio(key, plain, score_cutoff=ALIKE)
                else:
                    continue
                if value > score:
                    best, score = category, value
        return best

    def matter(self, words: str, category: Category) -> str | None:
        """What strikes many at once, where the words tell of such a thing; its name."""
        if not category.shared:
            return None
        plain = simple(words)
        return next((one.name for one in category.shared if any(_stands(key, plain) for key in _keys(one.words))), None)


@lru_cache(maxsize=16)  # Many lines of a script ask it of the same words.
def _meaning(plain: str, emergency_words: tuple[str, ...], look_alikes: tuple[str, ...]) -> Meaning:
    if not plain:
        return Meaning.EMPTY
    alarm = _alarm(plain, emergency_words, look_alikes)
    if alarm is not None:
        return alarm
    if not any(sign.isalnum() for sign in plain):
        return Meaning.EMPTY
    return _small_talk(plain)


def _alarm(plain: str, emergency_words: tuple[str, ...], look_alikes: tuple[str, ...]) -> Meaning | None:
    rest = plain
    for key in _keys(look_alikes):
        if key in rest:
            rest = rest.replace(key, " ")
    if any(_stands(key, rest) for key in _keys(emergency_words)):
        return Meaning.EMERGENCY
    return Meaning.PERHAPS if rest != plain else None


@lru_cache(maxsize=256)
def _keys(words: tuple[str, ...]) -> tuple[str, ...]:
    """A list of the config in the form in which words are compared, made once."""
    return tuple(simple(word) for word in words)


_SHORT = {
    **dict.fromkeys(_FILLERS | _GREETINGS, Meaning.GREETING),
    **dict.fromkeys(_THANKS, Meaning.THANKS),
    **dict.fromkeys(_HELP, Meaning.HELP),
    **dict.fromkeys(_CANCEL, Meaning.CANCEL),
}
_SHORT_WORD = re.compile("|".join(re.escape(word) for word in sorted(_SHORT, key=len, reverse=True)))
_WEIGHT = (Meaning.CANCEL, Meaning.HELP, Meaning.THANKS, Meaning.GREETING)


def _small_talk(plain: str) -> Meaning:
    """What a text means that is made of nothing but short known words, the weightiest first; else it is a need."""
    found: set[Meaning] = set()
    rest = plain
    while rest:
        word = _SHORT_WORD.match(rest) or _TITLE.match(rest)
        if word is None:
            return Meaning.NEED
        if word[0] in _SHORT:
            found.add(_SHORT[word[0]])
        rest = rest[word.end() :].lstrip()
    return next((meaning for meaning in _WEIGHT if meaning in found), Meaning.NEED)


_OUTCOMES = {
    **dict.fromkeys(_SOLVED, Verb.CONFIRM),
    **dict.fromkeys(_HALF, Verb.HALF),
    **dict.fromkeys(_UNSOLVED, Verb.DISPUTE),
}
_OUTCOME_WORD = re.compile("|".join(re.escape(word) for word in sorted({*_OUTCOMES, *_SHORT}, key=len, reverse=True)))


def _outcome(plain: str) -> Verb | None:
    """The answer in a text that is made of it and short known words; none where it says two different things."""
    found: set[Verb] = set()
    rest = plain
    while rest:
        word = _OUTCOME_WORD.match(rest) or _TITLE.match(rest)
        if word is None or _SHORT.get(word[0]) in (Meaning.CANCEL, Meaning.HELP):
            return None
        if word[0] in _OUTCOMES:
            found.add(_OUTCOMES[word[0]])
        rest = rest[word.end() :].lstrip()
    return found.pop() if len(found) == 1 else None


def _stands(word: str, plain: str) -> bool:
    """Whether a word stands in the text; a Latin word as a word of its own, a Chinese one anywhere."""
    if not word or word not in plain:
        return False
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", plain) is not None
    return True


def simple(words: str) -> str:
    """Lower case, half width, without punctuation and doubled spaces: the form in which words are compared."""
    return _POLITE.sub(" ", unicodedata.normalize("NFKC", words).casefold()).strip()


def clean(words: str) -> str:
    """A person's words without control and bidirectional override characters, which can turn a line around."""
    return "".join(sign for sign in words if sign in _KEPT or unicodedata.category(sign) not in _CONTROLS)
