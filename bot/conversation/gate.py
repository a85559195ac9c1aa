"""Which right each command and each button asks for. One without a row here cannot stand in a script at all."""

from bot.conversation.said import Said
from dispatch import errors
from dispatch.actors import Actor
from dispatch.areas import Located
from dispatch.permissions import Action, can
from dispatch.taps import RATINGS, Verb

COMMANDS: dict[str, Action] = {
    "start": Action.BEGIN,
    "help": Action.BEGIN,
    "lang": Action.BEGIN,
    "stop": Action.BEGIN,
    "for": Action.ASK,
    "two": Action.BEGIN,  # For which request, the desk asks with `Action.ASK_TWO`.
    "team": Action.SEE_TEAM,
    "cancel": Action.BEGIN,  # Leaves a dialog or withdraws one's own; with a number it asks for `Action.CALL_OFF`.
    "mine": Action.SEE_OWN,
    "mydata": Action.SEE_OWN,
    "erase": Action.ERASE_OWN,
    "duty": Action.SET_DUTY,
    "leave": Action.SET_DUTY,
    "tasks": Action.SEE_OWN,
    "status": Action.SEE_STATUS,
    "open": Action.SEE_STATUS,
    "show": Action.SEE_REQUEST,
    "why": Action.SEE_REQUEST,
    "assign": Action.ASSIGN,
    "close": Action.CLOSE,
    "roster": Action.SEE_ROSTER,
    "unreachable": Action.SEE_ROSTER,
    "offduty": Action.SET_OTHERS_DUTY,
    "invite": Action.INVITE,
    "broadcast": Action.BROADCAST,
    "grid": Action.SEE_GRID,
    "left": Action.SEE_OFF,
    "card": Action.SEE_OWN,
    "revoke": Action.REVOKE,
    "visit": Action.SEE_DUE,
    "due": Action.SEE_DUE,
    "visits": Action.SEE_OWN,
    "paper": Action.BEGIN,  # Which households one may type for or check, the desk asks one by one.
    "overdue": Action.SEE_OVERDUE,
    "drill": Action.DRILL,
    "guardian": Action.SEE_OWN,  # With names behind it, `Action.NAME_GUARDIAN`.
    "theme": Action.SEE_GATHERINGS,  # What a keeper does with further words, the desk asks with the gathering.
    "service": Action.SEE_GATHERINGS,
    "join": Action.SEE_GATHERINGS,
    "award": Action.AWARD,
    "nominate": Action.BEGIN,  # In which village one may, the desk asks for each round and ballot.
    "vote": Action.BEGIN,
    "mentor": Action.BEGIN,  # Leaders, their people and admins see what is theirs.
    "leader": Action.APPOINT_LEADER,
    "points": Action.SEE_OWN,  # Of somebody else, the desk asks with `Action.SEE_POINTS`.
    "give": Action.GIVE_POINTS,
    "reverse": Action.REVERSE_POINTS,
    "published": Action.BEGIN,  # Which publication one may see or object to, the desk asks with the number.
    "object": Action.BEGIN,
    "public": Action.BEGIN,  # Of the village where one lives; everybody may read it.
    "figures": Action.SEE_FIGURES,
}

TAPS: dict[Verb, Action] = {
    Verb.ACCEPT: Action.ACCEPT,
    Verb.DECLINE: Action.DECLINE,
    Verb.ARRIVE: Action.ARRIVE,
    Verb.ON_MY_WAY: Action.ARRIVE,
    Verb.SOLVE: Action.SOLVE,
    Verb.NEED_HELP: Action.NEED_HELP,
    Verb.HAND_OVER: Action.HAND_OVER,
    Verb.ADDRESS: Action.SEE_ADDRESS,
    Verb.COME: Action.COME,
    Verb.CANCEL: Action.CANCEL,
    Verb.CONFIRM: Action.CONFIRM,
    Verb.HALF: Action.CONFIRM,
    Verb.DISPUTE: Action.DISPUTE,
    **dict.fromkeys(RATINGS, Action.RATE),
    Verb.ALARM: Action.AMEND,
    Verb.CALM: Action.AMEND,
    Verb.FOR_OTHER: Action.AMEND,
    Verb.HERE: Action.AMEND,
    Verb.AT_HOME: Action.AMEND,
    Verb.START_NOW: Action.AMEND,
    Verb.OTHER_DAY: Action.AMEND,
    Verb.STILL_ON: Action.KEEP_DATE,
    Verb.KEEP: Action.ARRIVE,
    Verb.TWO: Action.ASK_TWO,
    Verb.FOLLOW: Action.FOLLOW,
    Verb.APART: Action.PART,
    Verb.STILL: Action.PART,
    Verb.ANOTHER: Action.ASK,
    Verb.LET_IN: Action.LET_IN,
    Verb.KEEP_OUT: Action.LET_IN,
    Verb.SHOW_CODE: Action.SHOW_CARD,
    **dict.fromkeys(
        (
            Verb.VISIT_SKIP,
            Verb.VISIT_END,
            Verb.VISIT_ABSENT,
            Verb.VISIT_REFUSED,
            Verb.VISIT_PHONE,
            Verb.VISIT_GO_ON,
            Verb.VISIT_DROP,
            Verb.VISIT_REQUEST,
        ),
        Action.VISIT,
    ),
    Verb.VISIT_OBJECT: Action.OBJECT_TO_VISIT,
    Verb.VISIT_UPHELD: Action.ANSWER_OBJECTION,
    Verb.VISIT_STANDS: Action.ANSWER_OBJECTION,
    Verb.OBJECTION_UPHELD: Action.ANSWER_OBJECTION,
    Verb.OBJECTION_STANDS: Action.ANSWER_OBJECTION,
    Verb.POINTS_YES: Action.GIVE_POINTS,
    Verb.POINTS_NO: Action.GIVE_POINTS,
    Verb.PAPER_RIGHT: Action.CHECK_VISIT,
    Verb.PAPER_WRONG: Action.CHECK_VISIT,
    Verb.GUARD_AGREE: Action.AGREE_GUARDING,
    Verb.GUARD_CONFIRM: Action.CONFIRM_GUARDIAN,
    Verb.GUARD_END: Action.END_GUARDING,
    Verb.WARD_ERASE: Action.AGREE_ERASING,
    **dict.fromkeys(
        (Verb.SEAT_YES, Verb.SEAT_NO, Verb.SEAT_GO, Verb.SEAT_MATERIAL, Verb.SEAT_READ),
        Action.TAKE_SEAT,
    ),
    **dict.fromkeys(
        (Verb.GATHER_OPEN, Verb.GATHER_CLOSE, Verb.GATHER_LIST, Verb.GATHER_PROGRAMME),
        Action.RUN_GATHERING,
    ),
    Verb.LIST_RIGHT: Action.CHECK_LIST,
    Verb.LIST_WRONG: Action.CHECK_LIST,
    Verb.NOMINATE: Action.NOMINATE,
    Verb.SECOND: Action.SECOND,
    Verb.STAND: Action.ANSWER_NOMINATION,
    Verb.NOT_STAND: Action.ANSWER_NOMINATION,
    Verb.BALLOT: Action.VOTE,
    Verb.VOTE: Action.VOTE,
    Verb.JOIN: Action.ANSWER_LEADER,
    Verb.NOT_JOIN: Action.ANSWER_LEADER,
    Verb.DEED: Action.MENTOR,
    Verb.FOUND_WORK: Action.FIND_WORK,
    Verb.PART_PAIR: Action.PART_PAIR,
    Verb.CHOOSE: Action.BEGIN,
    Verb.AGREE: Action.BEGIN,
    Verb.CONFIRM_ALL: Action.BROADCAST,  # Or the right of the command that asks; each looks it up again at the yes.
}


def require_command(said: Said, actor: Actor) -> None:
    """Refuse a command to whom the table gives its right towards nothing at all; the desk asks again with the thing.

    Raises:
        NotAllowed: the table says no.
    """
    if not can(actor, COMMANDS[said.command]):
        raise errors.NotAllowed(_REFUSALS.get(said.command))


_REFUSALS = {
    **dict.fromkeys(("duty", "leave", "visit", "due"), "error.not_a_steward"),
    **dict.fromkeys(("team", "theme", "service", "join"), "team.unlinked"),
}


def require_tap(said: Said, actor: Actor, thing: Located, refusal: str | None = None) -> None:
    """Refuse a button to whom the table does not give its right towards the thing whose token it carries.

    Raises:
        NotAllowed: the table says no; `refusal` is the key of another sentence than the usual.
    """
    if said.tap is None or not can(actor, TAPS[said.tap.verb], thing):
        raise errors.NotAllowed(refusal)
