"""What a photo, a voice or a video really is: told by its first bytes, never by what the sender calls it."""

from models.words import MediaKind
from web.refusals import Refusal

_STILL_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"mif1", b"msf1"}
_OTHER_BRANDS = {b"avif", b"avis", b"crx "}

MIMES = {
    MediaKind.PHOTO: {"image/jpeg", "image/png", "image/webp", "image/gif", "image/heic"},
    MediaKind.VOICE: {"audio/webm", "audio/ogg", "audio/mp4", "audio/wav", "audio/mpeg"},
    MediaKind.VIDEO: {"video/webm", "video/mp4", "video/quicktime"},
}
"""What is taken, and what the browser is told when it is shown again."""

SHOWN = frozenset().union(*MIMES.values())


def sniff(content: bytes, kind: MediaKind) -> str:
    """The MIME type of a recording of this kind.

    Raises:
        Refusal: 415, the bytes are nothing of this kind that we take.
    """
    found = next((mime for mime in _guesses(content) if mime in MIMES[kind]), None)
    if found is None:
        raise Refusal(415, f"web.error.not_{kind}")
    return found


def _guesses(content: bytes) -> tuple[str, ...]:
    """What the first bytes may be; containers hold sound or pictures alike."""
    head = content[:64]
    for magic, guesses in (
        (b"\xff\xd8\xff", ("image/jpeg",)),
        (b"\x89PNG\r\n\x1a\n", ("image/png",)),
        (b"GIF87a", ("image/gif",)),
        (b"GIF89a", ("image/gif",)),
        (b"OggS", ("audio/ogg",)),
        (b"ID3", ("audio/mpeg",)),
    ):
        if head.startswith(magic):
            return guesses
    if head.startswith(b"RIFF"):
        return {b"WEBP": ("image/webp",), b"WAVE": ("audio/wav",)}.get(head[8:12], ())
    if head.startswith(b"\x1aE\xdf\xa3"):
        return ("audio/webm", "video/webm") if b"webm" in head else ()
    if head[4:8] == b"ftyp":
        return _iso_media(head[8:12])
    # A bare MPEG audio frame: eleven sync bits and a layer, which AAC in ADTS does not have.
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0 and head[1] & 0x06:
        return ("audio/mpeg",)
    return ()


def _iso_media(brand: bytes) -> tuple[str, ...]:
    if brand in _STILL_BRANDS:
        return ("image/heic",)
    if brand in _OTHER_BRANDS:
        return ()
    return ("video/quicktime",) if brand == b"qt  " else ("audio/mp4", "video/mp4")
