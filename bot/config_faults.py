"""What can be wrong in the configuration, said with key, value and what is allowed. Secrets are never repeated."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from types import UnionType
from typing import Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

SECRETS = ("telegram.token", "telegram.webhook.secret", "database.url")
SHOWN = 60
_LOOKS_SECRET = re.compile(r"token|secret|passw|api_?key|\d{5,}:[\w-]{10,}|://[^/\s]*:[^/\s]*@", re.IGNORECASE)
_NEAR = 0.65  # Of 1; below, a word is no likely slip of the pen.

# pydantic's type of error → our sentence. What is missing here is told in the words of the check itself.
_SENTENCES = {
    "enum": "config.fault.one_of",
    "literal_error": "config.fault.one_of",
    "int_parsing": "config.fault.whole",
    "int_type": "config.fault.whole",
    "int_from_float": "config.fault.whole",
    "float_parsing": "config.fault.number",
    "float_type": "config.fault.number",
    "finite_number": "config.fault.number",
    "bool_parsing": "config.fault.yes_no",
    "bool_type": "config.fault.yes_no",
    "string_type": "config.fault.text",
    "string_pattern_mismatch": "config.fault.pattern",
    "greater_than": "config.fault.more_than",
    "greater_than_equal": "config.fault.at_least",
    "less_than_equal": "config.fault.at_most",
    "model_type": "config.fault.section",
    "model_attributes_type": "config.fault.section",
    "missing": "config.fault.missing",
}
_LIMITS = ("gt", "ge", "le", "lt", "expected", "pattern")


@dataclass(frozen=True, slots=True)
class ConfigFault:
    """One thing to mend. `key` names the sentence; `where` is the setting, or the file where that is at fault."""

    key: str
    where: str
    value: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        more = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.where}{f' = {self.value}' if self.value else ''}: {self.key}{f' ({more})' if more else ''}"


class ConfigFaults(Exception):
    """The configuration is refused as a whole; `faults` lists everything that was found."""

    def __init__(self, *faults: ConfigFault) -> None:
        self.faults = faults
        super().__init__("\n".join(map(str, faults)))


def in_environment(model: type[BaseModel], prefix: str, environ: Mapping[str, str]) -> list[ConfigFault]:
    """Variables under our prefix that name no section, or hold broken JSON; the rest is checked with the values."""
    found = []
    for name, value in environ.items():
        if not name.upper().startswith(prefix):
            continue
        path = name[len(prefix) :].lower().split("__")
        if path[0] not in model.model_fields:
            found.append(_unknown(model, tuple(path), value, name))
        elif _takes_json(model, path) and not _is_json(value):
            found.append(ConfigFault("config.fault.json", name, _shown(".".join(path), value)))
    return found


def of_values(model: type[BaseModel], refusal: ValidationError) -> list[ConfigFault]:
    """pydantic's complaints as ours."""
    return [_of_value(model, one) for one in refusal.errors(include_url=False)]


def take_secrets(settings: dict[str, Any]) -> list[str]:
    """Remove the secrets from what a file says, and name them."""
    taken = []
    for dotted in SECRETS:
        *way, last = dotted.split(".")
        section: Any = settings
        for step in way:
            section = section.get(step) if isinstance(section, dict) else None
        if isinstance(section, dict) and section.get(last) and (last != "url" or has_password(section[last])):
            del section[last]
            taken.append(dotted)
    return taken


def has_password(url: object) -> bool:
    """Whether a database's URL holds a password, wherever in it."""
    try:
        parsed = make_url(str(url))
    except ArgumentError:
        return "@" in str(url)
    return bool(parsed.password) or "password" in parsed.query


def _of_value(model: type[BaseModel], error: ErrorDetails) -> ConfigFault:
    place, kind, value = error["loc"], error["type"], error["input"]
    where = _dotted(place)
    if kind == "extra_forbidden":
        return _unknown(model, place, value, where)
    if kind.startswith("config.fault."):
        return ConfigFault(kind, where, "" if isinstance(value, dict) else _shown(where, value))
    context = error.get("ctx", {})
    allowed = next((str(context[name]) for name in _LIMITS if name in context), "")
    params = {"allowed": allowed} if kind in _SENTENCES else {"why": str(context.get("error", error["msg"]))}
    shown = "" if isinstance(value, dict) and kind == "missing" else _shown(where, value)
    return ConfigFault(_SENTENCES.get(kind, "config.fault.because"), where, shown, params)


def _unknown(model: type[BaseModel], place: tuple[int | str, ...], value: object, where: str) -> ConfigFault:
    allowed = [_name(one, info) for one, info in _fields_at(model, place[:-1])]
    everything = dict(keys(model))
    word = str(place[-1])
    near = get_close_matches(word, allowed, 1, _NEAR)
    nearest = _dotted((*place[:-1], near[0])) if near else _elsewhere(word, everything)
    shown = "…" if nearest in SECRETS else _shown(where, value)
    params = {"allowed": ", ".join(allowed), "nearest": nearest}
    return ConfigFault("config.fault.unknown_near" if nearest else "config.fault.unknown", where, shown, params)


def _elsewhere(word: str, everything: Mapping[str, str]) -> str:
    near = get_close_matches(word, everything.values(), 1, _NEAR)
    return next((key for key, last in everything.items() if last in near), "")


def _shown(where: str, value: object) -> str:
    text = str(value)
    if where in SECRETS or _LOOKS_SECRET.search(f"{where} {text}"):
        return "…"
    text = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)


def _dotted(place: tuple[int | str, ...]) -> str:
    return "".join(f"[{one}]" if isinstance(one, int) else f".{one}" for one in place).lstrip(".")


def _name(name: str, info: Any) -> str:
    return info.alias or name


def keys(model: type[BaseModel], before: str = "") -> Iterator[tuple[str, str]]:
    """Every dotted key with its last word."""
    for name, info in model.model_fields.items():
        word = _name(name, info)
        yield before + word, word
        inner = _model_in(info.annotation)
        if inner is not None and get_origin(info.annotation) is not tuple:
            yield from keys(inner, f"{before}{word}.")


def _fields_at(model: type[BaseModel], place: tuple[int | str, ...]) -> Iterator[tuple[str, Any]]:
    current: type[BaseModel] | None = model
    for step in place:
        if isinstance(step, str) and current is not None:
            info = next((one for name, one in current.model_fields.items() if _name(name, one) == step), None)
            current = _model_in(info.annotation) if info is not None else None
    yield from current.model_fields.items() if current is not None else ()


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)


def _takes_json(model: type[BaseModel], path: list[str]) -> bool:
    annotation: Any = model
    for step in path:
        inner = _model_in(annotation)
        info = inner.model_fields.get(step) if inner is not None else None
        if info is None:
            return False
        annotation = info.annotation
    if get_origin(annotation) in (Union, UnionType):
        return False
    return _model_in(annotation) is not None or get_origin(annotation) in (tuple, list, dict)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
