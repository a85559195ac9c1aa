"""Workbooks as spreadsheets write them."""

import datetime
from pathlib import Path

import openpyxl
import pytest

from bot.roster import GridRow, StewardRow, read_roster

HEADINGS: list[object] = ["村代码", "网格", "姓名", "电话", "纬度", "经度"]
CODE = 130227001001


def test_reads_numbers_and_texts(workbook) -> None:
    path = workbook(
        红管家=[
            HEADINGS,
            [CODE, 1, "张三", 13800000000.0, 40.1, 118.3],
            [],
            [str(CODE), "２", " 李四 ", "0315-5612345"],
        ],
        grids=[["village_code", "grid"], [CODE, 1], [CODE, 2]],
        说明=[["这里写说明"]],
        Sheet3=[],
    )
    roster = read_roster(path)
    assert roster.stewards == [
        StewardRow("红管家", 2, str(CODE), "1", "张三", "13800000000", 40.1, 118.3),
        StewardRow("红管家", 4, str(CODE), "2", "李四", "03155612345"),
    ]
    assert roster.grids == [GridRow("grids", 2, str(CODE), "1"), GridRow("grids", 3, str(CODE), "2")]


BAD_CELLS = [
    ("=B2", "formula"),
    ('=cmd|"/c calc"!A1', "formula"),
    (datetime.date(2026, 3, 2), "date"),
    ("#N/A", "error"),
    ("长" * 5000, "too_long"),
]


@pytest.mark.parametrize(("cell", "key"), BAD_CELLS)
def test_names_what_is_no_value(workbook, faults, cell: object, key: str) -> None:
    [fault] = faults(workbook(stewards=[HEADINGS, [CODE, 1, cell, 13800000000]]))
    assert (fault.key, fault.sheet, fault.row, fault.column) == (f"roster.fault.{key}", "stewards", 2, "姓名")


def test_a_date_is_one_where_a_day_is_asked_for(workbook, faults) -> None:
    said = [CODE, "志愿服务日", "健康义诊", "村口"]
    path = workbook(gatherings=[
        ["村代码", "类型", "活动内容", "地点", "日期", "时间"],
        [*said, datetime.date(2026, 3, 7), datetime.time(8, 30)],
        [*said, datetime.datetime(2026, 3, 14), "8:30"],  # noqa: DTZ001 - a spreadsheet knows of no zones.
    ])  # fmt: skip
    rows = read_roster(path).gatherings
    assert [(row.day, row.hour) for row in rows] == [
        (datetime.date(2026, 3, day), datetime.time(8, 30)) for day in (7, 14)
    ]
    [fault] = faults(workbook(gatherings=[["村代码", "类型", "活动内容", "地点", "日期", "时间"],
                                          [*said, "2026-03-07", datetime.date(2026, 3, 7)]]))  # fmt: skip
    assert (fault.key, fault.column) == ("roster.fault.date", "时间")


def test_a_number_that_lost_its_digits(workbook, faults) -> None:
    [fault] = faults(workbook(stewards=[HEADINGS, [CODE, 1, "张三", 1.38e20]]))
    assert fault.key == "roster.fault.digits_lost"


def test_names_merged_cells(tmp_path: Path, faults) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "grids"
    for row in (["village_code", "grid"], [CODE, 1], [CODE, 2], [CODE, 3]):
        sheet.append(row)
    sheet.merge_cells("A2:A4")
    book.save(tmp_path / "merged.xlsx")
    merged, *_ = faults(tmp_path / "merged.xlsx")
    assert (merged.key, merged.sheet, merged.value) == ("roster.fault.merged", "grids", "A2:A4")


def test_an_unknown_sheet_that_holds_something(workbook, faults) -> None:
    [fault] = faults(workbook(stewarts=[["a"]], grids=[["village_code", "grid"], [CODE, 1]]))
    assert (fault.key, fault.nearest) == ("roster.fault.sheet_near", "stewards")


def test_hidden_and_distant_cells_do_no_harm(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "grids"
    for row in (["village_code", "grid"], [CODE, 1]):
        sheet.append(row)
    sheet["XFD1048576"].number_format = "0.00"  # Formatted by accident, and blank.
    book.create_sheet("WpsReserved").append(["x"])
    book["WpsReserved"].sheet_state = "hidden"
    book.save(tmp_path / "roster.xlsx")
    assert len(read_roster(tmp_path / "roster.xlsx").grids) == 1


def test_links_to_click_on_are_harmless(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "grids"
    for row in (["village_code", "grid"], [CODE, "一格"]):
        sheet.append(row)
    sheet["B2"].hyperlink = "https://example.org/"
    sheet["B2"].value = "一格"
    book.save(tmp_path / "roster.xlsx")
    assert read_roster(tmp_path / "roster.xlsx").grids[0].grid == "一格"


def test_an_empty_workbook(workbook, faults) -> None:
    assert [fault.key for fault in faults(workbook(Sheet1=[]))] == ["roster.fault.no_sheets"]
