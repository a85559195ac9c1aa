"""A person at the chat page: a fresh browser profile, on a phone or at a desk."""

import os
import shutil
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, Playwright, expect

from models.words import Language
from tests.integration.webroom import TEXTS, Room

FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]  # fmt: skip
expect.set_options(timeout=60_000)  # A page beside other tests may be slow; whoever is right does not wait for it.
SIZES = {"phone": (360, 740), "desk": (1280, 900)}


def chromium(playwright: Playwright) -> str | None:
    """Where the browser is: the machine's own, else the one that Playwright installed; None where there is neither."""
    own = filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome")))
    return next(own, None) or next(filter(os.path.exists, [playwright.chromium.executable_path]), None)


class Visit:
    """A fresh browser profile with the chat open; collects what goes wrong and what is loaded."""

    def __init__(self, browser: Browser, room: Room, size: str = "phone", language: Language = Language.ZH) -> None:
        width, height = SIZES[size]
        self.room = room
        self.text = TEXTS[language]
        self.context: BrowserContext = browser.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN" if language is Language.ZH else "en-GB",
            permissions=["geolocation", "microphone"],
            geolocation={"latitude": 40.146, "longitude": 118.305},
            has_touch=size == "phone",
        )
        self.page: Page = self.context.new_page()
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.page.on("pageerror", lambda fault: self.faults.append(str(fault)))
        self.page.on("console", lambda line: self.faults.append(line.text) if "Content Security" in line.text else None)
        self.page.on("request", lambda request: self.asked.append(request.url))

    def open(self, path: str = "/") -> "Visit":
        self.page.goto(self.room.url + path)
        expect(self.page.locator("#state")).to_have_text(self.text["web.js.online"])
        return self

    @property
    def key(self) -> str:
        return str(self.page.evaluate("JSON.parse(localStorage.getItem('red-steward.key'))"))

    def say(self, words: str) -> None:
        self.page.fill("#words", words)
        self.page.click("#send")

    def bubbles(self, side: str = "") -> Any:
        return self.page.locator(f".bubble{'.' + side if side else ''}")

    def close(self) -> None:
        self.context.close()
        assert self.faults == []
