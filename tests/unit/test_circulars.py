"""What is written for many at once is what would be written for each: the same keys, each message once."""

from sqlalchemy import select

from dispatch import cards, offers, telling
from dispatch.cases import Case
from dispatch.circulars import Circular
from dispatch.messages import Message
from dispatch.work import Work
from models.clock import MovableClock
from models.mail import Outbox
from models.requests import Offer, Request
from models.store import Store
from models.words import Lane, Post
from tests.stories.world import World, village

NEWS = Message("news.climbed.nearest", {"count": 1, "until": "12:10"})


def _asked(world: World) -> Case:
    """A request whose first rung is over."""
    world.steward("张三")
    world.steward("赵六", grid="二网格")
    world.resident().says("楼道灯坏了")
    world.passes(minutes=5)
    return world.case


def _keys(world: World) -> list[str]:
    with world.store.read() as conn:
        return list(conn.execute(select(Outbox.key).order_by(Outbox.id)).scalars())


def test_an_edit_for_one_wakes_the_edit_for_many(store: Store, clock: MovableClock) -> None:
    with village(store, clock, "webchat") as world:
        case, before = _asked(world), _keys(world)
        with store.write() as conn:
            work = Work(conn, clock.now(), world.rules)
            telling.edit(work, case, case.requester_id, cards.OWN)
            work.flush()
        with store.read() as conn:
            woken = conn.execute(select(Outbox.key).where(Outbox.state == Post.PENDING)).scalars().all()
        assert woken == [f"edit:{case.id}:{case.requester_id}:own"]
        assert _keys(world) == before


def test_cards_of_offers_have_their_key(store: Store, clock: MovableClock) -> None:
    with village(store, clock, "webchat") as world:
        _asked(world)
        keys = _keys(world)
        with store.read() as conn:
            made = conn.execute(select(Offer.token).order_by(Offer.id)).scalars().all()
        assert len(made) == 2
        assert [key for key in keys if key.endswith(":offer")] == [offers.post_key(token) for token in made]


def test_the_same_news_twice_is_said_once(store: Store, clock: MovableClock) -> None:
    with village(store, clock, "webchat") as world:
        case, before = _asked(world), _keys(world)
        with store.write() as conn:
            telling.climbed(Work(conn, clock.now(), world.rules), [case], NEWS)
        assert _keys(world) == before
        assert before.count(f"{case.id}:{case.round}:{case.rung}:{case.repeats}:climbed") == 1


def test_it_goes_to_those_it_is_about_and_to_nobody_else(store: Store, clock: MovableClock) -> None:
    circular = Circular(Request.id, (Request.id, "told"), Request.requester_id)
    with village(store, clock, "webchat") as world:
        case = _asked(world)
        world.resident("李奶奶", north=900, phone="13900000002").says("水管漏了")
        with store.write() as conn:
            work = Work(conn, clock.now(), world.rules)
            circular.send(work, [], NEWS, Lane.STATUS)
            circular.send(work, [case.id, 10**9], NEWS, Lane.STATUS)
        with store.read() as conn:
            told = conn.execute(select(Outbox).where(Outbox.key.like("%:told"))).mappings().all()
        assert [(row["key"], row["person_id"], row["village_code"]) for row in told] == [
            (f"{case.id}:told", case.requester_id, case.village_code)
        ]
        assert told[0]["message"] == NEWS.as_dict()
        assert (told[0]["lane"], told[0]["attempts"], told[0]["offer_token"]) == (Lane.STATUS, 0, None)
