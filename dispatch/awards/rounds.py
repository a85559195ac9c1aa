"""A round of awards as dispatch holds it in hand, and the only functions that read and write its row."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, or_, select, update

from dispatch import errors, trail
from dispatch.actors import Actor
from dispatch.areas import Located, scope
from dispatch.awards.rules import Kind
from dispatch.messages import text
from dispatch.permissions import Action, can
from dispatch.rules import Rules
from dispatch.taps import new_token
from dispatch.work import Work
from models.awards import AwardRound
from models.ballots import Ballot
from models.habits import AwardEnding


@dataclass(frozen=True, slots=True)
class Round:
    """One round. The fields are the table's columns."""

    id: int
    token: str
    county_code: str | None
    township_code: str | None
    village_code: str | None
    kind: str
    opened_by: int
    opened_at: datetime
    nominate_until: datetime
    ballot_id: int | None
    ended_at: datetime | None
    ending: AwardEnding | None

    def nominating(self, now: datetime) -> bool:
        """Whether names are still taken."""
        return self.ended_at is None and self.ballot_id is None and now < self.nominate_until


_ROUNDS = select(*(AwardRound.__table__.c[one.name] for one in fields(Round)))
_RUNNING = AwardRound.ended_at.is_(None)


def find(conn: Connection, *conditions: ColumnElement[bool], limit: int = 20, newest: bool = False) -> list[Round]:
    """The rounds that fulfil the conditions, oldest first or newest first."""
    order = AwardRound.id.desc() if newest else AwardRound.id
    return [Round(*row) for row in conn.execute(_ROUNDS.where(*conditions).order_by(order).limit(limit))]


def by_token(conn: Connection, token: str) -> Round:
    """The round whose button carries this token.

    Raises:
        NotFound: there is none.
    """
    found = find(conn, AwardRound.token == token, limit=1)
    if not found:
        raise errors.NotFound("error.button")
    return found[0]


def by_id(conn: Connection, round_id: int) -> Round:
    """The round with this number."""
    return find(conn, AwardRound.id == round_id, limit=1)[0]


def of_ballot(conn: Connection, ballot_id: int) -> Round:
    """The round that this ballot decides."""
    return find(conn, AwardRound.ballot_id == ballot_id, limit=1)[0]


def running(conn: Connection, village_code: str | None) -> list[Round]:
    """What is under way in a village, oldest first."""
    return find(conn, _RUNNING, AwardRound.village_code == village_code)


def within(conn: Connection, actor: Actor) -> tuple[list[Round], list[Round]]:
    """What is under way in an admin's areas, and what ended there last."""
    mine = scope(actor, AwardRound)
    return find(conn, _RUNNING, mine, limit=40), find(
        conn, AwardRound.ended_at.is_not(None), mine, limit=5, newest=True
    )


def due(work: Work, limit: int) -> list[Round]:
    """Rounds whose nominations are over, or whose ballot is."""
    statement = _ROUNDS.outerjoin(Ballot, Ballot.id == AwardRound.ballot_id).where(
        _RUNNING,
        or_(
            AwardRound.ballot_id.is_(None) & (AwardRound.nominate_until <= work.now),
            Ballot.closed_at.is_(None) & (Ballot.closes_at <= work.now),
        ),
    )
    locked = statement.order_by(AwardRound.id).limit(limit).with_for_update(of=AwardRound, skip_locked=True)
    return [Round(*row) for row in work.conn.execute(locked)]


def begin(work: Work, actor: Actor, place: Located, kind: Kind) -> Round:
    """Take names for an honour in a village.

    Raises:
        NotAllowed: the village is not among the actor's.
        NotNow: such a round is under way there.
    """
    if not can(actor, Action.AWARD, place):
        raise errors.NotAllowed
    if any(one.kind == kind.name for one in running(work.conn, place.village_code)):
        raise errors.NotNow("award.running", kind=called(work.rules, kind.name))
    row = {
        "token": new_token(),
        "county_code": place.county_code,
        "township_code": place.township_code,
        "village_code": place.village_code,
        "kind": kind.name,
        "opened_by": actor.id,
        "opened_at": work.now,
        "nominate_until": work.now + work.rules.awards.nominate_for,
    }
    round_id = work.conn.execute(insert(AwardRound).returning(AwardRound.id), [row]).scalar_one()
    found = by_id(work.conn, round_id)
    write_down(work, actor.id, found, "award_open")
    return found


def change(work: Work, it: Round, **values: Any) -> None:
    """Write columns of a round."""
    work.conn.execute(update(AwardRound).where(AwardRound.id == it.id).values(**values))


def kind_of(rules: Rules, name: str) -> Kind:
    """The kind of this name; one that the config no longer has keeps its bare word."""
    return next((one for one in rules.awards.kinds if one.name == name), Kind(name=name, zh=name, en=name))


def called(rules: Rules, name: str) -> dict[str, Any]:
    """The name of a kind as a text in the reader's language."""
    kind = kind_of(rules, name)
    return text("award.kind", zh=kind.zh, en=kind.en)


def kind_named(kinds: Sequence[Kind], word: str) -> Kind | None:
    """The kind that somebody means, by its word or its name in either language."""
    plain = word.strip().casefold()
    return next((one for one in kinds if plain in (one.name, one.zh.casefold(), one.en.casefold())), None)


def write_down(
    work: Work, actor_id: int | None, it: Round, action: str, person_id: int | None = None, **detail: Any
) -> None:
    """One line of the audit trail about a round."""
    trail.write(work, actor_id, it, action, person_id, round=it.id, kind=it.kind, **detail)
