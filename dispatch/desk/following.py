"""What a requester does about a request that was joined to a neighbour's, or has ended: follow, part, begin again."""

from typing import Any

from sqlalchemy import insert, select, update

from dispatch import cards, errors, escalation, incidents, lifecycle, offices
from dispatch.actors import Actor
from dispatch.cases import Case, load
from dispatch.doubles import LEADING, MOVABLE
from dispatch.messages import Message
from dispatch.permissions import Action, can
from dispatch.taps import new_token
from dispatch.work import Work
from models.requests import Note, Offer, Request
from models.words import Answer, Due, Lane, Level, State

# What a request that begins again keeps of the one that has ended.
_KEPT = (
    "requester_id", "guardian_id", "helped_name", "helped_phone", "county_code", "township_code", "village_code",
    "household_id", "grid_id", "lat", "lon", "k1", "k2", "k3", "place", "address", "words", "category", "skill",
    "urgency", "hands",
)  # fmt: skip


def follow(work: Work, actor: Actor, case: Case) -> Case:
    """Yes, it is the same: the request ends, its requester hears how the other goes on.

    Raises:
        NotNow: the other has ended, or somebody has this one already.
    """
    _require(actor, Action.FOLLOW, case)
    if case.leader_id is not None:
        return case
    if case.like_id is None or case.state not in MOVABLE:
        raise errors.NotNow("follow.late")
    leader = load(work.conn, case.like_id)
    if leader.leader_id is not None:
        leader = load(work.conn, leader.leader_id)
    if leader.state not in LEADING or leader.id == case.id:
        raise errors.NotNow("follow.over")
    _, joined = incidents.join(work, leader.id, [case.id], actor_id=actor.id)
    if not joined:
        raise errors.NotNow("follow.late")
    return joined[0]


def part(work: Work, actor: Actor, case: Case) -> Case:
    """No, it is another matter, or it is not solved here: the report goes on by itself, and is not compared again."""
    _require(actor, Action.PART, case)
    if case.leader_id is not None:
        leader = load(work.conn, case.leader_id)
        incidents.refresh(work, lifecycle.change(work, leader, followers=max(leader.followers - 1, 0)))
        return reopen(work, case, actor.id)
    if case.state in MOVABLE and case.matter is not None:
        return lifecycle.change(work, case, matter=None)
    return case


def again(work: Work, actor: Actor, case: Case) -> Case:
    """Not solved after all, said after the end: a new request with all that was said, and without whoever had it.

    It counts as a dispute, and so goes to the township where the circle has been asked often enough.
    """
    _require(actor, Action.DISPUTE, case)
    if case.leader_id is not None:
        return part(work, actor, case)
    fresh = reopen(work, case, actor.id, disputes=case.disputes + 1, round=1)  # As one that came back to the circle.
    _pass_over(work, case, fresh)
    if case.owner_id is not None:
        message = Message("owner.dispute", {"number": case.id, "need": cards.need(case.words, 60)})
        work.post(case.owner_id, message, Lane.ANSWER, case=case)
    params = {"number": fresh.id, "need": cards.need(fresh.words)}
    offices.admins(work, fresh, Level.BRANCH, Message("branch.dispute", params))
    if fresh.disputes > work.rules.disputes:
        work.starting.remove(fresh)
        ladder, index = escalation.by_township(fresh)
        fresh = lifecycle.change(work, fresh, ladder=ladder, rung=index)
        escalation.begin_again(work, fresh, index)
    return fresh


def _pass_over(work: Work, case: Case, fresh: Case) -> None:
    """Whoever had the request is not asked for the one that begins again: their offers did not hold there either."""
    had = (Offer.request_id == case.id, Offer.answer.in_((Answer.ACCEPTED, Answer.GAVE_BACK)))
    columns = [column for column in Offer.__table__.c if column.name != "id"]
    offers = {row.person_id: row for row in work.conn.execute(select(*columns).where(*had).order_by(Offer.id))}
    changed = {"request_id": fresh.id, "round": 0, "answer": Answer.GAVE_BACK}
    if offers:
        rows = [{**row._mapping, **changed, "token": new_token()} for row in offers.values()]
        work.conn.execute(insert(Offer), rows)


def reopen(work: Work, case: Case, actor_id: int, matter: str | None = None, **more: Any) -> Case:
    """Open anew what had joined another's request, or has ended; it keeps its words, recordings and place.

    `more` are columns that do not begin at nothing; where it was disputed, what others said goes along as well.
    """
    if case.leader_id is not None:
        lifecycle.change(work, case, leader_id=None)
    kept = {name: getattr(case, name) for name in _KEPT}
    ladder = work.rules.ladders.of(more.get("urgency", case.urgency))
    fresh = lifecycle.open_case(
        work,
        actor_id,
        matter=matter,
        like_id=case.leader_id,
        token=new_token(),
        ladder=escalation.snapshot(ladder),
        **{**kept, "round": 0, "rung": 0, "repeats": 0, "disputes": 0, **more},
        due=Due.CLIMB,
        due_at=work.now + ladder[0].clock,
        opened_at=work.now,
        heard_at=work.now,
    )
    columns = [column for column in Note.__table__.c if column.name != "id"]
    said = select(*columns).where(Note.request_id == case.id).order_by(Note.id)
    if not fresh.disputes:
        said = said.where(Note.person_id == case.requester_id)
    work.notes.extend({**row._mapping, "request_id": fresh.id} for row in work.conn.execute(said))
    lifecycle.record(work, fresh, "reopen", actor_id, of=case.id)
    work.starting.append(fresh)
    return fresh


def lead_on(work: Work, withdrawn: Case) -> None:
    """The one who led has withdrawn; the others still need it: the first of them leads from now on."""
    if withdrawn.followers and withdrawn.state is State.CANCELLED:
        for person_id, fresh in _hand_on(work, withdrawn):
            message = Message("follow.withdrawn", {"number": withdrawn.id, "next": fresh.id})
            work.post(person_id, message, Lane.STATUS, case=fresh)


def leave_behind(work: Work, leader: Case) -> Case:
    """What the one who led needs is elsewhere; the others' homes are where they were, and the first of them leads."""
    for person_id, fresh in _hand_on(work, leader):
        message = Message("follow.elsewhere", {"number": leader.id, "next": fresh.id})
        work.post(person_id, message, Lane.STATUS, case=fresh)
    return lifecycle.change(work, leader, followers=0, matter=None)


def _hand_on(work: Work, led: Case) -> list[tuple[int, Case]]:
    """Let the first of the others lead; returns the rest of them, to be told, with what they follow now."""
    rows = work.conn.execute(
        select(Request.id, Request.requester_id).where(Request.leader_id == led.id).order_by(Request.id)
    ).all()
    others = [row for row in rows if row.requester_id != led.requester_id]
    if not others:
        return []
    first = load(work.conn, others[0].id)
    fresh = reopen(work, first, first.requester_id, led.matter)
    people = {row.requester_id for row in others} - {fresh.requester_id}
    work.conn.execute(update(Request).where(Request.leader_id == led.id).values(leader_id=fresh.id))
    fresh = work.starting[-1] = lifecycle.change(work, fresh, followers=len(people))
    return [(person_id, fresh) for person_id in people]


def _require(actor: Actor, action: Action, case: Case) -> None:
    if not can(actor, action, case):
        raise errors.NotAllowed
