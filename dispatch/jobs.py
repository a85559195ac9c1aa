"""Everything that the service does by the calendar, in one table. Times are those of the county's wall clock."""

from datetime import time

from dispatch import reach
from dispatch.calendar import MONDAY, Job, hourly, weekly
from dispatch.contact import claims
from dispatch.ledger import verifying
from dispatch.points import hand, months
from dispatch.publishing import objecting, publishing
from dispatch.rights import erasing, retention
from dispatch.visits import reminding

JOBS: tuple[Job, ...] = (
    Job("card claims", hourly(minute=20), claims.look_after),
    Job("reach", weekly(MONDAY, time(9)), reach.weekly_list),
    Job("visits", weekly(MONDAY, time(9)), reminding.remind),
    Job("points", retention.every_minute, months.publish),
    Job("points closed", retention.every_minute, months.close),
    Job("points by hand", hourly(minute=15), hand.lapse),
    Job("publications", retention.every_minute, publishing.look_after),
    Job("objections", hourly(minute=10), objecting.go_up),
    Job("ledger", retention.every_minute, verifying.watch, gently=False),
    Job("erase", retention.every_minute, erasing.finish, gently=False),
    Job("forget", retention.nightly, retention.forget, gently=False),
)
