"""The table of sheets holds together."""

from collections import Counter
from dataclasses import fields

import pytest

from bot.roster import SHEETS, Roster
from bot.roster.sheets import Sheet, sheet_named, spelling


def test_the_roster_has_a_list_for_each_sheet() -> None:
    assert [sheet.name for sheet in SHEETS] == [part.name for part in fields(Roster)]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
class TestSheet:
    def test_columns_stand_in_the_order_of_the_fields(self, sheet: Sheet) -> None:
        names = [part.name for part in fields(sheet.row)]
        assert names == ["source", "line", *(column.name for column in sheet.columns)]

    def test_no_heading_means_two_columns(self, sheet: Sheet) -> None:
        counts = Counter(spelling(heading) for column in sheet.columns for heading in set(column.headings))
        assert [heading for heading, count in counts.items() if count > 1] == []

    def test_is_found_by_either_name(self, sheet: Sheet) -> None:
        assert all(sheet_named(name) is sheet for name in (sheet.name, sheet.name.upper(), sheet.zh, f" {sheet.zh} "))

    def test_its_key_is_of_required_columns(self, sheet: Sheet) -> None:
        assert set(sheet.key) <= {column.name for column in sheet.required}
