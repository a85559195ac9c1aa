"""Everything that the service does by the calendar, in one table. Times are those of the county's wall clock."""

from datetime import time

from dispatch import reach
from dispatch.calendar import MONDAY, Job, hourly, weekly
from dispatch.contact import claims
from dispatch.rights import erasing, retention
from dispatch.visits import reminding

JOBS: tuple[Job, ...] = (
    Job("card claims", hourly(minute=20), claims.look_after),
    Job("reach", weekly(MONDAY, time(9)), reach.weekly_list),
    Job("visits", weekly(MONDAY, time(9)), reminding.remind),
    Job("erase", retention.every_minute, erasing.finish, gently=False),
    Job("forget", retention.nightly, retention.forget, gently=False),
)
