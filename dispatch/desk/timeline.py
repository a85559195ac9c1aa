"""The timeline of a request: what was said about it, by whom, with the recordings that came along."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select

from dispatch import geo
from dispatch.areas import Located
from dispatch.cases import CASES, Case
from dispatch.messages import Attachment
from dispatch.taps import new_token
from dispatch.work import Work
from models.requests import Media, Note, Request
from models.words import MediaKind, NoteKind


@dataclass(frozen=True, slots=True)
class Recording:
    """A photo, voice or video as it came: how its channel calls it, or the token under which it is already kept."""

    kind: MediaKind
    channel: str
    file_ref: str | None = None
    token: str | None = None
    mime: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """One thing a person said about a request: text, recordings, a point, and how to find the message again."""

    text: str = ""
    recordings: tuple[Recording, ...] = ()
    point: geo.Point | None = None
    ref: str | None = None


def note(work: Work, case: Case, person_id: int | None, kind: NoteKind, words: Words) -> tuple[Attachment, ...]:
    """Write words on the timeline, a line for each recording; returns the recordings as they go out."""
    kept = [keep(work, case, recording) for recording in words.recordings] or [(None, None)]
    for index, (media_id, _) in enumerate(kept):
        work.notes.append(
            {
                "request_id": case.id,
                "county_code": case.county_code,
                "township_code": case.township_code,
                "village_code": case.village_code,
                "person_id": person_id,
                "kind": kind,
                "text": words.text if index == 0 else "",
                "media_id": media_id,
                "lat": words.point.lat if words.point else None,
                "lon": words.point.lon if words.point else None,
                "said_ref": words.ref,
                "at": work.now,
            }
        )
    return tuple(attachment for _, attachment in kept if attachment is not None)


def keep(work: Work, place: Located, recording: Recording) -> tuple[int | None, Attachment | None]:
    """The media row of a recording: the web chat wrote it on arrival, other channels keep only its name there."""
    token = recording.token or new_token()
    media_id = work.conn.execute(select(Media.id).where(Media.token == token)).scalar()
    if media_id is None:
        row = {
            "token": token,
            "kind": recording.kind,
            "channel": recording.channel,
            "file_ref": recording.file_ref,
            "mime": recording.mime or "application/octet-stream",
            "created_at": work.now,
            "county_code": place.county_code,
            "township_code": place.township_code,
            "village_code": place.village_code,
        }
        media_id = work.conn.execute(insert(Media).returning(Media.id), [row]).scalar()
    return media_id, Attachment(token, recording.kind, recording.channel, recording.file_ref)


_SAID = select(Note.text).where(
    Note.request_id.in_(bindparam("requests", expanding=True)), Note.person_id == bindparam("person")
)
_TOLD_IN = (
    CASES.join(Note, Note.request_id == Request.id)
    .where(
        Note.said_ref == bindparam("ref"),
        Note.person_id == bindparam("person"),
        Request.requester_id == bindparam("person"),
    )
    .order_by(Note.id.desc())
    .limit(1)
)


def said(conn: Connection, request_ids: Collection[int], person_id: int) -> list[str]:
    """All that a person said about these requests, in no order."""
    return list(conn.execute(_SAID, {"requests": list(request_ids), "person": person_id}).scalars())


def newest_point(conn: Connection, request_id: int) -> geo.Point | None:
    """The last place that was sent about a request."""
    placed = select(Note.lat, Note.lon).where(Note.request_id == request_id, Note.lat.is_not(None))
    row = conn.execute(placed.order_by(Note.id.desc()).limit(1)).one_or_none()
    return geo.Point(row.lat, row.lon) if row is not None and row.lon is not None else None


def told_in(conn: Connection, ref: str | None, person_id: int) -> Case | None:
    """The requester's own request about which this message of theirs told; it is not locked."""
    row = conn.execute(_TOLD_IN, {"ref": ref, "person": person_id}).one_or_none() if ref is not None else None
    return Case(*row) if row is not None else None
