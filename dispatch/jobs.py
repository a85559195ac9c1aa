"""Everything that the service does by the calendar, in one table. Times are those of the county's wall clock."""

from dispatch.calendar import Job, hourly
from dispatch.contact import claims

JOBS: tuple[Job, ...] = (Job("card claims", hourly(minute=20), claims.look_after),)
