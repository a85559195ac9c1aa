"""When and where a helper can be asked: on or off duty, on leave, and where they are just now."""

from datetime import date

from sqlalchemy import bindparam, update

from dispatch.geo import Point
from dispatch.work import Work
from models.people import Steward

_theirs = update(Steward).where(Steward.person_id == bindparam("person"))  # As steward and as volunteer at once.
_DUTY = _theirs.values(on_duty=bindparam("on"))
_LEAVE = _theirs.values(leave_from=bindparam("first"), leave_until=bindparam("last"))
_POSITION = _theirs.values(live_lat=bindparam("north"), live_lon=bindparam("east"), live_at=bindparam("at"))


def set_duty(work: Work, person_id: int, on: bool) -> None:
    """On duty, or off until they are put on again."""
    work.conn.execute(_DUTY, {"person": person_id, "on": on})


def set_leave(work: Work, person_id: int, first: date | None, last: date | None) -> None:
    """On leave from the first day until the last, both included, in the county's time zone; None twice ends it."""
    work.conn.execute(_LEAVE, {"person": person_id, "first": first, "last": last})


def note_position(work: Work, person_id: int, point: Point) -> None:
    """Where they are at this moment: matching uses it while it is fresh."""
    work.conn.execute(_POSITION, {"person": person_id, "north": point.lat, "east": point.lon, "at": work.now})
