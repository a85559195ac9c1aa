"""What a person says through the page, checked: a text, a tap on a button, a place, or a recording."""

import json
import math
import re
import unicodedata
from dataclasses import dataclass
from typing import Any, NoReturn

from starlette.datastructures import FormData, UploadFile

from models.words import MediaKind
from web.recordings import sniff
from web.refusals import Refusal

TEXT_MAX = 4096
_ID = re.compile(r"[A-Za-z0-9_-]{8,64}")  # The page's own id of what it says; the same id is the same message.
_DATA = re.compile(r"[\x21-\x7e]{1,64}")
_RECORDINGS = {str(kind): kind for kind in (MediaKind.PHOTO, MediaKind.VOICE, MediaKind.VIDEO)}


@dataclass(frozen=True, slots=True)
class Recording:
    """A photo, voice or video with the MIME type that its bytes show."""

    kind: MediaKind
    mime: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Said:
    """One thing said. `kind` is text, tap, place, photo, voice or video; lat and lon are WGS-84 degrees."""

    id: str
    kind: str
    text: str = ""
    data: str | None = None
    to: int | None = None  # The line whose button was tapped.
    lat: float | None = None
    lon: float | None = None
    accuracy: float | None = None  # Metres.
    recording: Recording | None = None


def from_json(body: bytes) -> Said:
    """A text, a tap or a place.

    Raises:
        Refusal: 400 with the part that is wrong, 413 for a text beyond 4096 characters.
    """
    try:
        raw = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as cause:
        raise Refusal(400, "web.error.bad_request", part="json") from cause
    if not isinstance(raw, dict):
        raise Refusal(400, "web.error.bad_request", part="json")
    said_id, kind = _id(raw.get("id")), raw.get("kind")
    if kind == "text":
        return Said(said_id, "text", text=_text(raw.get("text"), required=True))
    if kind == "tap":
        return Said(said_id, "tap", data=_data(raw.get("data")), to=_line(raw.get("to")))
    if kind == "place":
        lat, lon = _degrees(raw.get("lat"), 90, "lat"), _degrees(raw.get("lon"), 180, "lon")
        return Said(said_id, "place", lat=lat, lon=lon, accuracy=_accuracy(raw.get("accuracy")))
    raise Refusal(400, "web.error.bad_request", part="kind")


async def from_form(form: FormData, most: int) -> Said:
    """A recording of at most `most` bytes with its caption.

    Raises:
        Refusal: 400, 413 or 415.
    """
    said_id, file = _id(form.get("id")), form.get("file")
    kind = _RECORDINGS.get(str(form.get("kind")))
    if kind is None:
        raise Refusal(400, "web.error.bad_request", part="kind")
    if not isinstance(file, UploadFile):
        raise Refusal(400, "web.error.bad_request", part="file")
    content = await file.read(most + 1)
    if len(content) > most:
        raise Refusal(413, "web.error.too_big", megabytes=f"{most / 1024 / 1024:.1f}".removesuffix(".0"))
    caption = _text(form.get("text", ""), required=False)
    return Said(said_id, str(kind), text=caption, recording=Recording(kind, sniff(content, kind), content))


def _id(raw: Any) -> str:
    if not isinstance(raw, str) or not _ID.fullmatch(raw):
        raise Refusal(400, "web.error.bad_request", part="id")
    return raw


def _text(raw: Any, required: bool) -> str:
    """The text without control characters; line ends stay."""
    if not isinstance(raw, str) or any("\ud800" <= letter <= "\udfff" for letter in raw):
        raise Refusal(400, "web.error.bad_request", part="text")
    if len(raw) > TEXT_MAX:
        raise Refusal(413, "web.error.text_too_long", most=TEXT_MAX)
    plain = raw.replace("\r\n", "\n").replace("\r", "\n")
    plain = "".join(letter for letter in plain if letter in "\n\t" or unicodedata.category(letter) != "Cc").strip()
    if required and not plain:
        raise Refusal(400, "web.error.empty")
    return plain


def _data(raw: Any) -> str:
    if not isinstance(raw, str) or not _DATA.fullmatch(raw):
        raise Refusal(400, "web.error.bad_request", part="data")
    return raw


def _line(raw: Any) -> int | None:
    if raw is None:
        return None
    if type(raw) is not int or not 0 < raw < 2**63:
        raise Refusal(400, "web.error.bad_request", part="to")
    return raw


def _degrees(raw: Any, most: float, part: str) -> float:
    if not _is_number(raw) or not -most <= raw <= most:
        raise Refusal(400, "web.error.bad_request", part=part)
    return float(raw)


def _accuracy(raw: Any) -> float | None:
    if raw is None:
        return None
    if not _is_number(raw) or raw < 0:
        raise Refusal(400, "web.error.bad_request", part="accuracy")
    return min(float(raw), 1e7)


def _is_number(raw: Any) -> bool:
    return type(raw) in (int, float) and abs(raw) < 1e9 and math.isfinite(raw)


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
