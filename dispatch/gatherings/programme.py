"""The programme of a theme day: five-minute sessions with speaker and title, and the material to read afterwards."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert, select, update

from dispatch.actors import Actor
from dispatch.desk import timeline
from dispatch.desk.timeline import Recording
from dispatch.gatherings import meetings, roll, seats
from dispatch.gatherings.meetings import Meeting
from dispatch.gatherings.seats import Guest
from dispatch.messages import Attachment
from dispatch.work import Work
from models.gatherings import Session
from models.habits import SessionKind
from models.people import Person
from models.requests import Media

TITLE = 120


@dataclass(frozen=True, slots=True)
class Part:
    """One session with its speaker's name and the recording that goes with its material."""

    kind: SessionKind
    title: str
    speaker_id: int | None
    speaker: str | None
    material: str
    media: Attachment | None


_MEDIA = (Media.token, Media.kind, Media.channel, Media.file_ref)
_PARTS: Any = (
    select(Session.kind, Session.title, Session.speaker_id, Person.name, Session.material, *_MEDIA)
    .outerjoin(Person, Person.id == Session.speaker_id)
    .outerjoin(Media, Media.id == Session.media_id)
)


def parts(work: Work, meeting_id: int) -> list[Part]:
    """The sessions of a theme day, in the order of its programme."""
    rows = work.conn.execute(_PARTS.where(Session.gathering_id == meeting_id))
    made = [
        Part(SessionKind(kind), title, speaker_id, speaker, material, Attachment(*media) if media[0] else None)
        for kind, title, speaker_id, speaker, material, *media in rows
    ]
    return sorted(made, key=lambda part: list(SessionKind).index(part.kind))


def put(work: Work, actor: Actor, meeting: Meeting, kind: SessionKind, speaker: str, title: str) -> None:
    """Who speaks about what.

    Raises:
        BadValue: nobody of the village has the speaker's name, or several.
    """
    speaker_id = roll.named(work, meeting, [speaker])[speaker]
    write(work, actor.id, meeting, kind, speaker_id=speaker_id, title=title[:TITLE])


def add_material(
    work: Work, actor: Actor, meeting: Meeting, kind: SessionKind, words: str, recording: Recording | None
) -> None:
    """What was said there, to be read afterwards: words, or one picture, recording or file, or both."""
    values: dict[str, Any] = {}
    if words:
        before = next((part.material for part in parts(work, meeting.id) if part.kind is kind), "")
        values["material"] = added(work, before, words)
    if recording is not None:
        values["media_id"] = timeline.keep(work, meeting, recording)[0]
    write(work, actor.id, meeting, kind, **values)


def added(work: Work, before: str, words: str) -> str:
    """The material of a session once these words come to it."""
    return "\n".join(filter(None, (before, words)))[: work.rules.words_max]


def write(work: Work, by: int | None, meeting: Meeting, kind: SessionKind, **values: Any) -> None:
    """Write columns of a session; `by` None: a list that comes in with the roster."""
    which = (Session.gathering_id == meeting.id, Session.kind == kind)
    changed = work.conn.execute(update(Session).where(*which).values(**values, written_by=by))
    if not changed.rowcount:
        codes = {name: getattr(meeting, name) for name in ("county_code", "township_code", "village_code")}
        row = {"title": "", "material": "", **values, **codes, "written_by": by}
        work.conn.execute(insert(Session).values(gathering_id=meeting.id, kind=kind, **row))
    meetings.trail(work, by, meeting, "programme", session=str(kind))


def read(work: Work, guest: Guest) -> None:
    """Somebody says to have read it; the first time counts."""
    if guest.read_at is None:
        seats.change(work, guest, read_at=work.now)
