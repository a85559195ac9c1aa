"""Reads a YAML file the way people mean it: 22:00 is a time of day, 0315 keeps its zero, and no key counts twice."""

import re
from pathlib import Path
from typing import Any

import yaml

LARGEST = 1024 * 1024  # Bytes; nobody writes a longer config by hand.
_INT, _FLOAT, _TIMESTAMP = (f"tag:yaml.org,2002:{name}" for name in ("int", "float", "timestamp"))
_WORDS = {f"tag:yaml.org,2002:{name}" for name in ("str", "merge")}  # What a key may be; `<<` takes another section in.


class BadYaml(ValueError):
    """The file cannot be read; `key` names the sentence, `why` says what and where in the parser's words."""

    def __init__(self, key: str, why: str = "") -> None:
        super().__init__(key, why)
        self.key = key
        self.why = why


class _Loader(yaml.CSafeLoader):
    """YAML 1.1 reads 22:00 as 1320 and 0315 as an octal number; here they stay text.

    A key is a word, and stands there once.
    """

    yaml_implicit_resolvers = {  # noqa: RUF012 - PyYAML's own attribute, replaced as a whole.
        first: [(tag, shape) for tag, shape in pairs if tag not in (_INT, _FLOAT, _TIMESTAMP)]
        for first, pairs in yaml.CSafeLoader.yaml_implicit_resolvers.items()
    }

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            problem = _wrong_with(key, seen)
            if problem:
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            seen.add(key.value)
        return super().construct_mapping(node, deep=deep)


def _wrong_with(key: yaml.Node, seen: set[str]) -> str:
    if not isinstance(key, yaml.ScalarNode):
        return "a key has to be a word"
    if key.tag not in _WORDS:
        return f"the key {key.value} is no word; put it in quotation marks if it is meant"
    return f"the key {key.value!r} stands there twice" if key.value in seen else ""


_Loader.add_implicit_resolver(_INT, re.compile(r"[-+]?(0|[1-9][0-9]*)$"), list("-+0123456789"))
_Loader.add_implicit_resolver(_FLOAT, re.compile(r"[-+]?(0|[1-9][0-9]*)\.[0-9]+$"), list("-+0123456789"))


def read_yaml(path: Path) -> dict[str, Any]:
    """The mapping in the file; an empty file is an empty one.

    Raises:
        OSError: it cannot be opened.
        BadYaml: it holds no mapping, or no YAML.
    """
    with path.open("rb") as file:
        raw = file.read(LARGEST + 1)
    if len(raw) > LARGEST:
        raise BadYaml("config.fault.too_large")
    try:
        data = yaml.load(raw.decode("utf-8-sig"), _Loader)  # noqa: S506 - _Loader is a CSafeLoader.
    except UnicodeDecodeError as cause:
        raise BadYaml("config.fault.encoding") from cause
    except yaml.YAMLError as cause:
        mark = getattr(cause, "problem_mark", None)
        place = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise BadYaml("config.fault.yaml", place + str(getattr(cause, "problem", cause))) from cause
    if data is None:
        return {}
    if not isinstance(data, dict):
        raise BadYaml("config.fault.no_mapping")
    return data
