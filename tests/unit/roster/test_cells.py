"""Each parser takes what people write, and refuses the rest with its key."""

from collections.abc import Callable
from datetime import time

import pytest

from bot.roster import cells
from bot.roster.faults import ReadingError
from models.habits import GatheringKind, SessionKind
from models.words import Datum, Level

UNDERSTOOD = [
    (cells.trim, "　张三 \u200b\ufeff", "张三"),
    (cells.trim, "'=1+2", "=1+2"),
    (cells.trim, "''=1+2", "'=1+2"),
    (cells.trim, "'+8613800000000", "+8613800000000"),
    (cells.trim, "'quoted'", "'quoted'"),
    (cells.trim, '="0315"', "0315"),
    (cells.name, "张　三", "张　三"),
    (cells.name, "阿卜杜·热依木（小）", "阿卜杜·热依木（小）"),
    (cells.address, "栗乡街道\n１号楼", "栗乡街道 １号楼"),
    (cells.label, "第３网格（Ａ）", "第3网格（A）"),
    (cells.label, "３－２", "3-2"),
    (cells.code, "130227001001", "130227001001"),
    (cells.code, "１３０２２７", "130227"),
    (cells.code, "130227001.0", "130227001"),
    (cells.code, "130 227 001 001", "130227001001"),
    (cells.phone, "13800000000", "13800000000"),
    (cells.phone, "138 0000-0000", "13800000000"),
    (cells.phone, "１３８００００００００", "13800000000"),
    (cells.phone, "+86 138 0000 0000", "13800000000"),
    (cells.phone, "8613800000000", "13800000000"),
    (cells.phone, "0086 13800000000", "13800000000"),
    (cells.phone, "13800000000.0", "13800000000"),
    (cells.phone, "(0315) 561-2345", "03155612345"),
    (cells.phone, "+86 315 561 2345", "03155612345"),
    (cells.phone, "+86 400 810 0000", "4008100000"),
    (cells.phone, "+44 20 7946 0000", "+442079460000"),
    (cells.phone, "12345", "12345"),
    (cells.telegram_id, "７７７000", 777000),
    (cells.telegram_id, "5000000000.0", 5000000000),
    (cells.degrees, "40.1417", 40.1417),
    (cells.degrees, "－118．3°", -118.3),
    (cells.degrees, "40", 40.0),
    (cells.datum, "WGS-84", Datum.WGS84),
    (cells.datum, "GCJ-02", Datum.GCJ02),
    (cells.datum, "gcj02", Datum.GCJ02),
    (cells.datum, "国测局", Datum.GCJ02),
    (cells.datum, "火星坐标", Datum.GCJ02),
    (cells.level, "Branch", Level.BRANCH),
    (cells.level, "支部", Level.BRANCH),
    (cells.level, "村", Level.BRANCH),
    (cells.level, "镇", Level.TOWNSHIP),
    (cells.level, "县", Level.COUNTY),
    (cells.skills, "水电；调解、代办,水电; ", ("水电", "调解", "代办")),
    (cells.hour, "8:30", time(8, 30)),
    (cells.hour, "１５：００", time(15)),
    (cells.hour, "15:00:00", time(15)),
    (cells.hour, "15点", time(15)),
    (cells.hour, "8点5分", time(8, 5)),
    (cells.count, "10.0", 10),
    (cells.gathering, "Theme day", GatheringKind.THEME),
    (cells.gathering, "志愿服务日", GatheringKind.SERVICE),
    (cells.session, "微党课", SessionKind.LECTURE),
    (cells.session, "Affairs", SessionKind.AFFAIRS),
    (cells.place, "村口\n小广场", "村口 小广场"),
    (cells.words, "一 \r\n二", "一\n二"),
    *((cells.yes_no, word, True) for word in ("是", "有", "yes", "Y", "1", "TRUE", "１")),
    *((cells.yes_no, word, False) for word in ("否", "无", "No", "n", "0", "false")),
]

REFUSED = [
    (cells.trim, "=1+2", "formula"),
    (cells.trim, '=HYPERLINK("http://x")', "formula"),
    (cells.name, "张\u202e三", "hidden_character"),
    (cells.name, "张\x07三", "hidden_character"),
    (cells.name, "张\n三", "hidden_character"),
    (cells.name, "张\u200b三", "hidden_character"),
    (cells.name, "长" * 61, "too_long"),
    (cells.address, "长" * 201, "too_long"),
    (cells.address, "a\u2066b", "hidden_character"),
    (cells.code, "1.30227E+11", "digits_lost"),
    (cells.code, "12345", "code"),
    (cells.code, "1234567890123", "code"),
    (cells.code, "13022700100x", "code"),
    (cells.phone, "1.38E+10", "digits_lost"),
    (cells.phone, "1.38e10", "digits_lost"),
    (cells.phone, "138000000001", "mobile"),
    (cells.phone, "1380000000", "mobile"),
    (cells.phone, "13800000000/13900000000", "phone"),
    (cells.phone, "无", "phone"),
    (cells.phone, "12", "phone"),
    (cells.phone, "-", "phone"),
    (cells.phone, "+", "phone"),
    (cells.phone, "一三八零零", "phone"),
    (cells.telegram_id, "0", "telegram_id"),
    (cells.telegram_id, "-5", "telegram_id"),
    (cells.telegram_id, "@name", "telegram_id"),
    (cells.telegram_id, "9" * 5000, "telegram_id"),
    (cells.telegram_id, str(2**52), "telegram_id"),
    (cells.telegram_id, "5.1E+9", "digits_lost"),
    (cells.degrees, "nan", "number"),
    (cells.degrees, "inf", "number"),
    (cells.degrees, "40°08'30\"", "number"),
    (cells.degrees, "40,14", "number"),
    (cells.degrees, "1_0", "number"),
    (cells.datum, "bd09", "datum"),
    (cells.level, "省", "level"),
    (cells.yes_no, "maybe", "yes_no"),
    *((cells.hour, word, "hour") for word in ("24:00", "8:60", "nan", "下午", "0.625", "99999999:00")),
    *((cells.count, word, "count") for word in ("0", "501", "nan", "-3", "1.5", "9" * 5000)),
    (cells.count, "1E+2", "digits_lost"),
    (cells.gathering, "聚会", "gathering"),
    (cells.session, "微电影", "session"),
    (cells.place, "长" * 121, "too_long"),
    (cells.safety, "长" * 501, "too_long"),
    (cells.words, "长" * 2001, "too_long"),
    (cells.words, "一\n二\u202e", "hidden_character"),
    (cells.skills, "长" * 31, "too_long"),
    (cells.skills, ";".join(map(str, range(21))), "skills"),
]

POINTS = [
    (None, None, None),
    (40.1, 118.3, None),
    (-90.0, -180.0, None),
    (40.1, None, "half_a_point"),
    (None, 118.3, "half_a_point"),
    (118.3, 40.1, "swapped"),
    (118.3, 118.3, "latitude"),
    (40.1, 180.5, "longitude"),
    (float("inf"), 1.0, "number"),
    (0.0, 0.0, "no_point"),
]


@pytest.mark.parametrize(("parse", "text", "meaning"), UNDERSTOOD)
def test_understands(parse: Callable[[str], object], text: str, meaning: object) -> None:
    found = parse(text)
    assert found == meaning
    assert type(found) is type(meaning)


@pytest.mark.parametrize(("parse", "text", "key"), REFUSED)
def test_refuses(parse: Callable[[str], object], text: str, key: str) -> None:
    with pytest.raises(ReadingError) as raised:
        parse(text)
    assert raised.value.key == f"roster.fault.{key}"


@pytest.mark.parametrize(("lat", "lon", "key"), POINTS)
def test_looks_at_both_coordinates(lat: float | None, lon: float | None, key: str | None) -> None:
    error = cells.point_fault(lat, lon)
    assert (error and error.key) == (key and f"roster.fault.{key}")
