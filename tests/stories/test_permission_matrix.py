"""Who may do what, played: every command and every button, by everyone, towards things above, below and beside them.

What is tried and expected stands in `permissions/plays.py`, the village with everybody in it in `permissions/stage.py`.
"""

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import or_, update

from bot.conversation import flow, gate
from bot.conversation.flow import Turn
from bot.conversation.script import SCRIPT
from bot.conversation.understanding import Understanding
from dispatch.permissions import TABLE, Action, Role
from dispatch.taps import Verb
from dispatch.work import Work
from models.clock import MovableClock
from models.requests import Request
from models.store import Store
from models.words import Level, State, StewardKind
from tests.conftest import NOON, stamp
from tests.stories.permissions.acting import command, is_allowed, turn_of, undone
from tests.stories.permissions.plays import AREAS, BUTTONS, COMMANDS, PLACES, PLAYERS, PLAYS, Play
from tests.stories.permissions.stage import Stage
from tests.stories.world import village


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('matrix') / 'store.db'}")
    stamp(store)
    with village(store, MovableClock(NOON), "webchat") as world:
        yield Stage(world)
    store.close()


@pytest.mark.parametrize("who", dict.fromkeys(play.who for play in PLAYS))
def test_allowed_and_refused_as_the_table_says(stage: Stage, who: str) -> None:
    """Everything that this one can try, of which each is undone before the next."""
    tried = [play for play in PLAYS if play.who == who]
    otherwise = [f"{play}: {'refused' if play.allowed else 'allowed'}" for play in tried if not _as_said(stage, play)]
    assert otherwise == []


def _as_said(stage: Stage, play: Play) -> bool:
    return is_allowed(stage, play) == play.allowed


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("place", PLACES)
def test_a_list_shows_what_lies_within_and_nothing_else(stage: Stage, level: Level, place: str) -> None:
    with undone(stage) as conn:
        beside = or_(Request.wanted_at.is_not(None), Request.like_id.is_not(None))  # Or there are too many to be shown.
        conn.execute(update(Request).where(beside).values(state=State.CLOSED, ended_at=NOON))
        flow.run(turn := turn_of(stage, conn, stage.people[str(level)], command("open")), SCRIPT)
        shown = [post["message"]["params"].get("number") for post in turn.work.posts]
    expected = AREAS[level][place] in ("own", "below")
    assert (stage.numbers[place] in shown) == expected


def test_every_command_and_every_button_is_played() -> None:
    assert set(COMMANDS) == set(gate.COMMANDS), "name the new command here, with what it is given"
    assert set(BUTTONS) == set(Verb) == set(gate.TAPS), "name the new button here, with what it is tapped on"


def test_every_command_of_the_table_is_in_the_script(stage: Stage) -> None:
    work, player = Work(None, NOON, stage.world.rules), None  # type: ignore[arg-type]
    last = [line.do for line in SCRIPT].index(next(line.do for line in SCRIPT if line.do.__name__ == "unknown_command"))
    for name in gate.COMMANDS:
        turn = Turn(work, command(name), player, Understanding(work.rules))  # type: ignore[arg-type]
        assert any(line.step is None and line.when(turn) for line in SCRIPT[:last] if _asks_command(line.when)), name


def _asks_command(when: Callable[[Turn], bool]) -> bool:
    return any(word in when.__qualname__ for word in ("command", "_alone"))


@pytest.mark.parametrize("make", [lambda: flow.command("nonsense"), lambda: flow.tapped("nonsense")])  # type: ignore[arg-type]
def test_what_has_no_right_cannot_stand_in_a_script(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"gate.py says of no right for nonsense"):
        make()


def test_every_cell_of_the_table_is_decisive_in_some_play() -> None:
    cells = {(action, role) for action, roles in TABLE.items() for role in roles}
    given = [(play.action, TABLE[play.action] & play.roles) for play in PLAYS]
    decisive = {(action, role) for action, roles in given for role in roles if roles == {role}}
    assert cells - decisive == set(), "these cells of the table are played by nobody"
    assert set(Action) == set(TABLE), "every right has a row"
    kinds = {StewardKind.STEWARD: "steward", StewardKind.VOLUNTEER: "volunteer"}
    assert {kinds[kind] for kind in StewardKind} <= set(PLAYERS)


def test_every_refusal_of_the_table_is_played() -> None:
    """For each right that not everyone has, somebody near it is refused: each area that is not one's own among them."""
    guarded = {action for action, roles in TABLE.items() if Role.ANYONE not in roles}
    assert guarded - {play.action for play in PLAYS if not play.allowed} == set()
    numbered = {Action.SEE_REQUEST, Action.ASSIGN, Action.CLOSE, Action.CALL_OFF}
    for level in Level:
        wanted = {area for area in AREAS[level].values() if area not in ("own", "below")}
        for action in numbered:
            tried = [play for play in PLAYS if play.who == level and play.action is action]
            refused = {AREAS[level][play.place] for play in tried if not play.allowed}
            assert refused >= wanted - ({"none"} if level is Level.COUNTY else set())
