"""How many households each steward can have: the caps of the config, and what comes nearest where they cannot hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Unmet(StrEnum):
    """Which cap a division could not keep."""

    MOST = "most"  # Too few stewards: some have more households than they should.
    LEAST = "least"  # Too many stewards: some have fewer households than they should.
    FRAIL = "frail"  # Too many frail people live together.


@dataclass(frozen=True, slots=True)
class Caps:
    """Bounds for each steward: households at least and at most, and frail people at most."""

    least: int
    most: int
    frail: int


def fitted(caps: Caps, homes: int, held: Sequence[int]) -> Caps:
    """The caps by which `homes` households can be given out to stewards who hold so many already.

    Where the caps cannot be met, the shortfall is spread evenly: nobody gets two more, or two fewer, than another.
    Somebody who holds more than `most` beforehand gets none. `held` has one entry a steward, at least one.
    """
    least, most = caps.least, caps.most
    while sum(max(0, most - count) for count in held) < homes:
        most += 1
    if most > caps.most:
        return Caps(most - 1, most, caps.frail)
    while sum(max(0, least - count) for count in held) > homes:
        least -= 1
    if least < caps.least:
        return Caps(least, least + 1, caps.frail)
    return Caps(least, most, caps.frail)


def unmet(caps: Caps, used: Caps) -> dict[Unmet, int]:
    """What of the caps could not be kept, with the bound that took its place."""
    found = {}
    if used.most > caps.most:
        found[Unmet.MOST] = used.most
    if used.least < caps.least:
        found[Unmet.LEAST] = used.least
    if used.frail > caps.frail:
        found[Unmet.FRAIL] = used.frail
    return found
