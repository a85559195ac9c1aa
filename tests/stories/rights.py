"""What stories about people's rights need besides the village: the calendar, the files of the store, and documents."""

from pathlib import Path

from sqlalchemy import select

from dispatch import calendar
from dispatch.jobs import JOBS
from dispatch.rights.scrubbing import scrub_when_due
from models.requests import Media
from models.words import MediaKind
from tests.stories.world import World


def nights(world: World, count: int = 1, minutes: int = 3) -> None:
    """So many nights pass, of which the first minutes are lived through; at the end the files are scrubbed."""
    for _ in range(count):
        local = world.rules.local(world.clock.now())
        world.clock.move(hours=(25 - local.hour) % 24 or 24, minutes=-local.minute)
        for _ in range(minutes):
            world.clock.move(minutes=1)
            keeps_its_calendar(world)
        world.clock.move(hours=4)
        world.tick()  # Dialogs left half-way end.
        keeps_its_calendar(world)


def keeps_its_calendar(world: World) -> None:
    """What the service does by the calendar, and what it sends then."""
    calendar.run_due(world.store, world.clock, world.rules, JOBS)
    world.settle()
    scrub_when_due(world.store, world.clock, world.rules)


def minutes_pass(world: World, count: int = 3) -> None:
    """Minutes by the calendar alone: those that are left over from ten one by one, the others in tens."""
    while count > 0:
        step = 1 if count % 10 else 10
        world.clock.move(minutes=step)
        keeps_its_calendar(world)
        count -= step


def documents(world: World) -> list[str]:
    """The texts of the files that the service made, oldest first."""
    with world.store.read() as conn:
        made = conn.scalars(select(Media.content).where(Media.kind == MediaKind.FILE).order_by(Media.id)).all()
    return [content.decode("utf-8-sig") for content in made if content is not None]


def gives_documents(world: World) -> None:
    """Let the telegram end of a story fetch files that the service made, as the running service does."""

    def load(token: str) -> tuple[bytes, str] | None:
        with world.store.read() as conn:
            row = conn.execute(select(Media.content, Media.mime).where(Media.token == token)).one_or_none()
        return (row.content, row.mime) if row is not None and row.content is not None else None

    if world.channel == "telegram":
        world.line.channel._load = load


def bytes_on_disk(world: World) -> bytes:
    """Everything in the files of an SQLite store: the database and what stands beside it."""
    path = Path(str(world.store.url.database))
    return b"".join(one.read_bytes() for one in sorted(path.parent.glob(f"{path.name}*")))
