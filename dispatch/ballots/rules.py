"""How long a ballot is open, how many have to vote, and what becomes of a tie."""

from datetime import timedelta

from pydantic import Field

from dispatch.parts import Part, Span
from models.habits import TieRule


class Ballots(Part):
    """A ballot keeps the rules that it was opened with; they are told before anybody votes."""

    open_for: Span = timedelta(days=3)
    quorum: float = Field(default=0.3, ge=0, le=1)  # Share of those who could vote when it was opened.
    tie: TieRule = TieRule.SHARE
    fewest: int = Field(default=5, ge=1)  # With fewer votes it is never valid: so few are no secret.
