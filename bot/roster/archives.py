"""Looks a workbook's zip over before anything in it is interpreted: what no roster holds is refused."""

import re
import zipfile
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from bot.roster.faults import ReadingError

MOST_PARTS = 2_000
MOST_UNPACKED_MB = 400
MOST_RATIO = 100  # Sheets shrink ten to thirty times; deflate itself could do a thousand.
SMALL = 1 << 20  # Below this, unpacked, a part may be packed as tightly as it likes.
MOST_TAGS = 30_000_000  # The county has about fifteen million.
MOST_STRINGS = 1_500_000  # Shared by the sheets; the county has about 700,000.
MOST_MERGED = 20  # Ranges of one sheet that are named; nobody needs more to see the habit.

_FORBIDDEN = (  # What no part's name may contain, in lower case.
    ("xl/externallinks/", "roster.fault.workbook_links"),
    ("xl/connections.xml", "roster.fault.workbook_links"),
    ("xl/querytables/", "roster.fault.workbook_links"),
    ("vbaproject", "roster.fault.workbook_macros"),
    ("xl/macrosheets/", "roster.fault.workbook_macros"),
    ("xl/activex/", "roster.fault.workbook_macros"),
    ("xl/embeddings/", "roster.fault.workbook_nested"),
)
_XML_NAMES = (".xml", ".rels", ".vml")
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["'](?!utf-8["']|us-ascii["'])""", re.IGNORECASE)
_EXTERNAL = re.compile(rb"""<[^<>]*TargetMode\s*=\s*["']External["'][^<>]*>""")
_MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^<>]*?ref\s*=\s*["']([A-Z0-9:$]{1,40})["']""")
_CHUNK = 1 << 20
_OVERLAP = 1 << 10  # Longer than anything that is looked for, so that no chunk border hides it.


@dataclass(slots=True)
class Contents:
    """What the look at the archive found out for the reading."""

    tags: int = 0  # Of XML, in all parts.
    strings: int = 0  # That the sheets share; they are read before the first row.
    merged: dict[str, list[str]] = field(default_factory=dict)  # Part name to ranges of merged cells.


def look_over(archive: zipfile.ZipFile) -> Contents:
    """Every part checked and counted; raises `ReadingError` for what no honest roster holds."""
    parts = archive.infolist()
    _check_directory(archive, parts)
    contents = Contents()
    for part in parts:
        _check_part(part)
    for part in parts:
        _scan(archive, part, contents)
    return contents


def _check_directory(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MOST_PARTS:
        raise ReadingError("roster.fault.workbook_parts", str(MOST_PARTS), str(len(parts)))
    if sum(part.file_size for part in parts) > MOST_UNPACKED_MB << 20:
        raise ReadingError("roster.fault.workbook_unpacked", str(MOST_UNPACKED_MB))
    names = {part.filename.casefold() for part in parts}
    packed = sum(part.compress_size for part in parts)
    if len(names) < len(parts) or packed > archive.start_dir:
        raise ReadingError("roster.fault.workbook_broken", value="overlapping parts")


def _check_part(part: zipfile.ZipInfo) -> None:
    name = part.filename
    if part.flag_bits & 0x1:
        raise ReadingError("roster.fault.workbook_encrypted", value=name)
    is_odd = name.startswith("/") or "\\" in name or ".." in PurePosixPath(name).parts or not name.isprintable()
    if is_odd or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise ReadingError("roster.fault.workbook_part", value=name)
    for fragment, key in _FORBIDDEN:
        if fragment in name.casefold():
            raise ReadingError(key, value=name)
    if part.file_size > SMALL and part.file_size > MOST_RATIO * part.compress_size:
        raise ReadingError("roster.fault.workbook_packed", str(MOST_RATIO), name)


def _scan(archive: zipfile.ZipFile, part: zipfile.ZipInfo, contents: Contents) -> None:
    tail = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if not tail:
                _check_head(part.filename, chunk)
            contents.tags += chunk.count(b"<")
            if contents.tags > MOST_TAGS:
                raise ReadingError("roster.fault.workbook_tags", str(MOST_TAGS))
            contents.strings += chunk.count(b"<si")
            if contents.strings > MOST_STRINGS:
                raise ReadingError("roster.fault.workbook_strings", str(MOST_STRINGS))
            _check_text(part.filename, tail + chunk, contents)
            tail = chunk[-_OVERLAP:]


def _check_head(name: str, chunk: bytes) -> None:
    if chunk.startswith(b"PK\x03\x04"):
        raise ReadingError("roster.fault.workbook_nested", value=name)
    # In another encoding the search below would be blind.
    if name.casefold().endswith(_XML_NAMES) and (b"\0" in chunk[:4] or _ENCODING.search(chunk[:200])):
        raise ReadingError("roster.fault.workbook_broken", value=f"encoding of {name}")


def _check_text(name: str, text: bytes, contents: Contents) -> None:
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise ReadingError("roster.fault.workbook_doctype", value=name)
    if b"External" in text:
        for link in _EXTERNAL.finditer(text):
            if b"/hyperlink" not in link[0]:  # A link to click on is harmless; everything else is fetched.
                raise ReadingError("roster.fault.workbook_links", value=name)
    if b"mergeCell" in text:
        ranges = contents.merged.setdefault(name, [])
        for merged in _MERGED.finditer(text):
            where = merged[1].decode()
            if len(ranges) < MOST_MERGED and where not in ranges:
                ranges.append(where)
