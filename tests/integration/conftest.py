"""Houses with people on Telegram."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from models.store import Store
from tests.conftest import stamp
from tests.integration.telegramroom import House
from tests.standin import StandIn


@pytest.fixture
def house(store: Store, standin: StandIn) -> House:
    house = House(store, standin)
    house.people(11, 12, 13)
    return house


@pytest.fixture
def small(tmp_path: Path, standin: StandIn) -> Iterator[House]:
    """The same on SQLite alone, for what has nothing to do with the engine."""
    store = Store(f"sqlite:///{tmp_path / 'small.db'}")
    stamp(store)
    house = House(store, standin)
    house.people(11, 12, 13)
    yield house
    store.close()
