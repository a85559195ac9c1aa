"""Everything that the service does by the calendar, in one table. Times are those of the county's wall clock."""

from dispatch.calendar import Job

JOBS: tuple[Job, ...] = ()
