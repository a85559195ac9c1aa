"""Promise 21, beside each other: of several messages that no chat took each is seen to, whatever becomes of another."""

from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from sqlalchemy import Connection, select, update
from sqlalchemy.exc import OperationalError
from structlog.testing import capture_logs

from dispatch.desk.losing import lose
from dispatch.outbox import Lost
from models.requests import Offer, Request
from models.store import Store
from models.words import Answer, Lane
from tests.stories.world import World

WORDS = ("楼道灯坏了", "水管漏水")


class Stumbling(Store):
    """A store whose database takes back so many transactions at their end, as after a deadlock."""

    stumbles = 0

    @contextmanager
    def write(self, *, lasting: bool = True) -> Iterator[Connection]:
        with super().write(lasting=lasting) as conn:
            yield conn
            if self.stumbles:
                self.stumbles -= 1
                raise OperationalError("COMMIT", {}, Exception("deadlock detected"))


@pytest.fixture
def lost(world: World) -> list[Lost]:
    """Two requests, and nobody who was asked for them can be reached."""
    for number, name in enumerate(("张三", "李四", "赵六", "孙七")):
        world.steward(name, metres=80 + 40 * number)
    for number, said in enumerate(WORDS):
        world.resident(f"王{number}").says(said)
    asked = world.look(select(Offer.person_id, Offer.request_id, Offer.token).order_by(Offer.request_id))
    assert [one.request_id for one in asked] == [1, 2]
    return [Lost(one.person_id, one.request_id, one.token, Lane.OFFER, "gone") for one in asked]


def answers(world: World) -> dict[int, list[Answer]]:
    found: dict[int, list[Answer]] = {}
    for request_id, answer in world.look(select(Offer.request_id, Offer.answer).order_by(Offer.id)):
        found.setdefault(request_id, []).append(answer)
    return found


@pytest.mark.parametrize("stumbles", [1, 2])
def test_a_database_that_stumbles_is_asked_again(world: World, lost: list[Lost], stumbles: int) -> None:
    with closing(Stumbling(world.store.url.render_as_string(hide_password=False))) as store:
        store.stumbles = stumbles

        lose(store, world.clock, world.rules, lost)

    assert store.stumbles == 0
    assert answers(world) == {number: [Answer.UNREACHABLE, Answer.OPEN] for number in (1, 2)}


def test_one_that_goes_wrong_takes_no_other_with_it(world: World, lost: list[Lost]) -> None:
    with world.store.write() as conn:
        conn.execute(update(Request).where(Request.id == 1).values(ladder=[]))  # Nobody could say who is next.

    with capture_logs() as logged:
        lose(world.store, world.clock, world.rules, lost)

    assert answers(world) == {1: [Answer.OPEN], 2: [Answer.UNREACHABLE, Answer.OPEN]}
    assert [one["event"] for one in logged] == ["lost messages not handled together", "lost message not handled"]


def test_what_nobody_lost_writes_nothing(world: World) -> None:
    lose(world.store, world.clock, world.rules, [])
    assert answers(world) == {}
