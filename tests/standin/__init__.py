"""Our own stand-in for Telegram's Bot API: a real HTTP server that behaves, and misbehaves, as Telegram does.

In a test: `with StandIn() as standin: wang = standin.person(11, "王芳"); wang.says("/start"); wang.hears("…")`.
As a process: `python -m tests.standin --port 8081`, driven through `Remote(8081)` or plain HTTP (see `server.Server`).
"""

from .chats import Call
from .errors import Json
from .handles import Group, Person, wait_until
from .running import Driver, Guest, Remote, StandIn
from .world import TOKEN

__all__ = ["TOKEN", "Call", "Driver", "Group", "Guest", "Json", "Person", "Remote", "StandIn", "wait_until"]
