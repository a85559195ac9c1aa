"""Who the residents sheet says looks after a frail person: by phone, and by name where several share the phone."""

from collections.abc import Iterable

from dispatch.roster import rows
from dispatch.roster.batch import Batch
from dispatch.roster.crowd import Crowd
from dispatch.roster.places import Names


def find_guardians(batch: Batch, crowd: Crowd, residents: Iterable[rows.Resident], homes: Names) -> None:
    """Note who is named for whom. A roster only proposes: both sides are asked once it is written."""
    named = [row for row in residents if row.guardian]
    people = _by_phone(crowd) if named else {}
    for row in named:
        ward = crowd.by_home.get((homes.get((row.village_code, row.household), 0), row.name))
        found = people.get((row.village_code, row.guardian or ""), set())
        if len(found) != 1:
            key = "roster.fault.shared_phone" if found else "roster.fault.not_stored"
            batch.findings.add(key, row, "guardian", row.guardian, "residents")
        elif ward is not None:
            batch.wards.append((ward.id, found.pop()))


def _by_phone(crowd: Crowd) -> dict[tuple[str, str], set[int]]:
    """The people in hand by village and phone, and by village and phone with name."""
    found: dict[tuple[str, str], set[int]] = {}
    for one in crowd.by_id.values():
        if one.phone and one.codes[2]:
            for said in (one.phone, f"{one.phone} {one.name}"):
                found.setdefault((one.codes[2], said), set()).add(one.id)
    return found
