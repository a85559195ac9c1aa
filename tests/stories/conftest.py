"""Every story runs through both channels and on both engines; web chat on PostgreSQL sees a third of them."""

from collections.abc import Iterator
from zlib import crc32

import pytest

from models.clock import MovableClock
from models.store import Store
from tests.stories.world import World, village


@pytest.fixture(params=["telegram", "webchat"])
def world(request: pytest.FixtureRequest, store: Store, clock: MovableClock) -> Iterator[World]:
    """The village."""
    with village(store, clock, request.param) as world:
        yield world


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out some stories' fourth way, web chat on PostgreSQL: each keeps both its channels and both its engines."""
    spared = [item for item in items if _spared(item)]
    config.hook.pytest_deselected(items=spared)
    items[:] = [item for item in items if not _spared(item)]


def _spared(item: pytest.Item) -> bool:
    """Two stories of three, by their names. Telegram stays, since some stories need what it alone has."""
    way = getattr(getattr(item, "callspec", None), "params", {})
    if way.get("store") != "postgresql" or way.get("world") != "webchat":
        return False
    return crc32(item.nodeid.partition("[")[0].encode()) % 3 != 0
