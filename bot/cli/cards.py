"""`cards`: the contact cards of a village, ready for the printer. What is printed anew ends what was printed before."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated
from urllib.parse import urlsplit

import typer

from bot.cli.front import ConfigPath, Front, Lang, at_front
from bot.cli.links import links
from bot.files import appearing
from bot.print import BadFont, Fonts
from bot.print import cards as paper
from dispatch import invitations, spots
from dispatch.contact import codes, faces
from dispatch.contact.faces import Door, Face
from dispatch.work import Work
from models.clock import SystemClock
from models.migrate import migrate

_HERE = {"127.0.0.1", "localhost", "::1", "0.0.0.0"}  # noqa: S104 - looked for, not listened at.

Link = Callable[[str], dict[str, str]]


def cards(
    village: Annotated[str, typer.Option(metavar="CODE", help="cli.option.cards_village")],
    out: Annotated[Path, typer.Option(metavar="FILE.pdf", help="cli.option.cards_out")],
    config: ConfigPath = None,
    lang: Lang = None,
    steward: Annotated[str, typer.Option(metavar="NAME|PHONE|N", help="cli.option.cards_steward")] = "",
    reprint: Annotated[bool, typer.Option("--reprint", help="cli.option.cards_reprint")] = False,
) -> None:
    with at_front(config, lang) as front:
        fonts, link = _fonts(front), _link(front)
        if out.exists():
            raise front.fail("cli.cards.exists", path=out)
        with front.store() as store, appearing(out) as (file,):
            migrate(store)
            with store.write() as conn:
                work = Work(conn, SystemClock().now(), front.config.dispatch)
                doors = _doors(front, work, village, steward, reprint=reprint)
                sides = [_sides(front, work, door, link) for door in doors]
                title = front.say("contact.print.title")
                shortened = paper.draw(file, fonts, title, sides)
                work.flush()
        _tell(front, doors, fonts, shortened, out)


def _fonts(front: Front) -> Fonts:
    try:
        return Fonts(front.config.printing.font)
    except BadFont as refusal:
        raise front.fail("cli.cards.font", path=refusal.path, why=refusal.why) from refusal


def _link(front: Front) -> Link:
    """What gives the address in a QR. A card that lies in a drawer for years must not lead to the wrong place."""
    link = links(front.config)
    known = link("")
    if front.config.token is not None and "telegram" not in known:
        raise front.fail("cli.cards.no_bot")
    base = next(iter(known.values()))
    if urlsplit(base).hostname in _HERE:
        front.warn("cli.cards.local", base=base)
    return link


def _doors(front: Front, work: Work, village: str, who: str, *, reprint: bool) -> list[Door]:
    """Whose cards are printed; those printed for them before end here."""
    if spots.village(work.conn, village) is None:
        raise front.fail("cli.cards.no_village", code=village)
    doors = list(faces.to_print(work.conn, work.rules, village, who))
    if not doors:
        raise front.fail("cli.cards.nobody", code=village, who=who or "–")
    ended = sum(invitations.revoke_cards(work, door.face.steward_id, door.household_id, printed=True) for door in doors)
    if ended and not reprint:
        raise front.fail("cli.cards.printed_before", count=ended)
    return doors


def _sides(front: Front, work: Work, door: Door, link: Link) -> tuple[paper.Front, paper.Back]:
    code = invitations.card(work, door.face.steward_id, door.household_id, printed=True, actor_id=None)
    home = (
        front.say("contact.print.home", household=door.household)
        if door.household_id is not None
        else front.say("contact.print.any_home")
    )
    back = paper.Back(
        link=next(iter(link(code.token).values())),
        code=codes.shown(code.typed),
        home=home,
        how_to_scan=front.say("contact.print.how_scan"),
        how_to_type=front.say("contact.print.how_type"),
        footer=front.say("contact.print.footer", county=front.config.dispatch.county_name),
    )
    return _front(front, door.face), back


def _front(front: Front, face: Face) -> paper.Front:
    name = front.say("name.made_up", name=face.name) if face.made_up else face.name
    return paper.Front(
        title=front.say("contact.print.title"),
        role=front.say("contact.print.steward"),
        name=name,
        place=f"{face.village} · {face.grid}" if face.grid else face.village,
        services=front.say("contact.print.skills", services=faces.services(front.config.dispatch, face.skills)),
        promise=front.say("contact.print.promise"),
        phone=front.say("contact.print.office", phone=face.phone) if face.phone else "",
    )


def _tell(front: Front, doors: list[Door], fonts: Fonts, shortened: list[str], out: Path) -> None:
    homeless = sum(door.household_id is None for door in doors)
    if homeless:
        front.warn("cli.cards.unbound", count=homeless)
    if fonts.missing:
        front.warn("cli.cards.missing", signs=" ".join(sorted(fonts.missing)))
    if shortened:
        front.warn("cli.cards.shortened", words="; ".join(dict.fromkeys(shortened)))
    pages = -(-len(doors) // paper.EACH_PAGE) * 2
    front.tell("cli.cards.done", count=len(doors), pages=pages, path=out)
