"""Who is nearest: against brute force by geodesic over everybody, and how ties and skills are decided."""

import random
from datetime import timedelta

import pytest
from pyproj import Geod
from sqlalchemy import insert, select, update

from dispatch import matching
from dispatch.actors import load
from dispatch.desk import needs
from dispatch.desk.needs import Need
from dispatch.desk.timeline import Words
from dispatch.ladders import Rung
from dispatch.rules import Rules
from dispatch.spots import Spot
from dispatch.work import Work
from models.clock import MovableClock
from models.people import Person, Route, Steward
from models.places import Grid
from models.store import Store
from models.words import Ask, RouteState, Skip, StewardKind, Within

WGS84 = Geod(ellps="WGS84")
STEWARDS = 31
RUNG = Rung(ask=Ask.NEAREST, within=Within.VILLAGE, count=3, wait=timedelta(minutes=5))


class Hamlet:
    """Villages of a store, filled by hand."""

    def __init__(self, store: Store, clock: MovableClock) -> None:
        self.store, self.clock, self.rules = store, clock, Rules()

    def people(self, work: Work, count: int) -> list[int]:
        """So many people, each with a chat."""
        row = {"name": "a", "created_at": work.now, "frail": False, "made_up": False}
        people = list(work.conn.execute(insert(Person).returning(Person.id), [row] * count).scalars())
        route = {"channel": "telegram", "position": 0, "state": RouteState.LIVE}
        work.conn.execute(insert(Route), [{**route, "person_id": who, "address": str(who)} for who in people])
        return people

    def stewards(self, work: Work, village: str, points: list[tuple[float, float]], **more: object) -> list[int]:
        grid = work.conn.execute(
            insert(Grid).returning(Grid.id), [{"village_code": village, "name": "一"}]
        ).scalar_one()
        people = self.people(work, len(points))
        rows = [
            {"person_id": who, "kind": StewardKind.STEWARD, "village_code": village, "township_code": "t",
             "county_code": "c", "grid_id": grid, "lat": lat, "lon": lon, "skills": "", "on_duty": True, **more}
            for who, (lat, lon) in zip(people, points, strict=True)
        ]  # fmt: skip
        work.conn.execute(insert(Steward), rows)
        return people

    def ask(self, work: Work, village: str, lat: float, lon: float, skill: str | None = None):  # type: ignore[no-untyped-def]
        [asker] = self.people(work, 1)
        spot = Spot("c", "t", village, None, None, lat, lon, "", "")
        case = needs.ask(work, load(work.conn, [asker])[asker], Need(Words("灯"), spot, skill=skill))
        work.starting.clear()
        return case


@pytest.fixture
def hamlet(store: Store, clock: MovableClock) -> Hamlet:
    return Hamlet(store, clock)


def test_nearest_is_the_geodesics_nearest(hamlet: Hamlet) -> None:
    random_ = random.Random(130227)
    villages = 120
    with hamlet.store.write() as conn:
        work = Work(conn, hamlet.clock.now(), hamlet.rules)
        cases, wanted = [], {}
        for number in range(villages):
            lat, lon = random_.uniform(20, 50), random_.uniform(80, 130)
            points = [(lat + random_.gauss(0, 0.003), lon + random_.gauss(0, 0.004)) for _ in range(STEWARDS)]
            people = hamlet.stewards(work, f"v{number}", points)
            for _ in range(5):
                at = (lat + random_.gauss(0, 0.003), lon + random_.gauss(0, 0.004))
                case = hamlet.ask(work, f"v{number}", *at)
                distances = WGS84.inv(
                    [at[1]] * STEWARDS, [at[0]] * STEWARDS, [p[1] for p in points], [p[0] for p in points]
                )[2]
                wanted[case.id] = [(who, metres) for metres, who in sorted(zip(distances, people, strict=True))][:3]
                cases.append(case)
        found = matching.search(work, cases, RUNG)
    for case in cases:
        chosen = found[case.id].fitting[:3]
        assert [one.person_id for one in chosen] == [who for who, _ in wanted[case.id]]
        for one, (_, metres) in zip(chosen, wanted[case.id], strict=True):
            assert one.metres == pytest.approx(metres, abs=0.02)


def test_nearly_alike_is_decided_by_geodesic(hamlet: Hamlet) -> None:
    """Rings of people within a few micrometres of the same distance: the order is the geodesic's to the last one."""
    lat, lon = 40.146, 118.305
    points = []
    for number in range(12):
        far_lon, far_lat, _ = WGS84.fwd(lon, lat, number * 30, 300 + number * 1e-5)
        points.append((far_lat, far_lon))
    with hamlet.store.write() as conn:
        work = Work(conn, hamlet.clock.now(), hamlet.rules)
        people = hamlet.stewards(work, "v", points)
        case = hamlet.ask(work, "v", lat, lon)
        found = matching.search(work, [case], RUNG)[case.id].fitting
    assert [one.person_id for one in found[:3]] == people[:3]


def test_ties_go_to_the_least_loaded_then_the_longest_unasked_then_the_lower_id(hamlet: Hamlet) -> None:
    with hamlet.store.write() as conn:
        work = Work(conn, hamlet.clock.now(), hamlet.rules)
        one, two, three, four = hamlet.stewards(work, "v", [(40.1, 118.3)] * 4)
        asked = update(Steward).where(Steward.person_id.in_([one, two]))
        conn.execute(asked.values(asked_at=hamlet.clock.now() - timedelta(hours=1)))
        conn.execute(update(Steward).where(Steward.person_id == two).values(asked_at=hamlet.clock.now()))
        first = hamlet.ask(work, "v", 40.1, 118.301)
        again = hamlet.ask(work, "v", 40.1, 118.301)
        found = matching.search(work, [first, again], RUNG.model_copy(update={"count": 4}))
    assert [one.person_id for one in found[first.id].fitting] == [three, four, one, two]
    assert found[first.id] == found[again.id], "the same input gives the same answer"


def test_the_skilled_within_reach_go_first(hamlet: Hamlet) -> None:
    with hamlet.store.write() as conn:
        work = Work(conn, hamlet.clock.now(), hamlet.rules)
        near, skilled, far_skilled = hamlet.stewards(work, "v", [(40.1, 118.3), (40.103, 118.3), (40.2, 118.3)])
        conn.execute(update(Steward).where(Steward.person_id.in_([skilled, far_skilled])).values(skills=";electric;"))
        case = hamlet.ask(work, "v", 40.1, 118.3, skill="electric")
        found = matching.search(work, [case], RUNG)[case.id].fitting
    assert [(one.person_id, one.skilled) for one in found] == [(skilled, True), (near, False), (far_skilled, False)]


def test_another_village_is_not_asked_and_a_request_without_one_finds_nobody(hamlet: Hamlet) -> None:
    with hamlet.store.write() as conn:
        work = Work(conn, hamlet.clock.now(), hamlet.rules)
        hamlet.stewards(work, "v", [(40.1, 118.3)])
        case = hamlet.ask(work, "w", 40.1, 118.3)
        assert matching.search(work, [case], RUNG)[case.id] == ([], [])
        assert conn.execute(select(Steward.person_id)).all()


def test_a_fresh_live_position_counts_and_an_old_one_does_not(hamlet: Hamlet) -> None:
    with hamlet.store.write() as conn:
        work = Work(conn, hamlet.clock.now(), hamlet.rules)
        home, moving = hamlet.stewards(work, "v", [(40.101, 118.3), (40.11, 118.3)])
        live = {"live_lat": 40.1, "live_lon": 118.3, "live_at": hamlet.clock.now()}
        conn.execute(update(Steward).where(Steward.person_id == moving).values(**live))
        case = hamlet.ask(work, "v", 40.1, 118.3)
        assert matching.search(work, [case], RUNG)[case.id].fitting[0].person_id == moving
        conn.execute(update(Steward).values(live_at=hamlet.clock.now() - timedelta(hours=1)))
        assert matching.search(work, [case], RUNG)[case.id].fitting[0].person_id == home


def test_whoever_does_not_fit_is_listed_with_the_reason(hamlet: Hamlet) -> None:
    with hamlet.store.write() as conn:
        work = Work(conn, hamlet.clock.now(), hamlet.rules)
        off, fits = hamlet.stewards(work, "v", [(40.1, 118.3), (40.103, 118.3)])
        conn.execute(update(Steward).where(Steward.person_id == off).values(on_duty=False))
        case = hamlet.ask(work, "v", 40.1, 118.3)
        found = matching.search(work, [case], RUNG)[case.id]
    assert [one.person_id for one in found.fitting] == [fits]
    assert [(who, why) for who, _, why in found.passed] == [(off, Skip.OFF_DUTY)]
