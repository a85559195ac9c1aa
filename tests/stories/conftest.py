"""Every story runs twice: through each channel and on each engine once. What Telegram alone has, on both engines."""

from collections.abc import Iterator
from zlib import crc32

import pytest
from sqlalchemy import Engine, event

from models.clock import MovableClock
from models.store import Store
from tests.stories.plans import Watch
from tests.stories.world import Neighbour, World, village


@pytest.fixture(autouse=True)
def watched(request: pytest.FixtureRequest) -> Iterator[None]:
    """No story makes the service walk through all that ever was; on PostgreSQL that cannot be seen without rows."""
    if getattr(getattr(request.node, "callspec", None), "params", {}).get("store") == "postgresql":
        yield
        return
    watch = Watch()
    event.listen(Engine, "before_cursor_execute", watch)
    yield
    event.remove(Engine, "before_cursor_execute", watch)
    assert not watch.walks, "\n\n".join(watch.walks)


@pytest.fixture(params=["telegram", "webchat"])
def world(request: pytest.FixtureRequest, store: Store, clock: MovableClock) -> Iterator[World]:
    """The village."""
    with village(store, clock, request.param) as world:
        yield world


@pytest.fixture
def admin(world: World) -> Neighbour:
    """The branch's secretary, who is nobody's steward."""
    return world.admin()


@pytest.fixture
def son(world: World) -> Neighbour:
    """王强, who lives at the other end of the village."""
    return world.resident("王强", east=900, phone="13900000007")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Choose two of the four ways to run a story."""
    spared = [item for item in items if not _chosen(item)]
    config.hook.pytest_deselected(items=spared)
    items[:] = [item for item in items if _chosen(item)]


def _chosen(item: pytest.Item) -> bool:
    """Telegram on SQLite and web chat on PostgreSQL, or the other way round, by the story's name."""
    way = getattr(getattr(item, "callspec", None), "params", {})
    if not {"store", "world"} <= set(way):
        return True
    if item.get_closest_marker("telegram") is not None:
        return bool(way["world"] == "telegram")
    turned = crc32(item.nodeid.partition("[")[0].encode()) % 2
    return ((way["world"] == "telegram") == (way["store"] == "sqlite")) is (turned == 0)
