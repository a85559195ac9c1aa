"""`/team`: a steward's own teams, an admin's teams of the area, and for a resident what can be had in the village."""

from functools import reduce
from typing import Any

from bot.conversation import lists
from bot.conversation.flow import Line, Step, Turn, command
from dispatch import cards, errors, spots, teams
from dispatch.messages import Message, text
from dispatch.permissions import Action, can
from dispatch.teams import Member

SHOWN = 40  # People of a team in one answer.
NAMED = 12  # Names of one team in one line.


def team(turn: Turn) -> Step | None:
    """Who can do what: by the widest of the person's roles, and of one team by its name."""
    if not can(turn.actor, Action.SEE_TEAM):
        raise errors.NotAllowed("team.unlinked")
    word = turn.said.arguments.strip()
    if turn.actor.areas and word:
        _people(turn, word)
    elif turn.actor.areas:
        _area(turn)
    elif turn.actor.kinds:
        _mine(turn)
    else:
        _village(turn)
    return None


def _area(turn: Turn) -> None:
    counts = teams.counted(teams.members(turn.work.conn, teams.within(turn.actor)))
    if not counts:
        turn.say("team.none")
        return
    lines = [
        text(
            "team.area_line",
            skill=teams.label(turn.work.rules, skill),
            count=counts[skill].count,
            on_duty=counts[skill].on_duty,
            reachable=counts[skill].reachable,
        )
        for skill in teams.in_order(turn.work.rules, counts)
    ]
    turn.send(lists.listed("team.area", lines))


def _people(turn: Turn, word: str) -> None:
    """Everyone of one team in the area, those to be reached first."""
    people = teams.members(turn.work.conn, teams.within(turn.actor))
    skill = teams.called(turn.work.rules, word) or word
    team_ = [one for one in people if skill in one.skills]
    if not people:
        raise errors.NotFound("team.none")
    if not team_:
        known = teams.in_order(turn.work.rules, (name for one in people for name in one.skills))
        raise errors.BadValue("team.unknown", word=word[:40], skills=_joined(turn, known))
    team_.sort(key=lambda one: (not one.on_duty, not one.reachable))
    message = lists.listed("team.people", [_person(one) for one in team_[:SHOWN]])
    params = {**message.params, "skill": teams.label(turn.work.rules, skill), "count": len(team_)}
    turn.send(Message(message.key, params))


def _person(one: Member) -> dict[str, Any]:
    standing = "team.on_duty" if one.on_duty and one.reachable else "team.off_duty"
    return text(
        "team.person",
        village=spots.short(one.village) if one.village else "",
        name=cards.shown_name(one),
        phone=one.phone or "—",
        standing=text("team.out_of_reach" if one.on_duty and not one.reachable else standing),
    )


def _mine(turn: Turn) -> None:
    """My teams, and who is in them in my village."""
    conn, rules = turn.work.conn, turn.work.rules
    mine = teams.of(conn, turn.actor.id)
    if not mine:
        turn.say("team.no_skill")
        return
    near = teams.members(conn, teams.in_village(turn.actor.village_code))
    sizes = teams.sizes(conn, teams.in_township(turn.actor.township_code))
    lines = []
    for skill in teams.in_order(rules, mine):
        names = [text("name.plain", name=cards.shown_name(one)) for one in near if skill in one.skills][:NAMED]
        lines.append(
            text(
                "team.mine_line",
                skill=teams.label(rules, skill),
                names=_and(names) if names else "—",
                count=sizes.get(skill, 0),
            )
        )
    turn.send(lists.listed("team.mine", lines))


def _village(turn: Turn) -> None:
    """Which skills are to be had; no names and no counts."""
    village = spots.village(turn.work.conn, turn.actor.village_code)
    name = village.place if village else ""
    found = teams.sizes(turn.work.conn, teams.in_village(turn.actor.village_code))
    if not found:
        turn.say("team.village_none", village=name)
        return
    turn.say("team.village", village=name, skills=_joined(turn, teams.in_order(turn.work.rules, found)))


def _joined(turn: Turn, skills: list[str]) -> dict[str, Any]:
    return _and([teams.label(turn.work.rules, skill) for skill in skills])


def _and(texts: list[dict[str, Any]]) -> dict[str, Any]:
    """Several texts as one, with the reader's comma between them."""
    return reduce(lambda rest, one: text("team.and", first=one, rest=rest), reversed(texts[:-1]), texts[-1])


SCRIPT = (Line(None, command("team"), team),)
