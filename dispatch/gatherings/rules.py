"""The county's habits of coming together: hours, places, the kinds of activity, and how it is asked and reminded."""

from datetime import time, timedelta

from pydantic import Field

from dispatch.parts import Part, Span
from models.habits import SessionKind


class Activity(Part):
    """A kind of service day: its word, its names in both languages, and what to look out for."""

    name: str = Field(pattern=r"^[a-z_]{2,40}$")
    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=40)
    safety: str = Field(default="", max_length=500)


class ThemeDays(Part):
    """The first Friday of each month. A branch keeps the hour and the place of its last one."""

    hour: time = time(15, 0)
    lasts: Span = timedelta(minutes=30)
    place: str = Field(default="党群服务中心", min_length=1, max_length=120)
    invite: Span = timedelta(days=7)  # Invitations go out so long before.
    sessions: tuple[SessionKind, ...] = tuple(SessionKind)


class ServiceDays(Part):
    """Saturday mornings, planned by a branch or by the leader of a group."""

    hour: time = time(8, 30)
    lasts: Span = timedelta(hours=2)
    activities: tuple[Activity, ...] = (
        Activity(name="health", zh="健康义诊", en="health campaign"),
        Activity(name="courtyard", zh="清洁庭院", en="courtyard clean-up", safety="戴手套，搬重物两个人一起。"),
        Activity(name="sanitation", zh="环境卫生", en="sanitation", safety="穿亮色衣服，公路边留一个人看车。"),
    )


class Gatherings(Part):
    """Both habits, and what they share."""

    theme: ThemeDays = ThemeDays()
    service: ServiceDays = ServiceDays()
    farthest: int = Field(default=60, ge=1, le=365)  # Days; nothing is planned later than that.
    evening: time = time(18, 0)  # At which those who come are reminded on the day before.
    shortly: Span = timedelta(hours=1)  # So long before it begins they are reminded once more.
    close_after: Span = timedelta(hours=12)  # After its planned end, what nobody closed is closed as planned.
    batch: int = Field(default=1000, ge=50, le=5000)  # About so many people are written to in a minute.
    served_within: Span = timedelta(days=365)  # Whose hours count for the list of who served most.
