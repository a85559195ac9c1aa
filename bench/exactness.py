"""Whoever is chosen is the nearest: random villages all over the country against brute force by geodesic."""

import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from pyproj import Geod
from sqlalchemy import select

from bench import county
from bench.table import Figure
from dispatch import geo, matching
from dispatch.actors import load
from dispatch.cases import CASES, Case
from dispatch.desk import needs
from dispatch.desk.needs import Need
from dispatch.desk.timeline import Words
from dispatch.rules import Rules
from dispatch.spots import Spot
from dispatch.work import Work
from models.clock import SystemClock
from models.people import Steward
from models.requests import Request
from models.store import Store

WGS84 = Geod(ellps="WGS84")
VILLAGES, QUICK_VILLAGES, BATCH = 100_000, 5_000, 500
STEWARDS = county.Size().stewards

Point = tuple[float, float]


def measure(quick: bool) -> list[Figure]:
    """Villages in batches: the same people, moved to other places each time."""
    wanted = QUICK_VILLAGES if quick else VILLAGES
    rnd = random.Random(1)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'exact.db'}")
        county.fill(store, county.Size(villages=BATCH, residents=BATCH, admins=0))
        rules = Rules()
        with store.write() as conn:
            work = Work(conn, SystemClock().now(), rules)
            _ask(work)
            for _ in range(wanted // BATCH):
                people, places = _move(work, rnd)
                cases = [Case(*row) for row in conn.execute(CASES.order_by(Request.id))]
                found = matching.search(work, cases, rules.ladders.normal[1])
                for number, case in enumerate(cases):
                    winner = found[case.id].fitting[0].person_id
                    wrong += winner != _nearest(places[number], people[number])
        store.close()
    return [Figure(f"{wanted:,} villages of {STEWARDS}: wrong winners against brute force", wrong, at_most=0)]


def _ask(work: Work) -> None:
    people = range(county.FIRST_RESIDENT, county.FIRST_RESIDENT + BATCH)
    for number, actor in enumerate(load(work.conn, people).values()):
        spot = Spot(county.COUNTY, county.TOWNSHIP, county.code(number), None, None, 40.0, 118.0)
        needs.ask(work, actor, Need(Words("灯"), spot))
    work.starting.clear()
    work.flush()


def _move(work: Work, rnd: random.Random) -> tuple[list[list[tuple[int, Point]]], list[Point]]:
    """Put each village somewhere in the country, its people and its request around it."""
    stewards = iter(work.conn.execute(select(Steward.id, Steward.person_id).order_by(Steward.id)).all())
    requests = work.conn.execute(select(Request.id).order_by(Request.id)).scalars().all()
    people: list[list[tuple[int, Point]]] = []
    places: list[Point] = []
    moved, asked = [], []
    for request in requests:
        lat, lon = rnd.uniform(18, 54), rnd.uniform(73, 135)
        village = []
        for _ in range(STEWARDS):
            steward, person = next(stewards)
            at = (lat + rnd.gauss(0, 0.003), lon + rnd.gauss(0, 0.004))
            village.append((person, at))
            moved.append((*at, steward))
        at = (lat + rnd.gauss(0, 0.003), lon + rnd.gauss(0, 0.004))
        near = geo.ranking(geo.Point(*at))
        asked.append((*at, near.k1, near.k2, near.k3, request))
        people.append(village)
        places.append(at)
    work.conn.exec_driver_sql("UPDATE stewards SET lat = ?, lon = ? WHERE id = ?", moved)
    work.conn.exec_driver_sql("UPDATE requests SET lat = ?, lon = ?, k1 = ?, k2 = ?, k3 = ? WHERE id = ?", asked)
    return people, places


def _nearest(place: Point, village: Sequence[tuple[int, Point]]) -> int:
    count = len(village)
    lats, lons = [at[0] for _, at in village], [at[1] for _, at in village]
    distances = WGS84.inv([place[1]] * count, [place[0]] * count, lons, lats)[2]
    return min(zip(distances, (person for person, _ in village), strict=True))[1]
