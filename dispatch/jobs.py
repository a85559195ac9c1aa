"""Everything that the service does by the calendar, in one table. Times are those of the county's wall clock."""

from datetime import time

from dispatch import broadcasts, reach
from dispatch.awards import closing
from dispatch.calendar import MONDAY, Job, hourly, minutely, monthly, weekly
from dispatch.contact import claims
from dispatch.figures import ordering, results
from dispatch.gatherings import calling, planning
from dispatch.ledger import verifying
from dispatch.points import hand, months
from dispatch.publishing import objecting, publishing
from dispatch.rights import erasing, retention
from dispatch.visits import reminding

JOBS: tuple[Job, ...] = (
    Job("card claims", hourly(minute=20), claims.look_after),
    Job("reach", weekly(MONDAY, time(9)), reach.weekly_list),
    Job("visits", weekly(MONDAY, time(9)), reminding.remind),
    Job("theme days", monthly(20, time(9)), planning.plan_next_month),
    Job("gatherings", minutely, calling.look_after, gently=False),  # Each errand has its hour.
    Job("broadcasts", minutely, broadcasts.go_on, gently=False),  # Whoever said yes has said when.
    Job("awards", minutely, closing.look_after),
    Job("points", minutely, months.publish),
    Job("points closed", minutely, months.close),
    Job("points by hand", hourly(minute=15), hand.lapse),
    Job("publications", minutely, publishing.look_after),
    Job("results", minutely, results.look_after),
    Job("reports", hourly(minute=25), ordering.monthly),
    Job("objections", hourly(minute=10), objecting.go_up),
    Job("ledger", minutely, verifying.watch, gently=False),
    Job("erase", minutely, erasing.finish, gently=False),
    Job("forget", retention.nightly, retention.forget, gently=False),
)
