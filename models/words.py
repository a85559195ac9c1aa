"""The words of requests, people and messages: every closed set of values that is stored, with the meaning of each."""

from enum import IntEnum, StrEnum


class State(StrEnum):
    """Where a request stands. Only `dispatch.lifecycle` moves a request from one to another."""

    WAITING = "waiting"  # Recorded; nobody holds an open offer (nobody found yet, or its time has not come).
    OFFERED = "offered"  # At least one person was asked and may still accept.
    ACCEPTED = "accepted"  # One person has it and is on the way.
    ARRIVED = "arrived"  # That person says to be there.
    DONE = "done"  # That person says it is solved; the requester has not answered yet.
    CLOSED = "closed"  # Ended; `Ending` says how.
    CANCELLED = "cancelled"  # Withdrawn by the requester, or called off by an admin with a reason.


OPEN_STATES = (State.WAITING, State.OFFERED, State.ACCEPTED, State.ARRIVED, State.DONE)
HELD_STATES = (State.ACCEPTED, State.ARRIVED)


class Event(StrEnum):
    """What happens to a request; the arrows of the lifecycle table."""

    OFFER = "offer"  # Somebody is asked.
    FIND_NOBODY = "find_nobody"  # A rung was searched and nobody fits; its clock runs all the same.
    RUN_DRY = "run_dry"  # The last open offer of the request fell away and nobody is left to ask in this rung.
    ACCEPT = "accept"
    ASSIGN = "assign"  # An admin names the person.
    ARRIVE = "arrive"
    HAND_OVER = "hand_over"  # The owner cannot go on and gives it back to the circle.
    FALL_SILENT = "fall_silent"  # Accepted, and neither arrived nor said a word in time.
    LEAVE = "leave"  # The owner lost the right or the means to go on (chat dead, off the roster).
    SOLVE = "solve"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    LAPSE = "lapse"  # Nobody answered the question whether it is solved.
    CLOSE = "close"  # An admin ends it with an ending and a reason.
    CANCEL = "cancel"
    JOIN = "join"  # It is the same as another's request, which goes on for both; this one's people hear its end.
    END_DRILL = "end_drill"  # A practice is over: it was solved, or nobody is left to practise with.
    QUEUE = "queue"  # One person asks for very much: the branch looks at it before anybody is asked.


class Ending(StrEnum):
    """How a closed or cancelled request ended."""

    SOLVED = "solved"
    HALF_SOLVED = "half_solved"
    UNCONFIRMED = "unconfirmed"  # Said to be done, and the requester never answered: not the same as satisfied.
    REFERRED = "referred"  # Sent on to an office or firm; the reason says which and its number.
    SAME_AS_ANOTHER = "same_as_another"
    CANNOT_BE_DONE = "cannot_be_done"
    NOT_OURS = "not_ours"
    WITHDRAWN = "withdrawn"
    FALSE_ALARM = "false_alarm"
    PRACTISED = "practised"  # It was a practice; in no figures.


class Urgency(StrEnum):
    """Which ladder a request climbs."""

    NORMAL = "normal"
    URGENT = "urgent"


class Due(StrEnum):
    """What the sweep does with a request when its `due_at` has come."""

    CLIMB = "climb"  # Ask the next rung, or repeat the last.
    START = "start"  # Begin the ladder: the wait for a detail ("here or at home?") is over.
    ASK_STILL_ON = "ask_still_on"  # The day before an appointment: ask both sides whether it holds.
    ASK_ARRIVED = "ask_arrived"  # Ask the owner whether they are there.
    TAKE_BACK = "take_back"  # The owner stayed silent: back to the circle.
    CHECK_ON = "check_on"  # Somebody is there; ask once in a while how it goes.
    LAPSE = "lapse"  # Close as unconfirmed.


class Answer(StrEnum):
    """What became of one offer."""

    OPEN = "open"  # No answer yet; it may be accepted as long as nobody else has the task.
    ACCEPTED = "accepted"
    DECLINED = "declined"
    UNREACHABLE = "unreachable"  # The message cannot be delivered to this person.
    TAKEN = "taken"  # Somebody else has the task.
    OVER = "over"  # The request ended, or was given back to the circle, before an answer.
    GAVE_BACK = "gave_back"  # Accepted, then handed over or fell silent.
    JOINED = "joined"  # Comes along with whoever has it.


class Ask(StrEnum):
    """Whom a rung of the ladder asks."""

    NEAREST = "nearest"  # Stewards by distance.
    VOLUNTEERS = "volunteers"  # Volunteers by distance.
    BRANCH = "branch"
    TOWNSHIP = "township"
    COUNTY = "county"


class Within(StrEnum):
    """How far a rung looks."""

    GRID = "grid"
    VILLAGE = "village"


class Level(StrEnum):
    """How much an admin answers for."""

    BRANCH = "branch"  # One village.
    TOWNSHIP = "township"
    COUNTY = "county"


class StewardKind(StrEnum):
    """In which capacity a person stands on the ladder."""

    STEWARD = "steward"
    VOLUNTEER = "volunteer"


class Skip(StrEnum):
    """Why a person was passed over in a search; the first that applies is recorded."""

    NONE = "none"  # Eligible.
    REQUESTER = "requester"  # It is their own request.
    SAME_HOUSEHOLD = "same_household"
    REFUSED = "refused"  # Declined, gave back or was disputed in this very request.
    ASKED = "asked"  # Already holds an open offer for it.
    OFF_DUTY = "off_duty"
    ON_LEAVE = "on_leave"
    BUSY = "busy"  # Has accepted another task.
    DAY_FULL = "day_full"  # Took as many tasks today as the cap allows.
    QUIET = "quiet"  # Quiet hours, and the request is not urgent.
    UNREACHABLE = "unreachable"  # No chat that works.
    NO_POINT = "no_point"  # Nobody knows where they are.
    NO_SKILL = "no_skill"  # Somebody with the skill was within reach.
    FARTHER = "farther"  # Eligible, and others were nearer.


class Lane(IntEnum):
    """The four lanes of the outbox; a lower one always goes first."""

    OFFER = 0
    ANSWER = 1
    STATUS = 2
    BROADCAST = 3


class Post(StrEnum):
    """How far an outbox message has come."""

    PENDING = "pending"
    SENDING = "sending"  # Claimed by a sender under its lease epoch.
    IN_DOUBT = "in_doubt"  # It may or may not have arrived; waits before it is sent once more.
    SENT = "sent"
    DEAD = "dead"  # No route took it.
    DROPPED = "dropped"  # No longer worth sending (replaced, or the offer was answered meanwhile).


class Mail(StrEnum):
    """How far an inbox message has come."""

    NEW = "new"
    DONE = "done"
    ASIDE = "aside"  # Failed too often; an admin has to look.


class RouteState(StrEnum):
    """Whether a route to a person works."""

    LIVE = "live"
    DEAD = "dead"  # The channel said that it is final: blocked, deactivated, never started.
    STOPPED = "stopped"  # The person said /stop.


class ClaimState(StrEnum):
    """What became of a chat that showed a contact card."""

    OPEN = "open"  # Nobody has said yet whether it belongs to that home.
    LET_IN = "let_in"
    KEPT_OUT = "kept_out"  # Somebody said no, also when it had been let in before.
    LAPSED = "lapsed"  # Nobody answered in time; showing the card again asks again.


class NoteKind(StrEnum):
    """What a line of a request's timeline holds."""

    ASKED = "asked"  # The words that opened it.
    ADDED = "added"  # What the requester added later.
    EDITED = "edited"  # A message was edited after dispatch; the old words stay.
    SAID_TO_HELPER = "said_to_helper"
    SAID_TO_REQUESTER = "said_to_requester"
    REMARK = "remark"  # For the timeline alone, and on no card: who is helped, where they live.


class MediaKind(StrEnum):
    """What kind of recording a person sent."""

    PHOTO = "photo"
    VOICE = "voice"
    VIDEO = "video"
    FILE = "file"


class Datum(StrEnum):
    """In which coordinates a point was handed to us; it is stored as WGS-84 either way."""

    WGS84 = "wgs84"
    GCJ02 = "gcj02"


class Language(StrEnum):
    """The languages that every text exists in."""

    ZH = "zh"
    EN = "en"
