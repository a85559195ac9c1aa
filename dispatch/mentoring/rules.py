"""How many people one income leader takes along."""

from pydantic import Field

from dispatch.parts import Part


class Mentoring(Part):
    """The 5 of 1+5."""

    most: int = Field(default=5, ge=1, le=100)  # Pairs of one leader at a time, those included that wait for an answer.
