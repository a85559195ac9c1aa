"""Every story runs through both channels, on both engines."""

from collections.abc import Iterator

import pytest

from models.clock import MovableClock
from models.store import Store
from tests.stories.world import World, village


@pytest.fixture(params=["telegram", "webchat"])
def world(request: pytest.FixtureRequest, store: Store, clock: MovableClock) -> Iterator[World]:
    """The village."""
    with village(store, clock, request.param) as world:
        yield world
