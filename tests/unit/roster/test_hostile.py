"""Hostile workbooks: each is refused with its reason, by a process that cannot take more than its share."""

import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from bot.roster import archives, read_roster, unpacking, workbooks
from bot.roster.faults import ReadingError

KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
TYPES = f"""<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Override PartName="/xl/workbook.xml" ContentType="{KIND}.sheet.main+xml"/>
<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{KIND}.worksheet+xml"/>
<Override PartName="/xl/sharedStrings.xml" ContentType="{KIND}.sharedStrings+xml"/>
</Types>"""
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
BOOK = f"""<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}">
<sheets><sheet name="grids" sheetId="1" r:id="rId1"/></sheets></workbook>"""
LINKS = f"""<Relationships xmlns="{PACKAGE}">
<Relationship Id="rId1" Type="{OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"""
HEADINGS = '<row r="1"><c r="A1" t="str"><v>village_code</v></c><c r="B1" t="str"><v>grid</v></c></row>'
ROW = '<row r="2"><c r="A2"><v>130227001001</v></c><c r="B2"><v>1</v></c></row>'

Part = str | bytes
Build = Callable[..., Path]


def sheet(rows: str = HEADINGS + ROW, before: str = "", after: str = "", prologue: str = "") -> str:
    return f'{prologue}<worksheet xmlns="{MAIN}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """A workbook zipped by hand: one honest sheet, and whatever else or instead."""

    def zipped(parts: dict[str, Part] | None = None, more: Iterable[tuple[str, Part]] = ()) -> Path:
        honest: dict[str, Part] = {
            "[Content_Types].xml": TYPES,
            "xl/workbook.xml": BOOK,
            "xl/_rels/workbook.xml.rels": LINKS,
            "xl/worksheets/sheet1.xml": sheet(),
            "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"/>',
        }
        path = tmp_path / "roster.xlsx"
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in [*(honest | (parts or {})).items(), *more]:
                archive.writestr(name, content)
        return path

    return zipped


def test_the_honest_one_is_read(build: Build) -> None:
    assert read_roster(build()).grids[0].grid == "1"


def test_a_claim_of_seventeen_billion_cells_is_not_believed(build: Build) -> None:
    path = build({"xl/worksheets/sheet1.xml": sheet(before='<dimension ref="A1:XFD1048576"/>')})
    assert path.stat().st_size < 4096
    assert len(read_roster(path).grids) == 1


LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
DOCTYPE = f'<!DOCTYPE a [<!ENTITY l0 "ha">{LAUGHS}]>'
EXTERNAL_ENTITY = '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
OUTSIDE = f"""<Relationships xmlns="{PACKAGE}">
<Relationship Id="rId1" Type="{OFFICE}/oleObject" Target="file://x" TargetMode="External"/></Relationships>"""
SECOND = '<sheet name="stewards" sheetId="2" r:id="rId1"/></sheets>'
MANY_COLUMNS = "".join(f'<row r="{n}"><c r="XFD{n}"><v>1</v></c></row>' for n in range(2, 20000))
ALMOST_1_MB = bytes((1 << 20) - 1)
DEEP = "<a>" * 300_000 + "</a>" * 300_000

HOSTILE: list[tuple[str, dict[str, Part], str]] = [
    ("doctype", {"xl/worksheets/sheet1.xml": sheet(prologue=DOCTYPE)}, "doctype"),
    ("entity", {"xl/sharedStrings.xml": EXTERNAL_ENTITY + f'<sst xmlns="{MAIN}"><si><t>&x;</t></si></sst>'}, "doctype"),
    ("doctype in utf-16", {"xl/worksheets/sheet1.xml": sheet(prologue=DOCTYPE).encode("utf-16")}, "broken"),
    ("other encoding", {"xl/workbook.xml": '<?xml version="1.0" encoding="cp037"?>' + BOOK}, "broken"),
    ("zip bomb", {"xl/worksheets/sheet1.xml": sheet(HEADINGS + " " * (50 << 20))}, "packed"),
    ("huge in sum", {f"xl/media/{n}.bin": ALMOST_1_MB for n in range(401)}, "unpacked"),
    ("many parts", {f"xl/media/{n}.bin": b"" for n in range(2001)}, "parts"),
    ("external link", {"xl/externalLinks/externalLink1.xml": "<externalLink/>"}, "links"),
    ("connection", {"xl/connections.xml": "<connections/>"}, "links"),
    ("outside relation", {"xl/worksheets/_rels/sheet1.xml.rels": OUTSIDE}, "links"),
    ("macros", {"xl/vbaProject.bin": b"\0"}, "macros"),
    ("old macros", {"xl/macrosheets/sheet1.xml": "<a/>"}, "macros"),
    ("embedded", {"xl/embeddings/oleObject1.bin": b"\0"}, "nested"),
    ("zip in zip", {"xl/media/image1.png": b"PK\x03\x04" + b"\0" * 30}, "nested"),
    ("up the tree", {"../../etc/cron.d/x": "x"}, "part"),
    ("absolute", {"/etc/cron.d/x": "x"}, "part"),
    ("not xml", {"xl/worksheets/sheet1.xml": "<worksheet"}, "broken"),
    ("no workbook", {"[Content_Types].xml": "<Types/>"}, "broken"),
    (
        "row of billions",
        {"xl/worksheets/sheet1.xml": sheet(HEADINGS + ROW.replace('r="2"', 'r="17000000000"'))},
        "rows",
    ),
    ("odd coordinate", {"xl/worksheets/sheet1.xml": sheet(HEADINGS + ROW.replace("A2", "ZZZZ2"))}, "broken"),
    ("odd number", {"xl/worksheets/sheet1.xml": sheet(HEADINGS + f"<row><c><v>{'9' * 9999}</v></c></row>")}, "broken"),
    ("one part as two sheets", {"xl/workbook.xml": BOOK.replace("</sheets>", SECOND)}, "broken"),
    ("missing string", {"xl/worksheets/sheet1.xml": sheet(HEADINGS + '<row><c t="s"><v>9</v></c></row>')}, "broken"),
]


@pytest.mark.parametrize(("parts", "key"), [case[1:] for case in HOSTILE], ids=[case[0] for case in HOSTILE])
def test_is_refused_with_its_reason(build: Build, faults, parts: dict[str, Part], key: str) -> None:
    [fault] = faults(build(parts))
    assert fault.key in (f"roster.fault.workbook_{key}", f"roster.fault.too_many_{key}")
    assert fault.sheet == "roster.xlsx"


HARMLESS: list[tuple[str, str]] = [
    ("values far to the right", sheet(HEADINGS + ROW + MANY_COLUMNS.replace('<row r="2">', '<row r="2" x="">'))),
    ("deeply nested", sheet(after=f"<extra>{DEEP}</extra>")),
]


@pytest.mark.parametrize("part", [case[1] for case in HARMLESS], ids=[case[0] for case in HARMLESS])
def test_ends_without_harm(build: Build, part: str) -> None:
    """What it says matters less than that it ends: by reading what is honest in it or by refusing."""
    try:
        assert len(read_roster(build({"xl/worksheets/sheet1.xml": part})).grids) == 1
    except Exception as error:
        assert type(error).__name__ == "RosterFaults"


def test_encrypted_parts(build: Build, faults) -> None:
    path = build()
    content = bytearray(path.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        place = content.find(signature)
        while place >= 0:
            content[place + offset] |= 1
            place = content.find(signature, place + 1)
    path.write_bytes(content)
    assert [fault.key for fault in faults(path)] == ["roster.fault.workbook_encrypted"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_parts_of_one_name(build: Build, faults) -> None:
    path = build(more=[("xl/workbook.xml", BOOK)])
    assert [fault.key for fault in faults(path)] == ["roster.fault.workbook_broken"]


def test_overlapping_parts(build: Build, faults) -> None:
    """Many entries of the directory that point to the same packed bytes."""
    path = build()
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/0.bin", bytes(1 << 19))
        first = archive.getinfo("xl/media/0.bin")
        for number in range(1, 700):
            twin = zipfile.ZipInfo(f"xl/media/{number}.bin")
            twin.header_offset, twin.CRC = first.header_offset, first.CRC
            twin.compress_type, twin.compress_size, twin.file_size = 8, first.compress_size, first.file_size
            archive.filelist.append(twin)
    assert [fault.key for fault in faults(path)] == ["roster.fault.workbook_broken"]


@pytest.mark.parametrize(
    ("content", "key"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "old"),
        (b"village_code,grid\n", "broken"),
        (b"PK\x03\x04" + bytes(100), "broken"),
        (b"", "broken"),
    ],
)
@pytest.mark.parametrize("ending", ["xlsx", "xls"])
def test_other_files_under_a_workbooks_name(tmp_path: Path, faults, content: bytes, key: str, ending: str) -> None:
    path = tmp_path / f"roster.{ending}"
    path.write_bytes(content)
    assert [fault.key for fault in faults(path)] == [f"roster.fault.workbook_{key}"]


def test_a_workbook_cut_short(build: Build, faults) -> None:
    path = build()
    path.write_bytes(path.read_bytes()[:-100])
    assert [fault.key for fault in faults(path)] == ["roster.fault.workbook_broken"]


@pytest.mark.parametrize(("limit", "key"), [("MOST_STRINGS", "strings"), ("MOST_TAGS", "tags")])
def test_more_texts_or_tags_than_any_roster(
    build: Build, monkeypatch: pytest.MonkeyPatch, limit: str, key: str
) -> None:
    monkeypatch.setattr(archives, limit, 40)
    path = build({"xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"<si><t>a</t></si>" * 50}</sst>'})
    with zipfile.ZipFile(path) as archive, pytest.raises(ReadingError) as raised:
        archives.look_over(archive)
    assert raised.value.key == f"roster.fault.workbook_{key}"


def test_one_that_would_take_too_long(build: Build, faults, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbooks, "LOOK_SECONDS", 0)
    assert [fault.key for fault in faults(build())] == ["roster.fault.workbook_time"]


def test_one_that_would_take_too_much_memory(build: Build, faults, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("resource")
    monkeypatch.setattr(workbooks._Watch, "allow", lambda *_: None)  # However slow the machine is just now.
    buffer = io.StringIO()
    for number in range(700_000):  # All in one row, which has to be held at once.
        buffer.write(f'<c t="str" s="{number % 7}"><v>{number * 7919}</v></c>')
    path = build({"xl/worksheets/sheet1.xml": sheet(f"{HEADINGS}<row>{buffer.getvalue()}</row>")})
    [fault] = faults(path)
    assert (fault.key, fault.allowed) == ("roster.fault.workbook_memory", str(unpacking.MEMORY_MB))
