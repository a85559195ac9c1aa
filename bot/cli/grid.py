"""`grid`: who looks after whom, a proposed division as a difference, and the division applied."""

from dataclasses import asdict
from enum import StrEnum
from typing import Annotated, Any

import typer
from sqlalchemy import Connection

from bot.cli.bar import bar
from bot.cli.front import PROBLEM, WRONG_USE, AsJson, ConfigPath, Front, Lang, as_json, at_front
from dispatch import errors
from dispatch.division import linking, proposing, standing, village
from dispatch.division.caps import Unmet
from dispatch.division.proposing import Figures, Proposal
from dispatch.division.solver import Solver
from dispatch.division.village import Village
from dispatch.work import Work
from models.clock import SystemClock
from models.migrate import migrate
from models.store import Store

ALL = "all"


class Action(StrEnum):
    """What is to be done."""

    SHOW = "show"
    PROPOSE = "propose"
    APPLY = "apply"


def grid(
    action: Annotated[Action, typer.Argument(help="cli.option.grid_action")] = Action.SHOW,
    config: ConfigPath = None,
    lang: Lang = None,
    within: Annotated[str, typer.Option("--village", metavar="CODE|all", help="cli.option.grid_village")] = ALL,
    proposal: Annotated[str, typer.Option("--proposal", metavar="ID", help="cli.option.grid_proposal")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="cli.option.grid_yes")] = False,
    json: AsJson = False,
) -> None:
    with at_front(config, lang) as front, front.store() as store:
        migrate(store)
        if action is Action.APPLY and json and not yes:
            front.warn("cli.grid.json_yes")
            raise typer.Exit(WRONG_USE)
        with store.read() as conn:
            codes = standing.codes(conn, "" if within == ALL else within)
        if not codes:
            raise front.fail("grid.no_village", village=within)
        if proposal and (action is not Action.APPLY or len(codes) > 1):
            front.warn("cli.grid.proposal_of_one")
            raise typer.Exit(WRONG_USE)
        if action is Action.SHOW:
            _show(front, store, codes, json=json)
            return
        found = _propose(front, store, codes)
        if proposal and found[0][1].fingerprint != proposal:
            raise front.fail("grid.changed_meanwhile", village=found[0][0].name)
        if not json:
            _tell_proposals(front, found, named=len(codes) == 1)
        if action is Action.APPLY:
            _apply(front, store, found, yes=yes, quiet=json)
        if json:
            as_json([_as_dict(place, one) for place, one in found])


def _show(front: Front, store: Store, codes: list[str], *, json: bool) -> None:
    rules, told = front.config.dispatch.grids, []
    with store.read() as conn:
        for code in codes:
            it = standing.standing(village.load(conn, code), rules)
            told.append(_standing(it))
            if not json:
                _tell_standing(front, it, stewards=len(codes) == 1)
    if json:
        as_json(told)


def _standing(it: standing.Standing) -> dict[str, Any]:
    stewards = [
        {"name": one.steward.name, "grid": one.steward.grid, "reachable": one.steward.reachable,
         "households": one.homes, "frail": one.frail}
        for one in it.shares
    ]  # fmt: skip
    return {
        "village_code": it.village.code,
        "village": it.village.name,
        "households": len(it.village.homes),
        "figures": asdict(it.figures),
        "frail_alone": it.frail_alone,
        "nobody": list(it.nobody),
        "stewards": stewards,
    }


def _tell_standing(front: Front, it: standing.Standing, *, stewards: bool) -> None:
    front.tell(
        "cli.grid.village",
        village=it.village.name,
        code=it.village.code,
        stewards=len(it.shares),
        homes=len(it.village.homes),
        nobody=it.figures.nobody,
        above=it.figures.above,
        below=it.figures.below,
        unreachable=sum(not one.steward.reachable for one in it.shares),
        walks=_walks(front, it.figures),
    )
    for one in it.shares if stewards else ():
        reached = "" if one.steward.reachable else f"  ⚠ {front.say('grid.remark.unreachable')}"
        line = front.say(
            "grid.steward_line",
            name=one.steward.name, grid=one.steward.grid, homes=one.homes, frail=one.frail, remark=reached,
        )  # fmt: skip
        typer.echo(f"  {line}")
    if stewards and it.nobody:
        front.tell("grid.nobody", count=len(it.nobody), frail=it.frail_alone, names=", ".join(it.nobody))


def _propose(front: Front, store: Store, codes: list[str]) -> list[tuple[Village, Proposal]]:
    """Of every village that has stewards; with only one village named it has to have some."""
    found = []
    with bar(front.say("cli.grid.dividing")) as report, store.read() as conn, Solver() as solver:
        for number, code in enumerate(codes, 1):
            place = village.load(conn, code)
            if place.stewards or len(codes) == 1:
                found.append((place, proposing.propose(place, front.config.dispatch.grids, solver)))
            elif place.homes:
                front.warn("grid.no_stewards", village=place.name)
            report(number, len(codes))
    return found


def _tell_proposals(front: Front, found: list[tuple[Village, Proposal]], *, named: bool) -> None:
    for place, one in found:
        front.tell(
            "cli.grid.proposal",
            village=place.name, code=place.code, count=len(one.changes), proposal=one.fingerprint,
            before=_walks(front, one.before), after=_walks(front, one.after),
        )  # fmt: skip
        for cap, bound in one.unmet.items():
            typer.echo(f"  {front.say(f'grid.unmet.{cap}', bound=bound, wanted=_wanted(front, cap))}")
        for row in proposing.differences(place, one.changes) if named else ():
            line = front.say(
                "grid.change_line",
                name=row.steward.name, before=row.before, after=row.after, gains=row.gains, losses=row.losses,
            )  # fmt: skip
            typer.echo(f"  {line}")


def _wanted(front: Front, cap: Unmet) -> int:
    return proposing.wanted(front.config.dispatch.grids, cap)


def _apply(front: Front, store: Store, found: list[tuple[Village, Proposal]], *, yes: bool, quiet: bool) -> None:
    """One transaction a village; a village that changed since it was looked at is left as it is, and said."""
    due = [(place, one) for place, one in found if one.changes]
    households = sum(len(one.changes) for _, one in due)
    if not households:
        if not quiet:
            front.tell("cli.grid.nothing")
        return
    if not yes and not typer.confirm(front.say("cli.grid.confirm", households=households, villages=len(due))):
        raise front.fail("cli.grid.left")
    refused = 0
    for place, one in due:
        with store.write() as conn:
            try:
                _apply_one(front, conn, place, one)
            except errors.NotNow as refusal:
                front.warn(refusal.key, **refusal.params)
                refused += 1
    if not quiet:
        front.tell("cli.grid.applied", villages=len(due) - refused)
    if refused:
        raise typer.Exit(PROBLEM)


def _apply_one(front: Front, conn: Connection, place: Village, one: Proposal) -> None:
    work = Work(conn, SystemClock().now(), front.config.dispatch)
    linking.apply(work, village.load(conn, place.code), one.fingerprint, one.changes, None)
    work.flush()


def _walks(front: Front, figures: Figures) -> str:
    if figures.mean is None or figures.longest is None:
        return front.say("grid.no_walks")
    return front.say("grid.walks", mean=round(figures.mean), longest=round(figures.longest))


def _as_dict(place: Village, one: Proposal) -> dict[str, Any]:
    homes = {home.id: home.name for home in place.homes}
    people = {steward.id: steward.name for steward in place.stewards}
    changes = [
        {"household": homes[row.household_id], "before": people.get(row.before or 0), "after": people[row.after]}
        for row in one.changes
    ]
    return {
        "village_code": place.code,
        "village": place.name,
        "proposal": one.fingerprint,
        "before": asdict(one.before),
        "after": asdict(one.after),
        "unmet": {str(cap): bound for cap, bound in one.unmet.items()},
        "changes": changes,
    }
