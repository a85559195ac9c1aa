"""One event reported by many: new requests are compared once a batch; those that are one incident become one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import BindParameter, bindparam, select, update

from dispatch import cards, cases, companions, doubles, lifecycle, offers, telling
from dispatch.among import among
from dispatch.cases import Case
from dispatch.doubles import LEADING, MOVABLE, Report
from dispatch.messages import Attachment, Message, text
from dispatch.taps import Verb
from dispatch.work import Work
from models.mail import Card, Outbox
from models.requests import Media, Note, Offer, Request
from models.words import HELD_STATES, Answer, Ending, Event, Lane, MediaKind, Post


@dataclass(slots=True)
class _Found:
    """What comparing a batch yields: the numbers of who joins whom, and who is asked about whom."""

    joins: dict[int, list[int]] = field(default_factory=dict)
    questions: dict[int, tuple[Report, float]] = field(default_factory=dict)
    gone: set[int] = field(default_factory=set)  # All that join another.


def gather(work: Work, opened: Sequence[Case]) -> list[Case]:
    """Look for incidents and doubles among requests just opened; returns those that go on, for somebody to be asked.

    From the configured number of reports on they join the one that leads. Where it may only be the same, the requester
    is asked, and the request runs all the same.
    """
    compared = [case for case in opened if doubles.comparable(work.rules, case)]
    if not compared:
        return list(opened)
    found = _compare(work, compared)
    going = {case.id: case for case in opened}
    for leader_id, numbers in found.joins.items():
        leader, joined = join(work, leader_id, numbers, fresh=going.keys())
        if leader_id in going:
            going[leader_id] = leader
        for case in joined:
            going.pop(case.id, None)
    _ask(work, going, {number: like for number, like in found.questions.items() if like[0].id not in found.gone})
    return list(going.values())


def _compare(work: Work, compared: Sequence[Case]) -> _Found:
    """Each of the batch is compared with all that came before it, also within the batch."""
    rules, found = work.rules.incidents, _Found()
    pool = doubles.around(work, compared)
    ours = {case.id for case in compared}
    for case in compared:
        reports = pool.get((case.village_code, case.category), [])
        before = [one for one in reports if one.id not in ours]
        ours.discard(case.id)
        together = doubles.incident(rules, case, before, work.now)
        if together:
            leader, *others = together
            joining = [one for one in others if one.state in MOVABLE and not one.followers]
            gone = {case.id, *(one.id for one in joining)}
            found.joins.setdefault(leader.id, []).extend(sorted(gone))
            found.gone |= gone
            leader.followers += len(gone)
            pool[case.village_code, case.category] = [one for one in reports if one.id not in gone]
        elif (like := doubles.nearest(rules, case, before, work.now)) is not None:
            found.questions[case.id] = like
    return found


def join(
    work: Work, leader_id: int, numbers: Sequence[int], *, fresh: Any = (), actor_id: int | None = None
) -> tuple[Case, list[Case]]:
    """Let requests follow another: they end as the same, their people hear how it goes on; returns it and them.

    Whoever was asked for one of them keeps their card, which is one of the leading request from now on; nobody has
    two. Where that needs nobody more at the moment, their card says so, and they may be asked when it does. `fresh` are
    numbers of requests for which nobody has been asked yet. One that somebody has accepted meanwhile stays what it is.
    """
    leader = cases.load(work.conn, leader_id)
    cases_ = [cases.load(work.conn, number) for number in numbers]
    joining = [case for case in cases_ if case.state in MOVABLE and not case.followers]
    if leader.state not in LEADING or not joining:
        return leader, []
    changes = [(case, {"leader_id": leader.id, "ending": Ending.SAME_AS_ANOTHER}) for case in joining]
    joined = lifecycle.move_all(work, changes, Event.JOIN, actor_id)
    wanted = leader.state not in HELD_STATES or companions.lacking(work, leader)
    for before, after in zip(joining, joined, strict=True):
        if before.id not in fresh:
            if wanted:
                _move_offers(work, leader, after)
            else:
                _end_offers(work, after)
            telling.tell(work, before, after, Event.JOIN, actor_id=actor_id)
    leader = lifecycle.change(work, leader, followers=leader.followers + _newcomers(work, leader, joined))
    _welcome(work, leader, joined)
    refresh(work, leader)
    return leader, joined


_FOLLOW_ALREADY = select(Request.requester_id).where(
    Request.leader_id == bindparam("leader"),
    among(Request.requester_id, "people"),
    Request.id.not_in(bindparam("these", expanding=True)),
)


def _newcomers(work: Work, leader: Case, joined: Sequence[Case]) -> int:
    """How many people join who did not report it before."""
    people = {case.requester_id for case in joined} - {leader.requester_id}
    bound = {"leader": leader.id, "people": list(people), "these": [case.id for case in joined]}
    return len(people - set(work.conn.execute(_FOLLOW_ALREADY, bound).scalars()))


_OF = (Offer.request_id == bindparam("joined")) & (Offer.answer == Answer.OPEN)
_KNOW = select(Offer.person_id).where(Offer.request_id == bindparam("leader"))
_TO_MOVE = select(Offer.token, Offer.person_id).where(_OF, Offer.person_id.not_in(_KNOW))
_TOKENS: BindParameter[str] = bindparam("tokens", expanding=True)
_KEYS: BindParameter[str] = bindparam("keys", expanding=True)
_MOVE_OFFERS = (
    update(Offer)
    .where(Offer.token.in_(_TOKENS))
    .values(request_id=bindparam("leader"), round=bindparam("at_round"), rung=bindparam("at_rung"))
)
_MOVE_CARDS = (
    update(Card)
    .where(
        Card.request_id == bindparam("joined"),
        Card.part == cards.OFFER,
        Card.person_id.in_(bindparam("people", expanding=True)),
    )
    .values(request_id=bindparam("leader"))
)
_MOVE_POSTS = (
    update(Outbox)
    .where(Outbox.key.in_(_KEYS), Outbox.state.in_((Post.PENDING, Post.IN_DOUBT)))
    .values(request_id=bindparam("leader"))
)


def _move_offers(work: Work, leader: Case, joined: Case) -> None:
    """Whoever was asked for the one that joins, and not for the one that leads, is asked for that, on the same card."""
    rows = work.conn.execute(_TO_MOVE, {"joined": joined.id, "leader": leader.id}).all()
    if rows:
        tokens, people = [row.token for row in rows], [row.person_id for row in rows]
        at = {"leader": leader.id, "at_round": leader.round, "at_rung": leader.rung}
        work.conn.execute(_MOVE_OFFERS, {**at, "tokens": tokens})
        work.conn.execute(_MOVE_CARDS, {"leader": leader.id, "joined": joined.id, "people": people})
        keys = [offers.post_key(token) for token in tokens]
        work.conn.execute(_MOVE_POSTS, {"leader": leader.id, "keys": keys})


def _end_offers(work: Work, joined: Case) -> None:
    """Somebody has the one that leads: their card says so, and when it is given back they are asked like others."""
    for person_id in telling.close_offers(work, joined, Answer.TAKEN):
        telling.edit(work, joined, person_id, cards.OFFER)


def _welcome(work: Work, leader: Case, joined: Sequence[Case]) -> None:
    """Each who joins hears how many reported it and who is on it, and can say that theirs is another matter."""
    held = leader.state in HELD_STATES
    name = cards.shown_name(cards.person(work.conn, leader.owner_id)) if held else ""
    key = "follow.joined_held" if held else "follow.joined"
    params = {"count": leader.followers, "number": leader.id, "name": name}
    for case in joined:
        message = Message(key, params, cards.buttons(((Verb.APART,),), case.token))
        work.post(case.requester_id, message, Lane.ANSWER, key=f"{case.id}:joined", case=case)


_CARD_HOLDERS = select(Offer.person_id).where(
    Offer.request_id == bindparam("leader"), Offer.answer.in_((Answer.OPEN, Answer.ACCEPTED))
)


def refresh(work: Work, leader: Case) -> None:
    """The count on every card of it: edited, never sent again."""
    for person_id in set(work.conn.execute(_CARD_HOLDERS, {"leader": leader.id}).scalars()):
        telling.edit(work, leader, person_id, cards.OFFER)


def _ask(work: Work, going: dict[int, Case], questions: dict[int, tuple[Report, float]]) -> None:
    """Ask whether it is the same, with how far, how long ago, and a photo; never whose it is or what they wrote."""
    asked = {number: like for number, like in questions.items() if number in going}
    if not asked:
        return
    photos = _photos(work, {like.id for like, _ in asked.values()})
    going |= lifecycle.change_all(work, [(going[number], {"like_id": like.id}) for number, (like, _) in asked.items()])
    for number, (like, metres) in asked.items():
        case = going[number]
        params = {"distance": text("follow.distance", metres=round(metres)), "ago": _ago(work, like)}
        rows = cards.buttons(((Verb.FOLLOW, Verb.APART),), case.token)
        message = Message("follow.ask", params, rows, media=photos.get(like.id, ()))
        work.post(case.requester_id, message, Lane.STATUS, key=f"{case.id}:same", case=case)


def _ago(work: Work, like: Report) -> dict[str, Any]:
    minutes = int((work.now - like.opened_at).total_seconds() // 60)
    return text("follow.minutes", minutes=minutes) if minutes else text("follow.just_now")


_PHOTOS = (
    select(Note.request_id, Media.token, Media.kind, Media.channel, Media.file_ref)
    .join(Media, Media.id == Note.media_id)
    .where(among(Note.request_id, "requests"), Media.kind == MediaKind.PHOTO)
    .order_by(Note.id.desc())
)


def _photos(work: Work, requests: set[int]) -> dict[int, tuple[Attachment, ...]]:
    """The first photo of each request that has one."""
    work.flush()
    rows = work.conn.execute(_PHOTOS, {"requests": list(requests)}).all()
    return {row.request_id: (Attachment(*row[1:]),) for row in rows}
