"""The audit trail of what is about no request: who did what, to whom, where; of people's words a broadcast's alone."""

from typing import Any

from dispatch import areas
from dispatch.areas import Located
from dispatch.work import Work


def write(
    work: Work, actor_id: int | None, place: Located, action: str, person_id: int | None = None, **detail: Any
) -> None:
    """One line; without an actor it was the calendar."""
    codes = {name: getattr(place, name) for name in areas.CODES.values()}
    row = {"at": work.now, "actor_id": actor_id, "action": action, "person_id": person_id, "detail": detail}
    work.audit.append({**row, **codes, **dict.fromkeys(("request_id", "before", "after"))})
