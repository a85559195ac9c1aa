"""The figures for Prometheus, counted by SQL at the moment they are asked for."""

from collections.abc import Iterator, Sequence

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from models.clock import Clock
from models.mail import IS_ASIDE, IS_NEW, Inbox, Mark, Outbox, unsent
from models.requests import Request
from models.store import Store
from models.words import OPEN_STATES, Lane, Mail

Counts = Sequence[tuple[str, float]]

_INBOX = {
    state: select(func.count()).select_from(Inbox).where(which)
    for state, which in ((Mail.NEW, IS_NEW), (Mail.ASIDE, IS_ASIDE))
}
_lanes = unsent(Outbox.lane).c.lane
_OUTBOX = select(_lanes, func.count()).group_by(_lanes)
_REQUESTS = select(Request.state, func.count()).where(Request.drill.is_(False)).group_by(Request.state)
_MARKS = select(Mark.name, Mark.at).order_by(Mark.at.desc()).limit(50)


class Figures(Collector):
    """Reads the gauges out of the store. Without a store only `red_steward_store_up 0` is told."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock

    def text(self, others: CollectorRegistry | None) -> bytes:
        """All figures in Prometheus' text format, with those of the process behind them."""
        own = CollectorRegistry()
        own.register(self)
        return generate_latest(own) + (generate_latest(others) if others is not None else b"")

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Nothing beforehand: registering would otherwise read the store once more."""
        return iter(())

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """The gauges, one by one."""
        try:
            gauges = self._gauges()
        except SQLAlchemyError:
            gauges = []
        yield GaugeMetricFamily("red_steward_store_up", "Whether the store answers.", value=1 if gauges else 0)
        yield from gauges

    def _gauges(self) -> list[GaugeMetricFamily]:
        now = self._clock.now()
        with self._store.read() as conn:
            inbox = [(state, float(conn.scalar(count) or 0)) for state, count in _INBOX.items()]
            outbox = {Lane(lane): float(count) for lane, count in conn.execute(_OUTBOX)}
            requests = {str(state): float(count) for state, count in conn.execute(_REQUESTS)}
            marks = [(name, max(0.0, (now - at).total_seconds())) for name, at in conn.execute(_MARKS)]
        return [
            _gauge("inbox", "Messages that came in and are not handled.", "state", inbox),
            _gauge("outbox", "Messages that wait to be sent.", "lane",
                   [(lane.name.lower(), outbox.get(lane, 0)) for lane in Lane]),
            _gauge("requests", "Requests by state.", "state",
                   [*((state, requests.pop(state, 0)) for state in OPEN_STATES), *sorted(requests.items())]),
            _gauge("mark_age_seconds", "How long ago something last happened: the sweep, the poller.", "mark", marks),
        ]  # fmt: skip


def _gauge(name: str, meaning: str, label: str, counts: Counts) -> GaugeMetricFamily:
    gauge = GaugeMetricFamily(f"red_steward_{name}", meaning, labels=[label])
    for value, count in counts:
        gauge.add_metric([str(value)], count)
    return gauge
