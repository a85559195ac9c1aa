"""The sheets of what a village does together: days are planned as in chat; what was said there is not undone."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from dispatch import errors
from dispatch.gatherings import habits, planning, programme, roll, seats
from dispatch.gatherings.meetings import MEETINGS, Meeting
from dispatch.gatherings.planning import Ground
from dispatch.roster import rows
from dispatch.roster.batch import Batch, Place, select_in
from dispatch.roster.faults import Counts
from dispatch.roster.places import Names
from dispatch.work import Work
from models.gatherings import Gathering
from models.habits import GatheringKind, Standing

_OF_SERVICE = ("group", "activity", "needed", "safety")
_FAULTS = {
    "gather.not_past": ("roster.fault.day_over", "day", ""),
    "gather.not_far": ("roster.fault.day_far", "day", "{days}"),
    "gather.needed_bounds": ("roster.fault.count", "needed", "1–{most}"),
    "roll.unknown": ("roster.fault.not_stored", "speaker", "stewards, volunteers"),
    "roll.doubled": ("roster.fault.shared_name", "speaker", ""),
}  # What chat refuses, as a fault: its sentence, the column, and what is allowed.


def write_calendar(batch: Batch, part: Mapping[str, list[Any]], villages: Sequence[str], groups: Names) -> None:
    """Write the gatherings of these villages and their programmes. None is called off."""
    if part["gatherings"] or part["programme"]:
        calendar = _Calendar(batch, villages, groups)
        calendar.write_days(part["gatherings"])
        calendar.write_programme(part["programme"])
        calendar.work.flush()


class _Calendar:
    """The gatherings of the villages in hand, by what a row says of them."""

    def __init__(self, batch: Batch, villages: Sequence[str], groups: Names) -> None:
        self.batch, self.groups = batch, groups
        self.work = Work(batch.conn, batch.now, batch.rules)
        self.by_series: dict[tuple[str | None, str], Meeting] = {}
        self.by_time: dict[tuple[str | None, str], Meeting] = {}
        self.days: dict[tuple[str | None, date], Meeting] = {}  # Theme days.
        self.said: set[int] = set()  # Of which a row has spoken already.
        for row in select_in(batch.conn, lambda some: MEETINGS.where(Gathering.village_code.in_(some)), villages):
            self._remember(Meeting(*row))

    def _remember(self, meeting: Meeting) -> None:
        village = meeting.village_code
        if meeting.series:
            self.by_series[village, meeting.series] = meeting
        self.by_time[village, _when(meeting.kind, meeting.begins_at, meeting.place)] = meeting
        day = self.batch.rules.local(meeting.begins_at).date()
        if meeting.kind is GatheringKind.THEME and (meeting.running or (village, day) not in self.days):
            self.days[village, day] = meeting

    def _forget(self, meeting: Meeting) -> None:
        """It no longer is when it was."""
        del self.by_time[meeting.village_code, _when(meeting.kind, meeting.begins_at, meeting.place)]
        self.days.pop((meeting.village_code, self.batch.rules.local(meeting.begins_at).date()), None)

    # --- days

    def write_days(self, sheet: Iterable[rows.Gathering]) -> None:
        """One day a row."""
        counts = self.batch.counts.setdefault("gatherings", Counts())
        for row in sheet:
            place = self.batch.village(row)
            at = self._ground(row, place) if place is not None and self._fits(row) else None
            if at is None:
                continue
            try:
                is_new, is_changed = self._write_day(row, at)
            except errors.BadValue as error:
                self._fault(row, error)
            else:
                counts.count(is_new=is_new, is_changed=is_changed)

    def _fits(self, row: rows.Gathering) -> bool:
        """Whether the row says what belongs to its kind, and nothing else."""
        if row.kind is GatheringKind.SERVICE:
            if row.activity is None:
                self.batch.findings.add("roster.fault.no_activity", row, "activity", "")
            return row.activity is not None
        wrong = next((name for name in _OF_SERVICE if getattr(row, name) is not None), None)
        if wrong is not None:
            self.batch.findings.add("roster.fault.service_only", row, wrong, getattr(row, wrong))
        return wrong is None

    def _ground(self, row: rows.Gathering, place: Place) -> Ground | None:
        group = self.groups.get((row.village_code, row.group)) if row.group else None
        if row.group and group is None:
            self.batch.findings.add("roster.fault.not_stored", row, "group", row.group, "volunteers")
            return None
        return Ground(*place.codes, group, "")

    def _write_day(self, row: rows.Gathering, at: Ground) -> tuple[bool, bool]:
        """Whether it is new, and whether a known one was changed."""
        begins_at = datetime.combine(row.day, row.hour, self.batch.rules.zone)
        known, values = self._known(row, begins_at), self._values(row)
        if known is None:
            self._plan(row, at, begins_at, values)
            return True, False
        again = known.id in self.said
        self.said.add(known.id)
        same = known.begins_at == begins_at and known.group_id == at.group_id and all(
            _alike(getattr(known, name), value) for name, value in values.items()
        )  # fmt: skip
        over = not known.running and (known.standing is Standing.CANCELLED or begins_at <= self.batch.now)
        if same or over:
            return False, False
        if again or not self._may_move(known):
            value, number = f"{row.day} {row.hour:%H:%M}", f"№{known.id}"
            self.batch.findings.add("roster.fault.day_stands", row, "day", value, number)
            return False, False
        self._forget(known)
        planning.move(self.work, None, known, begins_at, row.place)
        self._remember(replace(planning.moved(known, begins_at, row.place), moves=known.moves + 1))
        return False, True

    def _known(self, row: rows.Gathering, begins_at: datetime) -> Meeting | None:
        """The day that the row means: the one of this very time, or of the same month or row wherever it is now."""
        theme = row.kind is GatheringKind.THEME
        exact = self.by_time.get((row.village_code, _when(row.kind, begins_at, row.place)))
        series = habits.series(row.day) if theme else habits.listed(begins_at, row.place)
        found = exact or self.by_series.get((row.village_code, series))
        gives_way = theme and found is not None and found is not exact and found.standing is Standing.CANCELLED
        return None if gives_way else found

    def _values(self, row: rows.Gathering) -> dict[str, Any]:
        """What the row says besides the time; a blank says nothing."""
        said = {"place": row.place, "needed": row.needed, "safety": row.safety}
        if row.activity is not None:
            known = habits.activity_called(self.batch.rules, row.activity)
            said["activity"] = known.name if known else row.activity
        return {name: value for name, value in said.items() if value is not None}

    def _plan(self, row: rows.Gathering, at: Ground, begins_at: datetime, values: dict[str, Any]) -> None:
        if row.kind is GatheringKind.SERVICE:
            known = habits.activity_called(self.batch.rules, values["activity"])
            usual = {"safety": known.safety} if known else {}
            values = {**usual, **values, "series": habits.listed(begins_at, row.place)}
        meeting = planning.enter(self.work, None, at, row.kind, begins_at, **values)
        self.said.add(meeting.id)
        self._remember(meeting)

    def _may_move(self, known: Meeting) -> bool:
        """Theme days that the calendar or a list planned, as long as nobody moved them or answered."""
        if known.kind is not GatheringKind.THEME or known.standing is not Standing.PLANNED:
            return False
        if known.planned_by is not None or known.moves:
            return False
        said = seats.counts(self.batch.conn, known)
        return not (said.yes or said.no or said.waiting)

    # --- programmes

    def write_programme(self, sheet: Iterable[rows.Programme]) -> None:
        """One session of a theme day a row. What is over stays as it is."""
        counts = self.batch.counts.setdefault("programme", Counts())
        for row in sheet:
            if self.batch.village(row) is None:
                continue
            meeting = self.days.get((row.village_code, row.day))
            if meeting is None:
                self.batch.findings.add("roster.fault.not_stored", row, "day", row.day, "gatherings")
                continue
            try:
                values = self._news(row, meeting) if meeting.running else {}
            except errors.BadValue as error:
                self._fault(row, error)
                continue
            if values:
                programme.write(self.work, None, meeting, row.session, **values)
            counts.count(is_new=False, is_changed=bool(values))

    def _news(self, row: rows.Programme, meeting: Meeting) -> dict[str, Any]:
        """What the row says and is not known; material comes to what is there already."""
        parts = {part.kind: part for part in programme.parts(self.work, meeting.id)}
        known = parts.get(row.session)
        values: dict[str, Any] = {}
        if row.title is not None and not _alike(known.title if known else "", row.title):
            values["title"] = row.title
        if row.speaker is not None and row.speaker != (known.speaker if known else None):
            values["speaker_id"] = roll.named(self.work, meeting, [row.speaker])[row.speaker]
        before = known.material if known else ""
        if row.material is not None and " ".join(row.material.split()) not in " ".join(before.split()):
            values["material"] = programme.added(self.work, before, row.material)
        return {name: value for name, value in values.items() if name != "material" or value != before}

    def _fault(self, row: Any, error: errors.BadValue) -> None:
        key, column, allowed = _FAULTS[error.key]
        self.batch.findings.add(key, row, column, getattr(row, column), allowed.format(**error.params))


def _when(kind: GatheringKind, begins_at: datetime, place: str) -> str:
    """A month has one theme day, wherever it is; service days of one time are told apart by their place."""
    return f"{kind} {begins_at.timestamp()}" + ("" if kind is GatheringKind.THEME else f" {' '.join(place.split())}")


def _alike(one: Any, other: Any) -> bool:
    """Whether two values are the same but for the blanks between words."""
    return one == other or (isinstance(one, str) and isinstance(other, str) and one.split() == other.split())
