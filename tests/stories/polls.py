"""What stories about awards need besides the village: who names, seconds and votes, and what the tables then hold."""

from typing import Any

from sqlalchemy import select

from models.awards import AwardRound, Nomination
from models.ballots import Ballot, BallotChoice, BallotVoter
from models.habits import AwardEnding
from models.people import Person
from tests.stories.rounds import calendar_turns
from tests.stories.world import Neighbour, World


def villagers(world: World, *names: str) -> list[Neighbour]:
    """Residents, each with a household and a chat."""
    return [world.resident(name, phone=f"139000010{number:02d}") for number, name in enumerate(names)]


def opens(world: World, secretary: Neighbour, kind: str = "好邻居") -> None:
    """The branch begins a round; the calendar has been looked at before."""
    calendar_turns(world)
    secretary.says(f"/award {kind}")
    secretary.taps(next(label for label in reversed(secretary.labels()) if label.startswith("开始评比")))


def names(who: Neighbour, whom: str, why: str = "常帮大家扫雪") -> None:
    """They name somebody, by the button under the announcement."""
    who.taps("我来提名").says(whom).says(why)


def stands(who: Neighbour, named: Neighbour, second: Neighbour, why: str = "常帮大家扫雪") -> None:
    """Named, willing and seconded."""
    names(who, named.name, why)
    named.taps("我愿意")
    second.says("/nominate").taps(f"附议：{named.name}")


def nominations_end(world: World) -> None:
    """The week of names is over, and the calendar looks."""
    world.clock.move(days=7, hours=1)
    calendar_turns(world)


def votes(who: Neighbour, label: str) -> None:
    """They tap a name, and the same name once more."""
    who.taps("去投票").taps(label).taps(label)


def ballot_ends(world: World) -> None:
    """The three days of the ballot are over, and the calendar looks."""
    world.clock.move(days=3, hours=1)
    calendar_turns(world)


def counters(world: World) -> list[int]:
    """The votes of the newest ballot in the order of its places, “none of them” first."""
    newest = select(Ballot.id).order_by(Ballot.id.desc()).limit(1).scalar_subquery()
    with world.store.read() as conn:
        statement = select(BallotChoice.votes).where(BallotChoice.ballot_id == newest).order_by(BallotChoice.place)
        return list(conn.scalars(statement))


def voters(world: World) -> set[int]:
    """Who has voted in any ballot."""
    with world.store.read() as conn:
        return set(conn.scalars(select(BallotVoter.person_id)))


def ending(world: World) -> AwardEnding | None:
    """How the newest round ended."""
    with world.store.read() as conn:
        return conn.scalars(select(AwardRound.ending).order_by(AwardRound.id.desc()).limit(1)).one()


def winners(world: World) -> list[Any]:
    """Who won in any round."""
    with world.store.read() as conn:
        statement = select(Person.name).join(Nomination, Nomination.person_id == Person.id)
        return list(conn.scalars(statement.where(Nomination.won).order_by(Nomination.id)))
