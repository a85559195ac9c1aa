"""The outbox: lanes and routes at the claim, and what each fate leads to; one offer, one person, many misfortunes."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, insert, select, update

from dispatch import leases, outbox
from dispatch.messages import Button, CardOf, Message
from dispatch.outbox import Fate, Lost, Outcome, Parcel
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import MovableClock
from models.mail import Card, Outbox
from models.people import Person, Route
from models.requests import Offer, Request
from models.store import Store
from models.words import Answer, Ask, Lane, Language, Post, RouteState, State, Urgency

WORDS = Message("card.offer", {"need": "灯坏了"}, ((Button("button.accept", "acc:t1"),),), card="offer")
PLAIN = Message("hello")


@dataclass
class Office:
    """A transaction with what these tests do all the time."""

    conn: Connection
    clock: MovableClock
    epoch: int = 1

    def post(self, message: Message = PLAIN, lane: Lane = Lane.ANSWER, person: int = 1, **more: Any) -> None:
        work = Work(self.conn, self.clock.now(), Rules())
        work.post(person, message, lane, **more)
        if message.card or message.edit:
            work.posts[-1]["request_id"] = 1
        work.flush()

    def offer(self) -> None:
        self.post(WORDS, Lane.OFFER, offer_token="t1", key="1:0:0:1:offer")

    def edit(self) -> None:
        self.post(Message("", edit="offer"), Lane.STATUS, key="edit:1:1:offer")

    def claim(self, *channels: str, limit: int = 10, **more: Any) -> list[Parcel]:
        return self.claimed(*channels, limit=limit, **more).parcels

    def claimed(self, *channels: str, limit: int = 10, **more: Any) -> outbox.Claimed:
        names = channels or ("telegram", "webchat")
        return outbox.claim(self.conn, names, self.epoch, self.clock.now(), limit, draw, **more)

    def settle(self, parcel: Parcel, fate: Fate, **more: Any) -> list[Lost]:
        return outbox.settle(self.conn, self.epoch, [Outcome(parcel, fate, **more)], self.clock.now())

    def states(self) -> list[Post]:
        return list(self.conn.execute(select(Outbox.state).order_by(Outbox.id)).scalars())

    def answers(self, answer: Answer) -> None:
        self.conn.execute(update(Offer).values(answer=answer))

    def route(self, person: int, channel: str, address: str, position: int = 0) -> None:
        row = {"person_id": person, "channel": channel, "address": address, "position": position}
        self.conn.execute(insert(Route), row)


def draw(conn: Connection, wanted: Sequence[CardOf]) -> list[Message | None]:
    """Stands for the drawing of cards; nothing to show once the request has another number."""
    return [Message("card.now", {"part": one.part}, card=one.part) if one.request_id == 1 else None for one in wanted]


@pytest.fixture
def office(store: Store, clock: MovableClock) -> Iterator[Office]:
    now = clock.now()
    with store.write() as conn:
        office = Office(conn, clock)
        people = [{"id": n, "name": f"人{n}", "created_at": now, "language": Language.ZH} for n in (1, 2, 3)]
        conn.execute(insert(Person), people)
        office.route(1, "telegram", "11")
        office.route(2, "webchat", "w2")
        request = {
            "id": 1, "token": "r1", "requester_id": 2, "words": "灯坏了", "category": "other", "ladder": [],
            "urgency": Urgency.NORMAL, "state": State.OFFERED, "opened_at": now, "heard_at": now,
        }  # fmt: skip
        conn.execute(insert(Request), request)
        offer = {"request_id": 1, "person_id": 1, "round": 0, "rung": 0, "ask": Ask.NEAREST, "token": "t1"}
        conn.execute(insert(Offer), {**offer, "why": "nearest", "asked_at": now})
        yield office


def test_lanes_then_age_decide_the_order(office: Office) -> None:
    for lane in (Lane.BROADCAST, Lane.STATUS, Lane.OFFER, Lane.STATUS):
        office.post(lane=lane)
    claimed = office.claim()
    oldest = min(parcel.id for parcel in claimed)
    assert [(parcel.lane, parcel.id - oldest) for parcel in claimed] == [(0, 2), (2, 1), (2, 3), (3, 0)]
    assert office.claim() == []
    assert office.states() == [Post.SENDING] * 4


def test_a_parcel_carries_route_language_and_message(office: Office) -> None:
    office.offer()
    (parcel,) = office.claim("telegram")
    assert (parcel.channel, parcel.address, parcel.language) == ("telegram", "11", Language.ZH)
    assert (parcel.message, parcel.part, parcel.offer_token, parcel.attempts) == (WORDS, "offer", "t1", 0)
    assert (parcel.again, parcel.edit_ref, parcel.request_id) == (False, None, 1)


def test_each_channel_takes_what_the_best_living_route_gives_it(office: Office) -> None:
    office.route(1, "webchat", "w1", position=1)
    office.post(person=1)
    office.post(person=2)
    assert [parcel.address for parcel in office.claim("webchat")] == ["w2"]
    office.conn.execute(update(Route).where(Route.address == "11").values(state=RouteState.STOPPED))
    assert [parcel.address for parcel in office.claim("webchat")] == ["w1"]


def test_held_people_later_lanes_and_times_to_come_are_passed_over(office: Office) -> None:
    office.post(person=1)
    office.post(person=2, lane=Lane.BROADCAST)
    office.post(person=2, send_at=office.clock.now() + timedelta(seconds=5))
    assert office.claim(held={1}, last_lane=Lane.STATUS) == []
    assert [parcel.id for parcel in office.claim(held={1})] == [2]
    assert [parcel.id for parcel in office.claim()] == [1]
    office.clock.move(seconds=5)
    assert [parcel.id for parcel in office.claim()] == [3]


def test_whoever_has_no_route_is_lost_at_once(office: Office) -> None:
    office.post(person=3, lane=Lane.OFFER, offer_token="t1")
    claimed = office.claimed("telegram")
    assert claimed.parcels == []
    assert [(lost.person_id, lost.offer_token) for lost in claimed.lost] == [(3, "t1")]
    assert office.states() == [Post.DEAD]


def test_what_was_sent_is_remembered_with_its_card(office: Office) -> None:
    office.offer()
    office.settle(office.claim()[0], Fate.SENT, message_ref="77")
    assert office.states() == [Post.SENT]
    assert office.conn.execute(select(Offer.sent_at)).scalar() == office.clock.now()
    card = office.conn.execute(select(Card.part, Card.channel, Card.address, Card.message_ref)).one()
    assert tuple(card) == ("offer", "telegram", "11", "77")


@pytest.mark.parametrize("answer", [Answer.ACCEPTED, Answer.DECLINED, Answer.TAKEN, Answer.OVER])
def test_an_offer_in_doubt_waits_for_a_tap_and_is_dropped_after_it(office: Office, answer: Answer) -> None:
    office.offer()
    office.settle(office.claim()[0], Fate.IN_DOUBT)
    assert office.states() == [Post.IN_DOUBT]
    office.answers(answer)
    office.clock.move(seconds=15)
    assert office.claim() == []
    assert office.states() == [Post.DROPPED]


def test_an_offer_in_doubt_is_sent_once_more_with_the_same_token_and_no_third_time(office: Office) -> None:
    office.offer()
    office.settle(office.claim()[0], Fate.IN_DOUBT)
    office.clock.move(seconds=14.9)
    assert office.claim() == []
    office.clock.move(seconds=0.1)
    (parcel,) = office.claim()
    assert (parcel.again, parcel.offer_token, parcel.attempts) == (True, "t1", 1)
    office.settle(parcel, Fate.AGAIN, wait=1)
    office.clock.move(seconds=1)
    (parcel,) = office.claim()
    assert parcel.again
    office.settle(parcel, Fate.IN_DOUBT)
    assert office.states() == [Post.SENT]
    assert "in doubt" in str(office.conn.execute(select(Outbox.error)).scalar())


def test_an_answer_in_doubt_is_sent_again_at_once_and_a_broadcast_never(office: Office) -> None:
    office.post(lane=Lane.ANSWER)
    office.post(lane=Lane.BROADCAST)
    for parcel in office.claim():
        office.settle(parcel, Fate.IN_DOUBT)
    assert office.states() == [Post.IN_DOUBT, Post.SENT]
    assert [(parcel.id, parcel.again) for parcel in office.claim()] == [(1, True)]


def test_what_the_server_did_not_see_goes_again_after_its_wait(office: Office) -> None:
    office.post()
    office.settle(office.claim()[0], Fate.AGAIN, wait=2.5, reason="429")
    assert office.claim() == []
    office.clock.move(seconds=2.5)
    (parcel,) = office.claim()
    assert (parcel.again, parcel.attempts) == (False, 1)


def test_a_dead_route_moves_on_to_the_next_and_then_the_person_is_lost(office: Office) -> None:
    office.route(1, "webchat", "w1", position=1)
    office.offer()
    assert office.settle(office.claim()[0], Fate.DEAD, reason="blocked") == []
    (parcel,) = office.claim()
    assert parcel.address == "w1"
    assert office.settle(parcel, Fate.DEAD, reason="gone") == [Lost(1, 1, "t1", Lane.OFFER, "gone")]
    assert office.states() == [Post.DEAD]
    reasons = office.conn.execute(select(Route.reason).where(Route.person_id == 1).order_by(Route.id)).scalars().all()
    assert reasons == ["blocked", "gone"]


def test_a_message_that_no_chat_would_take_is_lost_and_its_route_lives(office: Office) -> None:
    office.post(lane=Lane.OFFER, offer_token="t1")
    assert office.settle(office.claim()[0], Fate.REFUSED, reason="too long")[0].reason == "too long"
    assert office.conn.execute(select(Route.state).where(Route.address == "11")).scalar() is RouteState.LIVE


def test_a_chat_that_moved_is_followed(office: Office) -> None:
    office.post()
    office.settle(office.claim()[0], Fate.MIGRATED, address="-100")
    assert [parcel.address for parcel in office.claim()] == ["-100"]


def test_a_chat_that_moved_where_we_are_already_is_given_up(office: Office) -> None:
    office.route(1, "telegram", "-100", position=1)
    office.post()
    office.settle(office.claim()[0], Fate.MIGRATED, address="-100")
    assert [parcel.address for parcel in office.claim()] == ["-100"]
    assert office.conn.execute(select(Route.state).where(Route.address == "11")).scalar() is RouteState.DEAD


def test_an_edit_is_drawn_when_it_is_claimed_and_goes_where_its_card_is(office: Office) -> None:
    office.offer()
    office.settle(office.claim()[0], Fate.SENT, message_ref="77")
    office.route(1, "webchat", "w1", position=-1)  # The person prefers another channel by now.
    office.edit()
    assert office.claim("webchat") == []
    (parcel,) = office.claim("telegram")
    assert (parcel.edit_ref, parcel.address, parcel.part) == ("77", "11", "offer")
    assert parcel.message == Message("card.now", {"part": "offer"}, card="offer")
    office.settle(parcel, Fate.SENT, message_ref="78")  # It could not be edited and was said anew.
    assert office.conn.execute(select(Card.message_ref)).scalars().all() == ["78"]


def test_an_edit_waits_for_its_card_and_is_dropped_when_none_will_come(office: Office) -> None:
    office.offer()
    office.edit()
    (offer,) = office.claim()
    office.clock.move(seconds=2)
    assert office.claim() == []
    office.settle(offer, Fate.REFUSED)
    office.clock.move(seconds=2)
    assert office.claim() == []
    assert office.states() == [Post.DEAD, Post.DROPPED]


def test_an_edit_does_not_wait_for_ever(office: Office) -> None:
    office.offer()
    office.edit()
    office.claim()
    for _ in range(40):
        office.clock.move(seconds=2)
        office.claim()
    assert office.states() == [Post.SENDING, Post.DROPPED]


def test_edits_meanwhile_are_one_and_an_edit_under_way_is_followed_by_a_newer_one(office: Office) -> None:
    office.offer()
    office.settle(office.claim()[0], Fate.SENT, message_ref="77")
    office.edit()
    office.edit()
    (parcel,) = office.claim()
    office.edit()
    office.settle(parcel, Fate.SENT)
    assert office.states() == [Post.SENT, Post.PENDING]
    office.settle(office.claim()[0], Fate.SENT)
    assert office.states() == [Post.SENT, Post.SENT]


def test_an_edit_whose_route_is_dead_is_dropped_and_nobody_is_lost(office: Office) -> None:
    office.offer()
    office.settle(office.claim()[0], Fate.SENT, message_ref="77")
    office.edit()
    assert office.settle(office.claim()[0], Fate.DEAD, reason="blocked") == []
    office.route(1, "webchat", "w1")
    office.edit()
    assert office.claimed().lost == []
    assert office.states() == [Post.SENT, Post.DROPPED]


def test_only_the_epoch_that_claimed_may_settle(office: Office) -> None:
    office.post()
    (parcel,) = office.claim()
    office.epoch = 2
    assert outbox.take_over(office.conn, 2, office.clock.now()) == 1
    office.epoch = 1
    assert office.settle(parcel, Fate.DEAD, reason="late") == []
    assert office.states() == [Post.IN_DOUBT]
    assert office.conn.execute(select(Route.state).where(Route.address == "11")).scalar() is RouteState.LIVE


def test_a_new_sender_puts_in_doubt_what_the_old_one_left(office: Office) -> None:
    for lane in Lane:
        office.post(WORDS if lane is Lane.OFFER else PLAIN, lane)
    office.claim()
    office.epoch = 2
    assert outbox.take_over(office.conn, 2, office.clock.now()) == 4
    assert office.states() == [Post.IN_DOUBT, Post.IN_DOUBT, Post.IN_DOUBT, Post.SENT]
    assert [(parcel.id, parcel.again) for parcel in office.claim()] == [(2, True), (3, True)]
    office.clock.move(seconds=15)
    assert [parcel.id for parcel in office.claim()] == [1]


def test_what_was_left_behind_unsent_has_a_try_of_its_own_before_it_counts_as_sent(office: Office) -> None:
    office.post(PLAIN, Lane.ANSWER)
    office.claim()
    office.epoch = 2
    outbox.take_over(office.conn, 2, office.clock.now())
    for state in (Post.IN_DOUBT, Post.SENT):
        (parcel,) = office.claim()
        office.settle(parcel, Fate.IN_DOUBT)
        assert office.states() == [state]


def test_what_a_living_sender_of_another_channel_is_busy_with_is_left_alone(office: Office) -> None:
    ttl = timedelta(seconds=10)
    office.epoch = leases.take(office.conn, "sender:webchat", "one", office.clock.now(), ttl) or 0
    office.post()
    office.claim()
    other = leases.take(office.conn, "sender:telegram", "two", office.clock.now(), ttl) or 0
    assert outbox.take_over(office.conn, other, office.clock.now()) == 0
    office.clock.move(seconds=11)
    assert outbox.take_over(office.conn, other, office.clock.now()) == 0, "its sender may come back, with it in memory"
    office.clock.move(minutes=10)
    assert outbox.take_over(office.conn, other, office.clock.now()) == 1


def test_what_the_next_holder_of_a_lease_finds_is_its_own_at_once(office: Office) -> None:
    ttl = timedelta(seconds=10)
    office.epoch = leases.take(office.conn, "sender:telegram", "one", office.clock.now(), ttl) or 0
    office.post()
    office.claim()
    office.clock.move(seconds=11)
    later = leases.take(office.conn, "sender:telegram", "two", office.clock.now(), ttl) or 0
    assert outbox.under_way(office.conn, office.epoch, office.clock.now()) == ({1}, False)
    assert outbox.under_way(office.conn, later, office.clock.now()) == (set(), True)
    assert outbox.take_over(office.conn, later, office.clock.now()) == 1
    assert outbox.under_way(office.conn, later, office.clock.now()) == (set(), False)


def test_what_a_sender_claimed_without_hearing_of_it_waits_as_before(office: Office) -> None:
    for lane in (Lane.OFFER, Lane.ANSWER, Lane.BROADCAST):
        office.post(lane=lane)
    office.settle(office.claim()[1], Fate.IN_DOUBT)
    assert [parcel.id for parcel in office.claim()] == [2]
    assert outbox.forget(office.conn, office.epoch, {2, 3}, office.clock.now()) == 2
    assert outbox.forget(office.conn, office.epoch + 1, {1}, office.clock.now()) == 0
    assert office.states() == [Post.SENDING, Post.IN_DOUBT, Post.PENDING]
    assert [(parcel.id, parcel.again) for parcel in office.claim()] == [(2, True), (3, False)]


def test_the_backlog_counts_by_lane_and_knows_the_oldest(office: Office) -> None:
    assert outbox.backlog(office.conn, office.clock.now()) == outbox.Backlog({}, 0.0)
    office.post(lane=Lane.OFFER)
    office.clock.move(seconds=3)
    office.post(lane=Lane.STATUS)
    office.post(lane=Lane.STATUS)
    counts = {Lane.OFFER: 1, Lane.STATUS: 2}
    assert outbox.backlog(office.conn, office.clock.now()) == outbox.Backlog(counts, 3.0)


def test_claiming_on_sqlite_walks_the_index_of_what_waits(store: Store, office: Office) -> None:
    if not store.sqlite:
        pytest.skip("a plan of SQLite")
    office.post()
    seen: list[tuple[str, Any]] = []
    event.listen(store.engine, "before_cursor_execute", lambda *call: seen.append((call[2], call[3])))
    office.claim()
    queue = seen[0]
    outbox.under_way(office.conn, office.epoch, office.clock.now())
    sending, steps = seen[-1], _steps(office, *queue)
    assert "USING INDEX ix_outbox_queue" in steps[0], steps
    assert "USING INDEX ix_outbox_sending" in _steps(office, *sending)[0]
    assert not any("TEMP B-TREE" in step for step in steps), steps  # It is in order already, and stops at the limit.


def _steps(office: Office, statement: str, values: Any) -> list[str]:
    plan = office.conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
    return [str(detail) for _, parent, _, detail in plan if parent == 0]


def test_a_look_without_a_lock_finds_what_a_claim_would(office: Office) -> None:
    def due(channel: str, **more: Any) -> bool:
        return outbox.due(office.conn, [channel], office.clock.now(), **more)

    assert not due("telegram")
    office.post(lane=Lane.BROADCAST)
    assert due("telegram")
    assert not due("webchat")
    assert not due("telegram", last_lane=Lane.STATUS)
    assert not due("telegram", held={1})
    office.post(person=3)
    assert due("webchat")  # Whoever has no route is any channel's business.
