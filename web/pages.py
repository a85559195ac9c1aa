"""The pages that people see: the chat, the demo's three phones, and what is told when there is no such page."""

import re
from collections.abc import Mapping
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from models.words import Language
from web.assets import FOLDER, Assets
from web.deps import Deps
from web.language import COOKIE, asked_for, chosen
from web.limits import JSON_BYTES, read_body
from web.refusals import Refusal
from web.said import TEXT_MAX

SCRIPT_TEXTS = (
    "sending", "unsent", "offline", "back_soon", "online", "connecting", "today", "yesterday", "new_lines", "photo",
    "video", "voice", "place", "open_photo", "open_file", "open_map", "copy", "copied", "send_place", "finding_place",
    "place_refused", "place_unknown", "place_insecure", "voice_refused", "voice_insecure", "voice_short", "too_big",
    "try_again", "chosen", "me", "service", "alert", "failed", "remove",
)  # fmt: skip
"""What the page's scripts say, each under `web.js.` in the locale files."""

PACES = ("real", "fast")
_CODE = re.compile(r"[A-Za-z0-9_-]{2,56}")
_YEAR = 365 * 24 * 3600
_NAMED = frozenset({"no_village"})  # What is not there, where more can be said of it than of any other page.
_FAULTS = {404: "not_found", 405: "not_found", 500: "broken", 503: "busy"}


class Pages:
    """Renders the pages. Texts come from the locale files, files from `assets`."""

    def __init__(self, deps: Deps, assets: Assets) -> None:
        self._deps = deps
        self._templates = Environment(
            loader=FileSystemLoader(FOLDER.parent / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.globals["asset"] = assets.url

    def routes(self) -> list[Route]:
        """Where they are reached."""
        routes = [Route("/", self.chat), Route("/i/{code}", self.invitation)]
        if self._deps.demo is not None:
            routes += [Route("/demo", self.demo), Route("/demo/pace", self.set_pace, methods=["POST"])]
        return routes

    async def chat(self, request: Request) -> Response:
        """The chat page; in the demo it lies inside the phones and `/` leads to them."""
        if self._deps.demo is not None and "phone" not in request.query_params:
            language = asked_for(request)
            return RedirectResponse(f"/demo?lang={language}" if language else "/demo")
        return self._chat(request, "")

    async def invitation(self, request: Request) -> Response:
        """The chat page, which says /start with the code of the invitation once."""
        code = request.path_params["code"]
        if not _CODE.fullmatch(code):
            raise HTTPException(404)
        return self._chat(request, code)

    async def demo(self, request: Request) -> Response:
        """Three phones side by side, the switch of the clock, and what to try."""
        demo = self._deps.demo
        if demo is None:
            raise HTTPException(404)
        return self.page(request, "demo.html", phones=demo.phones, pace=demo.pace())

    async def set_pace(self, request: Request) -> Response:
        """Switch the demo's clock: {"pace": "real" or "fast"}."""
        demo = self._deps.demo
        wanted = (await read_body(request, JSON_BYTES)).decode("utf-8", "replace")
        match = re.fullmatch(r'\s*\{\s*"pace"\s*:\s*"(\w+)"\s*\}\s*', wanted)
        json_sent = request.headers.get("content-type", "").startswith("application/json")
        if demo is None or match is None or match[1] not in PACES or not json_sent:
            raise Refusal(400, "web.error.bad_request", part="pace")
        demo.set_pace(match[1])
        return JSONResponse({"pace": demo.pace()})

    def fault(self, status: int, language: Language, headers: dict[str, str] | None = None, name: str = "") -> Response:
        """A plain page in both languages for an address that is not there, or for our own mistake."""
        say, name = self._deps.say, name if name in _NAMED else _FAULTS.get(status, "not_found")
        other = Language.EN if language is Language.ZH else Language.ZH
        told = [
            {"lang": each, **{part: say(each, f"web.fault.{name}.{part}", {}) for part in ("title", "text")}}
            for each in (language, other)
        ]
        home = [{"lang": each, "text": say(each, "web.fault.home", {})} for each in (language, other)]
        template = self._templates.get_template("fault.html")
        return HTMLResponse(template.render(told=told, home=home, status=status), status, headers)

    def _chat(self, request: Request, code: str) -> Response:
        numbers = self._deps.rules.numbers
        page = {
            "code": code,
            "mediaBytes": self._deps.rules.media_bytes,
            "textMax": TEXT_MAX,
            "keep": "phone" not in request.query_params,
            "numbers": [numbers.fire, numbers.ambulance, numbers.police],
        }
        return self.page(request, "chat.html", page=page, numbers=numbers, phone="phone" in request.query_params)

    def page(self, request: Request, template: str, **context: Any) -> Response:
        """A page in the reader's language, which is remembered if the address asks for it."""
        language = chosen(request, self._deps.rules.language)

        def text(key: str, **params: Any) -> str:
            return self._deps.say(language, f"web.{key}", params)

        def role(key: str) -> str:
            return self._deps.say(language, key, {})

        def value(one: Any) -> str:
            return self._deps.say(language, one["key"], one["params"]) if isinstance(one, Mapping) else str(one)

        texts = {name: text(f"js.{name}", **_LATER.get(name, {})) for name in SCRIPT_TEXTS}
        html = self._templates.get_template(template).render(
            t=text, role=role, value=value, lang=language, texts=texts, county=self._deps.rules.county_name, **context
        )
        answer = HTMLResponse(html, headers={"Cache-Control": "no-cache", "Vary": "Accept-Language, Cookie"})
        if asked_for(request) and "phone" not in request.query_params:
            answer.set_cookie(COOKIE, language, max_age=_YEAR, samesite="lax", httponly=True)
        return answer


_LATER: dict[str, dict[str, str]] = {"too_big": {"megabytes": "{megabytes}"}, "unsent": {"count": "{count}"}}
"""Texts whose parameter only the page knows: their braces stay."""
