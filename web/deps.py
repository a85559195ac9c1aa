"""What the web room is given by the composition root, and nothing else."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from prometheus_client import CollectorRegistry
from sqlalchemy import Row
from starlette.routing import BaseRoute

from dispatch.rules import Rules
from models.clock import Clock
from models.store import Store
from models.words import Language

Say = Callable[[Language, str, dict[str, Any]], str]
"""A text of the locale files by language, key and parameters."""

FetchMedia = Callable[[Row[*tuple[Any, ...]]], Awaitable[bytes | None]]
"""The content of a `media` row that is not in the store, or None when its channel no longer has it."""


class Fault(Protocol):
    """Something that keeps the service from its promise: a short name, and a sentence for whoever operates it."""

    @property
    def name(self) -> str: ...

    @property
    def detail(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Phone:
    """One phone of the demo: the text key of its holder's role, the key of their chat, and their (made-up) name."""

    label: str
    key: str
    name: str


@dataclass(frozen=True, slots=True)
class DemoControls:
    """What the demo page shows and switches. The pace is "real" (the configured waits) or "fast" (half a minute)."""

    phones: Sequence[Phone]
    pace: Callable[[], str]
    set_pace: Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Deps:
    """Everything the pages stand on. `health` runs in a thread; `arrived` is called on the event loop."""

    store: Store
    clock: Clock
    rules: Rules
    say: Say
    arrived: Callable[[], None]  # Called after a commit to the inbox, so that the worker wakes.
    health: Callable[[], Sequence[Fault]]
    fetch_media: FetchMedia
    webhook: Sequence[BaseRoute] = ()  # Routes that a channel needs for itself.
    demo: DemoControls | None = None
    registry: CollectorRegistry | None = None  # Further figures of the process for /metrics.
    says_per_minute: int = 30  # Per chat; what comes faster is asked to come again.
