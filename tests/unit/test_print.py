"""Printed pages, looked at as pictures: Chinese is there, nothing lies where it is cut, and a camera reads the QR."""

from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp

from bot.print import HEIGHT, WIDTH, BadFont, Fonts, Paper
from bot.print import cards as printed
from bot.print.cards import CARD_HEIGHT, CARD_WIDTH, COLUMNS, EACH_PAGE, Back, Front
from bot.print.fonts import INSTEAD, SHIPPED

VILLAGES = Path(__file__).parents[2] / "bot" / "demo" / "qianxi-villages.csv"
DPI = 150
MM = DPI / 25.4
LEFT, TOP = (WIDTH - COLUMNS * CARD_WIDTH) / 2, (HEIGHT - EACH_PAGE / COLUMNS * CARD_HEIGHT) / 2
LONG = "新兴花园小区二期十七号楼三单元一千二百零四室李建国家"


def _card(number: int, **more: str) -> tuple[Front, Back]:
    front = {
        "title": "红管家连心卡", "role": "红管家", "name": f"张三{number}", "place": "东村 · 一网格",
        "services": "特长：电和灯", "promise": "群众有需要，5分钟准时到", "phone": "办公电话 0315-5612345",
    }  # fmt: skip
    back = {
        "link": f"https://t.me/red_steward_bot?start=AbCdEfGhIjKlMnOpQrSt{number:02}", "code": f"K7MQ-2R{number:02}",
        "home": f"住户：{number}号", "how_to_scan": "① 手机扫码，打开红管家",
        "how_to_type": "② 扫不了？在红管家里发这 8 位码", "footer": "迁西县红管家",
    }  # fmt: skip
    for name, words in more.items():
        (front if name in front else back)[name] = words
    return Front(**front), Back(**back)


def _drawn(cards: list[tuple[Front, Back]], fonts: Fonts | None = None) -> tuple[Any, list[str]]:
    buffer = BytesIO()
    shortened = printed.draw(buffer, fonts or Fonts(usual=()), "卡", cards)
    return pypdfium2.PdfDocument(buffer.getvalue()), shortened


def _picture(page: Any) -> Any:
    return page.render(scale=DPI / 72).to_pil()


def _ink(picture: Any, x: float, y: float, width: float, height: float) -> int:
    """How many dark points lie in a part of the page, in millimetres from its top left corner."""
    part = picture.convert("L").crop([round(edge * MM) for edge in (x, y, x + width, y + height)])
    return sum(part.histogram()[:160])


def test_every_qr_is_read_from_the_picture_behind_its_front() -> None:
    cards = [_card(number) for number in range(11)]
    pages, shortened = _drawn(cards)
    assert (len(pages), shortened) == (4, [])
    for sheet, amount in ((0, 8), (1, 3)):
        texts = pages[2 * sheet].get_textpage().get_text_range()
        assert all(f"张三{number}" in texts for number in range(sheet * 8, sheet * 8 + amount))
        read = zxingcpp.read_barcodes(_picture(pages[2 * sheet + 1]))
        assert len({code.text for code in read}) == len(read) == amount
        for code in read:
            number = next(one for one, (_, back) in enumerate(cards) if back.link == code.text)
            row, column = divmod(number - sheet * EACH_PAGE, COLUMNS)
            x, y = code.position.top_left.x / MM - LEFT, code.position.top_left.y / MM - TOP
            assert (int(y // CARD_HEIGHT), COLUMNS - 1 - int(x // CARD_WIDTH)) == (row, column)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"name": "欧阳慕容·买买提江·艾合买提·阿卜杜热合曼（虚构）", "home": f"住户：{LONG}"},
        {"services": "特长：" + "，".join(["电和灯", "水和管道", "取暖", "家电", "门窗房屋", "代办跑腿", "出行搬运"])},
        {"title": "Red Steward contact card", "promise": "Whoever asks is answered within five minutes",
         "how_to_type": "2. Cannot scan? Send these characters there.", "place": "Dabaochengzi Village · Grid No. 2"},
    ],
)  # fmt: skip
def test_nothing_is_cut_and_nothing_is_lost(more: dict[str, str]) -> None:
    pages, shortened = _drawn([_card(number, **more) for number in range(EACH_PAGE)])
    assert shortened == []
    for page in (0, 1):
        picture = _picture(pages[page])
        for line in range(COLUMNS + 1):  # Nothing near an upright cut …
            assert _ink(picture, LEFT + line * CARD_WIDTH - 1.2, TOP, 2.4, HEIGHT - 2 * TOP) == 0
        for line in range(EACH_PAGE // COLUMNS + 1):  # … nor near a level one.
            assert _ink(picture, LEFT, TOP + line * CARD_HEIGHT - 1.2, WIDTH - 2 * LEFT, 2.4) == 0
        assert _ink(picture, LEFT, TOP, CARD_WIDTH, CARD_HEIGHT) > 1000
        words = "".join(pages[page].get_textpage().get_text_range().split())
        assert all("".join(value.split()) in words for name, value in more.items() if hasattr(_card(0)[page], name))


def test_what_cannot_fit_is_shortened_and_named() -> None:
    _, shortened = _drawn([_card(1, home="住户：" + "长" * 300)])
    assert shortened == ["住户：" + "长" * 300]


def test_the_shipped_font_has_what_the_county_needs() -> None:
    fonts = Fonts(usual=())
    fonts.runs(VILLAGES.read_text("utf-8").replace("\n", ""))
    fonts.runs("欧阳堃喆淼玥珺昇镕璟晧旸 ①②□○★№ ，。：；？！“”（）《》· abcXYZ 0123456789")
    assert fonts.missing == set()


def test_a_character_that_no_font_has_is_named_and_seen() -> None:
    fonts = Fonts(usual=())
    assert "".join(run for _, run in fonts.runs("王𠮷")) == f"王{INSTEAD}"
    assert fonts.missing == {"𠮷"}


def test_a_wished_font_goes_first_and_a_bad_one_is_refused(tmp_path: Path) -> None:
    mine = tmp_path / "mine.ttf"
    mine.write_bytes(SHIPPED.read_bytes())
    assert Fonts(mine, usual=()).main.startswith("mine-")
    for content in (b"", b"no font", SHIPPED.read_bytes()[:5000]):
        mine = tmp_path / f"bad{len(content)}.ttf"
        mine.write_bytes(content)
        with pytest.raises(BadFont, match=mine.name):
            Fonts(mine, usual=())
    with pytest.raises(BadFont):
        Fonts(tmp_path / "gone.ttf", usual=())


def test_rare_characters_are_looked_for_in_the_system(tmp_path: Path) -> None:
    broken = tmp_path / "broken.ttf"
    broken.write_bytes(b"no font")
    fonts = Fonts(usual=(tmp_path / "gone.ttf", broken))
    fonts.runs("𠮷")
    assert fonts.missing == {"𠮷"}, "what is not there or broken is passed over"


@pytest.mark.parametrize(
    ("words", "lines"),
    [
        ("", [""]),
        ("一\n二", ["一", "二"]),
        ("一二三四五六七八九十", ["一二三四五六七八", "九十"]),
        ("一二三四五六七八。九", ["一二三四五六七", "八。九"]),
        ("一二三四五六七（八）", ["一二三四五六七", "（八）"]),
        ("power and light again", ["power and light ", "again"]),
        ("W" * 12, ["W" * 8, "W" * 4]),
    ],
)
def test_where_lines_break(words: str, lines: list[str]) -> None:
    fonts = Fonts(usual=())
    wide = fonts.width("W" * 8 if words.startswith("W") else "一" * 8, 10) + 0.1
    assert Paper(BytesIO(), fonts, "").wrapped(words, 10, wide) == lines
