"""Eight people say yes to a service day with three places in the same moment, and leave again: never one too many."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from dispatch.actors import load
from dispatch.gatherings import answering, seats
from dispatch.work import Work
from models.clock import MovableClock
from models.habits import Reply
from models.store import Store
from tests.stories.gatherings import guests, plans_service
from tests.stories.world import World, village

EIGHT, PLACES = 8, 3


def answer(world: World, start: Barrier, person_id: int, token: str, comes: bool) -> None:
    """One person's tap, in a transaction of its own."""
    start.wait()
    with world.store.write() as conn:
        work = Work(conn, world.clock.now(), world.rules)
        guest = seats.by_token(conn, load(conn, [person_id])[person_id], token)
        (answering.yes if comes else answering.no)(work, guest)
        work.flush()


def all_at_once(world: World, answers: list[tuple[int, str, bool]]) -> None:
    """They all tap at the same moment."""
    with ThreadPoolExecutor(len(answers)) as hands:
        start = Barrier(len(answers))
        for tap in [hands.submit(answer, world, start, *one) for one in answers]:
            tap.result()


def replies(world: World) -> dict[Reply | None, int]:
    """How many said what."""
    said = [one.reply for one in guests(world).values()]
    return {reply: said.count(reply) for reply in set(said)}


def test_never_one_too_many_and_nobody_waits_beside_a_free_place(store: Store, clock: MovableClock) -> None:
    with village(store, clock, "webchat") as world:
        branch = world.admin()
        for number in range(EIGHT):
            world.volunteer(f"志愿者{number}")
        plans_service(world, branch, needed=str(PLACES))
        everybody = list(guests(world).values())

        all_at_once(world, [(one.invited_id, one.token, True) for one in everybody])
        assert replies(world) == {Reply.YES: PLACES, Reply.WAITING: EIGHT - PLACES}

        first = [one for one in guests(world).values() if one.reply is Reply.YES]
        all_at_once(world, [(one.invited_id, one.token, False) for one in first])
        assert replies(world) == {Reply.YES: PLACES, Reply.NO: PLACES, Reply.WAITING: EIGHT - 2 * PLACES}
