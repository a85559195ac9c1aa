"""Which language a page speaks: the one asked for in its address, else the one chosen before, else the browser's."""

import re

from starlette.requests import Request

from models.words import Language

COOKIE = "lang"
_TAG = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,3}")


def asked_for(request: Request) -> Language | None:
    """The language that the address names, if it names one that we have."""
    return _known(request.query_params.get("lang", ""))


def chosen(request: Request, default: Language) -> Language:
    """The language of a page or of an error."""
    return (
        asked_for(request)
        or _known(request.cookies.get(COOKIE, ""))
        or next(filter(None, map(_known, preferences(request))), default)
    )


def preferences(request: Request) -> list[str]:
    """The tags of Accept-Language, the most wanted first; what is no tag is left out."""
    wanted: list[tuple[float, str]] = []
    for part in request.headers.get("accept-language", "")[:200].split(","):
        tag, _, weight = part.strip().partition(";q=")
        if _TAG.fullmatch(tag):
            wanted.append((_weight(weight), tag))
    return [tag for _weight_, tag in sorted(wanted, key=lambda pair: -pair[0])]


def _weight(text: str) -> float:
    return float(text) if re.fullmatch(r"[01](\.\d{1,3})?", text) else 1.0 if not text else 0.0


def _known(tag: str) -> Language | None:
    return next((language for language in Language if tag[:2].lower() == language), None)
