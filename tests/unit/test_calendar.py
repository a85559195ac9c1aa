"""Calendar jobs: due at local times, claimed once, made up for once, and only when it is decent to write."""

from datetime import UTC, datetime, time, timedelta
from threading import Barrier, Thread
from zoneinfo import ZoneInfo

import pytest

from dispatch import calendar
from dispatch.calendar import MONDAY, Job, Slot, hourly, minutely, monthly, run_due, weekly
from dispatch.rules import Rules
from dispatch.work import Work
from models.clock import MovableClock
from models.store import Store

QIANXI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("slot", "local", "expected"),
    [
        (weekly(MONDAY, time(9)), "2026-03-04 12:00", "2026-03-02 09:00"),
        (weekly(MONDAY, time(9)), "2026-03-02 08:00", "2026-02-23 09:00"),
        (weekly(MONDAY, time(9)), "2026-03-02 09:00", "2026-03-02 09:00"),
        (hourly(), "2026-03-02 09:00", "2026-03-02 09:00"),
        (hourly(30), "2026-03-02 09:29", "2026-03-02 08:30"),
        (minutely, "2026-03-02 09:29", "2026-03-02 09:29"),
        (monthly(20, time(9)), "2026-03-20 09:00", "2026-03-20 09:00"),
        (monthly(20, time(9)), "2026-03-20 08:59", "2026-02-20 09:00"),
        (monthly(28, time(9)), "2026-01-05 12:00", "2025-12-28 09:00"),
    ],
)
def test_the_latest_time_it_was_to_run(slot: Slot, local: str, expected: str) -> None:
    then = datetime.fromisoformat(local).replace(tzinfo=QIANXI)
    assert slot(then) == datetime.fromisoformat(expected).replace(tzinfo=QIANXI)


@pytest.fixture
def ran() -> list[datetime]:
    return []


def daily(at: time) -> Slot:
    """Every day at this time: what these jobs run by."""

    def slot(local: datetime) -> datetime:
        then = datetime.combine(local.date(), at, local.tzinfo)
        return then if then <= local else then - timedelta(days=1)

    return slot


@pytest.fixture
def job(ran: list[datetime]) -> Job:
    return Job("list", daily(time(9)), lambda work: ran.append(work.now))


def test_a_new_job_waits_for_its_next_time_and_then_runs_once(
    store: Store, clock: MovableClock, job: Job, ran: list[datetime]
) -> None:
    assert run_due(store, clock, Rules(), [job]) == 0
    clock.move(hours=21)  # 09:00 on the next day.
    assert [run_due(store, clock, Rules(), [job]) for _ in range(3)] == [1, 0, 0]
    assert len(ran) == 1


def test_missed_runs_are_made_up_for_once(store: Store, clock: MovableClock, job: Job, ran: list[datetime]) -> None:
    run_due(store, clock, Rules(), [job])
    clock.move(days=5)
    run_due(store, clock, Rules(), [job])
    run_due(store, clock, Rules(), [job])
    assert len(ran) == 1


def test_nobody_is_written_to_at_night(store: Store, clock: MovableClock, job: Job, ran: list[datetime]) -> None:
    run_due(store, clock, Rules(), [job])
    clock.move(hours=35, minutes=30)  # 23:30 on the day after: the service was down since.
    assert run_due(store, clock, Rules(), [job]) == 0
    clock.move(hours=8, minutes=30)  # 08:00, an hour before the next one.
    assert run_due(store, clock, Rules(), [job]) == 1
    clock.move(hours=1)
    assert run_due(store, clock, Rules(), [job]) == 1
    assert len(ran) == 2


def test_a_run_that_fails_is_tried_again_and_does_not_stop_the_others(
    store: Store, clock: MovableClock, job: Job, ran: list[datetime]
) -> None:
    faults = [RuntimeError("no paper")]

    def fail(_work: Work) -> None:
        if faults:
            raise faults.pop()

    broken = Job("broken", daily(time(9)), fail)
    run_due(store, clock, Rules(), [broken, job])
    clock.move(days=1)
    assert run_due(store, clock, Rules(), [broken, job]) == 1
    assert len(ran) == 1
    assert run_due(store, clock, Rules(), [broken, job]) == 1


def test_of_two_processes_one_runs_it(store: Store, job: Job, ran: list[datetime]) -> None:
    run_due(store, MovableClock(datetime(2026, 3, 4, 4, tzinfo=UTC)), Rules(), [job])
    later = MovableClock(datetime(2026, 3, 4, 4, tzinfo=UTC) + timedelta(days=1))
    together = Barrier(4)

    def one() -> None:
        together.wait()
        calendar.run_due(store, later, Rules(), [job])

    threads = [Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ran) == 1
