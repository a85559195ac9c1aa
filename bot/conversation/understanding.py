"""What words mean: greeting, thanks, cancel, help, emergency, or a need of some category."""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise

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


_POLITE = re.compile(r"[\s,.!?;:~、，。！？；：～…·()（）\"'“”‘’]+")


def simple(words: str) -> str:
    """Lower case, half width, without punctuation and doubled spaces: the form in which words are compared."""
    return _POLITE.sub(" ", unicodedata.normalize("NFKC", words).casefold()).strip()


def _words(lines: str) -> frozenset[str]:
    return frozenset(simple(word) for word in lines.replace("\n", "、").split("、") if word.strip())


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
_CANCEL = _words("""
    取消、不用了、用不着了、用不着、算了、撤销、取消求助、不需要了、不用来了、不用过来了、别来了
    cancel、never mind、nevermind、no longer needed、not needed any more
""")
_HELP = _words("帮助、怎么用、怎么用啊、说明、help、how does this work")
_SOLVED = _words("""
    解决了、已解决、已经解决了、都解决了、解决啦、好了、都好了、修好了、已经修好了、弄好了、办好了、搞定了、可以了、可以用了、能用了、亮了、通了
    solved、it is solved、fixed、it is fixed、it works、works now、done、all good
""")
_UNSOLVED = _words("""
    没解决、没有解决、还没解决、还没有解决、没好、还没好、没修好、还没修好、没弄好、还没弄好、没办好、还没办好、还没、还没有、还是不行、还不行、不行
    not solved、still not solved、not fixed、still not fixed、not yet、still broken、it does not work
""")
# What somebody who was asked, or who has a request, says instead of tapping.
_ACCEPT = _words("""
    接单、我接、我接单、我接了、接了、我去、我去吧、我马上去、马上去、这就去、我这就去、我来、我来吧、我来了、来了、我马上来、马上来、这就来
    我这就来、马上到、我马上到、我马上过去、马上过去、这就过去、我过去、我过去看看、我去看看、交给我
    accept、i accept、i will go、i'll go、i will come、i'll come、i am coming、i'm coming
    i will do it、i'll do it、i will take it、i'll take it
    能、能去、我能去、能来、我能来、可以去、我可以去、可以来、我可以来、能去的、可以去的
    yes、yes i can、i can go、i can come、sure、of course、coming
""")
_DECLINE = _words("""
    不行、不方便、我不方便、现在不方便、去不了、我去不了、去不了了、我去不了了、来不了、我来不了、来不了了、我来不了了、没空、我没空、没时间、我没时间、不去、我不去、不接
    不能去、我不能去、不能来、我不能来、接不了、我接不了、走不开、我走不开、在外地、我在外地、不在家、我不在家、不在村里、我不在村里
    decline、can't、cannot、i can't、i cannot、can't come、i can't come、can't go、i can't go
    not now、no time、i am busy、i'm busy
""")
_NO = _words(
    "不行、不行啊、还不行、还是不行"
)  # A no to a card, or "not solved": who was asked for both may mean either.
_YES = _words("能、yes、sure、of course")
_FINE = _words("好、好的、好吧、好啊、好嘞、行、行吧、行啊、可以、没问题、嗯、嗯嗯、收到、知道了、明白、ok、okay、fine")
_ARRIVED = _words("""
    到了、我到了、已经到了、我已经到了、已到、已到达、到达、到楼下了、我到楼下了、到门口了、我到门口了、到家门口了、到院门口了、到您家了、到你家了
    到您家门口了、到你家门口了、到地方了、我到地方了、到现场了、已到现场
    arrived、i arrived、i have arrived、i've arrived、i am here、i'm here、i am there、i'm there
    at the door、i am at the door、i'm at the door
""")
_DID = (_SOLVED - _words("好了、可以了、all good")) | _words("""
    办完了、修完了、弄完了、干完了、忙完了、处理好了、处理完了、换好了、换完了、装好了、接好了、搞好了、疏通了、送到了、完事了、都办好了、都弄好了
    repaired、it is done、it's done、it's fixed、it's solved
""")
_HALF = _words("解决一半、解决了一半、一半、好了一半、修好一半、修好了一半、half、half solved、half of it")
_FILLERS = _words("啊、呀、啦、吧、呢、哈、请问、红管家、大管家、管家、师傅、您们、你们、there")
# Somebody by name and trade. It says nothing by itself: with thanks it is thanks, alone it may be a call for them.
_TITLE = re.compile(r"[\u4e00-\u9fff]{1,2}(?:师傅|大姐|大哥|大爷|大妈|大叔|阿姨|叔叔|书记|主任|同志|管家|医生|老师)")
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
        return _meaning(simple(words), _alarms(self.rules))

    def calls(self, words: str) -> bool:
        """Whether the text is nothing but the county's own numbers for an emergency; in an answer it is a number."""
        numbers = self.rules.numbers
        said = simple(words).split()
        return bool(said) and all(one in (numbers.fire, numbers.ambulance, numbers.police) for one in said)

    def outcome(self, words: str) -> Verb | None:
        """What the words answer to "is it solved?": the verb of the button that says the same; None for other words."""
        return _only(simple(words), _OUTCOMES, _OUTCOME_WORD)

    def step(self, words: str) -> Verb | None:
        """Which button of a helper's card the words mean, where they say nothing else; None for other words."""
        return _only(simple(words), _STEPS, _STEP_WORD)

    def says_no(self, words: str) -> bool:
        """Whether the words are a no that may be to a card, or about what does not work yet."""
        return simple(words) in _NO

    def says_yes(self, words: str) -> bool:
        """Whether the words are a yes to whatever was asked."""
        return simple(words) in _YES

    def says_fine(self, words: str) -> bool:
        """Whether the words are a mere "all right", which leaves open what whoever was asked will do."""
        return simple(words) in _FINE

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


# Alone they are a cry; within a sentence they may be anything.
_CRIES = _words("着了、着了着了、快来人、快来人啊、快来人呐、快来人哪、快来人呀、来人啊、来人呐、来人哪、来人呀、fire")
_PLEAS = _words("please help、please help me、help me、help me please、帮帮我、快来、快来啊")  # Alone, maybe one.


@lru_cache(maxsize=16)  # Many lines of a script ask it of the same words.
def _meaning(plain: str, alarms: "_Alarms") -> Meaning:
    if not plain:
        return Meaning.EMPTY
    alarm = alarms.told(plain)
    if alarm is not None:
        return alarm
    if not any(sign.isalnum() for sign in plain):
        return Meaning.EMPTY
    return _small_talk(plain)


_FREE, _GAP = re.compile(r"\*|<who>|<thing>"), "[^ ]{0,6}?"
# What stands before 着了 where it is a verb's: found, met, asleep, cold. 排着了 is not among them: 插排着了 is a fire.
_THING = (
    "(?<![不睡找见够冻累饿吓淋捡逮抓碰遇等听看闻拿摸猜借买凉晒热撑气急闪崴跟抱带戴穿锁关开亮停放挂走站坐躺守赶轮顾占堵卡粘蒸煮"
    "惦绑系盖])"
)
# Whom an emergency is about, where a word has <who>, and what may stand behind them.
_WHO = (
    "(?:小孩|孩[子儿]|小子|儿子|娃娃?|宝宝|闺女|女儿|外?孙[子女]|侄[子女儿]|外甥|老(?:人家?|太太?|头子?|爷子|伴|公|婆|两口|娘)|病人|奶奶?|爷爷?"
    "|姥[姥爷娘]|爸爸?|爹|妈妈?|娘|媳妇|公公|丈人|邻居|大[爷叔伯]|婶子?|叔叔?|姑姑?|姨|舅舅?|哥哥?|姐姐?|弟弟?|妹妹?|(?<![其吉])[他她]们?|同学|学生|人)"
    "(?:突然|忽然|一下子|刚才|刚刚|刚|好像|已经|今天|早上|怎么|又|也|都|全|快|要){0,2}"
)


@lru_cache(maxsize=256)
def _keys(words: tuple[str, ...]) -> tuple[str, ...]:
    """A list of the config in the form in which words are compared, made once."""
    return tuple(simple(word) for word in words)


class _List:
    """Words of one of the lists of `bot/words.yaml`, in the form in which they are compared, some of them open.

    A thousand of them are known and a text holds next to none: by its pairs of signs it is seen which these may be.
    """

    def __init__(self, words: tuple[str, ...]) -> None:
        self._by_start: dict[str, list[str]] = {}
        for key in _keys(tuple(word for word in words if not _FREE.search(word))):
            self._by_start.setdefault(key[:2], []).append(key)
        free = [word for word in words if _FREE.search(word)]
        self._needed = frozenset(max(map(simple, _FREE.split(word)), key=len)[:2] for word in free)
        self._shapes = _shapes(free)

    def _found(self, plain: str) -> Iterator[str]:
        """The words that stand in the text, the longest first."""
        starts = self._by_start.keys() & _pairs(plain)
        found = [key for start in starts for key in self._by_start[start] if key in plain]
        yield from sorted(found, key=lambda key: (-len(key), key))

    def without(self, plain: str) -> str:
        """The text with a blank for each of the words."""
        for key in self._found(plain):
            plain = plain.replace(key, " ")
        return plain if self._needed.isdisjoint(_pairs(plain)) else self._shapes.sub(" ", plain)

    def within(self, plain: str) -> bool:
        """Whether one of the words stands in the text."""
        if any(_stands(key, plain) for key in self._found(plain)):
            return True
        return not self._needed.isdisjoint(_pairs(plain)) and self._shapes.search(plain) is not None


def _pairs(plain: str) -> set[str]:
    """Each two signs that follow each other, and each sign."""
    return {*plain, *map("".join, pairwise(plain))}


def _shapes(free: Iterable[str]) -> re.Pattern[str]:
    """Those words of a list that leave something open, as one pattern."""
    open_ = [_GAP.join(re.escape(simple(part)) for part in word.split("*")) for word in free]
    open_ = [one.replace("<thing>", _THING) for one in open_]
    theirs = "|".join(one.removeprefix("<who>") for one in open_ if one.startswith("<who>"))
    others = [one.replace("<who>", _WHO) for one in open_ if not one.startswith("<who>")]
    return re.compile("|".join([*([f"{_WHO}(?:{theirs})"] if theirs else []), *others]) or "(?!)")


class _Alarms:
    """What an emergency is told from, as `bot/words.yaml` explains it."""

    def __init__(self, rules: Rules) -> None:
        self._alarming, self._perhaps = _List(rules.emergency_words), _List(rules.perhaps_words)
        self._look_alikes, self._harmless = _List(rules.look_alikes), _List(rules.harmless_words)

    def told(self, plain: str) -> Meaning | None:
        """Whether the text is an emergency, or perhaps one."""
        if all(cry in _CRIES for cry in plain.split()):
            return Meaning.EMERGENCY
        if plain in _PLEAS and not self._alarming.within(plain):
            return Meaning.PERHAPS
        rest = self._harmless.without(plain)
        bare = self._look_alikes.without(rest)
        if self._alarming.within(bare):
            return Meaning.EMERGENCY
        return Meaning.PERHAPS if bare != rest or self._perhaps.within(bare) else None


def _alarms(rules: Rules) -> _Alarms:
    """What these rules tell, made once for them: they are known by sight, since comparing so many words takes long."""
    known = _MADE.get(id(rules))
    if known is None or known[0] is not rules:
        if len(_MADE) >= _KEPT_FOR:
            _MADE.clear()
        known = _MADE[id(rules)] = rules, _Alarms(rules)
    return known[1]


_KEPT_FOR = 8  # Rules; a process has one or two.
_MADE: dict[int, tuple[Rules, _Alarms]] = {}


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
_STEPS = {
    **dict.fromkeys(_ACCEPT, Verb.ACCEPT),
    **dict.fromkeys(_DECLINE, Verb.DECLINE),
    **dict.fromkeys(_ARRIVED, Verb.ARRIVE),
    **dict.fromkeys(_DID, Verb.SOLVE),
}


def _either(words: Iterable[str]) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(word) for word in sorted({*words, *_SHORT}, key=len, reverse=True)))


_OUTCOME_WORD, _STEP_WORD = _either(_OUTCOMES), _either(_STEPS)


def _only(plain: str, verbs: Mapping[str, Verb], known: re.Pattern[str]) -> Verb | None:
    """The verb of a text that is made of its words and short known words; none where it says two different things."""
    found: set[Verb] = set()
    rest = plain
    while rest:
        word = known.match(rest) or _TITLE.match(rest)
        if word is None or (word[0] not in verbs and _SHORT.get(word[0]) in (Meaning.CANCEL, Meaning.HELP)):
            return None
        if word[0] in verbs:
            found.add(verbs[word[0]])
        rest = rest[word.end() :].lstrip()
    return found.pop() if len(found) == 1 else None


def _stands(word: str, plain: str) -> bool:
    """Whether a word stands in the text; a Latin word as a word of its own, a Chinese one anywhere."""
    if not word or word not in plain:
        return False
    if word.isascii():
        return re.search(rf"(?<![a-z]){re.escape(word)}(?![a-z])", plain) is not None
    return True


def clean(words: str) -> str:
    """A person's words without control and bidirectional override characters, which can turn a line around."""
    return "".join(sign for sign in words if sign in _KEPT or unicodedata.category(sign) not in _CONTROLS)
