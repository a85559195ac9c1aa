"""Somebody who uses the stand-in."""

import pytest

from tests.standin import Person, StandIn


@pytest.fixture
def wang(standin: StandIn) -> Person:
    return standin.person(11, "王芳")
