"""What a branch can do about who looks after whom: look, propose a division, apply it; a steward who leaves."""

from typing import Any

from bot.conversation import admin, lists
from bot.conversation.flow import Line, Step, Turn, command, tapped
from dispatch import cards, errors
from dispatch.desk import leaving
from dispatch.division import linking, proposing, standing
from dispatch.division.proposing import Change, Figures, Proposal
from dispatch.division.solver import Solver
from dispatch.division.village import Village
from dispatch.guardians import bonds
from dispatch.messages import Button, Message, joined, text
from dispatch.permissions import Action
from dispatch.taps import Verb, data, new_token

PROPOSE = ("propose", "方案", "重分")
BACK = ("back", "回来")
SHOWN = 40  # Lines of one list.


def grid(turn: Turn) -> Step | None:
    """Who has whom, in one village or in all of the area; with "propose", what a new division would change."""
    admin.require(turn, Action.SEE_GRID)
    words = turn.said.arguments.split()
    if words and words[0].casefold() in PROPOSE:
        return _propose(turn, " ".join(words[1:]))
    if not words and len(standing.villages(turn.work.conn, turn.actor)) > 1:
        _overview(turn)
        return None
    found = standing.village_of(turn.work.conn, turn.actor, " ".join(words), Action.SEE_GRID)
    _show(turn, standing.standing(found, turn.work.rules.grids))
    return None


def _overview(turn: Turn) -> None:
    found = standing.overview(turn.work.conn, turn.actor, turn.work.rules.grids)
    lines = [
        text(
            "grid.village_line",
            village=one.name,
            stewards=one.stewards,
            homes=one.homes,
            nobody=one.nobody,
            above=one.above,
            below=one.below,
            unreachable=one.unreachable,
        )
        for one in found[:SHOWN]
    ]
    head = lists.listed("grid.overview", lines)
    turn.send(Message(head.key, {**head.params, "count": len(found)}))


def _show(turn: Turn, it: standing.Standing) -> None:
    rules = turn.work.rules.grids
    lines = [
        text(
            "grid.steward_line",
            name=cards.shown_name(one.steward),
            grid=one.steward.grid,
            homes=one.homes,
            frail=one.frail,
            remark=_remark(one, rules),
        )
        for one in it.shares
    ]
    head = lists.listed("grid.show", lines[:SHOWN])
    params = {"village": it.village.name, "stewards": len(it.shares), "homes": len(it.village.homes)}
    turn.send(Message(head.key, {**head.params, **params, "walks": _walks(it.figures)}))
    if it.nobody:
        names: list[Any] = list(it.nobody[: linking.SHOWN])
        if len(it.nobody) > len(names):
            names.append(text("grid.more", count=len(it.nobody) - len(names)))
        turn.say("grid.nobody", count=len(it.nobody), frail=it.frail_alone, names=joined(names))


def _remark(one: standing.Share, rules: Any) -> Any:
    found = []
    if one.homes > rules.most:
        found.append(text("grid.remark.above", bound=rules.most))
    if one.homes < rules.least:
        found.append(text("grid.remark.below", bound=rules.least))
    if one.frail > rules.frail_most:
        found.append(text("grid.remark.frail", bound=rules.frail_most))
    if not one.steward.reachable:
        found.append(text("grid.remark.unreachable"))
    return text("grid.remarks", remarks=joined(found)) if found else ""


def _propose(turn: Turn, name: str) -> Step | None:
    admin.require(turn, Action.DIVIDE)
    village = standing.village_of(turn.work.conn, turn.actor, name, Action.DIVIDE)
    with Solver() as solver:
        found = proposing.propose(village, turn.work.rules.grids, solver)
    for bound, value in found.unmet.items():
        turn.say(f"grid.unmet.{bound}", bound=value, wanted=proposing.wanted(turn.work.rules.grids, bound))
    if not found.changes:
        turn.say("grid.nothing_to_change", village=village.name, walks=_walks(found.after))
        return None
    token = new_token()
    head = lists.listed("grid.proposal", _difference(village, found)[:SHOWN])
    params = {
        "village": village.name,
        "count": len(found.changes),
        "before": _walks(found.before),
        "after": _walks(found.after),
        "nobody": found.before.nobody,
    }
    button = Button("button.grid_apply", data(Verb.CONFIRM_ALL, token), {"count": len(found.changes)})
    turn.send(Message(head.key, {**head.params, **params}, ((button,),)))
    changes = [[one.household_id, one.before, one.after] for one in found.changes]
    return Step(
        "grid.apply", {"token": token, "village": village.code, "fingerprint": found.fingerprint, "changes": changes}
    )


def _difference(village: Village, found: Proposal) -> list[dict[str, Any]]:
    """A line for each steward who gains or loses."""
    return [
        text(
            "grid.change_line",
            name=cards.shown_name(one.steward),
            before=one.before,
            after=one.after,
            gains=one.gains,
            losses=one.losses,
        )
        for one in proposing.differences(village, found.changes)
    ]


def _walks(figures: Figures) -> Any:
    if figures.mean is None or figures.longest is None:
        return text("grid.no_walks")
    return text("grid.walks", mean=round(figures.mean), longest=round(figures.longest))


def apply(turn: Turn) -> Step | None:
    """The one more yes: what was shown is done, unless the village has changed since."""
    admin.require(turn, Action.DIVIDE)
    memo = turn.memo
    if turn.token != memo.get("token"):
        raise errors.NotFound("error.button")
    village = standing.village_of(turn.work.conn, turn.actor, memo["village"], Action.DIVIDE)
    changes = tuple(Change(*one) for one in memo["changes"])
    linking.apply(turn.work, village, memo["fingerprint"], changes, turn.actor.id)
    turn.say("grid.applied", village=village.name, count=len(changes))
    return None


def left(turn: Turn) -> Step | None:
    """A steward leaves, moves or dies: say first what has to be taken over; `/left NAME back` takes it back."""
    admin.require(turn, Action.SEE_OFF)
    words = turn.said.arguments.split()
    if len(words) > 1 and words[-1].casefold() in BACK:
        person_id = admin.one_person(turn, " ".join(words[:-1]), left=True)
        leaving.back(turn.work, turn.actor, person_id)
        turn.say("left.back", name=_name(turn, person_id))
        return None
    person_id = admin.one_person(turn, " ".join(words))
    behind = leaving.burden(turn.work, person_id)
    token = new_token()
    rows = [[Button("button.left", data(Verb.CONFIRM_ALL, token), {"name": _name(turn, person_id)})]]
    turn.say(
        "left.ask",
        buttons=rows,
        name=_name(turn, person_id),
        households=behind.households,
        tasks=behind.tasks,
        offers=behind.offers,
    )
    return Step("left", {"token": token, "person": person_id})


def left_go(turn: Turn) -> Step | None:
    """The second yes."""
    admin.require(turn, Action.SEE_OFF)
    if turn.token != turn.memo.get("token"):
        raise errors.NotFound("error.button")
    person_id = int(turn.memo["person"])
    households = leaving.burden(turn.work, person_id).households
    changes = leaving.left(turn.work, turn.actor, person_id)
    turn.say("left.done", name=_name(turn, person_id), count=len(changes))
    if len(changes) < households:
        turn.say("left.nobody", count=households - len(changes))
    for bond in bonds.wards(turn.work.conn, person_id):  # Between two people, and not of the post: it goes on.
        turn.say("guardian.still", ward=bond.ward, guardian=bond.guardian)
    return None


def _name(turn: Turn, person_id: int) -> Any:
    return cards.shown_name(cards.person(turn.work.conn, person_id))


SCRIPT = (
    Line(None, command("grid"), grid),
    Line("grid.apply", tapped(Verb.CONFIRM_ALL), apply),
    Line(None, command("left"), left),
    Line("left", tapped(Verb.CONFIRM_ALL), left_go),
)
