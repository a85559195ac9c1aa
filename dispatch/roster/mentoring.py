"""The sheets of income mentoring: leaders, the pairs that were agreed to on paper, and who found work."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from dispatch.roster import rows
from dispatch.roster.batch import CODES, Batch, insert_all, select_in, table_of
from dispatch.roster.crowd import Crowd, Known
from dispatch.roster.faults import Counts
from dispatch.roster.places import Names
from dispatch.taps import new_token
from models.habits import PairState
from models.mentoring import IncomeLeader, JobFound, Pair

_LEADERS = table_of(IncomeLeader)
_PAIRS = table_of(Pair)
_JOBS = table_of(JobFound)
_OPEN = (PairState.ASKED, PairState.ACTIVE)


@dataclass(frozen=True, slots=True)
class Residents:
    """Finds the people whom rows name by home and name; they are on the roster, or it is a fault."""

    batch: Batch
    crowd: Crowd
    homes: Names

    def of(self, row: rows.OfHousehold) -> Known | None:
        """The resident of a row; None with a fault."""
        if self.batch.village(row) is None:
            return None
        home = self.homes.get((row.village_code, row.household))
        found = self.crowd.by_home.get((home, row.name)) if home is not None else None
        if found is None:
            column, value = ("name", row.name) if home is not None else ("household", row.household)
            self.batch.findings.add("roster.fault.not_stored", row, column, value, "residents")
        return found


def write_mentoring(batch: Batch, residents: Residents, part: Mapping[str, list[Any]]) -> None:
    """Write the leaders, pairs and jobs of some villages. Nobody is taken away, and who left is not brought back."""
    if not (part["leaders"] or part["mentored"] or part["jobs"]):
        return
    leaders = _write_leaders(batch, residents.crowd, part["leaders"])
    pairs = _Pairs(batch, residents, leaders)
    pairs.write(part["mentored"])
    _write_jobs(batch, residents, pairs.latest, part["jobs"])


def _write_leaders(batch: Batch, crowd: Crowd, sheet: Iterable[rows.Leader]) -> dict[int, Any]:
    """Write the leaders; returns all who lead in the villages in hand, by person."""
    found = {row.person_id: row for row in select_in(batch.conn, _leaders_of, crowd.by_id)}
    counts = batch.counts.setdefault("leaders", Counts())
    fresh = []
    for row in sheet:
        place = batch.village(row)
        one = crowd.by_phone.get((row.village_code, row.phone, row.name))
        if place is not None and one is None:
            batch.findings.add("roster.fault.not_stored", row, "name", row.name, "residents")
        if place is None or one is None:
            continue
        known = found.get(one.id)
        changed = known is not None and row.field is not None and known.field != row.field
        if changed:
            batch.conn.execute(_LEADERS.update().where(_LEADERS.c.person_id == one.id).values(field=row.field))
        if known is None:
            fresh.append((one.id, row.field or "", batch.now, *place.codes))
        counts.count(is_new=known is None, is_changed=changed)
    insert_all(batch.conn, _LEADERS, ("person_id", "field", "since", *CODES), fresh)
    return {row.person_id: row for row in select_in(batch.conn, _leaders_of, crowd.by_id)}


def _leaders_of(people: list[int]) -> Any:
    columns = (_LEADERS.c.id, _LEADERS.c.person_id, _LEADERS.c.field, _LEADERS.c.left_at)
    return select(*columns).where(_LEADERS.c.person_id.in_(people))


class _Pairs:
    """Writes the pairs of some villages: each resident has one leader, each leader no more than the rules allow."""

    def __init__(self, batch: Batch, residents: Residents, leaders: Mapping[int, Any]) -> None:
        self.batch, self.residents = batch, residents
        people = residents.crowd.by_id
        self.leaders: dict[tuple[str | None, str], list[Any]] = {}  # By village and phone, and with the name as well.
        for person_id, leader in leaders.items():
            one = people[person_id]
            for said in (one.phone, f"{one.phone} {one.name}") if one.phone else ():
                self.leaders.setdefault((one.codes[2], said), []).append(leader)
        self.latest: dict[int, tuple[int, int, PairState]] = {}  # Person → pair, leader and state, the newest.
        self.refused: set[tuple[int, int]] = set()
        self.sizes: dict[int, int] = {}
        for row in select_in(batch.conn, _pairs_of, people):
            self.latest[row.person_id] = (row.id, row.leader_id, row.state)
            if row.state is PairState.REFUSED:
                self.refused.add((row.leader_id, row.person_id))
        for _, leader_id, state in self.latest.values():
            self.sizes[leader_id] = self.sizes.get(leader_id, 0) + (state in _OPEN)

    def write(self, sheet: Iterable[rows.Mentored]) -> None:
        """One pair a row."""
        counts = self.batch.counts.setdefault("mentored", Counts())
        fresh = []
        for row in sheet:
            one, leader = self.residents.of(row), self._leader(row)
            if one is None or leader is None:
                continue
            _, with_, state = self.latest.get(one.id, (0, 0, None))
            if with_ == leader.id and state in (PairState.ACTIVE, PairState.ENDED):
                counts.count(is_new=False, is_changed=False)
            elif self._may(row, leader, one.id, state):
                number = self.batch.new_id(_PAIRS)
                self.latest[one.id] = (number, leader.id, PairState.ACTIVE)
                self.sizes[leader.id] = self.sizes.get(leader.id, 0) + 1
                now = self.batch.now
                fresh.append((number, new_token(), leader.id, one.id, PairState.ACTIVE, now, now, *one.codes))
                counts.count(is_new=True, is_changed=False)
        columns = ("id", "token", "leader_id", "person_id", "state", "asked_at", "agreed_at", *CODES)
        insert_all(self.batch.conn, _PAIRS, columns, fresh)

    def _leader(self, row: rows.Mentored) -> Any:
        found = self.leaders.get((row.village_code, row.leader), [])
        if len(found) != 1:
            key = "roster.fault.shared_phone" if found else "roster.fault.not_stored"
            self.batch.findings.add(key, row, "leader", row.leader, "leaders")
            return None
        return found[0]

    def _may(self, row: rows.Mentored, leader: Any, person_id: int, state: PairState | None) -> bool:
        most = self.batch.rules.mentoring.most
        if leader.left_at is not None:
            self.batch.findings.add("roster.fault.leads_no_more", row, "leader", row.leader)
        elif state in _OPEN:
            self.batch.findings.add("roster.fault.has_a_leader", row, "name", row.name)
        elif (leader.id, person_id) in self.refused:
            self.batch.findings.add("roster.fault.refused_leader", row, "name", row.name)
        elif self.sizes.get(leader.id, 0) >= most:
            self.batch.findings.add("roster.fault.leader_full", row, "leader", row.leader, str(most))
        else:
            return True
        return False


def _pairs_of(people: list[int]) -> Any:
    columns = (_PAIRS.c.id, _PAIRS.c.leader_id, _PAIRS.c.person_id, _PAIRS.c.state)
    return select(*columns).where(_PAIRS.c.person_id.in_(people)).order_by(_PAIRS.c.id)


def _write_jobs(
    batch: Batch, residents: Residents, latest: Mapping[int, tuple[int, int, PairState]], sheet: Iterable[rows.Job]
) -> None:
    """Work that was found is written to the newest pair of whoever found it."""
    pairs = {number: person_id for person_id, (number, *_) in latest.items()}
    known = {(row.person_id, row.work, row.since) for row in select_in(batch.conn, _jobs_of, pairs.values())}
    counts = batch.counts.setdefault("jobs", Counts())
    today = batch.rules.local(batch.now).date()
    fresh = []
    for row in sheet:
        one = residents.of(row)
        if one is None:
            continue
        if one.id not in latest:
            batch.findings.add("roster.fault.not_stored", row, "name", row.name, "mentored")
            continue
        if row.since > today:
            batch.findings.add("roster.fault.day_to_come", row, "since", row.since)
            continue
        is_new = (one.id, row.work, row.since) not in known
        if is_new:
            known.add((one.id, row.work, row.since))
            fresh.append((latest[one.id][0], row.work, row.since, batch.now, *one.codes))
        counts.count(is_new=is_new, is_changed=False)
    insert_all(batch.conn, _JOBS, ("pair_id", "work", "since", "at", *CODES), fresh)


def _jobs_of(people: list[int]) -> Any:
    columns = (_PAIRS.c.person_id, _JOBS.c.work, _JOBS.c.since)
    return select(*columns).join(_PAIRS, _PAIRS.c.id == _JOBS.c.pair_id).where(_PAIRS.c.person_id.in_(people))
