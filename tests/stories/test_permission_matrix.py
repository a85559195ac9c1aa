"""Who may do what, played: every command and every button, by everyone, towards things above, below and beside them.

What is expected comes from the table in `dispatch.permissions` and from the roles that each player is declared to have
here. A command, a button or a cell of the table that nobody plays fails the suite.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, or_, select, update

from bot.conversation import flow, gate
from bot.conversation.flow import Turn
from bot.conversation.said import Kind, Said
from bot.conversation.script import SCRIPT
from bot.conversation.understanding import Understanding
from dispatch import actors, cases, dialogs, errors, geo, taps
from dispatch.desk import helping
from dispatch.desk.timeline import Words
from dispatch.division.village import load as load_village
from dispatch.ledger import notes
from dispatch.ledger.facts import Fact
from dispatch.messages import text
from dispatch.permissions import TABLE, Action, Role
from dispatch.points import settling
from dispatch.taps import RATINGS, Verb
from dispatch.work import Work
from models.awards import AwardRound, Nomination
from models.ballots import Ballot, BallotChoice
from models.claims import Claim
from models.clock import MovableClock
from models.gatherings import Gathering, Seat
from models.guardians import Guardianship
from models.habits import (
    Consent,
    Deed,
    GatheringKind,
    HandState,
    PairState,
    PublicationKind,
    Standing,
    TieRule,
    VisitKind,
    VisitStep,
)  # fmt: skip
from models.ledger import PointEntry
from models.mail import Dialog, Outbox
from models.mentoring import IncomeLeader, Pair
from models.people import Invitation, Link, Person, Route, Steward, VolunteerGroup
from models.places import Area, Grid, Household
from models.points import HandEntry
from models.publishing import Objection, Publication
from models.requests import Audit, Offer, Request
from models.store import Store
from models.tables import metadata
from models.visits import Visit, VisitNote
from models.words import Answer, Ask, ClaimState, Due, Ending, Level, State, StewardKind, Urgency
from tests.conftest import NOON
from tests.stories.gatherings import group_of
from tests.stories.world import COUNTY, NEXT_VILLAGE, TOWNSHIP, VILLAGE, World, village

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
    "show": "{n}", "why": "{n}", "assign": "{n} {who}", "close": "{n} 转办 供电所",
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
DIALOGS: dict[Verb, tuple[str, dict[str, Any], str]] = {  # Step, memo and token.
    Verb.ANOTHER: ("passed_on", {"words": "还有一件"}, "t"),
    Verb.CHOOSE: ("language", {}, "zh"),
    Verb.AGREE: ("language", {}, "told"),
    Verb.CONFIRM_ALL: ("broadcast", {"words": "停水", "token": "t", "count": 1}, "t"),
}
_RANKING = geo.ranking(geo.Point(40.14, 118.3))
NEAR = {"k1": _RANKING.k1, "k2": _RANKING.k2, "k3": _RANKING.k3}
STANDINGS = (
    ("offered", State.OFFERED, False),
    ("accepted", State.ACCEPTED, True),
    ("done", State.DONE, True),
    ("closed", State.CLOSED, True),
    ("dated", State.ACCEPTED, True),
    ("like", State.OFFERED, False),
)
_OFFERS = {"offer": "offered", "task": "accepted", "dated task": "dated"}  # Whose offer a button carries.
_SEEN = {"what is seen": "visits", "figures seen": "mentor"}  # Everybody may ask; what is shown differs.
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


class Stage:
    """The village with everybody in it, and a request of each standing at every place."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.people = {
            "stranger": world.person("过路人", village=None, township_code=None, county_code=None).id,
            "resident": world.relative("李奶奶", world.resident("赵奶奶")).id,
            "guardian": world.resident("李强").id,
            "steward": world.steward("张三").id,
            "volunteer": world.volunteer("李四").id,
            "requester": world.resident("王奶奶").id,
            "asked": world.steward("钱五").id,
            "owner": world.steward("孙七").id,
            "keeper": world.volunteer("周九").id,
            "invited": world.volunteer("吴十").id,
            "leader": (leader := world.volunteer("郑组长")).id,
            "clerk": world.steward("文书").id,
            "caller": world.person("新手机", village=None, township_code=None, county_code=None).id,
            **{str(level): world.admin(f"{level}", level).id for level in Level},
            "second": world.admin("另一位", Level.COUNTY).id,
        }
        self.offers: dict[tuple[str, str], str] = {}
        self.tokens: dict[tuple[str, str], str] = {}
        self.numbers: dict[str, int] = {}
        self.published: dict[str, int] = {}
        self.entries: dict[str, int] = {}
        self.gatherings: dict[str, int] = {}
        group_of(world, leader)
        world.set(leader, leads_since=NOON)
        for level in Level:
            world.move(self.people[str(level)], NEXT_VILLAGE)
        with world.store.write() as conn:
            conn.execute(insert(Area), [
                {"code": OTHER_TOWNSHIP, "level": Level.TOWNSHIP, "name": "金厂峪镇", "parent_code": COUNTY},
                {"code": FAR_VILLAGE, "level": Level.BRANCH, "name": "远村", "parent_code": OTHER_TOWNSHIP},
                {"code": OTHER_COUNTY, "level": Level.COUNTY, "name": "迁安市", "parent_code": None},
                {"code": "130283100", "level": Level.TOWNSHIP, "name": "夏官营镇", "parent_code": OTHER_COUNTY},
                {"code": "130283100200", "level": Level.BRANCH, "name": "别村", "parent_code": "130283100"},
            ])  # fmt: skip
            for place, codes in PLACES.items():
                self._requests(conn, place, codes)
                self._publication(conn, place, codes)
        for place, (county, township, code) in PLACES.items():
            if code is not None:
                who = world.person(f"{place}的", village=code, township_code=township, county_code=county)
                world.steward("", village=VILLAGE, who=who)
                world.set(who, county_code=county, township_code=township, village_code=code)
                self.people[f"{place}的"] = who.id
                member = world.person(f"{place}组员", village=code, township_code=township, county_code=county)
                world.volunteer("", who=member)
                world.set(member, county_code=county, township_code=township, village_code=code)
                with world.store.write() as conn:
                    self._gatherings(conn, place, (county, township, code), member.id)
                    codes_of = {"county_code": county, "township_code": township, "village_code": code}
                    self._home(conn, place, codes_of)
                    self._together(conn, place, codes_of)

    def _home(self, conn: Any, place: str, codes: dict[str, Any]) -> None:
        """A household of the keeper's: a chat that wants in, and a visit of each standing. The village's has people."""
        at = codes["village_code"]
        if at == VILLAGE:
            home = conn.scalars(select(Person.household_id).where(Person.id == self.people["resident"])).one()
        else:
            grid = conn.scalars(select(Grid.id).limit(1)).first()
            values = {**codes, "grid_id": grid, "name": f"{place}家", "address": ""}
            home = conn.execute(insert(Household).returning(Household.id), [values]).scalar_one()
        conn.execute(update(Household).where(Household.id == home).values(name=f"{place.replace(' ', '')}家"))
        post = conn.scalars(select(Steward.id).where(Steward.person_id == self.people["keeper"])).one()
        conn.execute(insert(Link), [{**codes, "household_id": home, "steward_id": post, "since": NOON}])
        card = {"code_hash": place, "household_id": home, "steward_id": post, "created_at": NOON, "expires_at": NOON}
        conn.execute(insert(Invitation), [card])
        caller = select(Route.channel, Route.address).where(Route.person_id == self.people["caller"])
        channel, address = conn.execute(caller).one()
        self.tokens[place, "claim"] = taps.new_token()
        conn.execute(insert(Claim), [{
            **codes, "token": self.tokens[place, "claim"], "code_hash": place, "household_id": home,
            "speaker_id": self.people["caller"], "channel": channel, "address": address, "name": "新手机",
            "state": ClaimState.OPEN, "asked_at": NOON, "branch_asked": False,
        }])  # fmt: skip
        self._points(conn, place, codes)
        over = {"step": None, "ended_at": NOON}
        objected = {"objected_by": self.people["resident"], "objected_at": NOON}
        for name, more in {
            "open visit": {"step": VisitStep.FIND_OUT}, "ended visit": over, "disputed visit": {**over, **objected},
            "typed visit": {**over, "typed_by": self.people["clerk"]},
        }.items():  # fmt: skip
            visit = {
                **codes, "token": taps.new_token(), "household_id": home, "person_id": self.people["keeper"],
                "at": NOON, "kind": VisitKind.IN_PERSON, "counts": False, **more,
            }  # fmt: skip
            number = conn.execute(insert(Visit).returning(Visit.id), [visit]).scalar_one()
            said = {**codes, "visit_id": number, "step": VisitStep.ASK, "text": "灯坏了", "at": NOON}
            conn.execute(insert(VisitNote), [said])
            self.tokens[place, name] = str(visit["token"])
        self._bond(conn, place, codes, home)

    def _bond(self, conn: Any, place: str, codes: dict[str, Any], home: int) -> None:
        """Somebody of that home is looked after, in the village the resident; who is to be named lives there too."""
        number = self.people["resident"]
        if place != "village":
            values = {**codes, "name": f"{place}奶奶", "created_at": NOON, "household_id": home}
            number = conn.execute(insert(Person).values(**values).returning(Person.id)).scalar_one()
        conn.execute(update(Person).where(Person.id == self.people[f"{place}的"]).values(household_id=home))
        self.tokens[place, "bond"] = taps.new_token()
        conn.execute(insert(Guardianship), [{
            **codes, "token": self.tokens[place, "bond"], "ward_id": number, "guardian_id": self.people["guardian"],
            "named_by": self.people["clerk"], "asked_at": NOON, "agreed_at": NOON, "confirmed_at": NOON,
        }])  # fmt: skip

    def _gatherings(self, conn: Any, place: str, codes: tuple[str | None, ...], member: int) -> None:
        """A service day that is under way, with somebody there and a list typed in, and one that is to come."""
        placed = dict(zip(("county_code", "township_code", "village_code"), codes, strict=True))
        known = select(VolunteerGroup.id).where(VolunteerGroup.village_code == codes[2])
        group = conn.scalar(known) or conn.execute(
            insert(VolunteerGroup).returning(VolunteerGroup.id), [{"village_code": codes[2], "name": place}]
        ).scalar_one()  # fmt: skip
        conn.execute(update(Steward).where(Steward.person_id == member).values(group_id=group))
        for name, standing, days in (("gathering", Standing.OPEN, 0), ("planned gathering", Standing.PLANNED, 3)):
            row = {
                **placed, "token": taps.new_token(), "kind": GatheringKind.SERVICE, "group_id": group, "place": "村口",
                "begins_at": NOON + timedelta(days=days, hours=-1), "ends_at": NOON + timedelta(days=days, hours=1),
                "activity": "health", "safety": "", "standing": standing, "moves": 0,
            }  # fmt: skip
            number = conn.execute(insert(Gathering).returning(Gathering.id), [row]).scalar_one()
            self.tokens[place, name] = str(row["token"])
            if standing is Standing.OPEN:
                self.gatherings[place] = number
        came = {"came_at": NOON - timedelta(minutes=30), "reason": "", **placed}
        for who, typed_by in (("invited", None), ("caller", self.people["clerk"])):
            self.tokens[place, who] = taps.new_token()
            seat = {"token": self.tokens[place, who], "gathering_id": self.gatherings[place], "typed_by": typed_by}
            conn.execute(insert(Seat), [{**came, **seat, "person_id": self.people[who]}])
        self.tokens[place, "seat"] = self.tokens[place, "invited"]

    def _together(self, conn: Any, place: str, codes: dict[str, Any]) -> None:
        """A round in which names are taken and one in which there is a vote, and pairs of a leader of the place."""
        people = self.people
        rows = {name: taps.new_token() for name in ("round", "ballot", "choice", "asked pair", "pair")}
        soon = {"opened_at": NOON, "closes_at": NOON + timedelta(days=1), "entitled": 9, "quorum": 5, "voted": 0}
        ballot = {**codes, **soon, "token": rows["ballot"], "tie": TieRule.SHARE}
        number = conn.execute(insert(Ballot).returning(Ballot.id), [ballot]).scalar_one()
        line = {**codes, "ballot_id": number, "votes": 0, "withdrawn": False}
        against, named = (
            {**line, "place": at, "token": token} for at, token in ((0, "n" + place), (1, rows["choice"]))
        )
        conn.execute(insert(BallotChoice), [against])
        choice = conn.execute(insert(BallotChoice).returning(BallotChoice.id), [named]).scalar_one()
        round_ = {**codes, "kind": "neighbour", "opened_by": people["clerk"], "opened_at": NOON}
        round_ |= {"nominate_until": NOON + timedelta(days=1)}
        ids = [
            conn.execute(insert(AwardRound).returning(AwardRound.id), [{**round_, **more}]).scalar_one()
            for more in ({"token": rows["round"]}, {"token": taps.new_token(), "ballot_id": number})
        ]
        for name, who, round_id, more in (
            ("named", "requester", ids[0], {}), ("agreed", f"{place}的", ids[0], {"consent": Consent.AGREED}),
            ("standing", "clerk", ids[1], {"consent": Consent.AGREED, "choice_id": choice}),
        ):  # fmt: skip
            rows[name] = taps.new_token()
            conn.execute(insert(Nomination), [{
                **codes, "token": rows[name], "round_id": round_id, "person_id": people[who],
                "nominated_by": people["caller"], "reason": "", "at": NOON, "consent": Consent.ASKED, "won": False,
                **more,
            }])  # fmt: skip
        if place == "village":
            values = {**codes, "person_id": people["asked"], "field": "", "since": NOON}
            leader = conn.execute(insert(IncomeLeader).returning(IncomeLeader.id), [values]).scalar_one()
            pair = {**codes, "leader_id": leader, "person_id": people["owner"], "asked_at": NOON}
            conn.execute(insert(Pair), [{**pair, "token": rows["pair"], "state": PairState.ACTIVE}])
            self._pair = {**pair, "token": rows["asked pair"], "state": PairState.ASKED}
        values = {**codes, "person_id": people[f"{place}的"], "field": "", "since": NOON}
        conn.execute(insert(IncomeLeader), [values])
        self.tokens |= {(place, name): token for name, token in rows.items()}

    def _publication(self, conn: Any, place: str, codes: tuple[str | None, str | None, str | None]) -> None:
        """Something published there that can be objected to, and an objection of the resident's."""
        area = next((code for code in reversed(codes) if code is not None), None)
        if area is None:
            return
        placed = dict(zip(("county_code", "township_code", "village_code"), codes, strict=True))
        row = {
            **placed, "kind": PublicationKind.RESULTS, "area_code": area, "about": place, "body": [],
            "title": text("publishing.nothing"), "published_at": NOON, "objections_until": NOON + timedelta(days=7),
        }  # fmt: skip
        number = conn.execute(insert(Publication).returning(Publication.id), [row]).scalar_one()
        self.published[place], self.tokens[place, "objection"] = number, taps.new_token()
        conn.execute(insert(Objection), [{
            **placed, "token": self.tokens[place, "objection"], "publication_id": number, "level": Level.BRANCH,
            "person_id": self.people["caller"], "words": "不对", "at": NOON, "due_at": NOON + timedelta(days=7),
        }])  # fmt: skip

    def _points(self, conn: Any, place: str, codes: dict[str, Any]) -> None:
        """Points of the person on that place's roster: an entry, and one by hand that waits for a second admin."""
        who = self.people[f"{place}的"]
        fact = Fact(Deed.VISIT_MADE, who, "visit:1", NOON, **codes)
        settling.settle(work := Work(conn, NOON, self.world.rules, earned=[fact]))
        work.flush()
        entry = select(PointEntry.id).where(PointEntry.person_id == who)
        self.entries[place] = conn.scalars(entry).one()
        note = notes.keep(work, self.people["clerk"], fact, "搬桌椅")
        self.tokens[place, "hand entry"] = taps.new_token()
        conn.execute(insert(HandEntry), [{
            **codes, "token": self.tokens[place, "hand entry"], "person_id": who, "points": 2, "note_id": note,
            "by_id": self.people["clerk"], "at": NOON, "expires_at": NOON + timedelta(days=2),
            "state": HandState.WAITING,
        }])  # fmt: skip

    def _requests(self, conn: Any, place: str, codes: tuple[str | None, str | None, str | None]) -> None:
        county, township, code = codes
        placed = {"county_code": county, "township_code": township, "village_code": code}
        for name, state, owned in STANDINGS:
            token = taps.new_token()
            running = state is not State.CLOSED
            case = {
                **placed,
                "token": token,
                "requester_id": self.people["requester"],
                "guardian_id": self.people["guardian"],
                "words": "灯坏了",
                "category": "other",
                "urgency": Urgency.NORMAL,
                "state": state,
                "ladder": [{"ask": "county", "repeat": "30m"}],
                **dict.fromkeys(("round", "rung", "repeats", "disputes"), 0),
                "due": Due.CLIMB if running else None,
                "due_at": NOON + timedelta(minutes=5) if running else None,
                "opened_at": NOON,
                "heard_at": NOON,
                "owner_id": self.people["owner"] if owned else None,
                "lat": 40.14,
                "lon": 118.3,
                **NEAR,
                "place": "东村",
                "address": "东村 1号",
                "ending": None if running else Ending.SOLVED,
                "ended_at": None if running else NOON,
                "wanted_at": NOON + timedelta(days=2) if name == "dated" else None,
                "like_id": self.numbers[place] if name == "like" else None,
            }
            number = conn.execute(insert(Request).returning(Request.id), [case]).scalar_one()
            offer = {
                **placed,
                "request_id": number,
                "person_id": self.people["owner" if owned else "asked"],
                **dict.fromkeys(("round", "rung"), 0),
                "ask": Ask.NEAREST,
                "token": taps.new_token(),
                "why": "why.nearest",
                "asked_at": NOON,
                "answer": Answer.ACCEPTED if owned else Answer.OPEN,
            }
            conn.execute(insert(Offer), [offer])
            called = [self.people[who] for who, roles in PLAYERS.items() if Role.HELPER in roles]
            conn.execute(insert(Audit), [{
                **placed, "at": NOON, "actor_id": self.people["owner"], "action": "need_help", "request_id": number,
                "detail": {"asked": called},
            }])  # fmt: skip
            self.tokens[place, name], self.offers[place, name] = token, str(offer["token"])
            if name == "offered":
                self.numbers[place] = number

    def play(self, play: Play) -> bool:
        """Try it, and undo it; whether it was allowed."""
        with self.world.store.engine.connect() as conn:
            conn.execution_options(red_steward_write=True)
            undo = conn.begin()
            try:
                return self._try(conn, play)
            finally:
                undo.rollback()

    def _try(self, conn: Any, play: Play) -> bool:
        who = self.people[str(play.who)]
        work = Work(conn, NOON, self.world.rules)
        spoken = self._said(conn, play)
        step, memo = dialogs.load(work, [who]).get(who, (None, {}))
        turn = Turn(work, spoken, actors.load(conn, [who])[who], Understanding(work.rules), step, memo)
        try:
            self._do(turn, play)
        except (errors.NotAllowed, errors.NotFound):
            return False
        except errors.NotNow as refusal:
            if isinstance(refusal.__cause__, errors.NotAllowed):
                return False  # A tap on somebody else's card is refused with what became of it.
            raise
        work.flush()
        said = [str(message) for message in conn.execute(select(Outbox.message)).scalars()]
        assert not [one for one in said if "'key': 'error." in one], said
        if play.what == "figures seen":
            return any("'key': 'mentor.figures'" in one for one in said)
        if play.action is Action.SEE_VISITS:  # Everybody may ask; only the household is shown its visits.
            return any("'key': 'visit.line'" in one for one in said)
        return True

    def _do(self, turn: Turn, play: Play) -> None:
        if play.action is not Action.TALK:
            flow.run(turn, SCRIPT)
            return
        number = self.numbers[play.place] + 1  # The accepted one.
        case = cases.load(turn.work.conn, number)
        talk = helping.talk_to_owner if play.what == "words to the helper" else helping.talk_to_requester
        talk(turn.work, turn.actor, case, Words("好的"))

    def _said(self, conn: Any, play: Play) -> Said:
        said = Said("webchat", "1", Kind.TEXT, NOON, text="水管漏水")
        if play.what in _SEEN:
            return replace(said, kind=Kind.COMMAND, text=f"/{_SEEN[play.what]}", command=_SEEN[play.what])
        if play.what.startswith("/"):
            name = play.what[1:].split()[0]
            words = FURTHER[play.what][1] if play.what in FURTHER else COMMANDS[name]
            arguments = words.format(
                n=self.numbers[play.place], who=f"{play.place}的", village=PLACES[play.place][2],
                home=f"{play.place.replace(' ', '')}家", accepted=self.numbers[play.place] + 1, ward="李奶奶",
                pub=self.published.get(play.place), entry=self.entries.get(play.place),
                gathering=self.gatherings.get(play.place), member=f"{play.place}组员",
            )  # fmt: skip
            if name == "assign":
                arguments = f"{self.numbers[play.place]} {self._assignable(play)}"
            return replace(said, kind=Kind.COMMAND, text=play.what, command=name, arguments=arguments)
        if play.what.startswith("["):
            verb = Verb(play.what[1:].partition("]")[0])
            return replace(said, kind=Kind.TAP, text="", tap=taps.Tap(verb, self._token(conn, play, verb)))
        return said

    def _assignable(self, play: Play) -> str:
        """Somebody whom the player may give a task to, wherever the request lies."""
        return "张三" if play.who in (*Level, *PLAYERS) else ""

    def _token(self, conn: Any, play: Play, verb: Verb) -> str:
        on = BUTTONS[verb]
        if verb is Verb.SHOW_CODE:
            return "me"
        if on is None:
            step, memo, token = self._yes(conn, play) if " " in play.what else DIALOGS[verb]
            values = {"step": step, "memo": memo, "expires_at": NOON + timedelta(minutes=30)}
            conn.execute(insert(Dialog).values(person_id=self.people[str(play.who)], **values))
            return token
        if verb is Verb.LET_IN:
            return f"{self.tokens[play.place, on]}.0"
        if verb is Verb.VISIT_SKIP:
            return f"{self.tokens[play.place, on]}.{VisitStep.FIND_OUT}"
        if on in _OFFERS:
            return self.offers[play.place, _OFFERS[on]]
        if on == "asked pair":  # Nobody is asked and taken along at once.
            conn.execute(update(Pair).values(state=PairState.ENDED))
            conn.execute(insert(Pair), [self._pair])
        return self.tokens[play.place, on]

    def _yes(self, conn: Any, play: Play) -> tuple[str, dict[str, Any], str]:
        """The dialog in which a command that touches many waits for its second yes, begun while one was allowed."""
        step, who = play.what.partition(" ")[2], self.people[f"{play.place}的"]
        if step.startswith("gather_"):
            on = "gathering" if step == "gather_close" else "planned gathering"
            at, token = (NOON + timedelta(days=4)).isoformat(), self.tokens[play.place, on]
            return step, {"token": "t", "gathering": token, "at": at, "place": "", "reason": "雨"}, "t"
        if step == "service_go":
            at, code = (NOON + timedelta(days=4)).isoformat(), PLACES[play.place][2]
            memo = {"activity": "health", "place": "村口", "needed": 10, "safety": ""}
            return step, {"token": "t", "village": code, "at": at, **memo}, "t"
        code = str(PLACES[play.place][2])
        if step != "grid.apply":
            more = {"village": code, "kind": "civil", "late": False}
            return step, {"token": "t", "person": who, "words": f"{play.place}的", **more}, "t"
        known = load_village(conn, code).fingerprint(self.world.rules.grids)
        return step, {"token": "t", "village": code, "fingerprint": known, "changes": []}, "t"


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    store = Store(f"sqlite:///{tmp_path_factory.mktemp('matrix') / 'store.db'}")
    metadata.create_all(store.engine)
    with village(store, MovableClock(NOON), "webchat") as world:
        yield Stage(world)
    store.close()


@pytest.mark.parametrize("play", PLAYS, ids=str)
def test_allowed_and_refused_as_the_table_says(stage: Stage, play: Play) -> None:
    assert stage.play(play) == play.allowed


@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("place", PLACES)
def test_a_list_shows_what_lies_within_and_nothing_else(stage: Stage, level: Level, place: str) -> None:
    who = stage.people[str(level)]
    shown: list[Any] = []
    with stage.world.store.engine.connect() as conn:
        conn.execution_options(red_steward_write=True)
        undo = conn.begin()
        beside = or_(Request.wanted_at.is_not(None), Request.like_id.is_not(None))  # Or there are too many to be shown.
        conn.execute(update(Request).where(beside).values(state=State.CLOSED))
        work = Work(conn, NOON, stage.world.rules)
        said = Said("webchat", "1", Kind.COMMAND, NOON, text="/open", command="open")
        flow.run(Turn(work, said, actors.load(conn, [who])[who], Understanding(work.rules)), SCRIPT)
        shown = [post["message"]["params"].get("number") for post in work.posts]
        undo.rollback()
    expected = AREAS[level][place] in ("own", "below")
    assert (stage.numbers[place] in shown) == expected


def test_every_command_and_every_button_is_played() -> None:
    assert set(COMMANDS) == set(gate.COMMANDS), "name the new command here, with what it is given"
    assert set(BUTTONS) == set(Verb) == set(gate.TAPS), "name the new button here, with what it is tapped on"


def test_every_command_of_the_table_is_in_the_script(stage: Stage) -> None:
    work, player = Work(None, NOON, stage.world.rules), None  # type: ignore[arg-type]
    last = [line.do for line in SCRIPT].index(next(line.do for line in SCRIPT if line.do.__name__ == "unknown_command"))
    for name in gate.COMMANDS:
        said = Said("webchat", "1", Kind.COMMAND, NOON, text=f"/{name}", command=name)
        turn = Turn(work, said, player, Understanding(work.rules))  # type: ignore[arg-type]
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
