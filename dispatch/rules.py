"""The rules of dispatch as data: ladders, clocks, limits, categories; also the `dispatch` part of the config."""

from datetime import datetime, time, timedelta
from functools import cached_property
from itertools import takewhile
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from dispatch.awards.rules import Awards
from dispatch.ballots.rules import Ballots
from dispatch.figures.rules import Figures
from dispatch.gatherings.rules import Gatherings
from dispatch.geo import Box
from dispatch.mentoring.rules import Mentoring
from dispatch.parts import Part, Span
from dispatch.points.rules import Points
from dispatch.publishing.rules import Publishing
from dispatch.rights.rules import Retention
from models.words import Ask, Language, Level, Urgency, VisitKind, Within


class Rung(Part):
    """One step of a ladder: whom to ask, how far to look, how many, whom to tell besides, how long to wait."""

    ask: Ask
    within: Within = Within.VILLAGE
    count: int = Field(default=1, ge=1, le=50)
    tell: tuple[Level, ...] = ()
    wait: Span | None = None
    repeat: Span | None = None

    @model_validator(mode="after")
    def _one_clock(self) -> "Rung":
        if (self.wait is None) == (self.repeat is None):
            raise ValueError("a rung has either wait (then the next rung is asked) or repeat (it is the last)")
        span = self.clock
        if span < timedelta(seconds=1) or span > timedelta(days=7):
            raise ValueError("wait and repeat lie between 1s and 7d")
        return self

    @property
    def clock(self) -> timedelta:
        """How long this rung has before the next step."""
        return self.wait or self.repeat or timedelta()


Ladder = tuple[Rung, ...]

_NORMAL = (
    {"ask": "nearest", "within": "grid", "count": 1, "wait": "5m"},
    {"ask": "nearest", "within": "village", "count": 3, "wait": "5m"},
    {"ask": "volunteers", "within": "village", "count": 5, "wait": "5m"},
    {"ask": "branch", "wait": "10m"},
    {"ask": "township", "wait": "30m"},
    {"ask": "county", "repeat": "30m"},
)
_URGENT = (
    {"ask": "nearest", "within": "village", "count": 5, "tell": ["branch"], "wait": "2m"},
    {"ask": "volunteers", "within": "village", "count": 5, "tell": ["township"], "wait": "3m"},
    {"ask": "county", "repeat": "5m"},
)


class Ladders(Part):
    """The ladder of each urgency. One that the config does not name keeps its default."""

    normal: Ladder = Field(default=tuple(Rung.model_validate(rung) for rung in _NORMAL), min_length=1, max_length=20)
    urgent: Ladder = Field(default=tuple(Rung.model_validate(rung) for rung in _URGENT), min_length=1, max_length=20)

    @field_validator("normal", "urgent")
    @classmethod
    def _ends_with_a_human(cls, ladder: Ladder) -> Ladder:
        if any(rung.repeat is not None for rung in ladder[:-1]):
            raise ValueError("only the last rung repeats; give the others a wait")
        if ladder[-1].repeat is None:
            raise ValueError("the last rung needs repeat: it asks again until a human has the request")
        return ladder

    @cached_property
    def practice(self) -> Ladder:
        """What a practice climbs: the normal rungs below the first office. No office is asked, or told."""
        below = takewhile(lambda rung: rung.ask in (Ask.NEAREST, Ask.VOLUNTEERS), self.normal)
        return tuple(rung.model_copy(update={"tell": ()}) for rung in below)

    def of(self, urgency: Urgency) -> Ladder:
        """The ladder that a request of this urgency climbs."""
        return self.urgent if urgency is Urgency.URGENT else self.normal


class Matter(Part):
    """What strikes many at once, as a power cut does: its name, and the words that tell of it."""

    name: str = Field(pattern=r"^[a-z_]{2,40}$")
    words: tuple[str, ...] = Field(min_length=1)


class Category(Part):
    """A kind of need: the words that point to it, the skill it asks for, and whether it is nobody else's business.

    Words of a shared matter point to the category as well; reports of one matter nearby are one incident.
    """

    name: str = Field(pattern=r"^[a-z_]{2,40}$")
    words: tuple[str, ...] = ()
    skill: str | None = None
    private: bool = False
    shared: tuple[Matter, ...] = ()

    @cached_property
    def all_words(self) -> tuple[str, ...]:
        """Every word that points to this kind."""
        return (*self.words, *(word for matter in self.shared for word in matter.words))


class Incidents(Part):
    """When two requests may be the same, and when many reports are one incident. Private kinds are never compared."""

    near: float = Field(default=100, ge=0)  # Metres within which a requester is asked: "the same?".
    recent: Span = timedelta(hours=2)  # So long after a request.
    reports: int = Field(default=3, ge=2)  # From so many reports on a shared matter is one incident.
    radius: float = Field(default=2000, ge=0)  # Metres between a report and the one that leads; a village's size.
    within: Span = timedelta(
        minutes=30
    )  # Between the reports that make an incident; one that runs takes in later ones.
    hold: Span = timedelta(seconds=60)  # A second card of one matter waits so long for it to become an incident.


class Floods(Part):
    """How much one person may ask for before the branch looks at it first. Emergencies are never counted nor held."""

    requests: int = Field(default=5, ge=1)
    within: Span = timedelta(hours=1)


class Skill(Part):
    """What a team can do: its word on the roster and in the categories, and its names in both languages."""

    name: str = Field(pattern=r"^[^;\s]{2,40}$")
    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=40)


class Hours(Part):
    """A span of every day, from `begin` until before `end`; it may run over midnight. None where both are equal."""

    begin: time = time(0, 0)
    end: time = time(0, 0)

    def holds(self, local: datetime) -> bool:
        """Whether a local time lies within."""
        now = local.time()
        if self.begin <= self.end:
            return self.begin <= now < self.end
        return now >= self.begin or now < self.end


class Appointments(Part):
    """Requests for a day and time: how long before somebody is looked for, and when it is confirmed."""

    lead: Span = timedelta(days=1)  # On the day so long before, in the gentle hours, somebody is looked for.
    patience: float = Field(default=12, ge=1, le=100)  # The waits of the ladder are up to so many times as long.
    confirm: time = time(18, 0)  # On the day before, both sides are asked whether it holds.
    soon: Span = timedelta(hours=1)  # Whoever has accepted it is busy with it from so long before.
    farthest: int = Field(default=60, ge=1, le=365)  # Days; what is asked for later is answered with a question.


class Pairs(Part):
    """When the requester is offered that two people come: for these categories, and in these hours for all."""

    categories: tuple[str, ...] = ("mediation", "security")
    hours: Hours = Hours(begin=time(21, 0), end=time(6, 0))

    def offered(self, category: str, local: datetime) -> bool:
        """Whether to offer it at this local time."""
        return category in self.categories or self.hours.holds(local)


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


class Grids(Part):
    """1+10+N: how many households and frail people a steward has, and when an existing pair stays together."""

    most: int = Field(default=12, ge=1, le=100)  # Households of one steward.
    least: int = Field(default=8, ge=0, le=100)
    frail_most: int = Field(default=5, ge=1, le=100)  # Frail people in the households of one steward.
    keep: float = Field(default=100, ge=0, le=5000)  # Metres: a pair is parted only where that shortens walks by more.

    @model_validator(mode="after")
    def _in_order(self) -> "Grids":
        if self.least >= self.most:
            raise ValueError("least has to be below most")
        return self


class ContactCards(Part):
    """Contact cards: how long they work, how many wrong codes are borne, and how long an answer may take."""

    valid: Span = timedelta(days=1095)  # A printed card; printing it anew ends it earlier.
    shown_valid: Span = timedelta(days=1)  # A code that a steward shows in the chat.
    tries: int = Field(default=5, ge=1, le=100)  # Wrong codes of one person within `tries_within`; then locked.
    tries_within: Span = timedelta(minutes=10)
    bot_tries: int = Field(default=50, ge=1, le=100_000)  # Wrong codes on one channel within `bot_tries_within`.
    bot_tries_within: Span = timedelta(hours=1)
    ask_branch_after: Span = timedelta(days=1)  # Without the steward's answer the branch is asked.
    lapse_after: Span = timedelta(days=3)  # Without anybody's answer the card has to be shown again.
    refused_for: Span = timedelta(days=7)  # Who was refused is not asked about again for so long.


class Visits(Part):
    """How often a steward calls at each household, and when a call that was not made is called overdue."""

    a_month: int = Field(default=2, ge=1, le=30)
    a_month_frail: int = Field(default=4, ge=1, le=30)  # Where somebody frail lives.
    grace: Span = timedelta(days=3)  # So long after it was due the steward is reminded and the branch sees it.
    count: tuple[VisitKind, ...] = (VisitKind.IN_PERSON, VisitKind.BY_PHONE, VisitKind.REFUSED)
    stops: int = Field(default=15, ge=1, le=18)  # The most households in one round; so many are ordered exactly.

    def every(self, *, frail: bool) -> timedelta:
        """The time between two visits: a month of thirty days, divided."""
        return timedelta(days=30) / (self.a_month_frail if frail else self.a_month)


class Rules(Part):
    """Everything dispatch goes by. Distances in metres, spans as 30s, 5m, 2h, 1d."""

    ladders: Ladders = Ladders()
    least_time: Span = timedelta(seconds=60)  # Nobody asked late in a rung is given less (or the rung's wait).
    merge_within: Span = timedelta(seconds=60)  # Messages that follow within this time belong to the same request.
    arrived_after: Span = timedelta(minutes=5)  # After acceptance: "arrived?".
    take_back_after: Span = timedelta(minutes=20)  # After acceptance, without a word: back to the circle.
    check_after: Span = timedelta(hours=2)  # After arrival: "how is it going?", again and again.
    confirm_within: Span = timedelta(days=1)  # After done: then closed as unconfirmed.
    contact_for: Span = timedelta(days=1)  # Phone, address and talk stay open this long after the end.
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
        return self.local(instant).strftime("%H:%M")

    @cached_property
    def compared(self) -> frozenset[str]:
        """The categories whose requests may be the same as a neighbour's: none that is private."""
        return frozenset(known.name for known in self.categories if not known.private) - {"other"}

    def category(self, name: str) -> Category:
        """The category of this name, or one without words."""
        return next((known for known in self.categories if known.name == name), Category(name="other"))
