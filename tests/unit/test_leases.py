"""Leases, epochs and marks."""

from datetime import timedelta

from dispatch import leases, marks
from models.clock import MovableClock
from models.store import Store

TTL = timedelta(seconds=10)


def test_one_holder_at_a_time_and_the_epoch_goes_up_with_each_change(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        first = leases.take(conn, "sender", "one", clock.now(), TTL)
        assert first is not None
        assert leases.take(conn, "sender", "two", clock.now(), TTL) is None
        assert leases.take(conn, "sender", "one", clock.now(), TTL) == first
        clock.move(seconds=11)
        second = leases.take(conn, "sender", "two", clock.now(), TTL)
        assert second is not None
        assert second > first
        assert leases.take(conn, "sender", "one", clock.now(), TTL) is None


def test_a_renewed_lease_does_not_run_out_and_a_released_one_is_free(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        first = leases.take(conn, "sender", "one", clock.now(), TTL)
        clock.move(seconds=9)
        assert leases.take(conn, "sender", "one", clock.now(), TTL) == first
        clock.move(seconds=9)
        assert leases.take(conn, "sender", "two", clock.now(), TTL) is None
        leases.release(conn, "sender", "two", clock.now())
        assert leases.take(conn, "sender", "two", clock.now(), TTL) is None
        leases.release(conn, "sender", "one", clock.now())
        assert leases.take(conn, "sender", "two", clock.now(), TTL) == (first or 0) + 1


def test_a_lease_that_ran_out_goes_on_under_its_epoch_if_nobody_had_it(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        first = leases.take(conn, "sender", "one", clock.now(), TTL)
        clock.move(seconds=60)
        assert leases.take(conn, "sender", "one", clock.now(), TTL) == first
        clock.move(seconds=60)
        second = leases.take(conn, "sender", "two", clock.now(), TTL)
        clock.move(seconds=60)
        third = leases.take(conn, "sender", "one", clock.now(), TTL)
        assert len({first, second, third}) == 3


def test_whoever_is_alone_need_not_wait_for_what_a_crash_left(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        first = leases.take(conn, "sender", "killed", clock.now(), TTL)
        leases.end_all(conn, clock.now())
        assert leases.take(conn, "sender", "next", clock.now(), TTL) == (first or 0) + 1


def test_no_two_leases_share_an_epoch(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        epochs = [leases.take(conn, name, "one", clock.now(), TTL) for name in ("a", "b", "c")]
    assert len(set(epochs)) == 3


def test_a_mark_is_the_last_value_put(store: Store, clock: MovableClock) -> None:
    with store.write() as conn:
        assert marks.get(conn, "offset") is None
        marks.put(conn, "offset", "1", clock.now())
        clock.move(seconds=1)
        marks.put(conn, "offset", "2", clock.now())
        assert marks.get(conn, "offset") == ("2", clock.now())
