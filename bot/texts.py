"""Everything we say, in Chinese and English: the same keys in both, checked when the program starts."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path
from string import Formatter
from typing import Any

from models.words import Language

FOLDER = Path(__file__).parent / "locale"


class MissingText(Exception):
    """A key lacks a language, stands twice, or names different parameters. Do: complete bot/locale/*/*.po."""


class Texts:
    """The sentences by language and key; a key's parameters stand in braces.

    Raises:
        MissingText: the languages do not have the same keys with the same parameters.
    """

    def __init__(self, folder: Path = FOLDER) -> None:
        self._by_language = {language: _read(folder / language) for language in Language}
        faults = _faults(self._by_language)
        if faults:
            raise MissingText("; ".join(faults[:10]))

    def say(self, language: Language, key: str, /, **params: Any) -> str:
        """One sentence. A parameter of the shape {"key", "params"} is itself a text and is said first.

        Raises:
            KeyError: no such key, or a parameter is missing.
        """
        filled = {name: self._fill(language, value) for name, value in params.items()}
        return self._by_language[language][key].format_map(filled)

    def _fill(self, language: Language, value: Any) -> Any:
        if isinstance(value, Mapping) and "key" in value:
            return self.say(language, value["key"], **value.get("params", {}))
        return value

    def keys(self) -> frozenset[str]:
        """All keys."""
        return frozenset(self._by_language[Language.ZH])

    def variants(self, key: str) -> frozenset[str]:
        """What a key is called in any language; a word typed instead of tapped is looked up here."""
        return frozenset(texts[key] for texts in self._by_language.values())


@cache  # Whoever speaks besides the service itself, as a report does, reads it no second time.
def _read(folder: Path) -> dict[str, str]:
    read_po = import_module("babel.messages.pofile").read_po  # Not needed to start, only to speak.
    found: dict[str, str] = {}
    for path in sorted(folder.glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file):
                if message.id and isinstance(message.id, str):
                    if message.id in found:
                        raise MissingText(f"{message.id} stands twice in {folder.name}, the second time in {path.name}")
                    found[message.id] = str(message.string)
    return found


def _faults(by_language: Mapping[Language, Mapping[str, str]]) -> list[str]:
    keys = {key for texts in by_language.values() for key in texts}
    faults = []
    for key in sorted(keys):
        spoken = {language: texts.get(key, "") for language, texts in by_language.items()}
        missing = [language for language, text in spoken.items() if not text]
        if missing:
            faults.append(f"{key} has no text in {', '.join(missing)}")
        elif len({_parameters(text) for text in spoken.values()}) > 1:
            faults.append(f"{key} names different parameters in its languages")
    return faults


def _parameters(text: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name)
