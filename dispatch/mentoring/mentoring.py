"""What leaders and their villagers do: ask, agree or refuse, write down what was done and who found work, part."""

from datetime import date
from typing import Any

from sqlalchemy import insert, select

from dispatch import chats, errors, trail
from dispatch.actors import Actor
from dispatch.ballots import voters
from dispatch.mentoring import leaders, pairs
from dispatch.mentoring.pairs import Both
from dispatch.messages import Button, Message
from dispatch.permissions import Action, can
from dispatch.points import earning
from dispatch.taps import Verb, data
from dispatch.work import Work
from models.habits import Deed, PairState
from models.mentoring import JobFound, MentorDeed, Pair
from models.people import Person
from models.words import Lane

WORDS_MOST = 500  # Characters of what was done.
WORK_MOST = 60  # Characters of what work was found, and where.


def neighbour(work: Work, actor: Actor, name: str) -> list[Any]:
    """Who is called so in the actor's own village: id and name."""
    here = voters.villagers(actor.village_code or "")
    statement = select(Person.id, Person.name).where(here, Person.name == name, Person.id != actor.id)
    return list(work.conn.execute(statement.order_by(Person.id).limit(10)))


def ask(work: Work, actor: Actor, person_id: int) -> Both:
    """A leader would take a neighbour along, who is asked first.

    Raises:
        NotAllowed: the actor leads nobody.
        BadValue: the leader has no room, or the neighbour cannot be asked, has a leader, or said no before.
    """
    leader = leaders.of_person(work, actor.id, lock=True)
    if leader is None or leader.left_at is not None:
        raise errors.NotAllowed("mentor.no_leader")
    name = work.conn.execute(select(Person.name).where(Person.id == person_id)).scalar_one()
    most = work.rules.mentoring.most
    if len(pairs.open_of(work.conn, leader.id)) >= most:
        raise errors.BadValue("mentor.full", most=most)
    if pairs.of_mentored(work.conn, person_id) is not None:
        raise errors.BadValue("mentor.has_a_leader", name=name)
    if not chats.reachable(work.conn, person_id):
        raise errors.BadValue("mentor.cannot_be_asked", name=name)
    refused = (Pair.leader_id == leader.id, Pair.person_id == person_id, Pair.state == PairState.REFUSED)
    if pairs.find(work.conn, *refused, limit=1):
        raise errors.BadValue("mentor.refused_before", name=name)
    pair = pairs.create(work, leader, leader.id, person_id)
    trail.write(work, actor.id, pair, "mentor_ask", person_id)
    row = (
        Button("button.join", data(Verb.JOIN, pair.token)),
        Button("button.not_join", data(Verb.NOT_JOIN, pair.token)),
    )
    question = Message("mentor.asked", {"name": leader.name, "field": leader.field or "—"}, (row,), loud=True)
    work.post(person_id, question, Lane.STATUS)
    return pair


def held(work: Work, actor: Actor, token: str, action: Action) -> Both:
    """The pair with this token, if the actor is the one of the two who may do this.

    Raises:
        NotFound: no such pair, or it is of others.
    """
    pair = pairs.by_token(work.conn, token)
    if not can(actor, action, pair):
        raise errors.NotFound("error.button")
    return pair


def answer(work: Work, actor: Actor, token: str, *, agreed: bool) -> Both:
    """What the neighbour says; nothing was decided without it. The same again changes nothing.

    Raises:
        NotNow: it was answered otherwise, or the leader is gone.
    """
    pair = held(work, actor, token, Action.ANSWER_LEADER)
    state = PairState.ACTIVE if agreed else PairState.REFUSED
    if pair.state is state:
        return pair
    if pair.state is not PairState.ASKED:
        raise errors.NotNow("mentor.over")
    values: dict[str, Any] = {"agreed_at": work.now} if agreed else {"ended_at": work.now}
    pair = pairs.change(work, pair, state=state, **values)
    trail.write(work, actor.id, pair, f"mentor_{state}", pair.mentored_id)
    key = "mentor.they_joined" if agreed else "mentor.they_refused"
    work.post(pair.leading_id, Message(key, {"name": pair.mentored}), Lane.STATUS)
    return pair


def running(work: Work, actor: Actor, token: str, action: Action) -> Both:
    """The same, while they go on together.

    Raises:
        NotNow: the pair has ended, or was never agreed to.
    """
    pair = held(work, actor, token, action)
    if pair.state is not PairState.ACTIVE:
        raise errors.NotNow("mentor.over")
    return pair


def done(work: Work, actor: Actor, token: str, words: str) -> Both:
    """The leader did something for the villager, who reads it too. It earns points once a day and pair."""
    pair = running(work, actor, token, Action.MENTOR)
    row = {"pair_id": pair.id, "text": words[:WORDS_MOST], "at": work.now, **_codes(pair)}
    work.conn.execute(insert(MentorDeed), [row])
    about = f"mentor:{pair.id}:{work.rules.local(work.now):%Y-%m-%d}"
    earning.earn(work, Deed.MENTORED, pair.leading_id, about=about, at=work.now, place=pair)
    trail.write(work, actor.id, pair, "mentor_deed", pair.mentored_id)
    message = Message("mentor.was_done", {"name": pair.leader, "words": words[:WORDS_MOST]})
    work.post(pair.mentored_id, message, Lane.STATUS)
    return pair


def found_work(work: Work, actor: Actor, token: str, words: str, since: date) -> Both:
    """The villager found work through this; either of the two says so, and the other hears of it.

    Raises:
        BadValue: the day is to come.
    """
    pair = running(work, actor, token, Action.FIND_WORK)
    if since > work.rules.local(work.now).date():
        raise errors.BadValue("mentor.day_to_come", day=since.isoformat())
    row = {"pair_id": pair.id, "work": words[:WORK_MOST], "since": since, "at": work.now, **_codes(pair)}
    work.conn.execute(insert(JobFound), [row])
    trail.write(work, actor.id, pair, "found_work", pair.mentored_id)
    other = pair.leading_id if actor.id == pair.mentored_id else pair.mentored_id
    params = {"name": pair.mentored, "words": words[:WORK_MOST], "day": since.isoformat()}
    work.post(other, Message("mentor.found_work", params), Lane.STATUS)
    return pair


def part(work: Work, actor: Actor, token: str) -> Both:
    """Either of the two ends it; what was done stays written."""
    pair = held(work, actor, token, Action.PART_PAIR)
    if pair.state not in pairs.OPEN:
        raise errors.NotNow("mentor.over")
    pair = pairs.change(work, pair, state=PairState.ENDED, ended_at=work.now)
    trail.write(work, actor.id, pair, "mentor_part", pair.mentored_id)
    by_leader = actor.id == pair.leading_id
    other, name = (pair.mentored_id, pair.leader) if by_leader else (pair.leading_id, pair.mentored)
    work.post(other, Message("mentor.parted", {"name": name}), Lane.STATUS)
    return pair


def _codes(pair: Both) -> dict[str, Any]:
    return {name: getattr(pair, name) for name in ("county_code", "township_code", "village_code")}
