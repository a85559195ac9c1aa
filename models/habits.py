"""The words of the village's habits: visits, gatherings, votes and awards, mentoring, points, and what is published."""

from enum import StrEnum

MOST_NEEDED = 500  # People of one service day.


class VisitKind(StrEnum):
    """How a home visit went. Which kinds count towards what is due is in the config."""

    IN_PERSON = "in_person"
    ABSENT = "absent"  # Nobody was at home.
    REFUSED = "refused"  # The household would rather not be visited.
    BY_PHONE = "by_phone"


class VisitStep(StrEnum):
    """The four steps of a visit, in their order; each may be skipped."""

    FIND_OUT = "find_out"  # 查情: how things are.
    ASK = "ask"  # 问需: what is needed.
    SOLVE = "solve"  # 解题: what was done about it.
    REPORT_BACK = "report_back"  # 反馈: what the household was told, and what it says.


class GatheringKind(StrEnum):
    """Which habit a gathering belongs to; each is described in `dispatch.gatherings.habits`."""

    THEME = "theme"  # 主题党日: the first Friday of a month.
    SERVICE = "service"  # 志愿服务日: Saturday mornings.


class Standing(StrEnum):
    """Where a gathering stands."""

    PLANNED = "planned"
    OPEN = "open"  # People are coming: the code counts.
    CLOSED = "closed"  # Over: who was there, and how long, is settled.
    CANCELLED = "cancelled"


class Errand(StrEnum):
    """What the calendar does about a gathering when its `due_at` has come."""

    INVITE = "invite"
    DAY_BEFORE = "day_before"  # Remind those who come.
    HOUR_BEFORE = "hour_before"
    CLOSE = "close"  # Nobody closed it: it ends as it was planned.


class Reply(StrEnum):
    """What somebody said to an invitation."""

    YES = "yes"
    NO = "no"
    WAITING = "waiting"  # There were enough already; moves up in the order of saying so.


class SessionKind(StrEnum):
    """The five-minute sessions of a theme day."""

    LECTURE = "lecture"  # 微党课
    SERVICE = "service"  # 微服务
    READING = "reading"  # 微读书
    AFFAIRS = "affairs"  # 微党务


class TieRule(StrEnum):
    """Who wins a ballot in which several have the most votes."""

    SHARE = "share"  # All of them.
    EARLIER = "earlier"  # The one who was nominated first.


class Consent(StrEnum):
    """What somebody says to being named for something."""

    ASKED = "asked"  # No answer yet: that is no yes.
    AGREED = "agreed"
    REFUSED = "refused"  # Also later, as long as nothing is published.


class AwardEnding(StrEnum):
    """How a round of awards ended."""

    AWARDED = "awarded"
    NO_NOMINEE = "no_nominee"  # Nobody was named, seconded and willing.
    NO_QUORUM = "no_quorum"  # Too few voted.
    NOBODY = "nobody"  # None of the named had more votes than “none of them”, or those who had refuse.


class PairState(StrEnum):
    """How it stands between an income leader and somebody whom they would take along."""

    ASKED = "asked"  # The leader would; the other has not answered.
    ACTIVE = "active"
    REFUSED = "refused"  # By the one who was asked.
    ENDED = "ended"  # By either of them, or because one of them is gone; the history stays.


class Deed(StrEnum):
    """What points are earned by. How many each is worth is in the config; being on duty is none of them."""

    REQUEST_SOLVED = "request_solved"  # The requester confirmed that it is solved.
    REQUEST_HALF = "request_half"  # The requester said that it is half solved.
    REQUEST_UNCONFIRMED = "request_unconfirmed"  # Said to be done, and the requester never answered.
    VISIT_MADE = "visit_made"  # A home visit that counts.
    THEME_ATTENDED = "theme_attended"
    THEME_SPOKE = "theme_spoke"  # Gave a session of a theme day.
    SERVED = "served"  # A service day; its amount is in whole hours.
    MENTORED = "mentored"  # Something done for a mentored person.
    BY_HAND = "by_hand"  # Entered by an admin, and seconded by another.


class Cut(StrEnum):
    """Why an entry has fewer points than its deed is worth."""

    DEED_CAP = "deed_cap"  # As many points as a day's deeds of this kind may bring.
    DAY_CAP = "day_cap"  # As many points as a day may bring.
    SELF = "self"  # It rests on nobody's word but one's own.


class HandState(StrEnum):
    """How far an entry by hand has come."""

    WAITING = "waiting"  # For a second admin.
    WRITTEN = "written"
    REFUSED = "refused"
    LAPSED = "lapsed"  # Nobody seconded it in time.


class PublicationKind(StrEnum):
    """What is published."""

    POINTS = "points"  # A village's points of one month.
    AWARD = "award"
    PRIORITIES = "priorities"  # Who comes first in honours and in being helped, for having served most.
    THEME = "theme"
    SERVICE = "service"
    RESULTS = "results"  # Response times and the like.


class OrderKind(StrEnum):
    """What is made beside the service, since it takes longer than anybody who speaks should wait."""

    CHART = "chart"  # A picture of an area's figures, for whoever asked.
    REPORT = "report"  # A month of an area as workbook and printed page.
