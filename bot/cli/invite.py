"""`invite`: a new code for one person, with its links and a QR to be scanned from the screen."""

import sys
from typing import Annotated, Any

import segno
import typer
from sqlalchemy import Connection, or_, select

from bot.cli.front import PROBLEM, WRONG_USE, AsJson, ConfigPath, Front, Lang, as_json, at_front
from bot.cli.links import links as links_of
from dispatch import invitations
from dispatch.work import Work
from models.clock import SystemClock
from models.migrate import migrate
from models.people import Person
from models.places import Area

_PEOPLE = (
    select(Person.id, Person.name, Person.phone, Area.name.label("village"))
    .outerjoin(Area, Area.code == Person.village_code)
    .order_by(Person.id)
    .limit(20)
)
_LARGEST = 2**31 - 1  # The number of a person; PostgreSQL keeps no larger one.
_ENDING = 4  # So many last digits of a phone are enough.


def invite(
    who: Annotated[str, typer.Argument(metavar="NAME|PHONE", help="cli.option.who")] = "",
    config: ConfigPath = None,
    lang: Lang = None,
    person: Annotated[int | None, typer.Option(help="cli.option.person")] = None,
    json: AsJson = False,
) -> None:
    with at_front(config, lang) as front:
        if bool(who) == (person is not None):
            front.warn("cli.invite.who")
            raise typer.Exit(WRONG_USE)
        with front.store() as store:
            migrate(store)
            with store.write() as conn:
                one = _find(front, conn, who, person)
                work = Work(conn, SystemClock().now(), front.config.dispatch)
                code = invitations.invite(work, one.id)
                work.flush()
        links = links_of(front.config)(code)
        until = front.config.dispatch.local(work.now + front.config.dispatch.invitation_valid)
        if json:
            as_json({"person": one.id, "name": one.name, "code": code, "until": until.isoformat(), **links})
            return
        front.tell("cli.invite.code", name=one.name, code=code, until=f"{until:%Y-%m-%d %H:%M}")
        for link in links.values():
            typer.echo(link)
        segno.make(next(iter(links.values())), error="m").terminal(out=sys.stdout, compact=True)


def _find(front: Front, conn: Connection, who: str, number: int | None) -> Any:
    condition = Person.id == number if number is not None else or_(Person.name == who, Person.phone == who)
    if who.isdecimal() and len(who) >= _ENDING:
        condition = or_(condition, Person.phone.endswith(who))
    beyond = number is not None and abs(number) > _LARGEST
    found = [] if beyond else conn.execute(_PEOPLE.where(condition)).all()
    if len(found) == 1:
        return found[0]
    front.warn("cli.invite.several" if found else "cli.invite.nobody", who=who or number)
    for row in found:
        typer.echo(f"  --person {row.id}  {row.name}  {row.phone or '–'}  {row.village or '–'}", err=True)
    raise typer.Exit(PROBLEM)
