"""The rules of dispatch as data, composed of the rules of each habit; also the `dispatch` part of the config."""

from datetime import datetime, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from dispatch.awards.rules import Awards
from dispatch.ballots.rules import Ballots
from dispatch.categories import Category, Skill
from dispatch.contact.rules import ContactCards
from dispatch.desk.rules import Appointments, Floods, Incidents, Pairs
from dispatch.division.rules import Grids
from dispatch.figures.rules import Figures
from dispatch.gatherings.rules import Gatherings
from dispatch.geo import Box
from dispatch.ladders import Ladders
from dispatch.mentoring.rules import Mentoring
from dispatch.parts import Hours, Part, Span
from dispatch.points.rules import Points
from dispatch.publishing.rules import Publishing
from dispatch.rights.rules import Retention
from dispatch.visits.rules import Visits
from models.words import Language


class Travel(Part):
    """How long the way takes: a detour over the straight line, on foot, and on wheels beyond some distance."""

    detour: float = Field(default=1.3, ge=1, le=3)
    walk_metres_per_minute: float = Field(default=75, gt=0)
    ride_beyond_metres: float = Field(default=1000, gt=0)
    ride_metres_per_minute: float = Field(default=350, gt=0)

    def minutes(self, metres: float) -> int:
        """Whole minutes for a straight-line distance in metres, at least 1."""
        way = metres * self.detour
        pace = self.walk_metres_per_minute if metres <= self.ride_beyond_metres else self.ride_metres_per_minute
        return max(1, round(way / pace))


class Numbers(Part):
    """The public emergency numbers, told before anything else."""

    fire: str = "119"
    ambulance: str = "120"
    police: str = "110"
    county_office: str = ""  # Told when no county admin's phone is on the roster.


class Rules(Part):
    """Everything dispatch goes by. Distances in metres, spans as 30s, 5m, 2h, 1d."""

    ladders: Ladders = Ladders()
    least_time: Span = timedelta(seconds=60)  # Nobody asked late in a rung is given less (or the rung's wait).
    merge_within: Span = timedelta(seconds=60)  # Messages that follow within this time belong to the same request.
    arrived_after: Span = timedelta(minutes=5)  # After acceptance: "arrived?".
    take_back_after: Span = timedelta(minutes=20)  # After acceptance, without a word: back to the circle.
    check_after: Span = timedelta(hours=2)  # After arrival: "how is it going?", again and again.
    confirm_within: Span = timedelta(days=1)  # After done: then closed as unconfirmed.
    contact_for: Span = timedelta(days=1)  # Phone and address stay open this long after the end.
    disputes: int = Field(default=2, ge=0, le=5)  # How often a request goes back to the circle; then the township.
    daily_cap: int = Field(default=10, ge=1)  # Tasks a person may take in one day.
    quiet_hours: Hours = Hours()  # Nobody is asked for what can wait. Urgent requests ignore them.
    gentle_hours: Hours = Hours(begin=time(8, 0), end=time(20, 0))  # Only then reminders and lists are sent.
    skill_reach: float = Field(default=500, ge=0)  # Within this, somebody with the skill goes first.
    responsible_within: float = Field(default=30, ge=0)  # So much farther the household's own steward still goes first.
    live_fresh: Span = timedelta(minutes=10)  # A live position older than this is not used.
    far_from_home: float = Field(default=1500, gt=0)  # Beyond: "here or at home?".
    here_or_home: Span = timedelta(seconds=60)  # Without an answer the request starts where the point says.
    invitation_valid: Span = timedelta(days=30)
    dialog_valid: Span = timedelta(minutes=30)
    media_bytes: int = Field(default=10 * 1024 * 1024, ge=1024)
    words_max: int = Field(default=2000, ge=100, le=4000)  # Longer texts are kept whole and shown shortened.
    cards: ContactCards = ContactCards()
    incidents: Incidents = Incidents()
    floods: Floods = Floods()
    appointments: Appointments = Appointments()
    pairs: Pairs = Pairs()
    travel: Travel = Travel()
    grids: Grids = Grids()
    numbers: Numbers = Numbers()
    retention: Retention = Retention()
    gatherings: Gatherings = Gatherings()
    visits: Visits = Visits()
    ballots: Ballots = Ballots()
    awards: Awards = Awards()
    mentoring: Mentoring = Mentoring()
    points: Points = Points()
    publishing: Publishing = Publishing()
    figures: Figures = Figures()
    county_name: str = "迁西县"
    county_box: tuple[float, float, float, float] = (39.93, 118.02, 40.47, 118.62)  # south, west, north, east
    timezone: str = "Asia/Shanghai"
    language: Language = Language.ZH
    categories: tuple[Category, ...] = ()
    skills: tuple[Skill, ...] = ()
    emergency_words: tuple[str, ...] = ()
    look_alikes: tuple[str, ...] = ()
    perhaps_words: tuple[str, ...] = ()
    harmless_words: tuple[str, ...] = ()

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (KeyError, ValueError, OSError) as cause:
            raise ValueError("a time zone is named as in Asia/Shanghai") from cause
        return name

    @cached_property
    def zone(self) -> ZoneInfo:
        """The county's time zone."""
        return ZoneInfo(self.timezone)

    @cached_property
    def box(self) -> Box:
        """The county's bounds."""
        return Box(*self.county_box)

    def local(self, instant: datetime) -> datetime:
        """An instant on the county's wall clock."""
        return instant.astimezone(self.zone)

    def day_start(self, instant: datetime) -> datetime:
        """Midnight in the county before the instant."""
        return self.local(instant).replace(hour=0, minute=0, second=0, microsecond=0)

    def gently(self, instant: datetime) -> datetime:
        """The instant, or the next at which what can wait may be sent."""
        if self.gentle_hours.holds(self.local(instant)):
            return instant
        local = self.local(instant)
        then = datetime.combine(local.date(), self.gentle_hours.begin, local.tzinfo)
        return then if then > local else then + timedelta(days=1)

    def hushed(self, instant: datetime) -> bool:
        """Whether it is an hour at which nobody is disturbed by what can wait."""
        local = self.local(instant)
        return self.quiet_hours.holds(local) or not self.gentle_hours.holds(local)

    def hhmm(self, instant: datetime) -> str:
        """The county's wall clock as 18:05."""
        local = self.local(instant)
        return f"{local.hour:02}:{local.minute:02}"

    @cached_property
    def compared(self) -> frozenset[str]:
        """The categories whose requests may be the same as a neighbour's: none that is private."""
        return frozenset(known.name for known in self.categories if not known.private) - {"other"}

    def category(self, name: str) -> Category:
        """The category of this name, or one without words."""
        return next((known for known in self.categories if known.name == name), Category(name="other"))
