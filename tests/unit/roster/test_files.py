"""Files as people save them: their habits are understood, or named as a fault with its place."""

from pathlib import Path

import pytest

from bot.roster import (
    MOST_FAULTS,
    GridRow,
    HouseholdRow,
    ResidentRow,
    Roster,
    RosterFaults,
    StewardRow,
    VillageRow,
    read_roster,
)
from models.words import Datum

CODE = "130227001001"
STEWARDS = f"village_code,grid,name,phone\n{CODE},一格,张三,13800000000\n"
GRIDS = f"village_code,grid\n{CODE},一格\n"


def test_reads_every_sheet_in_english(files) -> None:
    roster = read_roster(
        files(
            villages=f"village_code,village,township_code,township,lat,lon,phone\n{CODE},山庄里,130227001,栗乡,40.1,118.3,",
            grids=GRIDS,
            households=f"village_code,grid,household,address,lat,lon,datum,phone\n{CODE},一格,1,一号,40.1,118.3,gcj02,",
            residents=f"village_code,household,name,phone,telegram_id,frail\n{CODE},1,李四,,777,yes",
            stewards=f"{STEWARDS}{CODE},一格,王五,0315-5612345",
            volunteers=f"village_code,group,name,phone,skills\n{CODE},一队,赵六,13800000001,水电;调解",
            admins="area_code,level,name,phone,telegram_id\n130227,county,钱七,13800000002,9",
        )
    )
    assert roster.villages == [VillageRow("villages.csv", 2, CODE, "山庄里", "130227001", "栗乡", 40.1, 118.3)]
    assert roster.grids == [GridRow("grids.csv", 2, CODE, "一格")]
    assert roster.households == [HouseholdRow("households.csv", 2, CODE, "一格", "1", "一号", 40.1, 118.3, Datum.GCJ02)]
    assert roster.residents == [ResidentRow("residents.csv", 2, CODE, "1", "李四", None, 777, True)]
    assert [(row.line, row.name, row.phone, row.on_duty) for row in roster.stewards] == [
        (2, "张三", "13800000000", None),
        (3, "王五", "03155612345", None),
    ]
    assert roster.volunteers[0].skills == ("水电", "调解")
    assert roster.admins[0].telegram_id == 9
    assert len(list(roster.rows())) == 8


def test_reads_chinese_headings_and_file_names_in_any_order(files) -> None:
    roster = read_roster(
        files(红管家=f"手机号,姓名(必填),网格,村代码 *,在岗,特长\n13800000000,张三,一格,{CODE},是,水电、调解\n")
    )
    assert roster.stewards == [
        StewardRow("红管家.csv", 2, CODE, "一格", "张三", "13800000000", skills=("水电", "调解"), on_duty=True)
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_reads_any_usual_encoding_and_delimiter(files, encoding: str, delimiter: str, end: str) -> None:
    text = STEWARDS.replace(",", delimiter).replace("\n", end)
    assert read_roster(files(stewards=text.encode(encoding))).stewards[0].name == "张三"


@pytest.mark.parametrize(
    "text",
    [
        "\n\n" + STEWARDS + "\n ,　,,\n",
        STEWARDS.replace("phone\n", "phone,,\n").replace("13800000000\n", "13800000000,,\n"),
        STEWARDS.replace("张三", "　张三 ").replace(CODE, f" {CODE}　"),
        STEWARDS.replace("138", "１３８").replace("1302", "１３０２"),
        STEWARDS.replace("张三", '"张三"'),
        STEWARDS.replace("13800000000", '"=""13800000000"""'),
        STEWARDS + STEWARDS.splitlines()[1] + "\n",
    ],
)
def test_habits_that_change_nothing(files, text: str) -> None:
    [steward] = read_roster(files(stewards=text)).stewards
    assert (steward.village_code, steward.name, steward.phone) == (CODE, "张三", "13800000000")


ONE_FAULT = [
    ("stewards", STEWARDS.replace("13800000000", "1.38E+10"), (2, "phone", "digits_lost")),
    ("stewards", STEWARDS.replace("张三", ""), (2, "name", "blank")),
    ("stewards", STEWARDS.replace("张三", "=A1"), (2, "name", "formula")),
    ("stewards", STEWARDS.replace("张三", '张"三'), None),
    ("stewards", STEWARDS.replace("张三", '"张"三'), (2, "", "quotes")),
    ("stewards", STEWARDS.replace("张三", '"张三'), (2, "", "quotes")),
    ("stewards", STEWARDS.replace("name", "nmae"), (1, "", "heading_near")),
    ("stewards", STEWARDS.replace("name", "姓名").replace("phone", "年收入情况"), (1, "", "heading_unknown")),
    ("stewards", STEWARDS.replace("grid", "name"), (1, "", "heading_twice")),
    ("stewards", "village_code,grid,name\n", (1, "", "heading_missing")),
    ("stewards", STEWARDS.replace("00000\n", "00000,另外\n"), (2, "", "heading_blank")),
    ("stewards", STEWARDS.encode().replace(b"name", b"\xff\xff\xff"), (0, "", "encoding")),
    ("stewards", "," * 200_000, (0, "", "too_long")),
    ("stewards", STEWARDS + "一" * 200_000, (0, "", "too_long")),
    ("stewart", STEWARDS, (0, "", "sheet_near")),
    ("其他", STEWARDS, (0, "", "sheet_unknown")),
    ("households", f"village_code,grid,household,address\n{CODE},a,1,x\n{CODE},a,1,y\n", (3, "", "contradicts")),
    ("households", f"village_code,grid,household,address\n{CODE},a,1,x\n{CODE},a,1,x\n", None),
    ("stewards", f"village_code,grid,name,phone,lat,lon\n{CODE},a,b,12345,118.3,40.1\n", (2, "", "swapped")),
    ("stewards", f"village_code,grid,name,phone,lat,lon\n{CODE},a,b,12345,40.1,\n", (2, "", "half_a_point")),
    (
        "residents",
        f"village_code,household,name,telegram_id\n{CODE},1,a,7\n{CODE},2,b,7\n",
        (3, "telegram_id", "disagrees"),
    ),
]


@pytest.mark.parametrize(("name", "text", "place"), ONE_FAULT)
def test_names_the_place_of_a_fault(files, faults, name: str, text: str | bytes, place: tuple[int, str, str]) -> None:
    path = files(**{name: text})
    if place is None:
        assert list(read_roster(path).rows())
        return
    row, column, key = place
    found = faults(path)
    assert (found[0].row, found[0].column, found[0].key) == (row, column, f"roster.fault.{key}")
    assert found[0].sheet == f"{name}.csv"


def test_says_which_heading_was_meant(files, faults) -> None:
    unknown, missing = faults(files(stewards=STEWARDS.replace("phone", "联系电活")))
    assert (unknown.value, unknown.nearest) == ("联系电活", "联系电话")
    assert "phone/电话" in unknown.allowed
    assert missing.key == "roster.fault.heading_missing"
    assert str(unknown).startswith("stewards.csv, row 1: the heading '联系电活' is not known; did you mean '联系电话'?")


REFERENCES = [
    ({"grids": GRIDS, "stewards": STEWARDS.replace("一格", "二格")}, "grid", f"{CODE} 二格"),
    ({"villages": "村代码,村名,乡镇代码,乡镇\n130227001002,a,130227001,b\n", "grids": GRIDS}, "village_code", CODE),
    (
        {
            "households": f"village_code,grid,household,address\n{CODE},a,1,x\n",
            "residents": f"village_code,household,name\n{CODE},2,y\n",
        },
        "household",
        f"{CODE} 2",
    ),
    (
        {
            "villages": f"村代码,村名,乡镇代码,乡镇\n{CODE},a,130227001,b\n",
            "admins": "area_code,level,name,phone\n130227002,镇,张三,13800000000\n",
        },
        "area_code",
        "130227002",
    ),
]


@pytest.mark.parametrize(("sheets", "column", "value"), REFERENCES)
def test_what_is_referred_to_has_to_be_there(files, faults, sheets: dict[str, str], column: str, value: str) -> None:
    [fault] = faults(files(**sheets))
    assert (fault.key, fault.row, fault.column, fault.value) == ("roster.fault.unknown_reference", 2, column, value)


def test_a_sheet_with_headings_only_refers_to_nothing_and_is_not_looked_up(files) -> None:
    assert len(read_roster(files(grids="village_code,grid\n", stewards=STEWARDS)).stewards) == 1


def test_all_or_nothing_and_the_rest_is_counted(files) -> None:
    text = STEWARDS + f"{CODE},一格,李四,无\n" * (MOST_FAULTS + 50)
    with pytest.raises(RosterFaults) as raised:
        read_roster(files(stewards=text))
    assert (len(raised.value.faults), raised.value.more) == (MOST_FAULTS, 50)
    assert str(raised.value).endswith("and 50 more")


def test_faults_of_several_files_come_together(files, faults) -> None:
    found = faults(files(stewards=STEWARDS.replace("138", "0x"), grids=GRIDS.replace(CODE, "1")))
    assert [(fault.sheet, fault.column) for fault in found] == [
        ("grids.csv", "village_code"),
        ("stewards.csv", "phone"),
    ]


def test_nothing_to_read(tmp_path: Path, faults) -> None:
    (tmp_path / "notes.doc").touch()
    assert [fault.key for fault in faults(tmp_path)] == ["roster.fault.no_sheets"]
    assert [fault.key for fault in faults(tmp_path / "absent.csv")] == ["roster.fault.no_file"]
    assert [fault.key for fault in faults(tmp_path / "notes.doc")] == ["roster.fault.file_kind"]


def test_reads_a_single_file(files) -> None:
    assert read_roster(files(stewards=STEWARDS) / "stewards.csv") != Roster()


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b"\n , ,\n"])
def test_a_file_without_a_heading_is_no_roster(files, content: bytes) -> None:
    with pytest.raises(RosterFaults) as refusal:
        read_roster(files(villages=content, grids=GRIDS))
    found = [(fault.sheet, fault.key, fault.allowed) for fault in refusal.value.faults]
    assert found[0] == ("villages.csv", "roster.fault.heading_missing", "village_code/村代码")
    assert {key for _, key, _ in found} == {"roster.fault.heading_missing"}
