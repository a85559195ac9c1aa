"""The village in which the permission matrix is played: everybody in it, and a thing of each kind at every place."""

from datetime import timedelta
from typing import Any

from sqlalchemy import insert, select, update

from dispatch import geo, taps
from dispatch.ledger import notes
from dispatch.ledger.facts import Fact
from dispatch.messages import text
from dispatch.permissions import Role
from dispatch.points import settling
from dispatch.work import Work
from models.awards import AwardRound, Nomination
from models.ballots import Ballot, BallotChoice
from models.claims import Claim
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
from models.mentoring import IncomeLeader, Pair
from models.people import Invitation, Link, Person, Route, Steward, VolunteerGroup
from models.places import Area, Grid, Household
from models.points import HandEntry
from models.publishing import Objection, Publication
from models.requests import Audit, Offer, Request
from models.visits import Visit, VisitNote
from models.words import Answer, Ask, ClaimState, Due, Ending, Level, State, Urgency
from tests.conftest import NOON
from tests.stories.gatherings import group_of
from tests.stories.permissions.plays import FAR_VILLAGE, OTHER_COUNTY, OTHER_TOWNSHIP, PLACES, PLAYERS, STANDINGS
from tests.stories.world import COUNTY, NEXT_VILLAGE, VILLAGE, World

_RANKING = geo.ranking(geo.Point(40.14, 118.3))
NEAR = {"k1": _RANKING.k1, "k2": _RANKING.k2, "k3": _RANKING.k3}
WEEK = NOON + timedelta(days=7)


class Stage:
    """Everybody and everything of the matrix: people by name; tokens and numbers of things by place and name."""

    def __init__(self, world: World) -> None:
        self.world = world
        unplaced = {"village": None, "township_code": None, "county_code": None}
        self.people = {
            "stranger": world.person("过路人", **unplaced).id,
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
            "caller": world.person("新手机", **unplaced).id,
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
            for place in PLACES:
                self._requests(conn, place, _codes(place))
                self._publication(conn, place, _codes(place))
        for place, (*_, code) in PLACES.items():
            if code is not None:
                self._village(place, _codes(place))

    def _token(self, place: str, name: str) -> str:
        """A new token, kept as that of the thing so called at the place."""
        return self.tokens.setdefault((place, name), taps.new_token())

    def _village(self, place: str, codes: dict[str, Any]) -> None:
        """Two helpers who belong there, and whatever a village may have."""
        county, township, code = codes.values()
        who, member = (
            self.world.person(name, village=code, township_code=township, county_code=county)
            for name in (f"{place}的", f"{place}组员")
        )
        self.people[who.name] = who.id
        self.world.steward("", village=VILLAGE, who=who)
        self.world.volunteer("", who=member)
        for one in (who, member):
            self.world.set(one, **codes)
        with self.world.store.write() as conn:
            self._gatherings(conn, place, codes, member.id)
            home = self._home(conn, place, codes)
            self._points(conn, place, codes)
            self._visits(conn, place, codes, home)
            self._bond(conn, place, codes, home)
            self._award(conn, place, codes)
            self._pairs(conn, place, codes)

    def _requests(self, conn: Any, place: str, codes: dict[str, Any]) -> None:
        """A request of each standing, with somebody who is asked or has it, and who called for help."""
        for name, state, owned in STANDINGS:
            running = state is not State.CLOSED
            number = _put(
                conn, Request, **codes, **NEAR, **dict.fromkeys(("round", "rung", "repeats", "disputes"), 0),
                token=self._token(place, name), requester_id=self.people["requester"],
                guardian_id=self.people["guardian"], owner_id=self.people["owner"] if owned else None,
                words="灯坏了", category="other", urgency=Urgency.NORMAL, state=state,
                ladder=[{"ask": "county", "repeat": "30m"}],
                due=Due.CLIMB if running else None, due_at=NOON + timedelta(minutes=5) if running else None,
                opened_at=NOON, heard_at=NOON, lat=40.14, lon=118.3, place="东村", address="东村 1号",
                ending=None if running else Ending.SOLVED, ended_at=None if running else NOON,
                wanted_at=NOON + timedelta(days=2) if name == "dated" else None,
                like_id=self.numbers[place] if name == "like" else None,
            )  # fmt: skip
            self.numbers.setdefault(place, number)
            self.offers[place, name] = taps.new_token()
            _put(
                conn, Offer, **codes, request_id=number, person_id=self.people["owner" if owned else "asked"],
                round=0, rung=0, ask=Ask.NEAREST, token=self.offers[place, name], why="why.nearest", asked_at=NOON,
                answer=Answer.ACCEPTED if owned else Answer.OPEN,
            )  # fmt: skip
            called = [self.people[who] for who, roles in PLAYERS.items() if Role.HELPER in roles]
            _put(
                conn, Audit, **codes, at=NOON, actor_id=self.people["owner"], action="need_help", request_id=number,
                detail={"asked": called},
            )  # fmt: skip

    def _publication(self, conn: Any, place: str, codes: dict[str, Any]) -> None:
        """Something published there that can be objected to, and an objection of the resident's."""
        area = next((code for code in reversed(codes.values()) if code is not None), None)
        if area is None:
            return
        self.published[place] = _put(
            conn, Publication, **codes, kind=PublicationKind.RESULTS, area_code=area, about=place, body=[],
            title=text("publishing.nothing"), published_at=NOON, objections_until=WEEK,
        )  # fmt: skip
        _put(
            conn, Objection, **codes, token=self._token(place, "objection"), publication_id=self.published[place],
            level=Level.BRANCH, person_id=self.people["caller"], words="不对", at=NOON, due_at=WEEK,
        )  # fmt: skip

    def _gatherings(self, conn: Any, place: str, codes: dict[str, Any], member: int) -> None:
        """A service day that is under way, with somebody there and a list typed in, and one that is to come."""
        known = select(VolunteerGroup.id).where(VolunteerGroup.village_code == codes["village_code"])
        group = conn.scalar(known) or _put(conn, VolunteerGroup, village_code=codes["village_code"], name=place)
        conn.execute(update(Steward).where(Steward.person_id == member).values(group_id=group))
        number, _ = (
            _put(
                conn, Gathering, **codes, token=self._token(place, name), kind=GatheringKind.SERVICE, group_id=group,
                place="村口", begins_at=NOON + timedelta(days=days, hours=-1),
                ends_at=NOON + timedelta(days=days, hours=1), activity="health", safety="", standing=standing, moves=0,
            )
            for name, standing, days in (("gathering", Standing.OPEN, 0), ("planned gathering", Standing.PLANNED, 3))
        )  # fmt: skip
        self.gatherings[place] = number
        for name, who, typed_by in (("seat", "invited", None), ("typed seat", "caller", self.people["clerk"])):
            _put(
                conn, Seat, **codes, token=self._token(place, name), gathering_id=number, person_id=self.people[who],
                typed_by=typed_by, came_at=NOON - timedelta(minutes=30), reason="",
            )  # fmt: skip

    def _home(self, conn: Any, place: str, codes: dict[str, Any]) -> int:
        """A household of the keeper's, and a chat that wants in. The village's has people."""
        if codes["village_code"] == VILLAGE:
            home = conn.scalars(select(Person.household_id).where(Person.id == self.people["resident"])).one()
        else:
            home = _put(conn, Household, **codes, grid_id=conn.scalar(select(Grid.id).limit(1)), name="", address="")
        conn.execute(update(Household).where(Household.id == home).values(name=f"{place.replace(' ', '')}家"))
        post = conn.scalars(select(Steward.id).where(Steward.person_id == self.people["keeper"])).one()
        _put(conn, Link, **codes, household_id=home, steward_id=post, since=NOON)
        _put(conn, Invitation, code_hash=place, household_id=home, steward_id=post, created_at=NOON, expires_at=NOON)
        caller = select(Route.channel, Route.address).where(Route.person_id == self.people["caller"])
        channel, address = conn.execute(caller).one()
        _put(
            conn, Claim, **codes, token=self._token(place, "claim"), code_hash=place, household_id=home,
            speaker_id=self.people["caller"], channel=channel, address=address, name="新手机",
            state=ClaimState.OPEN, asked_at=NOON, branch_asked=False,
        )  # fmt: skip
        return int(home)

    def _points(self, conn: Any, place: str, codes: dict[str, Any]) -> None:
        """Points of the person on that place's roster: an entry, and one by hand that waits for a second admin."""
        who = self.people[f"{place}的"]
        fact = Fact(Deed.VISIT_MADE, who, "visit:1", NOON, **codes)
        settling.settle(work := Work(conn, NOON, self.world.rules, earned=[fact]))
        work.flush()
        self.entries[place] = conn.scalars(select(PointEntry.id).where(PointEntry.person_id == who)).one()
        note = notes.keep(work, self.people["clerk"], fact, "搬桌椅")
        _put(
            conn, HandEntry, **codes, token=self._token(place, "hand entry"), person_id=who, points=2, note_id=note,
            by_id=self.people["clerk"], at=NOON, expires_at=NOON + timedelta(days=2), state=HandState.WAITING,
        )  # fmt: skip

    def _visits(self, conn: Any, place: str, codes: dict[str, Any], home: int) -> None:
        """A visit of the keeper's of each standing."""
        over = {"step": None, "ended_at": NOON}
        for name, more in {
            "open visit": {"step": VisitStep.FIND_OUT},
            "ended visit": over,
            "disputed visit": {**over, "objected_by": self.people["resident"], "objected_at": NOON},
            "typed visit": {**over, "typed_by": self.people["clerk"]},
        }.items():
            number = _put(
                conn, Visit, **codes, token=self._token(place, name), household_id=home, at=NOON,
                person_id=self.people["keeper"], kind=VisitKind.IN_PERSON, counts=False, **more,
            )  # fmt: skip
            _put(conn, VisitNote, **codes, visit_id=number, step=VisitStep.ASK, text="灯坏了", at=NOON)

    def _bond(self, conn: Any, place: str, codes: dict[str, Any], home: int) -> None:
        """Somebody of that home is looked after, in the village the resident; who is to be named lives there too."""
        ward = self.people["resident"]
        if place != "village":
            ward = _put(conn, Person, **codes, name=f"{place}奶奶", created_at=NOON, household_id=home)
        conn.execute(update(Person).where(Person.id == self.people[f"{place}的"]).values(household_id=home))
        _put(
            conn, Guardianship, **codes, token=self._token(place, "bond"), ward_id=ward,
            guardian_id=self.people["guardian"], named_by=self.people["clerk"], asked_at=NOON, agreed_at=NOON,
            confirmed_at=NOON,
        )  # fmt: skip

    def _award(self, conn: Any, place: str, codes: dict[str, Any]) -> None:
        """A round in which names are taken, and one in which there is a vote."""
        tomorrow = NOON + timedelta(days=1)
        ballot = _put(
            conn, Ballot, **codes, token=self._token(place, "ballot"), opened_at=NOON, closes_at=tomorrow, entitled=9,
            quorum=5, voted=0, tie=TieRule.SHARE,
        )  # fmt: skip
        _, choice = (
            _put(conn, BallotChoice, **codes, ballot_id=ballot, place=at, token=token, votes=0, withdrawn=False)
            for at, token in ((0, "n" + place), (1, self._token(place, "choice")))
        )
        taking, voting = (
            _put(
                conn, AwardRound, **codes, token=self._token(place, name), kind="neighbour", ballot_id=voted_on,
                opened_by=self.people["clerk"], opened_at=NOON, nominate_until=tomorrow,
            )
            for name, voted_on in (("round", None), ("voted round", ballot))
        )  # fmt: skip
        for name, who, round_id, more in (
            ("named", "requester", taking, {"consent": Consent.ASKED}),
            ("agreed", f"{place}的", taking, {"consent": Consent.AGREED}),
            ("standing", "clerk", voting, {"consent": Consent.AGREED, "choice_id": choice}),
        ):
            _put(
                conn, Nomination, **codes, token=self._token(place, name), round_id=round_id, reason="", at=NOON,
                person_id=self.people[who], nominated_by=self.people["caller"], won=False, **more,
            )  # fmt: skip

    def _pairs(self, conn: Any, place: str, codes: dict[str, Any]) -> None:
        """An income leader; in the village one more, with somebody who is taken along and may be asked to be."""
        _put(conn, IncomeLeader, **codes, person_id=self.people[f"{place}的"], field="", since=NOON)
        if place == "village":
            leader = _put(conn, IncomeLeader, **codes, person_id=self.people["asked"], field="", since=NOON)
            pair = {**codes, "leader_id": leader, "person_id": self.people["owner"], "asked_at": NOON}
            _put(conn, Pair, **pair, token=self._token(place, "pair"), state=PairState.ACTIVE)
            self.asked_pair = {**pair, "token": self._token(place, "asked pair"), "state": PairState.ASKED}


def _codes(place: str) -> dict[str, Any]:
    """The areas in which a place lies, as rows name them."""
    return dict(zip(("county_code", "township_code", "village_code"), PLACES[place], strict=True))


def _put(conn: Any, table: Any, **values: Any) -> Any:
    """A new row of a table; returns its primary key."""
    return conn.execute(insert(table).values(**values)).inserted_primary_key[0]
