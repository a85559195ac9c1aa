"""Eight people tap Accept on one request in the same moment: one has it, the others hear a kind word."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from sqlalchemy import select

from dispatch import errors
from dispatch.actors import load
from dispatch.desk import helping, holding
from dispatch.work import Work
from models.clock import MovableClock
from models.people import Person
from models.requests import Audit, Offer, Request
from models.store import Store
from models.words import Answer, Event, State
from tests.stories.world import World, village

EIGHT = 8
TIMES = 20  # Ten thousand hands a day do not make it likelier; `make bench` does it a thousand times.


def tap(world: World, start: Barrier, person_id: int, token: str) -> bool:
    """One person's tap, in a transaction of its own; whether the task is theirs."""
    start.wait()
    with world.store.write() as conn:
        work = Work(conn, world.clock.now(), world.rules)
        actor = load(conn, [person_id])[person_id]
        try:
            helping.accept(work, actor, holding.by_token(work, actor, token))
        except errors.Taken:
            return False
        work.flush()
    return True


def test_eight_taps_one_owner(store: Store, clock: MovableClock) -> None:
    with village(store, clock, "webchat") as world, ThreadPoolExecutor(EIGHT) as hands:
        world.change(daily_cap=TIMES + 1, floods={"requests": TIMES}, ladders=_everybody(world))
        granny = world.resident()
        for number in range(EIGHT):
            world.steward(f"管家{number}", metres=100 + number)
        for number in range(TIMES):
            granny.says(f"楼道灯坏了 {number}")
            with store.read() as conn:
                newest = select(Request.id).order_by(Request.id.desc()).limit(1).scalar_subquery()
                offers = conn.execute(select(Offer.person_id, Offer.token).where(Offer.request_id == newest)).all()
            assert len(offers) == EIGHT
            start = Barrier(EIGHT)
            taps = [hands.submit(tap, world, start, *offer) for offer in offers]
            taken = [one.result() for one in taps]
            assert sum(taken) == 1
            _one_owner(world, offers[taken.index(True)].person_id)
            world.settle()
            granny.taps("已解决")


def _everybody(world: World) -> dict[str, object]:
    rung = {"ask": "nearest", "within": "village", "count": EIGHT, "wait": "5m"}
    return {**world.rules.ladders.model_dump(), "normal": (rung, {"ask": "county", "repeat": "30m"})}


def _one_owner(world: World, owner_id: int) -> None:
    with world.store.read() as conn:
        case = world.case
        answers = list(conn.execute(select(Offer.answer).where(Offer.request_id == case.id)).scalars())
        accepted = select(Audit.actor_id).where(Audit.request_id == case.id, Audit.action == Event.ACCEPT)
        assert conn.execute(accepted).scalars().all() == [owner_id]
        assert conn.execute(select(Person.id).where(Person.id == case.owner_id)).scalar_one() == owner_id
    assert case.state is State.ACCEPTED
    assert sorted(answers) == sorted([Answer.ACCEPTED, *[Answer.TAKEN] * (EIGHT - 1)])
