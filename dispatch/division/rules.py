"""How many households and frail people a steward has, and when an existing pair stays together."""

from pydantic import Field, model_validator

from dispatch.parts import Part


class Grids(Part):
    """1+10+N."""

    most: int = Field(default=12, ge=1, le=100)  # Households of one steward.
    least: int = Field(default=8, ge=0, le=100)
    frail_most: int = Field(default=5, ge=1, le=100)  # Frail people in the households of one steward.
    keep: float = Field(default=100, ge=0, le=5000)  # Metres: a pair is parted only where that shortens walks by more.

    @model_validator(mode="after")
    def _in_order(self) -> "Grids":
        if self.least >= self.most:
            raise ValueError("least has to be below most")
        return self
