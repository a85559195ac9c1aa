"""Figures in conversation: what a village publishes, for everybody; every count of an area, opened to its rows, for its
admins.
"""

from typing import Any

from bot.conversation import admin, lists
from bot.conversation.flow import Line, Step, Turn, command, tapped
from bot.conversation.understanding import clean
from bot.reports import rows
from dispatch import errors, spots
from dispatch.figures import area, counting, months, ordering
from dispatch.figures.area import Place
from dispatch.figures.months import Month
from dispatch.messages import Button, Message, text
from dispatch.permissions import Action
from dispatch.publishing import publishing
from dispatch.rights import documents
from dispatch.taps import Verb, data, new_token
from models.habits import OrderKind, PublicationKind
from models.publishing import Publication
from models.words import Level

MOST_ROWS = 5000  # Of one file: a township's households take more, and are opened village by village.
COLUMNS = 2


def public(turn: Turn) -> Step | None:
    """`/public`: where everybody can read what my village publishes; without a web page, the newest of it."""
    village = spots.village(turn.work.conn, turn.actor.village_code)
    if village is None or village.village_code is None:
        turn.say("results.no_village")
        return None
    page = turn.work.rules.figures.page
    if page is not None:
        turn.say("results.link", village=village.place, link=f"{page}/public/{village.village_code}")
        return None
    here = (Publication.area_code == village.village_code, Publication.kind == PublicationKind.RESULTS)
    found = publishing.find(turn.work.conn, *here, limit=1)
    if not found:
        turn.say("results.none", village=village.place, day=turn.work.rules.figures.day)
        return None
    message = lists.listed("results.shown", found[0].body)
    turn.send(Message(message.key, {**message.params, "title": found[0].title, "number": found[0].id}))
    return None


def figures(turn: Turn) -> Step | None:
    """`/figures [AREA] [MONTH]`: the widest area that I answer for, and the month that runs."""
    admin.require(turn, Action.SEE_FIGURES)
    rules, words = turn.work.rules, clean(turn.said.arguments).split()
    month = months.current(rules, turn.work.now)
    if words and words[-1][:2] == "20" and len(words[-1]) in range(6, 9):
        month = months.named(rules, words.pop())
    return _show(turn, area.open_to(turn.work.conn, turn.actor, " ".join(words)), month)


def _show(turn: Turn, place: Place, month: Month) -> Step | None:
    if month.since > turn.work.now:
        raise errors.BadValue("figures.future", month=month.name)
    villages = area.villages(turn.work.conn, place)
    found = counting.sums(counting.counts(turn.work.conn, villages, month))
    lines = [text("figures.line", figure=text(f"figure.{key}"), count=count) for key, count in found.items()]
    message = lists.listed("figures.title", lines)
    token = new_token()
    turn.send(
        Message(
            message.key,
            {**message.params, "area": place.name, "month": month.name},
            _buttons(turn, place, month, token),
        )
    )
    return Step("figures", {"token": token, "area": place.code, "month": month.name})


def _buttons(turn: Turn, place: Place, month: Month, token: str) -> tuple[tuple[Button, ...], ...]:
    """Other months, other levels, the rows, and the picture."""

    def button(label: str, what: str, **params: Any) -> Button:
        return Button(label, data(Verb.CHOOSE, f"{token}.{what}"), params)

    rules = turn.work.rules
    earlier, later = months.before(rules, month), months.after(rules, month)
    when = [button("button.figures_before", f"m.{earlier.name}", month=earlier.name)]
    if later.since <= turn.work.now:
        when.append(button("button.figures_after", f"m.{later.name}", month=later.name))
    where = []
    above = _above(turn, place)
    if above is not None:
        where.append(button("button.figures_up", f"a.{above}"))
    if place.level is not Level.BRANCH:
        where.append(button("button.figures_below", "b"))
    more = (button("button.figures_open", "o"), button("button.figures_chart", "c"))
    return tuple(tuple(row) for row in (when, where, more) if row)


def _above(turn: Turn, place: Place) -> str | None:
    """The code of the area around it, if the actor answers for that as well."""
    code = {Level.BRANCH: place.township_code, Level.TOWNSHIP: place.county_code, Level.COUNTY: None}[place.level]
    if code is None:
        return None
    try:
        return area.open_to(turn.work.conn, turn.actor, code).code
    except errors.StewardError:
        return None


def choose(turn: Turn) -> Step | None:
    """Another month, another area, the rows, or the picture. Every tap asks the table of rights anew."""
    token, _, what = turn.token.partition(".")
    if token != turn.memo.get("token"):
        raise errors.NotFound("error.button")
    rules = turn.work.rules
    place = area.open_to(turn.work.conn, turn.actor, str(turn.memo["area"]))
    month = months.named(rules, str(turn.memo["month"]))
    verb, _, which = what.partition(".")
    if verb == "m":
        return _show(turn, place, months.named(rules, which))
    if verb == "a":
        return _show(turn, area.open_to(turn.work.conn, turn.actor, which), month)
    if verb == "c":
        ordering.order(turn.work, OrderKind.CHART, place, month, turn.actor.id)
        turn.say("figures.chart_ordered")
    elif verb == "b":
        _below(turn, place, token)
    elif which in counting.FIGURES:
        _open(turn, place, month, which)
    else:
        _ask_which(turn, token)
    return Step("figures", turn.memo)


def _below(turn: Turn, place: Place, token: str) -> None:
    inner = area.children(turn.work.conn, place)
    made = [Button("button.plain", data(Verb.CHOOSE, f"{token}.a.{one.code}"), {"text": one.name}) for one in inner]
    turn.say("figures.below_ask", buttons=_in_rows(made))


def _ask_which(turn: Turn, token: str) -> None:
    made = [Button(f"figure.{key}", data(Verb.CHOOSE, f"{token}.o.{key}")) for key in counting.FIGURES]
    turn.say("figures.open_ask", buttons=_in_rows(made))


def _in_rows(made: list[Button]) -> list[list[Button]]:
    return [made[start : start + COLUMNS] for start in range(0, len(made), COLUMNS)]


def _open(turn: Turn, place: Place, month: Month, key: str) -> None:
    """The rows that were counted, as a file."""
    conn, rules = turn.work.conn, turn.work.rules
    villages = area.villages(conn, place)
    names, found = counting.rows(conn, villages, month, key, MOST_ROWS + 1)
    if len(found) > MOST_ROWS:
        count = counting.sums(counting.counts(conn, villages, month, [key]))[key]
        raise errors.BadValue("figures.too_many", count=count, most=MOST_ROWS)
    params = {"area": place.name, "month": month.name, "figure": text(f"figure.{key}")}
    turn.record("open_figure", None, figure=key, area=place.code, month=month.name, rows=len(found))
    if not found:
        turn.send(Message("figures.no_rows", params))
        return
    content = rows.document(rules, turn.actor.language or rules.language, villages, names, found)
    turn.send(
        Message("figures.rows", {**params, "count": len(found)}, media=(documents.keep(turn.work, content, rows.MIME),))
    )


SCRIPT = (
    Line(None, command("public"), public),
    Line(None, command("figures"), figures),
    Line("figures", tapped(Verb.CHOOSE), choose),
)
