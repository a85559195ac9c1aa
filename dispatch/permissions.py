"""Who may do what: one table, denied by default. Commands, buttons, pages and exports all ask `can`."""

from enum import StrEnum

from dispatch import areas
from dispatch.actors import Actor
from dispatch.areas import Located
from models.words import Level, StewardKind


class Role(StrEnum):
    """In which relation an actor stands to the thing."""

    ANYONE = "anyone"
    RESIDENT = "resident"  # On the roster of some village.
    HELPER = "helper"  # Steward or volunteer.
    ASKED = "asked"  # Holds an offer for this very request.
    OWNER = "owner"  # Has accepted it.
    REQUESTER = "requester"
    RESPONSIBLE = "responsible"  # The steward of the household that it is about.
    GUARDIAN = "guardian"  # Looks after whoever it is about, with their word.
    WARD = "ward"  # Is looked after.
    VISITOR = "visitor"  # Is responsible for this household, or made this visit.
    HOUSEHOLD = "household"  # Lives in the household that it is about.
    COLLEAGUE = "colleague"  # Steward of the same village.
    FELLOW = "fellow"  # Steward or volunteer of the same village.
    INVITED = "invited"  # It is their seat at a gathering.
    LEADER = "leader"  # Leads the group of volunteers whose gathering it is.
    VILLAGER = "villager"  # Lives or serves in the same village, as its roster says.
    NOMINEE = "nominee"  # Is named for this honour.
    LEADING = "leading"  # The income leader of this pair.
    MENTORED = "mentored"  # The villager of this pair.
    NEIGHBOUR = "neighbour"  # Lives in the same village; in the area, where it belongs to more than a village.
    BRANCH = "branch"  # Admin whose area holds the thing.
    TOWNSHIP = "township"
    COUNTY = "county"


class Action(StrEnum):
    """What can be done; commands and buttons carry these names in the audit trail."""

    BEGIN = "begin"  # Say who one is, hear what this is, choose a language, stop, leave a dialog, answer a question.
    ASK = "ask"
    ACCEPT = "accept"
    DECLINE = "decline"
    ARRIVE = "arrive"
    SOLVE = "solve"
    NEED_HELP = "need_help"
    COME = "come"
    HAND_OVER = "hand_over"
    SEE_ADDRESS = "see_address"
    TALK = "talk"
    CANCEL = "cancel"
    CONFIRM = "confirm"
    DISPUTE = "dispute"
    RATE = "rate"
    AMEND = "amend"
    ASK_TWO = "ask_two"
    KEEP_DATE = "keep_date"
    SEE_TEAM = "see_team"
    FOLLOW = "follow"
    PART = "part"
    SEE_OWN = "see_own"  # One's own requests, and everything that is kept about oneself.
    ERASE_OWN = "erase_own"
    SET_DUTY = "set_duty"
    SEE_STATUS = "see_status"
    SEE_REQUEST = "see_request"
    ASSIGN = "assign"
    CALL_OFF = "call_off"  # Cancel another's request by its number, with a reason.
    CLOSE = "close"
    SEE_ROSTER = "see_roster"
    SET_OTHERS_DUTY = "set_others_duty"
    INVITE = "invite"
    SHOW_CARD = "show_card"
    LET_IN = "let_in"  # Or keep out: say whether a chat belongs to a household.
    REVOKE = "revoke"
    BROADCAST = "broadcast"
    SEE_GRID = "see_grid"  # Who is responsible for whom, and what a new division would change.
    DIVIDE = "divide"
    SEE_OFF = "see_off"  # Say that a steward serves no more, or again.
    SEE_DUE = "see_due"
    VISIT = "visit"
    SEE_VISITS = "see_visits"
    OBJECT_TO_VISIT = "object_to_visit"
    ANSWER_OBJECTION = "answer_objection"
    TYPE_VISIT = "type_visit"
    CHECK_VISIT = "check_visit"
    SEE_OVERDUE = "see_overdue"
    NAME_GUARDIAN = "name_guardian"
    AGREE_GUARDING = "agree_guarding"
    CONFIRM_GUARDIAN = "confirm_guardian"
    END_GUARDING = "end_guarding"
    SEE_WARD = "see_ward"  # Everything that is kept about whom one looks after.
    ERASE_WARD = "erase_ward"
    AGREE_ERASING = "agree_erasing"  # That one's guardian has oneself erased.
    DRILL = "drill"  # Order a practice in a village, or stop one.
    SEE_GATHERINGS = "see_gatherings"
    JOIN_GATHERING = "join_gathering"
    TAKE_SEAT = "take_seat"  # Answer an invitation, come and go, read what was said there.
    RUN_GATHERING = "run_gathering"  # Plan, move, call off, open and close; who was there.
    CHECK_LIST = "check_list"  # Compare what somebody else typed in from a paper list.
    NAME_LEADER = "name_leader"
    SEE_SERVED = "see_served"  # Who served most, and decide who comes first.
    AWARD = "award"  # Open a round of awards, and see how it stands.
    NOMINATE = "nominate"
    SECOND = "second"
    ANSWER_NOMINATION = "answer_nomination"
    VOTE = "vote"
    APPOINT_LEADER = "appoint_leader"  # Or say that one leads no more.
    SEE_MENTORING = "see_mentoring"
    ANSWER_LEADER = "answer_leader"
    MENTOR = "mentor"
    FIND_WORK = "find_work"
    PART_PAIR = "part_pair"
    SEE_FIGURES = "see_figures"  # Of an area, and the rows behind each.
    SEE_PUBLISHED = "see_published"
    OBJECT = "object"  # To something published, while there is time; `ANSWER_OBJECTION` is the answer to it.
    SEE_POINTS = "see_points"  # Another's, each with its entry: of published months; their admins see all.
    GIVE_POINTS = "give_points"  # By hand, or say yes or no to another admin's: never to oneself, which the desk sees.
    REVERSE_POINTS = "reverse_points"


_ADMINS = frozenset({Role.BRANCH, Role.TOWNSHIP, Role.COUNTY})
_ASKS = frozenset({Role.REQUESTER, Role.GUARDIAN})

TABLE: dict[Action, frozenset[Role]] = {
    Action.BEGIN: frozenset({Role.ANYONE}),
    Action.ASK: frozenset({Role.ANYONE}),
    Action.ACCEPT: frozenset({Role.ASKED}),
    Action.DECLINE: frozenset({Role.ASKED}),
    Action.ARRIVE: frozenset({Role.OWNER}),
    Action.SOLVE: frozenset({Role.OWNER}),
    Action.NEED_HELP: frozenset({Role.OWNER}),
    Action.COME: frozenset({Role.HELPER}),  # And called by the owner, which the desk looks up.
    Action.HAND_OVER: frozenset({Role.OWNER}),
    Action.SEE_ADDRESS: frozenset({Role.OWNER}),
    Action.TALK: frozenset({Role.OWNER, Role.REQUESTER}),
    Action.CANCEL: _ASKS | _ADMINS,
    Action.CONFIRM: _ASKS,
    Action.DISPUTE: _ASKS,
    Action.RATE: _ASKS,
    Action.AMEND: _ASKS,
    Action.FOLLOW: _ASKS,
    Action.PART: _ASKS,
    Action.ASK_TWO: _ASKS | {Role.OWNER} | _ADMINS,
    Action.KEEP_DATE: _ASKS,
    Action.SEE_TEAM: frozenset({Role.RESIDENT}),
    Action.SEE_OWN: frozenset({Role.ANYONE}),
    Action.ERASE_OWN: frozenset({Role.ANYONE}),
    Action.SET_DUTY: frozenset({Role.HELPER}),
    Action.SEE_STATUS: _ADMINS,
    Action.SEE_REQUEST: _ADMINS,
    Action.ASSIGN: _ADMINS,
    Action.CALL_OFF: _ADMINS,
    Action.CLOSE: _ADMINS,
    Action.SEE_ROSTER: _ADMINS,
    Action.SET_OTHERS_DUTY: _ADMINS,
    Action.INVITE: _ADMINS,
    Action.SHOW_CARD: frozenset({Role.HELPER}),
    Action.LET_IN: frozenset({Role.RESPONSIBLE}) | _ADMINS,
    Action.REVOKE: _ADMINS,
    Action.BROADCAST: _ADMINS,
    Action.SEE_GRID: _ADMINS,
    Action.DIVIDE: _ADMINS,
    Action.SEE_OFF: _ADMINS,
    Action.SEE_DUE: frozenset({Role.HELPER}),
    Action.VISIT: frozenset({Role.VISITOR}),
    Action.SEE_VISITS: frozenset({Role.HOUSEHOLD, Role.GUARDIAN}),
    Action.OBJECT_TO_VISIT: frozenset({Role.HOUSEHOLD, Role.GUARDIAN}),
    Action.ANSWER_OBJECTION: _ADMINS,  # Never to one's own visit, which the desk looks at.
    Action.TYPE_VISIT: frozenset({Role.VISITOR, Role.COLLEAGUE}) | _ADMINS,
    Action.CHECK_VISIT: frozenset({Role.VISITOR, Role.COLLEAGUE}) | _ADMINS,  # Never by whoever typed it.
    Action.SEE_OVERDUE: _ADMINS,
    Action.NAME_GUARDIAN: _ADMINS,
    Action.AGREE_GUARDING: frozenset({Role.GUARDIAN}),
    Action.CONFIRM_GUARDIAN: frozenset({Role.WARD, Role.RESPONSIBLE}) | _ADMINS,  # Never by who named it or is named.
    Action.END_GUARDING: frozenset({Role.GUARDIAN, Role.WARD, Role.RESPONSIBLE}) | _ADMINS,
    Action.SEE_WARD: frozenset({Role.GUARDIAN}),
    Action.ERASE_WARD: frozenset({Role.GUARDIAN}),
    Action.AGREE_ERASING: frozenset({Role.WARD}),
    Action.DRILL: _ADMINS,
    Action.SEE_GATHERINGS: frozenset({Role.RESIDENT}),
    Action.JOIN_GATHERING: frozenset({Role.FELLOW}),
    Action.TAKE_SEAT: frozenset({Role.INVITED}),
    Action.RUN_GATHERING: frozenset({Role.LEADER}) | _ADMINS,
    Action.CHECK_LIST: frozenset({Role.LEADER, Role.COLLEAGUE}) | _ADMINS,  # Never by whoever typed it.
    Action.NAME_LEADER: _ADMINS,
    Action.SEE_SERVED: _ADMINS,
    Action.AWARD: _ADMINS,
    Action.NOMINATE: frozenset({Role.VILLAGER}),  # Never oneself, which the desk looks at.
    Action.SECOND: frozenset({Role.VILLAGER}),
    Action.ANSWER_NOMINATION: frozenset({Role.NOMINEE}),
    Action.VOTE: frozenset({Role.VILLAGER}),
    Action.APPOINT_LEADER: _ADMINS,
    Action.SEE_MENTORING: _ADMINS,
    Action.ANSWER_LEADER: frozenset({Role.MENTORED}),
    Action.MENTOR: frozenset({Role.LEADING}),
    Action.FIND_WORK: frozenset({Role.LEADING, Role.MENTORED}),
    Action.PART_PAIR: frozenset({Role.LEADING, Role.MENTORED}),
    Action.SEE_FIGURES: _ADMINS,
    Action.SEE_PUBLISHED: frozenset({Role.NEIGHBOUR}) | _ADMINS,
    Action.OBJECT: frozenset({Role.NEIGHBOUR}),
    Action.SEE_POINTS: frozenset({Role.NEIGHBOUR}) | _ADMINS,
    Action.GIVE_POINTS: _ADMINS,
    Action.REVERSE_POINTS: _ADMINS,
}

_PERSON = {
    "requester_id": Role.REQUESTER,
    "owner_id": Role.OWNER,
    "asked_id": Role.ASKED,
    "responsible_id": Role.RESPONSIBLE,
    "visitor_id": Role.VISITOR,
    "guardian_id": Role.GUARDIAN,
    "ward_id": Role.WARD,
    "invited_id": Role.INVITED,
    "nominee_id": Role.NOMINEE,
    "leading_id": Role.LEADING,
    "mentored_id": Role.MENTORED,
}  # Which column of a thing names the person.
_ROLE_OF = {Level.COUNTY: Role.COUNTY, Level.TOWNSHIP: Role.TOWNSHIP, Level.BRANCH: Role.BRANCH}


def roles(actor: Actor, thing: Located | None) -> frozenset[Role]:
    """The actor's roles towards the thing (None: towards nothing in particular, any admin area counts).

    A request of nobody's village yet (a stranger's) belongs to every county admin. A thing may have people as well, in
    `requester_id`, `owner_id` and `asked_id`.
    """
    found = {Role.ANYONE}
    if actor.linked:
        found.add(Role.RESIDENT)
    if actor.kinds:
        found.add(Role.HELPER)
    for level, code in actor.areas:
        place = None if thing is None else areas.code(thing, level)
        if thing is None or place == code or (place is None and level is Level.COUNTY):
            found.add(_ROLE_OF[level])
    return frozenset(found) if thing is None else frozenset(found | _personal(actor, thing))


def _personal(actor: Actor, thing: Located) -> set[Role]:
    """The roles that come from who the actor is to this very thing rather than from an area."""
    found = {role for name, role in _PERSON.items() if getattr(thing, name, None) == actor.id}
    household = getattr(thing, "household_id", None)
    if household is not None and household == actor.household_id:
        found.add(Role.HOUSEHOLD)
    if actor.village_code is not None and actor.village_code == thing.village_code:
        if actor.kinds:
            found.add(Role.FELLOW)
        if StewardKind.STEWARD in actor.kinds:
            found.add(Role.COLLEAGUE)
        if actor.household_id is not None or actor.kinds:
            found.add(Role.VILLAGER)
    if getattr(thing, "group_id", None) in actor.leads:
        found.add(Role.LEADER)
    whole = next((level for level in areas.CODES if areas.code(thing, level) is not None), None)
    if whole is not None and areas.code(actor, whole) == areas.code(thing, whole):
        found.add(Role.NEIGHBOUR)
    return found


def can(actor: Actor, action: Action, thing: Located | None = None) -> bool:
    """Whether the table lets the actor do this to the thing."""
    return bool(TABLE.get(action, frozenset()) & roles(actor, thing))
