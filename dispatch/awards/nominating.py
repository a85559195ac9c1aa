"""Naming somebody for an honour: they are asked first, a neighbour seconds them, and they may refuse until the end."""

from typing import Any

from sqlalchemy import insert, select

from dispatch import cards, chats, errors
from dispatch.actors import Actor
from dispatch.awards import nominees, rounds
from dispatch.awards.nominees import Nominee
from dispatch.awards.rounds import Round
from dispatch.ballots import papers, voters
from dispatch.messages import Button, Message
from dispatch.permissions import Action, can
from dispatch.taps import Verb, data, new_token
from dispatch.work import Work
from models.awards import Nomination
from models.habits import Consent
from models.people import Person
from models.places import Household
from models.words import Lane


def villager(work: Work, it: Round, name: str) -> list[Any]:
    """Who is called so in the round's village: id, name, household_id, home. A household's name finds all of it."""
    statement = (
        select(Person.id, Person.name, Person.household_id, Household.name.label("home"))
        .outerjoin(Household, Household.id == Person.household_id)
        .where(voters.villagers(it.village_code or ""), (Person.name == name) | (Household.name == name))
    )
    return list(work.conn.execute(statement.order_by(Person.id).limit(10)))


def open_round(work: Work, actor: Actor, token: str) -> Round:
    """The round with this token, if the actor may name somebody in it now.

    Raises:
        NotFound: no such round in the actor's village.
        NotNow: no more names are taken.
    """
    it = rounds.by_token(work.conn, token)
    if not can(actor, Action.NOMINATE, it):
        raise errors.NotFound("error.button")
    if not it.nominating(work.now):
        raise errors.NotNow("award.nominations_over")
    return it


def nominate(work: Work, actor: Actor, it: Round, person_id: int, why: str) -> None:
    """Name a neighbour. Nobody but they hear of it, until they agree.

    Raises:
        NotFound: nobody of this village.
        NotAllowed: it is the actor, or for a household's honour the actor's own.
        BadValue: they cannot be asked, or were named before.
    """
    it = open_round(work, actor, it.token)
    person = _person(work, it, person_id)
    if _own(work, actor, it, person.id, person.household_id):
        raise errors.NotAllowed("award.not_yourself")
    if not chats.reachable(work.conn, person.id):
        raise errors.BadValue("award.cannot_be_asked", name=person.name)
    household = rounds.kind_of(work.rules, it.kind).household
    for one in nominees.of_round(work.conn, it.id):
        if one.nominee_id == person.id or (household and one.household_id == person.household_id):
            raise errors.BadValue("award.named_already", name=person.name)
    row = {
        "token": new_token(),
        "county_code": it.county_code,
        "township_code": it.township_code,
        "village_code": it.village_code,
        "round_id": it.id,
        "person_id": person.id,
        "nominated_by": actor.id,
        "reason": why,
        "at": work.now,
        "consent": Consent.ASKED,
        "won": False,
    }
    work.conn.execute(insert(Nomination), [row])
    rounds.write_down(work, actor.id, it, "nominate", person.id)
    params = {"kind": rounds.called(work.rules, it.kind), "who": cards.shown_name(actor), "why": cards.shorten(why)}
    work.post(person.id, Message("award.asked", params, _answers(str(row["token"])), loud=True), Lane.STATUS)


def _answers(token: str) -> tuple[tuple[Button, ...], ...]:
    return ((Button("button.stand", data(Verb.STAND, token)), Button("button.not_stand", data(Verb.NOT_STAND, token))),)


def _person(work: Work, it: Round, person_id: int) -> Any:
    theirs = (Person.id == person_id, voters.villagers(it.village_code or ""))
    row = work.conn.execute(select(Person.id, Person.name, Person.household_id).where(*theirs)).one_or_none()
    if row is None:
        raise errors.NotFound("award.no_such_villager")
    return row


def _own(work: Work, actor: Actor, it: Round, person_id: int, household_id: int | None) -> bool:
    """Whether the honour would be the actor's own, as a person or as one of the household."""
    of_home = rounds.kind_of(work.rules, it.kind).household and household_id is not None
    return person_id == actor.id or (of_home and household_id == actor.household_id)


def second(work: Work, actor: Actor, token: str) -> Nominee:
    """Another neighbour says so too; with that they stand on the ballot.

    Raises:
        NotFound: no such nomination in the actor's village, or the person has not agreed.
        NotAllowed: it is the actor, or they named them.
        NotNow: no more names are taken, or somebody has seconded already.
    """
    one = nominees.by_token(work.conn, token)
    it = rounds.by_id(work.conn, one.round_id)
    if not can(actor, Action.SECOND, one) or one.consent is not Consent.AGREED:
        raise errors.NotFound("error.button")
    if actor.id == one.nominated_by or _own(work, actor, it, one.nominee_id, one.household_id):
        raise errors.NotAllowed("award.second_another")
    if not it.nominating(work.now):
        raise errors.NotNow("award.nominations_over")
    if one.seconded_by is not None:
        raise errors.NotNow("award.seconded_already")
    nominees.change(work, one, seconded_by=actor.id)
    rounds.write_down(work, actor.id, it, "second", one.nominee_id)
    return one


def answer(work: Work, actor: Actor, token: str, *, agreed: bool) -> Round:
    """What the named person says: a yes counts while names are taken, a no until the result. Twice is once.

    Raises:
        NotFound: it is somebody else's.
        NotNow: it is too late.
    """
    one = nominees.by_token(work.conn, token)
    it = rounds.by_id(work.conn, one.round_id)
    if not can(actor, Action.ANSWER_NOMINATION, one):
        raise errors.NotFound("error.button")
    consent = Consent.AGREED if agreed else Consent.REFUSED
    if one.consent is consent:
        return it
    if it.ended_at is not None:
        raise errors.NotNow("award.over")
    if agreed and not it.nominating(work.now):
        raise errors.NotNow("award.nominations_over")
    nominees.change(work, one, consent=consent)
    if one.choice_id is not None:
        papers.withdraw(work, [one.choice_id])
    rounds.write_down(work, actor.id, it, f"nomination_{consent}", one.nominee_id)
    key = "award.they_agreed" if agreed else "award.they_refused"
    params = {"name": cards.shown_name(actor), "kind": rounds.called(work.rules, it.kind)}
    work.post(one.nominated_by, Message(key, params), Lane.STATUS)
    return it
