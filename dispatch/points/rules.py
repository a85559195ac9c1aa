"""What deeds are worth, how many points a day may bring, and who may enter points by hand."""

from datetime import timedelta

from pydantic import Field

from dispatch.parts import Part, Span
from models.habits import Deed
from models.words import Level


class Worth(Part):
    """What one deed earns; nothing: it is not even written down."""

    points: int = Field(ge=0, le=100)
    a_day: int | None = Field(default=None, ge=0, le=1000)  # At most, by deeds of this kind.


class Deeds(Part):
    """The deeds by their words. One that the config does not name keeps its default. Being on duty is none."""

    request_solved: Worth = Worth(points=2, a_day=10)
    request_half: Worth = Worth(points=1, a_day=10)
    request_unconfirmed: Worth = Worth(points=0)
    visit_made: Worth = Worth(points=1, a_day=5)
    theme_attended: Worth = Worth(points=1, a_day=1)
    theme_spoke: Worth = Worth(points=2, a_day=4)
    served: Worth = Worth(points=1, a_day=8)  # For each hour.
    mentored: Worth = Worth(points=1, a_day=2)

    def of(self, deed: Deed) -> Worth:
        """What a deed earns; points by hand bring their own number."""
        return _BY_HAND if deed is Deed.BY_HAND else getattr(self, deed)


_BY_HAND = Worth(points=1)


class Points(Part):
    """The published rules of the points."""

    deeds: Deeds = Deeds()
    a_day: int = Field(default=20, ge=1, le=1000)  # At most, by all deeds together; those by hand are not counted.
    by_hand: tuple[Level, ...] = (Level.BRANCH, Level.TOWNSHIP, Level.COUNTY)  # Admins who may enter points by hand.
    by_hand_most: int = Field(default=10, ge=1, le=100)  # Points of one such entry.
    second_within: Span = timedelta(days=2)  # So long a second admin has to agree; else it lapses.
    back_and_forth: int = Field(default=3, ge=1, le=100)  # So many entries from A to B and from B to A are flagged,
    back_and_forth_within: Span = timedelta(days=90)  # within this span; of those by hand, the first.
    league_table: bool = False  # Order what is published by points rather than by name.
