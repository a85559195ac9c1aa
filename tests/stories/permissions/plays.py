"""What is tried in the permission matrix, by whom and towards what, and what the table says of it.

What is expected comes from the table in `dispatch.permissions` and from the roles that each player is declared to have
here. A command, a button or a cell of the table that nobody plays fails the suite.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from bot.conversation import gate
from dispatch.permissions import TABLE, Action, Role
from dispatch.taps import RATINGS, Verb
from models.words import Level, State
from tests.stories.world import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE

OTHER_TOWNSHIP, FAR_VILLAGE, OTHER_COUNTY = "130227101", "130227101200", "130283"
PLACES: dict[str, tuple[str | None, str | None, str | None]] = {
    "village": (COUNTY, TOWNSHIP, VILLAGE),
    "next village": (COUNTY, TOWNSHIP, NEXT_VILLAGE),
    "township": (COUNTY, TOWNSHIP, None),
    "far village": (COUNTY, OTHER_TOWNSHIP, FAR_VILLAGE),
    "county": (COUNTY, None, None),
    "other county": (OTHER_COUNTY, "130283100", "130283100200"),
    "nowhere": (None, None, None),
}
# Where a place lies, seen from the admin of the village, of its township, and of its county.
AREAS: dict[Level, dict[str, str]] = {
    Level.BRANCH: {"village": "own", "next village": "beside", "township": "above", "far village": "beside",
                   "county": "above", "other county": "beside", "nowhere": "none"},
    Level.TOWNSHIP: {"village": "below", "next village": "below", "township": "own", "far village": "beside",
                     "county": "above", "other county": "beside", "nowhere": "none"},
    Level.COUNTY: {"village": "below", "next village": "below", "township": "below", "far village": "below",
                   "county": "own", "other county": "beside", "nowhere": "none"},
}  # fmt: skip
ADMIN_ROLE = {Level.BRANCH: Role.BRANCH, Level.TOWNSHIP: Role.TOWNSHIP, Level.COUNTY: Role.COUNTY}
# Towards something that happens in the village; who has no area, with their role there. The "keeper" is a volunteer who
# is responsible for the household in which the "resident" lives, and calls there; the "guardian" looks after them. The
# "asked" is an income leader who takes the "owner" along, and the "requester" is named for an honour.
_AT_HOME = frozenset({Role.ANYONE, Role.RESIDENT, Role.NEIGHBOUR, Role.VILLAGER})
_HELPER = _AT_HOME | {Role.HELPER, Role.FELLOW}
PLAYERS: dict[str, frozenset[Role]] = {
    "stranger": frozenset({Role.ANYONE}),
    "resident": _AT_HOME | {Role.HOUSEHOLD, Role.WARD},
    "guardian": _AT_HOME | {Role.GUARDIAN},
    "steward": _HELPER | {Role.COLLEAGUE},
    "volunteer": _HELPER,
    "requester": _AT_HOME | {Role.REQUESTER, Role.NOMINEE},
    "asked": _HELPER | {Role.ASKED, Role.COLLEAGUE, Role.LEADING},
    "owner": _HELPER | {Role.OWNER, Role.COLLEAGUE, Role.MENTORED},
    "keeper": _HELPER | {Role.RESPONSIBLE, Role.VISITOR},
    "invited": _HELPER | {Role.INVITED},
    "leader": _HELPER | {Role.LEADER},
}
RELATED = {
    Role.REQUESTER, Role.ASKED, Role.OWNER, Role.HOUSEHOLD, Role.RESPONSIBLE, Role.VISITOR, Role.COLLEAGUE,
    Role.NEIGHBOUR, Role.GUARDIAN, Role.WARD, Role.FELLOW, Role.INVITED, Role.LEADER, Role.VILLAGER, Role.NOMINEE,
    Role.LEADING, Role.MENTORED,
}  # fmt: skip

# What each command is given so that nothing but its right can stand in its way; {n} is a request, {who} a helper,
# {village} a village, {home} a household, {ward} somebody who is looked after.
COMMANDS: dict[str, str] = {
    "start": "", "help": "", "lang": "zh", "stop": "", "mine": "", "mydata": "", "erase": "",
    "cancel": "", "duty": "on", "leave": "off", "tasks": "",
    "status": "", "open": "", "roster": "", "unreachable": "", "broadcast": "停水",
    "show": "{n}", "why": "{n}", "assign": "{n} {who}", "close": "{n} 转办 供电所 95598",
    "offduty": "{who}", "invite": "{who}", "left": "{who}", "revoke": "{who}", "grid": "{village}",
    "for": "", "two": "", "team": "", "card": "", "visit": "", "due": "", "visits": "", "paper": "", "overdue": "",
    "drill": "{village} 楼道灯坏了", "guardian": "",
    "award": "文明家庭 {village}", "nominate": "", "vote": "", "mentor": "", "leader": "{who}",
    "public": "", "figures": "{village}",
    "points": "", "published": "", "object": "", "give": "{who} 2 搬桌椅", "reverse": "{entry} 记错了",
    "theme": "", "service": "", "join": "",
}  # fmt: skip
# The same commands where further words ask for another right.
FURTHER: dict[str, tuple[Action, str]] = {
    "/cancel {n}": (Action.CALL_OFF, "{n} 不用了"),
    "/two {n}": (Action.ASK_TWO, "{accepted}"),
    "/guardian {who}": (Action.NAME_GUARDIAN, "{who}，张三"),
    "/mydata {ward}": (Action.SEE_WARD, "{ward}"),
    "/erase {ward}": (Action.ERASE_WARD, "{ward}"),
    "/grid propose": (Action.DIVIDE, "propose {village}"),
    "/join {gathering}": (Action.JOIN_GATHERING, "{gathering}"),
    "/service open {gathering}": (Action.RUN_GATHERING, "open {gathering}"),
    "/service most {village}": (Action.SEE_SERVED, "most {village}"),
    "/service leader {member}": (Action.NAME_LEADER, "leader {member}"),
    "/points {who}": (Action.SEE_POINTS, "{who}"),
    "/published {pub}": (Action.SEE_PUBLISHED, "{pub}"),
    "/object {pub}": (Action.OBJECT, "{pub} 不对"),
    "/paper {home}": (Action.TYPE_VISIT, "{home} 03-03 上门 都好"),
}
WITHOUT_VILLAGE = frozenset({"township", "county", "nowhere"})  # No roster has a person or a household there.
# Which thing a button is tapped on: its request stands so that the move is possible. None: a dialog of one's own.
BUTTONS: dict[Verb, str | None] = {
    **dict.fromkeys((Verb.ACCEPT, Verb.DECLINE), "offer"),
    **dict.fromkeys((Verb.ARRIVE, Verb.ON_MY_WAY, Verb.SOLVE, Verb.NEED_HELP, Verb.HAND_OVER, Verb.ADDRESS), "task"),
    Verb.COME: "task",
    **dict.fromkeys((Verb.CANCEL, Verb.CONFIRM, Verb.HALF), "accepted"),
    Verb.DISPUTE: "done",
    **dict.fromkeys(RATINGS, "closed"),
    **dict.fromkeys((Verb.ALARM, Verb.CALM, Verb.FOR_OTHER, Verb.HERE, Verb.AT_HOME), "offered"),
    **dict.fromkeys((Verb.ANOTHER, Verb.CHOOSE, Verb.AGREE, Verb.CONFIRM_ALL, Verb.SHOW_CODE), None),
    **dict.fromkeys((Verb.START_NOW, Verb.OTHER_DAY, Verb.STILL_ON), "dated"),
    Verb.KEEP: "dated task",
    Verb.TWO: "accepted",
    **dict.fromkeys((Verb.FOLLOW, Verb.APART, Verb.STILL), "like"),
    **dict.fromkeys((Verb.LET_IN, Verb.KEEP_OUT), "claim"),
    **dict.fromkeys((Verb.VISIT_SKIP, Verb.VISIT_END, Verb.VISIT_ABSENT, Verb.VISIT_REFUSED, Verb.VISIT_PHONE,
                     Verb.VISIT_GO_ON, Verb.VISIT_DROP, Verb.VISIT_REQUEST), "open visit"),
    Verb.VISIT_OBJECT: "ended visit",
    **dict.fromkeys((Verb.VISIT_UPHELD, Verb.VISIT_STANDS), "disputed visit"),
    **dict.fromkeys((Verb.PAPER_RIGHT, Verb.PAPER_WRONG), "typed visit"),
    **dict.fromkeys((Verb.GUARD_AGREE, Verb.GUARD_CONFIRM, Verb.GUARD_END, Verb.WARD_ERASE), "bond"),
    **dict.fromkeys((Verb.SEAT_YES, Verb.SEAT_NO, Verb.SEAT_GO, Verb.SEAT_MATERIAL, Verb.SEAT_READ), "seat"),
    **dict.fromkeys((Verb.GATHER_OPEN, Verb.GATHER_CLOSE, Verb.GATHER_LIST, Verb.GATHER_PROGRAMME), "gathering"),
    **dict.fromkeys((Verb.LIST_RIGHT, Verb.LIST_WRONG), "gathering"),
    Verb.NOMINATE: "round",
    Verb.SECOND: "agreed",
    **dict.fromkeys((Verb.STAND, Verb.NOT_STAND), "named"),
    Verb.BALLOT: "ballot",
    Verb.VOTE: "choice",
    **dict.fromkeys((Verb.JOIN, Verb.NOT_JOIN), "asked pair"),
    **dict.fromkeys((Verb.DEED, Verb.FOUND_WORK, Verb.PART_PAIR), "pair"),
    **dict.fromkeys((Verb.OBJECTION_UPHELD, Verb.OBJECTION_STANDS), "objection"),
    **dict.fromkeys((Verb.POINTS_YES, Verb.POINTS_NO), "hand entry"),
}  # fmt: skip
_ANYWHERE = {"claim", "disputed visit", "typed visit", "objection", "hand entry", "gathering", "bond"}
EVERYWHERE = {Verb.CANCEL, *(verb for verb, on in BUTTONS.items() if on in _ANYWHERE)}
# The one more yes of each command that touches many; the right is that of the command.
YESES: dict[str, Action] = {
    "grid.apply": Action.DIVIDE, "left": Action.SEE_OFF, "revoke": Action.REVOKE,
    "drill": Action.DRILL, "award": Action.AWARD, "leader": Action.APPOINT_LEADER,
    **dict.fromkeys(("gather_close", "gather_move", "gather_call_off", "service_go"), Action.RUN_GATHERING),
}  # fmt: skip
STANDINGS = (
    ("offered", State.OFFERED, False),
    ("accepted", State.ACCEPTED, True),
    ("done", State.DONE, True),
    ("closed", State.CLOSED, True),
    ("dated", State.ACCEPTED, True),
    ("like", State.OFFERED, False),
)
STANDING_NAMES = {name for name, _, _ in STANDINGS}


@dataclass(frozen=True)
class Play:
    """One thing tried: what, by whom, with which roles towards what it is done to, and which right it asks for."""

    what: str
    who: str
    place: str
    roles: frozenset[Role]
    action: Action

    def __str__(self) -> str:
        return f"{self.what} by {self.who} in {self.place}"

    @property
    def allowed(self) -> bool:
        """What the table says."""
        return bool(TABLE[self.action] & self.roles)


def _towards(level: Level, place: str) -> frozenset[Role]:
    """The roles of an admin of the village, its township or its county towards something at a place.

    All of them live in the next village, so that it shows what comes from the office alone.
    """
    area = AREAS[level][place]
    mine = area in ("own", "below") or (area == "none" and level is Level.COUNTY)
    lives = {Role.NEIGHBOUR} if place in ("next village", "township", "county") else set()
    return frozenset({Role.ANYONE, Role.RESIDENT} | ({ADMIN_ROLE[level]} if mine else set()) | lives)


def _plays() -> Iterator[Play]:
    spoken = {f"/{name}": (action, COMMANDS[name]) for name, action in gate.COMMANDS.items() if name in COMMANDS}
    for what, (action, words) in (spoken | FURTHER).items():
        to_a_thing = "{" in words
        yield from _by_everyone(what, action, to_a_thing=to_a_thing, places=[*PLACES] if to_a_thing else ["village"],
                                without=_lacking(words))  # fmt: skip
    for verb, on in BUTTONS.items():
        places = [*PLACES] if verb in EVERYWHERE else ["village"]
        without = () if on in STANDING_NAMES else WITHOUT_VILLAGE
        yield from _by_everyone(
            f"[{verb}]", gate.TAPS[verb], to_a_thing=on is not None, places=places, without=without
        )  # fmt: skip
    for step, action in YESES.items():
        yield from _by_everyone(f"[go] {step}", action, to_a_thing=True, places=[*PLACES], without=WITHOUT_VILLAGE)
    yield from _by_everyone("what is seen", Action.SEE_VISITS, to_a_thing=True, places=["village"])
    yield from _by_everyone("figures seen", Action.SEE_MENTORING, to_a_thing=False, places=["village"])
    yield from _by_everyone("words", Action.ASK, to_a_thing=False, places=["village"])
    for what in ("words to the helper", "words back"):
        yield from _by_everyone(what, Action.TALK, to_a_thing=True, places=["village"])


def _lacking(words: str) -> Collection[str]:
    """The places where there is nothing to which the command could be given."""
    return () if "{n}" in words else {"nowhere"} if "{pub}" in words else WITHOUT_VILLAGE


def _by_everyone(
    what: str, action: Action, *, to_a_thing: bool, places: list[str], without: Collection[str] = ()
) -> Iterator[Play]:
    """The same tried by all; a relation to some request does not count towards nothing in particular."""
    for who, roles in PLAYERS.items():
        yield Play(what, who, "village", roles if to_a_thing else roles - RELATED, action)
    for level in Level:
        for place in places:
            if place not in without:
                yield Play(what, level, place, _towards(level, place), action)


PLAYS = list(_plays())
