"""A file that the service makes for a person: kept as a recording for a short while, and sent like one."""

from sqlalchemy import insert

from dispatch.messages import Attachment
from dispatch.taps import new_token
from dispatch.work import Work
from models.requests import Media
from models.words import MediaKind

CHANNEL = "service"  # By none of the channels: its content is here.


def keep(work: Work, content: bytes, mime: str, kind: MediaKind = MediaKind.FILE) -> Attachment:
    """Keep a file for `rules.retention.documents`; whoever has its token can fetch it so long."""
    token = new_token()
    work.conn.execute(
        insert(Media).values(token=token, kind=kind, channel=CHANNEL, mime=mime, content=content, created_at=work.now)
    )
    return Attachment(token, kind, CHANNEL, None)
