"""What a resident can do: ask by any means, add, correct, cancel, follow, confirm, dispute, rate."""

from collections.abc import Callable
from datetime import timedelta

from bot.conversation import behalf, everyone, gate, opening, passing, places
from bot.conversation.flow import Line, Step, Turn, leave, spoke, tapped, wrote
from bot.conversation.said import Kind
from bot.conversation.understanding import Meaning, simple
from dispatch import appointments, cards, naming, people, spots, strangers, telling, views
from dispatch.cases import Case, by_token
from dispatch.desk import following, helping, holding, requesting, timeline
from dispatch.desk.needs import Helped
from dispatch.drills import ordering
from dispatch.spots import Spot
from dispatch.taps import RATINGS, Verb
from models.words import HELD_STATES, Ending, NoteKind, State, Urgency

SAME_WITHIN = timedelta(minutes=10)  # The same words again in this time are one request.


def _urgent(turn: Turn) -> bool:
    if not spoke(turn) and turn.said.kind is not Kind.EDITED:
        return False
    calls = turn.step is None and turn.understanding.calls(turn.text)  # Where something was asked it may be the answer.
    return calls or turn.understanding.meaning(turn.text) is Meaning.EMERGENCY


def emergency(turn: Turn) -> Step | None:
    """The numbers to call come first, then several people are asked at once."""
    turn.send(telling.numbers(turn.work.rules))
    whom = behalf.helped(turn)
    unknown = whom is None and spoke(turn) and turn.step in behalf.ASKED
    leave(turn)
    step = _alarmed(turn, whom)
    if unknown:
        _say_where(turn)
    return step


def _say_where(turn: Turn) -> None:
    """It was to be for somebody else, whose home the words do not name: say where it goes."""
    running = requesting.running(turn.work, turn.actor.id)
    case = next((case for case in running if case.urgency is Urgency.URGENT), None)
    if case is not None and case.place:
        rows = cards.buttons(((Verb.FOR_OTHER,),), case.token)
        turn.say("emergency.where", buttons=rows, number=case.id, place=case.place)


def _alarmed(turn: Turn, whom: tuple[Helped, Spot] | None) -> Step | None:
    """It opens an urgent request, or belongs to the one that runs."""
    if whom is not None:
        return opening.open_case(turn, Urgency.URGENT, passing.said(turn), whom)
    if turn.said.kind is Kind.EDITED:
        told = timeline.told_in(turn.work.conn, turn.said.ref, turn.actor.id)
        if told is not None and told.state in (State.WAITING, State.OFFERED, *HELD_STATES):
            told = requesting.add(turn.work, turn.actor, told, passing.said(turn), NoteKind.EDITED)
            requesting.alarm(turn.work, turn.actor, told)
            return None
    for case in requesting.running(turn.work, turn.actor.id):
        belongs = requesting.belongs(turn.work.rules, case, turn.work.now) or _said_before(turn, [case])
        if case.urgency is Urgency.URGENT and belongs:
            requesting.add(turn.work, turn.actor, case, passing.said(turn))
            return None
    return opening.open_case(turn, Urgency.URGENT, passing.said(turn), _at_the_door(turn))


def _at_the_door(turn: Turn) -> tuple[Helped, Spot] | None:
    """Where a helper is who has arrived somewhere: what they cry for help about is there, not at their own home."""
    if not turn.actor.kinds and not turn.actor.areas:
        return None
    mine = [one.case for one in holding.mine(turn.work, turn.actor.id)]
    there = [case for case in mine if case.state is State.ARRIVED and not case.drill]
    if len(there) != 1:
        return None
    case = there[0]
    asker = cards.person(turn.work.conn, case.requester_id)
    helped = Helped(case.helped_name or cards.shown_name(asker), case.helped_phone or asker.phone)
    return helped, spots.of_case(case)


def ask(turn: Turn) -> Step | None:
    """One message is enough; where it may be an emergency, that is asked after it is on its way."""
    step = _take(turn)
    opening.ask_perhaps(turn, turn.text)
    return step


def _take(turn: Turn) -> Step | None:
    """It opens a request, belongs to the one that runs, or is a word to the helper."""
    running = requesting.running(turn.work, turn.actor.id)
    if _said_before(turn, running):
        turn.say("ask.same")
        return None
    for case in running:
        if requesting.belongs(turn.work.rules, case, turn.work.now):
            return _add(turn, case)
    held = [case for case in running if case.state in HELD_STATES]
    if held and turn.said.point is not None:
        return _add(turn, held[0])
    meant = _meant(turn, held)
    if len(meant) > 1:
        return passing.ask_whom(turn, "talk.whom_helper", meant)
    if meant:
        helping.talk_to_owner(turn.work, turn.actor, meant[0], passing.said(turn))
        return passing.passed_on(turn, "talk.passed_on")
    done = next((case for case in running if case.state is State.DONE), None)
    if not held and done is not None and passing.about(turn, done):
        helping.talk_to_owner(turn.work, turn.actor, done, passing.said(turn))
        rows = cards.buttons(cards.done_rows(turn.work.rules, done), done.token)
        return passing.passed_on(turn, "talk.passed_on_done", rows)
    return opening.open_case(turn, Urgency.NORMAL, passing.said(turn))


def _done(turn: Turn) -> list[Case]:
    return [case for case in requesting.running(turn.work, turn.actor.id) if case.state is State.DONE]


def _says_how_it_ended(turn: Turn) -> bool:
    return wrote(turn) and turn.understanding.outcome(turn.text) is not None and bool(_done(turn))


def ended(turn: Turn) -> Step | None:
    """The answer to "is it solved?", in words; where two requests wait for it, each is asked about again."""
    done, outcome = _done(turn), turn.understanding.outcome(turn.text)
    if len(done) == 1 and outcome is not None:
        _OUTCOMES[outcome](turn, by_token(turn.work.conn, done[0].token))
        return None
    return still_asked(turn)


def still_asked(turn: Turn) -> Step | None:
    """A kind word is no answer to "is it solved?", which is asked again."""
    for case in _done(turn):
        rows = cards.buttons(cards.done_rows(turn.work.rules, case), case.token)
        turn.say("done.asked", buttons=rows, number=case.id, need=cards.need(case.words, 60))
    return None


def _is_kind(turn: Turn) -> bool:
    return everyone.means(Meaning.THANKS, Meaning.GREETING)(turn) and bool(_done(turn))


def _says_it_is_not(turn: Turn) -> bool:
    """Whether nothing is open, and they say of what has ended last that it is not solved, or by half."""
    if not wrote(turn) or turn.understanding.outcome(turn.text) not in (Verb.DISPUTE, Verb.HALF):
        return False
    return not requesting.running(turn.work, turn.actor.id) and _last_ended(turn) is not None


def _last_ended(turn: Turn) -> Case | None:
    """What ended last of what they asked for, while its helper can still be spoken to."""
    now, span = turn.work.now, turn.work.rules.contact_for
    recent = [one for one in views.latest(turn.work.conn, turn.actor.id) if helping.contact_open(one, now, span)]
    return max((one for one in recent if not one.drill), key=lambda one: one.ended_at or now, default=None)


def not_after_all(turn: Turn) -> Step | None:
    """It has ended, and is not solved: it begins again."""
    case = _last_ended(turn)
    if case is not None:
        _again(turn, by_token(turn.work.conn, case.token))
    return None


def _needs_nothing(turn: Turn) -> bool:
    """Whether nothing is open, and they only say that it works now."""
    solved = wrote(turn) and turn.understanding.outcome(turn.text) is Verb.CONFIRM
    return solved and not requesting.running(turn.work, turn.actor.id)


def _meant(turn: Turn, held: list[Case]) -> list[Case]:
    """Those of the requests that somebody has about which the words may be; one where its kind is named."""
    maybe = [case for case in held if not _another_matter(turn, case)]
    if len(maybe) < 2:
        return maybe
    kind = turn.understanding.category(turn.text).name
    named = [case for case in maybe if kind == case.category != "other"]
    return named if len(named) == 1 else maybe


def _another_matter(turn: Turn, held: Case) -> bool:
    """Whether it is a need of another kind, while somebody has an appointment that is still ahead."""
    if not appointments.ahead(turn.work.rules, held, turn.work.now):
        return False
    return turn.understanding.category(turn.text).name not in ("other", held.category)


def _said_before(turn: Turn, running: list[Case]) -> bool:
    plain = simple(turn.text)
    if not plain or turn.said.kind is not Kind.TEXT:
        return False
    recent = [case.id for case in running if turn.work.now - case.opened_at <= SAME_WITHIN]
    if not recent:
        return False
    said = timeline.said(turn.work.conn, recent, turn.actor.id)
    return any(simple(words) == plain for words in said)


def _add(turn: Turn, case: Case) -> Step | None:
    """Another message of the same request; a place is where it is."""
    if turn.said.point is not None:
        if spots.outside(turn.work.rules, turn.said.point):
            return places.outside(turn)
        home = turn.home if case.helped_name is None else spots.home(turn.work.conn, case.household_id)
        spot = spots.at_point(turn.work.conn, turn.said.point, home)
        if case.urgency is Urgency.NORMAL and case.helped_name is None and places.far(turn, turn.said.point):
            requesting.add(turn.work, turn.actor, case, passing.said(turn))
            places.ask_here_or_home(turn, case)  # Until it is answered, whoever was asked for home is on it.
            return None
        if spot is not None:
            _lives_there(turn, case, spot)
            case = requesting.relocate(turn.work, turn.actor, case, spot, told=True)
        requesting.add(turn.work, turn.actor, case, passing.said(turn))
        leave(turn)
        turn.say("ask.place_added", number=case.id)
        return None
    if case.village_code is None and turn.text:
        spot = naming.village(turn.work.conn, turn.text)
        if spot is not None:
            _lives_there(turn, case, spot)
            case = requesting.relocate(turn.work, turn.actor, case, spot, told=True)
            leave(turn)
    category = turn.understanding.category(turn.text)
    another = _of_another_kind(turn, case, category.name)
    requesting.add(turn.work, turn.actor, case, passing.said(turn), category=category)
    if another:
        return passing.passed_on(turn, "ask.added_or_another", number=case.id)
    turn.say("ask.added", number=case.id)
    return None


def _of_another_kind(turn: Turn, case: Case, kind: str) -> bool:
    """Whether it may be a request of its own: nobody was looked for who can do that, and it did not follow closely."""
    if turn.work.now - case.heard_at <= turn.work.rules.merge_within or turn.step not in (None, passing.STEP):
        return False
    return kind != case.category and "other" not in (kind, case.category)


def where(turn: Turn) -> Step | None:
    """The answer to "here or at home?", in words."""
    places.go_where_said(turn, passing.said(turn))
    return None


def _lives_there(turn: Turn, case: Case, spot: Spot) -> None:
    """A stranger is of the village where they first need help; nobody moves by asking from elsewhere or for another."""
    own = turn.actor.village_code is None and case.helped_name is None
    if own and strangers.is_stranger(turn.work.conn, turn.actor.id):
        people.live_at(turn.work.conn, turn.actor.id, spot)


def edited(turn: Turn) -> Step | None:
    """A message edited after dispatch is added to the timeline; history is not rewritten."""
    case = timeline.told_in(turn.work.conn, turn.said.ref, turn.actor.id)
    turn.secret = case is None  # It stands on no timeline, and may have been a vote.
    if case is None or case.ended_at is not None:
        turn.say("ask.edit_late")
        return None
    requesting.add(turn.work, turn.actor, case, passing.said(turn), NoteKind.EDITED)
    turn.say("ask.edited", number=case.id)
    return None


def _on_case(do: Callable[[Turn, Case], None]) -> Callable[[Turn], Step | None]:
    """A handler on the request whose button was tapped; anybody else's button is refused."""

    def handle(turn: Turn) -> Step | None:
        do(turn, _tapped_case(turn))
        return None

    return handle


def _tapped_case(turn: Turn) -> Case:
    case = by_token(turn.work.conn, turn.token)
    turn.drill = case.drill
    gate.require_tap(turn.said, turn.actor, case)
    return case


def cancel(turn: Turn, case: Case) -> None:
    """Withdraw."""
    if case.state is State.CANCELLED:
        turn.say("cancel.done", number=case.id)
        return
    if case.drill:
        ordering.call_off(turn.work, turn.actor, case)
    else:
        requesting.cancel(turn.work, turn.actor, case)
    turn.say("cancel.done", number=case.id)


def confirm(turn: Turn, case: Case, ending: Ending = Ending.SOLVED) -> None:
    """Solved, or half; then one tap to rate."""
    if case.state is State.CLOSED and case.rating is None and case.ending is ending:
        turn.send(telling.thanks(case))
        return
    after = requesting.confirm(turn.work, turn.actor, case, ending)
    turn.send(telling.thanks(after))
    if case.owner_id is not None:
        turn.send(telling.rating_question(after))


def half(turn: Turn, case: Case) -> None:
    """Solved by half."""
    confirm(turn, case, Ending.HALF_SOLVED)


def dispute(turn: Turn, case: Case) -> None:
    """Not solved: somebody else is asked; said of what has ended, it begins again."""
    if case.ended_at is not None and not case.drill:
        _again(turn, case)
        return
    after = requesting.dispute(turn.work, turn.actor, case)
    key = "dispute.township" if after.disputes > turn.work.rules.disputes else "dispute.again"
    turn.say(key, number=case.id)


def _again(turn: Turn, case: Case) -> None:
    """What has ended begins again, once; after a day they say anew what is needed."""
    now, running = turn.work.now, requesting.running(turn.work, case.requester_id)
    since = [one for one in running if one.opened_at >= (case.ended_at or now) and one.words == case.words]
    if not helping.contact_open(case, now, turn.work.rules.contact_for):
        turn.say("dispute.late")
    elif case.ending is Ending.WITHDRAWN:  # Nobody failed at it, who would have to hear so and be passed over.
        turn.say("dispute.withdrawn", number=case.id)
    elif any(one.disputes > case.disputes for one in since):
        turn.say("ask.same")
    else:
        after = following.again(turn.work, turn.actor, case)
        key = "dispute.township" if after.disputes > turn.work.rules.disputes else "dispute.reopened"
        turn.say(key, number=after.id, need=cards.need(after.words, 60))


def rate(turn: Turn, case: Case) -> None:
    """One to five stars, once."""
    stars = RATINGS[turn.said.tap.verb] if turn.said.tap else 0
    requesting.rate(turn.work, turn.actor, case, stars)
    turn.say("rate.thanks")


def alarm(turn: Turn, case: Case) -> None:
    """Yes, it is an emergency."""
    turn.send(telling.numbers(turn.work.rules))
    if case.state in (State.WAITING, State.OFFERED, *HELD_STATES):
        requesting.alarm(turn.work, turn.actor, case)
    elif not helping.contact_open(case, turn.work.now, turn.work.rules.contact_for):
        turn.say("emergency.late")
    elif any(_is_alarm(one, case) for one in requesting.running(turn.work, case.requester_id)):
        turn.say("ask.same")
    else:  # It was done, or has ended: whoever had it may be far away. For whom and where it is stays.
        following.reopen(turn.work, case, turn.actor.id, urgency=Urgency.URGENT)


def _is_alarm(running: Case, case: Case) -> bool:
    urgent = running.urgency is Urgency.URGENT and running.state is not State.DONE
    return urgent and running.id != case.id and running.words == case.words


def calm(turn: Turn, case: Case) -> None:
    """No, it is not; how it goes on depends on where it stands by now."""
    if case.state is State.CANCELLED:
        turn.say("cancel.done", number=case.id)
    elif case.state is State.CLOSED:
        turn.say("emergency.calm_over", number=case.id)
    elif case.urgency is Urgency.URGENT:
        turn.say("emergency.calm_late", buttons=cards.buttons(((Verb.CANCEL,),), case.token), number=case.id)
    else:
        looking = case.state in (State.WAITING, State.OFFERED)
        turn.say("emergency.calm" if looking else "emergency.calm_held")


_OUTCOMES = {Verb.CONFIRM: confirm, Verb.HALF: half, Verb.DISPUTE: dispute}

ALARM = (Line(None, _urgent, emergency),)
ANSWER = (Line(None, _says_how_it_ended, ended), Line(None, places.answered, where))

SCRIPT = (
    Line(None, tapped(Verb.CANCEL), _on_case(cancel)),
    Line(None, tapped(Verb.CONFIRM), _on_case(confirm)),
    Line(None, tapped(Verb.HALF), _on_case(half)),
    Line(None, tapped(Verb.DISPUTE), _on_case(dispute)),
    Line(None, tapped(*RATINGS), _on_case(rate)),
    Line(None, tapped(Verb.ALARM), _on_case(alarm)),
    Line(None, tapped(Verb.CALM), _on_case(calm)),
    Line(None, tapped(Verb.HERE), _on_case(places.here)),
    Line(None, tapped(Verb.AT_HOME), _on_case(places.at_home)),
    Line(None, everyone.means(Meaning.CANCEL), everyone.cancel),
    Line(None, _is_kind, still_asked),
    Line(None, _says_it_is_not, not_after_all),
    Line(None, _needs_nothing, everyone.thank),
    Line(None, everyone.means(Meaning.THANKS), everyone.thank),
    Line(None, everyone.means(Meaning.GREETING, Meaning.EMPTY), everyone.greet),
    Line(None, lambda turn: turn.said.kind is Kind.EDITED, edited),
    Line(None, spoke, ask),
)
