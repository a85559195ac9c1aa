"""What is published and reported of a month: each village's results, the township's report, once and as counted."""

from datetime import datetime
from io import BytesIO
from typing import Any

import openpyxl
from sqlalchemy import Connection, Row, select

from bench import county
from bench.together import people
from bench.together.recount import Recount
from bench.together.town import Town
from bot.reports.facts import COLUMNS
from dispatch.figures import months
from models.habits import PublicationKind
from models.ledger import PointEntry
from models.mail import Outbox
from models.publishing import Publication
from models.requests import Media

LEAST = 5  # Of a count that is published.
RESULTS, REPORTS = "results of a month", "reports"


def compare(town: Town, month: str) -> None:
    """On the day on which they are made."""
    with town.store.read() as conn:
        found = Recount(town, conn)
        about = [f"{code}:{month}" for code in people.CODES]
        kinds = (Publication.kind == PublicationKind.RESULTS, Publication.about.like(f"%:{month}"))
        rows = conn.execute(select(Publication.about, Publication.body).where(*kinds).order_by(Publication.about)).all()
        town.book.check(RESULTS, month, [row.about for row in rows], about)
        for row in rows:
            code = row.about.partition(":")[0]
            shown = {line["key"]: line["params"].get("value") for line in row.body}
            wanted = _protected(conn, found, code, month)
            town.book.check(RESULTS, row.about, {key: shown.get(key) for key in wanted}, wanted)
            held = found.of("gatherings", code, month)
            days = sum(line["key"] == "results.activity" for line in row.body)
            town.book.check(RESULTS, f"{row.about}, days", days, held)
            town.book.did["results"] += 1
        _report(town, conn, found, month)


def _protected(conn: Connection, found: Recount, code: str, month: str) -> dict[str, Any]:
    """What of the counts may be seen: from five on; points in tens, of five people at least."""

    def shown(key: str) -> int | None:
        count = found.of(key, code, month)
        return count if count >= LEAST else None

    few = {"key": "results.few", "params": {}}
    mine = (PointEntry.area_code == code, PointEntry.month == month)
    earners = {person for (person,) in conn.execute(select(PointEntry.person_id).where(*mine))}
    points = found.of("points", code, month) // 10 * 10 if len(earners) >= LEAST else 0
    return {
        "results.solved": shown("solved") or few,
        "results.visits": shown("visits") or few,
        "results.came": shown("came"),
        "results.points": points or None,
    }


def _report(town: Town, conn: Connection, found: Recount, month: str) -> None:
    """Each admin of the township has it once, and its workbook says what the rows say."""
    rows = [row for row in _sent(conn, months.named(town.rules, month).until)
            if row.message["params"]["month"] == month]  # fmt: skip
    town.book.check(REPORTS, f"{month} sent", sorted(row.person_id for row in rows), people.townships())
    town.book.did["reports"] += len(rows)
    tokens = {one["token"] for row in rows for one in row.message["media"]}
    files = {row.mime: row.content for row in conn.execute(select(Media.mime, Media.content)
             .where(Media.token.in_(tokens)))}  # fmt: skip
    town.book.check(REPORTS, f"{month} files", len(tokens), 2)
    content = next((content for mime, content in files.items() if "xlsx" in mime), None)
    if content is None:
        town.book.check(REPORTS, f"{month} workbook", None, "a workbook")
        return
    sheet = openpyxl.load_workbook(BytesIO(content)).worksheets[0]
    lines = [[cell for cell in line if cell is not None] for line in sheet.iter_rows(min_row=4, values_only=True)]
    wanted = {code: [found.of(key, code, month) for key in COLUMNS] for code in people.CODES}
    town.book.check(REPORTS, f"{month} villages", {line[0]: line[2:] for line in lines[:-1]}, wanted)
    sums = [sum(column) for column in zip(*wanted.values(), strict=True)]
    town.book.check(REPORTS, f"{month} together", lines[-1][-len(COLUMNS) :], sums)


def _sent(conn: Connection, since: datetime) -> list[Row[Any]]:
    """The messages with a report since an instant."""
    rows = conn.execute(select(Outbox.person_id, Outbox.message).where(Outbox.created_at >= since))
    return [row for row in rows if row.message.get("key") == "figures.report"]


def everything(town: Town, names: list[str], awarded: list[str]) -> None:
    """At the end: nothing but what had to be published and sent, each once, and closed whose time is over."""
    with town.store.read() as conn:
        sent = [(row.message["params"]["month"], row.person_id) for row in _sent(conn, county.SINCE)]
        reports = [(name, person) for name in names for person in people.townships()]
        town.book.check(REPORTS, "all", sorted(sent), sorted(reports))
        rows = conn.execute(select(Publication.kind, Publication.about, Publication.closed_at)).all()
    wanted = {(kind, f"{code}:{month}") for kind in (PublicationKind.POINTS, PublicationKind.RESULTS)
              for code in people.CODES for month in names}  # fmt: skip
    wanted |= {(PublicationKind.AWARD, about) for about in awarded}
    found = [(row.kind, row.about) for row in rows]
    town.book.check("publications", "all", sorted(found), sorted(wanted))
    for row in rows:
        town.book.check("publications", f"{row.kind} {row.about} closed", row.closed_at is not None, wanted=True)
    town.book.did["publications"] = len(rows)
