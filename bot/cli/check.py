"""`doctor` and `status`: what is wrong, and how things stand."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

import typer
from sqlalchemy import Connection, func, select, union_all

from bot.cli import telegram
from bot.cli.bar import bar
from bot.cli.front import PROBLEM, AsJson, ConfigPath, Front, Lang, as_json, at_front
from dispatch import gaps, health, marks
from dispatch.ledger import verifying
from dispatch.messages import text
from models.clock import SystemClock
from models.mail import IS_ASIDE, IS_NEW, Inbox, Lease, Outbox, unsent
from models.requests import Request
from models.store import Store
from models.words import Lane

SKEW = 5.0  # Seconds our clock may differ from Telegram's before it is a fault.


def doctor(config: ConfigPath = None, lang: Lang = None, json: AsJson = False) -> None:
    with at_front(config, lang) as front, front.store() as store:
        faults = _telegram(front)
        polls = front.config.token is not None and front.config.telegram.mode == "polling"
        told = {fault.name for fault in faults}
        found = health.faults(store, SystemClock(), polls=polls, deep=True)
        faults += [fault for fault in found if fault.name not in told]
        if not {"database", "schema"} & {fault.name for fault in faults}:
            faults += _ledger(front, store)
        lacking = _gaps(store) if not {"database", "schema"} & {fault.name for fault in faults} else ()
        if json:
            sentences = [{"name": fault.name, "text": front.say(fault.key, **fault.params)} for fault in faults]
            as_json({"fine": not faults, "faults": sentences, "roster": [asdict(gap) for gap in lacking]})
        else:
            _tell(front, faults, lacking)
        if faults:
            raise typer.Exit(PROBLEM)


def _telegram(front: Front) -> list[health.Fault]:
    if front.config.token is None:
        return []
    seen, found = telegram.look(front.config), []
    if seen.refused:
        found.append(health.Fault("token", seen.why, "health.token"))
    elif not seen.name:
        found.append(health.Fault("telegram", seen.why, "health.telegram", {"why": seen.why}))
    if seen.skew is not None and abs(seen.skew) > SKEW:
        found.append(health.Fault("clock", f"{seen.skew:.0f} s", "health.clock", {"seconds": f"{seen.skew:+.0f}"}))
    return found


def _ledger(front: Front, store: Store) -> list[health.Fault]:
    """Every broken place of the ledger of points, whole chains with all their seals."""
    with bar(front.say("cli.doctor.ledger")) as report, store.read() as conn:
        broken = list(dict.fromkeys(verifying.everything(conn, report)))
    return [
        health.Fault(
            "ledger", f"chain {one.area_code}, entry {one.number}: {one.why}", "health.ledger",
            {"area": one.area_code, "number": one.number, "why": text(f"ledger.why.{one.why}")},
        )
        for one in broken
    ]  # fmt: skip


def _gaps(store: Store) -> tuple[gaps.Gap, ...]:
    with store.read() as conn:
        return gaps.gaps(conn)


def _tell(front: Front, faults: list[health.Fault], lacking: tuple[gaps.Gap, ...]) -> None:
    front.tell("cli.doctor.faults" if faults else "cli.doctor.fine", count=len(faults))
    for fault in faults:
        typer.echo(f"  ✗ {front.say(fault.key, **fault.params)}")
    if front.config.token is None:
        typer.echo(f"  · {front.say('cli.doctor.no_token')}")
    for gap in lacking:
        typer.echo(f"  · {front.say(f'cli.doctor.{gap.name}', count=gap.count)}")
        for example in gap.examples:
            typer.echo(f"      {example}")
        if gap.count > len(gap.examples) and gap.name != "households":
            typer.echo("      …")


def status(config: ConfigPath = None, lang: Lang = None, json: AsJson = False) -> None:
    with at_front(config, lang) as front, front.ready() as store, store.read() as conn:
        found = _standing(conn, SystemClock().now())
        if json:
            as_json(found)
            return
        for name, value in found.items():
            shown = (
                "  ".join(f"{key} {_short(one)}" for key, one in value.items()) if isinstance(value, dict) else value
            )
            typer.echo(f"{front.say(f'cli.status.{name}')}: {shown or '–'}")


def _standing(conn: Connection, now: datetime) -> dict[str, Any]:
    """Counts and ages in seconds."""
    open_ = (Request.ended_at.is_(None), Request.drill.is_(False))
    requests = select(Request.state, func.count()).where(*open_).group_by(Request.state)
    inbox = select(Inbox.state, func.count(), func.min(Inbox.received_at)).group_by(Inbox.state)
    waiting = unsent(Outbox.lane, Outbox.created_at).c
    outbox = select(waiting.lane, func.count(), func.min(waiting.created_at)).group_by(waiting.lane)
    oldest = conn.scalar(select(func.min(Request.opened_at)).where(*open_))
    leases = conn.execute(select(Lease.name, Lease.holder, Lease.epoch, Lease.until).order_by(Lease.name))
    ran = {name: marks.get(conn, name) for name in (marks.SWEEP_RAN, marks.POLLER_OK)}
    return {
        "requests": {str(state): count for state, count in conn.execute(requests)},
        "oldest_request_seconds": _age(oldest, now),
        "inbox": {
            str(state): {"count": count, "seconds": _age(since, now)}
            for state, count, since in conn.execute(union_all(inbox.where(IS_NEW), inbox.where(IS_ASIDE)))
        },
        "outbox": {
            Lane(lane).name.lower(): {"count": count, "seconds": _age(since, now)}
            for lane, count, since in conn.execute(outbox)
        },
        "leases": {
            name: {"holder": holder, "epoch": epoch, "seconds": -(_age(until, now) or 0)}
            for name, holder, epoch, until in leases
        },
        "last": {name: _age(mark[1], now) for name, mark in ran.items() if mark is not None},
        "hold": marks.held(conn),
    }


def _age(since: datetime | None, now: datetime) -> int | None:
    return None if since is None else int((now - since).total_seconds())


def _short(value: Any) -> str:
    return "/".join(str(one) for one in value.values()) if isinstance(value, dict) else str(value)
