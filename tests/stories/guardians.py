"""What stories about guardians need besides the village: somebody frail, and how one comes to look after them."""

from typing import Any

from sqlalchemy import select, update

from models.guardians import Guardianship
from models.people import Person
from tests.stories.world import Neighbour, World


def frail(world: World, name: str = "张奶奶", *, chat: bool = True) -> Neighbour:
    """Somebody frail, with or without a chat of their own."""
    granny = world.resident(name)
    with world.store.write() as conn:
        conn.execute(update(Person).where(Person.id == granny.id).values(frail=True))
    return granny if chat else world.without_chat(granny)


def bind(admin: Neighbour, granny: Neighbour, son: Neighbour, *, by: Neighbour | None = None) -> None:
    """The branch names him, and both say yes; `by` speaks for whoever has no chat."""
    admin.says(f"/guardian {granny.name} {son.name}")
    son.taps("我愿意照看")
    (by or granny).taps("同意")


def tap(world: World, verb: str) -> str:
    """What a button of the bond that is open carries, for somebody who never got it."""
    with world.store.read() as conn:
        return f"{verb}:{conn.scalar(select(Guardianship.token).where(Guardianship.ended_at.is_(None)))}"


def bonds_kept(world: World) -> list[Any]:
    """Who looks after whom, or was asked to, as far as it is kept."""
    with world.store.read() as conn:
        return list(conn.execute(select(Guardianship.token)))
