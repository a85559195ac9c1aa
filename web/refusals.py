"""What the interface answers when it cannot take something: a status, a text key, and the sentence in both forms."""

from collections.abc import Mapping
from typing import Any

from starlette.responses import JSONResponse

from models.words import Language
from web.deps import Say


class Refusal(Exception):
    """Nothing was stored, and `key` says why. Do: what the sentence says."""

    def __init__(self, status: int, key: str, headers: Mapping[str, str] | None = None, **params: Any) -> None:
        super().__init__(status, key)
        self.status = status
        self.key = key
        self.headers = headers
        self.params = params


def answer(refusal: Refusal, say: Say, language: Language) -> JSONResponse:
    """The refusal as {"error": key, "text": sentence}."""
    text = say(language, refusal.key, refusal.params)
    return JSONResponse({"error": refusal.key, "text": text}, refusal.status, refusal.headers)
