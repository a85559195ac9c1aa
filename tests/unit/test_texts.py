"""The texts: every key that the code says exists in both languages with what it is given, and none is left over."""

import ast
import re
import shutil
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from bot.conversation import admin
from bot.menus import MENUS
from bot.texts import FOLDER, MissingText, Texts
from bot.yamls import read_yaml
from bot.yearend import workbook
from dispatch import areas, errors, telling
from dispatch.division.caps import Unmet
from dispatch.drills import reporting
from dispatch.errors import StewardError
from dispatch.figures import counting
from dispatch.ledger import verifying
from dispatch.lifecycle import TABLE, Tell
from dispatch.points import yearend
from dispatch.rights import holdings
from dispatch.taps import RATINGS, Verb
from models.habits import AwardEnding, Cut, Deed, Reply, SessionKind, Standing, TieRule, VisitKind, VisitStep
from models.words import Answer, Ask, Ending, Event, Language, MediaKind, NoteKind, Skip, State, StewardKind

ROOT = Path(__file__).parents[2]
KEY = re.compile(r"[a-z][a-z_]*(\.[a-z][a-z_]*)*\.[a-z][a-z0-9_]*")
PREFIX = re.compile(r"[a-z][a-z_]*\.([a-z_]+\.)*([a-z]+_)?")
REFUSALS = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, StewardError)
}
# Who speaks, and which of the arguments is the key; `say` is first told the language where it is not a turn's.
KEY_AT = {"say": (0, 1), "Refusal": (1,), **dict.fromkeys(("Message", "Button", "text", *REFUSALS), (0,))}
STEPS = {"Step", "Line"}  # Their first word names a step of a dialog, which looks like a key and is none.

BUTTONS = {
    "accept": ("接单", "Accept"),
    "decline": ("不方便", "Can't"),
    "arrive": ("已到达", "Arrived"),
    "solve": ("已解决", "Solved"),
    "need_help": ("要帮手", "Need help"),
    "hand_over": ("转交", "Hand over"),
    "address": ("看地址", "Address"),
    "on_my_way": ("在路上", "On my way"),
    "come": ("我来", "I'll come"),
    "cancel": ("取消", "Cancel"),
    "confirm": ("已解决", "Solved"),
    "dispute": ("没解决", "Not solved"),
    "half": ("解决一半", "Half solved"),
    "alarm": ("是,很紧急", "Yes, urgent"),
    "calm": ("不紧急", "Not urgent"),
    "for_other": ("替别人", "For someone else"),
    "here": ("在这里", "Here"),
    "at_home": ("在家里", "At home"),
    "agree": ("知道了", "I have read it"),
    "follow": ("是同一件", "The same"),
    "apart": ("不是一回事", "Not the same"),
    "still": ("我家还没好", "Not solved at mine"),
    "another": ("是另一件事", "A new request"),
    "let_in": ("是这家人", "Lives there"),
    "keep_out": ("不认识", "Not theirs"),
    "show_code": ("出示绑定码", "Show a code"),
    "visit_skip": ("跳过", "Skip"),
    "visit_end": ("到此为止", "Finish"),
    "visit_absent": ("没人在家", "Nobody home"),
    "visit_refused": ("不愿见", "Not wanted"),
    "visit_phone": ("电话走访", "By phone"),
    "visit_go_on": ("接着记", "Go on"),
    "visit_drop": ("不算", "Discard"),
    "visit_request": ("没解决，替他家求助", "Not solved: ask for help"),
    "visit_object": ("不是这样", "That is not so"),
    "visit_upheld": ("确实不对", "The household is right"),
    "visit_stands": ("走访属实", "The visit stands"),
    "objection_upheld": ("说得对", "It is right"),
    "objection_stands": ("公示无误", "It stands"),
    "points_yes": ("同意", "Agree"),
    "points_no": ("不同意", "Don't agree"),
    "paper_right": ("和纸上一样", "Same as on paper"),
    "paper_wrong": ("和纸上不一样", "Not as on paper"),
    "seat_yes": ("我去", "I'll come"),
    "seat_no": ("去不了", "Can't come"),
    "seat_go": ("签退", "I'm leaving"),
    "seat_material": ("看材料", "Read it"),
    "seat_read": ("看过了", "I have read it"),
    "gather_open": ("开始签到", "Open"),
    "gather_close": ("结束", "Close"),
    "gather_list": ("名单", "List"),
    "gather_programme": ("节目和材料", "Programme"),
    "list_right": ("名单和纸上一样", "List as on paper"),
    "list_wrong": ("名单和纸上不一样", "List not as on paper"),
    "nominate": ("我来提名", "Name somebody"),
    "stand": ("我愿意", "I agree"),
    "not_stand": ("不参加", "Rather not"),
    "ballot": ("去投票", "To the vote"),
    "join": ("愿意跟着干", "I'd like to"),
    "not_join": ("不用了", "No, thanks"),
    "deed": ("记一件帮的事", "What I did"),
    "found_work": ("找到活儿了", "Found work"),
    "part_pair": ("不再结对", "Part"),
    "start_now": ("现在就来", "Now"),
    "other_day": ("改时间", "Other time"),
    "still_on": ("照旧", "Still on"),
    "keep": ("照旧去", "I'll be there"),
    "two": ("请两个人来", "Send two"),
    "guard_agree": ("我愿意照看", "I will"),
    "guard_confirm": ("同意", "I agree"),
    "guard_end": ("不再照看", "No longer"),
    "ward_erase": ("是，都删掉", "Yes, erase all"),
    **{f"rate_{stars}": (f"★{stars}", f"★{stars}") for stars in range(1, 6)},
}


@cache
def trees() -> dict[str, ast.Module]:
    """The sources that speak, by their path."""
    paths = (path for room in ("dispatch", "bot", "web") for path in sorted((ROOT / room).rglob("*.py")))
    return {str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8")) for path in paths}


@cache
def nodes(path: str) -> list[ast.AST]:
    """The calls and words of a source."""
    wanted = (ast.Call, ast.Constant, ast.JoinedStr)
    return [node for node in ast.walk(trees()[path]) if isinstance(node, wanted)]


def name_of(call: ast.Call) -> str:
    """The last word of what is called."""
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def word(node: ast.AST | None) -> str:
    """The text of a constant, or nothing."""
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else ""


def calls(names: Iterable[str]) -> Iterator[tuple[str, ast.Module, ast.Call]]:
    """Where something of these names is called. A `text` that is not dispatch's is another thing."""
    for path, tree in trees().items():
        ours = {
            one.name
            for node in tree.body
            if isinstance(node, ast.ImportFrom) and node.module == "dispatch.messages"
            for one in node.names
        }
        for node in nodes(path):
            if isinstance(node, ast.Call) and name_of(node) in names and (name_of(node) != "text" or "text" in ours):
                yield f"{path}:{node.lineno}", tree, node


def literals(node: ast.expr, tree: ast.Module) -> list[str]:
    """The key, or both keys of a choice, or the constant of the module; none for what is computed."""
    if isinstance(node, ast.IfExp):
        return [*literals(node.body, tree), *literals(node.orelse, tree)]
    if isinstance(node, ast.Name):
        named = (one for one in tree.body if isinstance(one, ast.Assign))
        return [word(one.value) for one in named if ast.unparse(one.targets[0]) == node.id and word(one.value)]
    return [word(node)] if word(node) else []


def said() -> Iterator[tuple[str, str, ast.Call]]:
    """Every literal key that is handed to somebody who speaks, with a place where, and the call."""
    for where, tree, call in calls(KEY_AT):
        for place in KEY_AT[name_of(call)]:
            for key in literals(call.args[place], tree) if len(call.args) > place else ():
                yield where, key, call


def ours() -> set[str]:
    """The first words of the keys that people hear in chat."""
    return {key.partition(".")[0] for key in messages(Language.ZH)}


def written() -> dict[str, str]:
    """Every word in the sources that has the shape of a key of ours: in tables, defaults and classes as well."""
    found, first = {key: where for where, key, _ in said()}, ours()
    for path in trees():
        parts = {part for node in nodes(path) if isinstance(node, ast.JoinedStr) for part in node.values}
        parts |= {
            node.args[0] for node in nodes(path) if isinstance(node, ast.Call) and name_of(node) in STEPS and node.args
        }
        for node in nodes(path):
            if node not in parts and KEY.fullmatch(word(node)) and word(node).partition(".")[0] in first:
                found[word(node)] = path
    return found


def computed() -> dict[str, str]:
    """The fixed beginnings of keys that are put together while running."""
    first = ours()
    beginnings = (
        (word(node.values[0]), path) for path in trees() for node in nodes(path) if isinstance(node, ast.JoinedStr)
    )
    return {start: path for start, path in beginnings if PREFIX.fullmatch(start) and start.partition(".")[0] in first}


def recorded() -> set[str]:
    """The actions that the audit trail of a request names besides the events."""
    recording = [call for where, _, call in calls({"record", "_fell_away"}) if where.startswith("dispatch/")]
    return {word(arg) for call in recording for arg in call.args if word(arg)}


def categories() -> set[str]:
    """The kinds of need as shipped."""
    return {"other"} | {one["name"] for one in read_yaml(ROOT / "bot" / "words.yaml")["categories"]}


# Each beginning with what may follow it, and the parameters that its texts can rely on.
FAMILIES: dict[str, tuple[Iterable[str], set[str]]] = {
    "card.standing.": ({*Answer, *State, "second"}, {"ending"}),
    "own.standing.": (
        {*State, *(f"closed.{ending}" for ending in set(Ending) - {Ending.PRACTISED})} - {State.CLOSED},
        {"count", "until", "name", "minutes", "reason"},
    ),
    "ending.": ({*Ending, "none"}, set()),
    "category.": (categories(), set()),
    "event.": (Event, set()),  # And what else the trail names: see `members`.
    "note.": (NoteKind, set()),
    "skip.": (Skip, set()),
    "state.": (State, set()),
    "kind.": (StewardKind, set()),
    "owner.": (telling._TO_OWNER, {"number", "need", "reason"}),
    "branch.": ({move.on for move in TABLE if Tell.BRANCH in move.tell}, {"number", "need"}),
    "offer.late.": (State, set()),
    "news.climbed.": (set(Ask) - set(areas.OFFICES), {"count", "until"}),
    "button.": ({verb.name.lower() for verb in Verb} - {"choose", "confirm_all", "second", "vote"}, set()),
    "button.rate_": (map(str, RATINGS.values()), set()),
    "language.": (Language, set()),
    "drill.standing.": (State, {"count", "name"}),
    "drill.report.": (set(reporting._SAID.values()), {"name", "seconds"}),
    "grid.unmet.": (Unmet, {"bound", "wanted"}),
    "mydata.table.": (holdings.HELD | {"tasks"}, set()),
    "mydata.column.": ({column for table in holdings.HELD for column in holdings.shown(table)}, set()),
    "sheet.column.": (("home", "date", "kind", *VisitStep), set()),
    "sheet.kind.": (VisitKind, set()),
    "visit.ask.": (VisitStep, {"home"}),
    "visit.step.": (VisitStep, set()),
    "visit.kind.": (VisitKind, set()),
    "visit.media.": (MediaKind, set()),
    "visit.standing.": (("plain", "paper", "pending", "upheld", "stands"), set()),
    "session.": (SessionKind, set()),
    "gather.standing.": (Standing, set()),
    "roll.reply.": ({*Reply, "none"}, set()),
    "points.deed.": (Deed, set()),
    "points.cut.": (Cut, set()),
    "yearlist.": (("times", "points"), {"group"}),
    "yearlist.group.": (yearend.GROUPS, set()),
    "yearlist.column.": (workbook._ENTRY, set()),
    "yearlist.about.": (workbook._ABOUT, {"number"}),
    "month.": ({f"{number:02}" for number in range(1, 13)} | {"of_year", "day"}, {"year", "month", "day"}),
    "ledger.why.": (verifying.Why, set()),
    "figure.": (counting.FIGURES, set()),
    "figures.column.": (
        {name for one in counting.FIGURES.values() for name in one.rows.selected_columns.keys()} - {"_once"},  # noqa: SIM118
        set(),
    ),
    "follow.": (
        {move.on for move in TABLE if Tell.FOLLOWERS in move.tell} - {Event.ASSIGN},
        {"number", "need", "name", "ending", "reason"},
    ),
    "award.ending.": (AwardEnding, set()),
    "ballot.tie.": (TieRule, set()),
    "menu.": ({command for menu in MENUS.values() for command in menu}, set()),
}


@cache
def members() -> dict[str, set[str]]:
    """Every key that is put together while running, with the parameters that its text can rely on."""
    families = {**FAMILIES, "event.": ({*Event} | recorded(), set[str]())}
    return {prefix + str(rest): known for prefix, (words, known) in families.items() for rest in words}


@cache
def messages(language: Language) -> dict[str, str]:
    """What people hear in chat, in one language; the other files have checks of their own."""
    found: dict[str, str] = {}
    for path in sorted((FOLDER / language).glob("*.po")):
        if path.stem not in {"cli", "cli_help", "config", "health", "roster", "web"}:
            found |= texts_of(path)
    return found


def texts_of(path: Path) -> dict[str, str]:
    """The texts of one file by their keys."""
    with path.open("rb") as file:
        return {str(one.id): str(one.string) for one in read_po(file) if one.id}


def parameters(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


def given(call: ast.Call) -> set[str] | None:
    """The parameters that a call hands over; None where that is only known while running."""
    if name_of(call) not in ("Message", "Button"):
        names = {keyword.arg for keyword in call.keywords}
        return None if None in names or len(call.args) > 2 else {name for name in names if name}
    place = 1 if name_of(call) == "Message" else 2
    handed = next((one.value for one in call.keywords if one.arg == "params"), None)
    handed = call.args[place] if len(call.args) > place else handed
    if handed is None:
        return set()
    if not isinstance(handed, ast.Dict) or not all(isinstance(key, ast.Constant) for key in handed.keys):
        return None
    return {str(key.value) for key in handed.keys if isinstance(key, ast.Constant)}


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts()


def test_a_key_that_stands_twice_is_refused(tmp_path: Path) -> None:
    for language in Language:
        shutil.copytree(FOLDER / language, tmp_path / language)
    (tmp_path / Language.ZH / "zz.po").write_text('msgid "button.accept"\nmsgstr "行"\n')
    with pytest.raises(MissingText, match=r"button\.accept stands twice in zh"):
        Texts(tmp_path)


def test_every_key_in_the_sources_has_a_text(texts: Texts) -> None:
    wanted, keys = written(), texts.keys()
    assert len(wanted) > 150
    assert {key: where for key, where in wanted.items() if key not in keys} == {}


def test_every_computed_key_has_a_text(texts: Texts) -> None:
    assert sorted(set(members()) - texts.keys()) == []


def test_every_computed_beginning_is_a_known_family() -> None:
    assert {prefix: where for prefix, where in computed().items() if prefix not in FAMILIES} == {}


def test_every_refusal_has_a_text(texts: Texts) -> None:
    keys = texts.keys()
    assert [name for name, kind in REFUSALS.items() if kind.key not in keys] == []


def test_both_languages_have_the_same_keys_with_the_same_parameters() -> None:
    chinese, english = messages(Language.ZH), messages(Language.EN)
    assert list(chinese) == list(english)
    assert [key for key in chinese if parameters(chinese[key]) != parameters(english[key])] == []


@pytest.mark.parametrize("language", Language)
def test_no_text_asks_for_what_it_is_not_given(language: Language) -> None:
    files = (FOLDER / language).glob("*.po")
    texts = {key: sentence for path in files for key, sentence in texts_of(path).items()}
    wanted = [(f"{where} {key}", key, given(call)) for where, key, call in said() if key in texts]
    wanted += [(key, key, known) for key, known in members().items() if key in texts]  # Not those of other areas.
    faults = {
        where: parameters(texts[key]) - known
        for where, key, known in wanted
        if known is not None and not parameters(texts[key]) <= known
    }
    assert faults == {}


def test_no_text_is_unused() -> None:
    assert sorted(set(messages(Language.ZH)) - set(written()) - set(members())) == []


@pytest.mark.parametrize("verb", BUTTONS)
def test_buttons_read_as_agreed(texts: Texts, verb: str) -> None:
    labels = tuple(texts.say(language, f"button.{verb}") for language in Language)
    assert labels == BUTTONS[verb]


def test_every_verb_of_a_button_is_agreed() -> None:
    assert {f"button.{verb}" for verb in BUTTONS} == {key for key in members() if key.startswith("button.")}


@pytest.mark.parametrize(("language", "mark"), [(Language.ZH, "【演练】"), (Language.EN, "[PRACTICE]")])
def test_whatever_speaks_of_a_practice_says_so_first(language: Language, mark: str) -> None:
    parts = ("drill.need", "drill.standing.", "drill.report.")  # They stand within others.
    whole = {key: text for key, text in messages(language).items() if key.startswith("drill.")}
    assert [key for key, text in whole.items() if not key.startswith(parts) and not text.startswith(mark)] == []


@pytest.mark.parametrize("language", Language)
def test_an_emergency_begins_with_the_numbers_to_call(texts: Texts, language: Language) -> None:
    told = texts.say(language, "emergency.numbers", fire="119", ambulance="120", police="110")
    assert all(number in told.splitlines()[0] for number in ("119", "120", "110"))


@pytest.mark.parametrize("language", Language)
def test_an_admin_is_told_every_ending(texts: Texts, language: Language) -> None:
    told = texts.say(language, "admin.close_how")
    assert [ending for ending, words in admin.ENDINGS.items() if not any(word in told for word in words)] == []
