"""What the database can find fault with in a roster, and how many rows of each sheet came to what."""

from dataclasses import dataclass, field

from dispatch.roster.rows import Line

MOST_FAULTS = 200  # Beyond these, faults are only counted.


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend. `key` names the sentence; `column` is the English heading."""

    key: str
    source: str
    line: int
    column: str
    value: str
    allowed: str = ""


class Refused(Exception):
    """The roster does not fit what is stored; nothing of it counts. `more` faults are not listed."""

    def __init__(self, faults: tuple[Fault, ...], more: int) -> None:
        super().__init__(faults, more)
        self.faults = faults
        self.more = more


@dataclass(slots=True)
class Findings:
    """The faults of one import, up to a limit."""

    faults: list[Fault] = field(default_factory=list)
    more: int = 0

    def add(self, key: str, row: Line, column: str, value: object, allowed: str = "") -> None:
        """Note a fault of a row."""
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(Fault(key, row.source, row.line, column, str(value), allowed))
        else:
            self.more += 1

    def settle(self) -> None:
        """Raise `Refused` when anything was found."""
        if self.faults:
            raise Refused(tuple(self.faults), self.more)


@dataclass(slots=True)
class Counts:
    """What became of the rows of one sheet."""

    added: int = 0
    changed: int = 0
    unchanged: int = 0

    def count(self, *, is_new: bool, is_changed: bool) -> None:
        """One more row."""
        if is_new:
            self.added += 1
        elif is_changed:
            self.changed += 1
        else:
            self.unchanged += 1
