"""The chat page in a real browser, on a phone and on a desk, in both languages, with a pretended bot behind it."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect, sync_playwright
from sqlalchemy import delete, text

from models.mail import Inbox, WebMessage
from models.requests import Media
from models.store import Store
from models.words import Language
from tests.integration.webroom import TEXTS, Room, new_store, wait_until
from tests.integration.webvisit import FLAGS, SIZES, Visit, chromium
from web.app import DemoControls, Phone
from web.chat import new_key

FIRST_LOAD = 100 * 1024
RED_DOT = bytes.fromhex(  # A PNG of one pixel.
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63f8cfc0000003010100c9fe92ef"
    "0000000049454e44ae426082"
)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        if (found := chromium(playwright)) is None:
            pytest.skip("no Chromium on this machine")
        browser = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = new_store(tmp_path)
    yield store
    store.close()


@pytest.fixture
def room(store: Store) -> Iterator[Room]:
    room = Room(store).start()
    yield room
    room.stop()


@pytest.fixture
def visit(browser: Browser, room: Room) -> Iterator[Visit]:
    visit = Visit(browser, room).open()
    yield visit
    visit.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", Language)
def test_first_load_is_light_and_stays_on_the_host(browser: Browser, room: Room, size: str, language: Language) -> None:
    visit = Visit(browser, room, size, language)
    bytes_in: list[int] = []
    wire = visit.context.new_cdp_session(visit.page)
    wire.send("Network.enable")
    wire.on("Network.dataReceived", lambda event: bytes_in.append(event["dataLength"]))  # Before any packing.
    visit.open()
    expect(visit.page).to_have_title(visit.text["web.page.name"])
    assert 1000 < sum(bytes_in) <= FIRST_LOAD
    assert all(url.startswith(room.url + "/") for url in visit.asked)
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = "[...document.querySelectorAll('a:not(.skip), button, textarea, .tool')].filter(e => e.offsetParent)"
    assert visit.page.evaluate(f"{small}.filter(e => e.offsetHeight < 44 || e.offsetWidth < 44).length") == 0
    assert room.count(WebMessage) == room.count(Inbox) == 0
    visit.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", Language)
def test_a_talk_with_buttons_and_edits(browser: Browser, room: Room, size: str, language: Language) -> None:
    visit = Visit(browser, room, size, language).open()
    visit.say("楼道灯坏了")
    expect(visit.bubbles("me")).to_have_text(re.compile("楼道灯坏了"))
    expect(visit.bubbles("me")).not_to_contain_text(visit.text["web.js.sending"])
    assert room.inbox()[0]["language"] == visit.page.evaluate("document.documentElement.lang")
    buttons = [[{"label": "接单", "data": "acc:t"}, {"label": "不方便", "data": "dec:t"}]]
    card = room.bot(visit.key, "灯坏了，230 米", buttons=buttons)
    accept = visit.page.get_by_role("button", name="接单")
    accept.click()
    wait_until(lambda: len(room.inbox()) == 2)
    assert (room.inbox()[1]["data"], room.inbox()[1]["to"]) == ("acc:t", card)
    expect(accept).to_be_disabled()
    expect(accept).to_have_class(re.compile("chosen"))
    edited = room.bot(visit.key, "您接了单", replaces=card, buttons=[[{"label": "已到达", "data": "arr:t"}]])
    expect(visit.bubbles("bot")).to_have_count(1)
    expect(visit.bubbles("bot")).to_contain_text("您接了单")
    room.bot(visit.key, "您到了", replaces=edited)  # An edit of the edit changes the same bubble.
    expect(visit.bubbles("bot")).to_contain_text("您到了")
    visit.page.reload()
    expect(visit.bubbles()).to_have_count(2)
    expect(visit.bubbles("bot")).to_contain_text("您到了")
    days = (visit.text["web.js.today"], visit.text["web.js.yesterday"])  # It may be midnight.
    expect(visit.page.locator(".day").last).to_have_text(re.compile("|".join(days)))
    visit.close()


def test_a_button_wakes_up_when_it_is_answered_or_refused(visit: Visit) -> None:
    visit.room.bot(visit.key, "任务", buttons=[[{"label": "看地址", "data": "adr:t"}, {"label": "坏的", "data": "坏"}]])
    address = visit.page.get_by_role("button", name="看地址")
    address.click()
    expect(address).to_be_disabled()
    visit.room.bot(visit.key, "幸福小区3号楼", pin={"lat": 40.1461, "lon": 118.3054, "title": "3号楼"})
    expect(address).to_be_enabled()
    expect(visit.page.locator(".pin a")).to_have_attribute("href", "geo:40.146100,118.305400?q=40.146100,118.305400")
    broken = visit.page.get_by_role("button", name="坏的")
    broken.click()
    expect(visit.page.locator("#notice")).to_be_visible()
    expect(broken).to_be_enabled()


def test_after_a_restart_each_line_shows_once(visit: Visit) -> None:
    visit.room.bot(visit.key, "before")
    expect(visit.bubbles("bot")).to_have_count(1)
    visit.room.stop()
    visit.room.bot(visit.key, "while it was down")
    visit.say("还在吗")
    expect(visit.bubbles("me")).to_contain_text(visit.text["web.js.sending"])
    visit.room.start()
    visit.page.evaluate("dispatchEvent(new Event('online'))")
    expect(visit.bubbles("bot")).to_have_count(2)
    expect(visit.bubbles("me")).not_to_contain_text(visit.text["web.js.sending"])
    visit.room.bot(visit.key, "after")
    expect(visit.bubbles("bot")).to_have_count(3)
    assert [payload["text"] for payload in visit.room.inbox()] == ["还在吗"]
    visit.page.reload()
    expect(visit.bubbles()).to_have_count(4)


def test_after_a_restore_the_page_shows_what_the_store_has(visit: Visit) -> None:
    for words in ("kept", "lost", "lost as well"):
        visit.room.bot(visit.key, words)
    expect(visit.bubbles("bot")).to_have_count(3)
    visit.room.stop()
    with visit.room.store.write() as conn:  # As a backup in a new file: ids go on from where it was made.
        conn.execute(delete(WebMessage).where(WebMessage.body["text"].as_string() != "kept"))
        conn.execute(text("UPDATE sqlite_sequence SET seq = 1 WHERE name = 'web_messages'"))
    visit.say("还在吗")
    visit.room.start()
    visit.page.evaluate("dispatchEvent(new Event('online'))")
    expect(visit.bubbles("bot")).to_have_count(1)
    expect(visit.bubbles("bot")).to_contain_text("kept")
    expect(visit.bubbles("me")).not_to_contain_text(visit.text["web.js.sending"])
    visit.room.bot(visit.key, "张三接单了")
    expect(visit.bubbles()).to_have_text([re.compile(words) for words in ("kept", "还在吗", "张三接单了")])
    expect(visit.page.locator(".day")).to_have_count(1)


def test_without_network_words_and_photos_wait_and_go_once(visit: Visit) -> None:
    visit.context.set_offline(True)
    visit.say("没有网络")
    visit.page.set_input_files("#album", {"name": "lamp.png", "mimeType": "image/png", "buffer": RED_DOT})
    expect(visit.bubbles("me")).to_have_count(2)
    expect(visit.page.locator("#banner")).to_be_visible()
    expect(visit.page.locator("#banner")).to_contain_text("2")
    assert visit.room.count(Inbox) == 0
    visit.context.set_offline(False)
    expect(visit.page.locator("#banner")).to_be_hidden()
    wait_until(lambda: visit.room.count(Inbox) == 2)
    assert visit.room.count(Media) == 1
    expect(visit.bubbles("me")).to_have_count(2)
    wait_until(lambda: visit.page.evaluate("JSON.parse(localStorage.getItem('red-steward.queue'))") == [])


def test_what_was_unsent_survives_a_reload(browser: Browser, room: Room) -> None:
    visit = Visit(browser, room).open()
    visit.page.route("**/api/chat/say", lambda route: route.abort())
    visit.say("第一句")
    visit.page.set_input_files("#album", {"name": "lamp.png", "mimeType": "image/png", "buffer": RED_DOT})
    kept = "JSON.parse(localStorage.getItem('red-steward.queue'))?.length"
    wait_until(lambda: visit.page.evaluate(kept) == 2)
    visit.page.reload()
    expect(visit.bubbles("me")).to_have_count(2)
    assert room.count(Inbox) == 0
    visit.page.unroute("**/api/chat/say")
    visit.page.evaluate("dispatchEvent(new Event('online'))")
    wait_until(lambda: room.count(Inbox) == 2)
    assert {payload["kind"] for payload in room.inbox()} == {"text", "photo"}
    expect(visit.bubbles("me")).to_have_count(2)
    visit.close()


def test_an_answer_that_was_lost_doubles_nothing(visit: Visit) -> None:
    lost: list[int] = []

    def lose(route: Any) -> None:
        lost.append(route.fetch().status)  # The service has it, and the page never hears so.
        route.abort() if len(lost) == 1 else route.continue_()

    visit.page.route("**/api/chat/say", lose)
    visit.say("听到了吗")
    expect(visit.bubbles("me")).not_to_contain_text(visit.text["web.js.sending"])
    wait_until(lambda: visit.page.title() and lost)  # Whoever asks the page lets the handler above go on.
    visit.page.unroute("**/api/chat/say")
    visit.say("再说一句")
    wait_until(lambda: visit.room.count(Inbox) == 2)
    expect(visit.bubbles("me")).to_have_count(2)


def test_a_photo_is_made_smaller_and_shown(visit: Visit) -> None:
    big = visit.page.evaluate(
        """async () => { const canvas = document.createElement('canvas'); canvas.width = 3000; canvas.height = 2000;
        const pen = canvas.getContext('2d'); pen.fillStyle = '#c33'; pen.fillRect(0, 0, 3000, 2000);
        const blob = await new Promise((done) => canvas.toBlob(done, 'image/jpeg', 1));
        return [...new Uint8Array(await blob.arrayBuffer())]; }"""
    )
    visit.page.fill("#words", "就是这盏")
    visit.page.set_input_files("#camera", {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": bytes(big)})
    wait_until(lambda: visit.room.count(Media) == 1)
    assert (visit.room.inbox()[0]["kind"], visit.room.inbox()[0]["text"]) == ("photo", "就是这盏")
    visit.page.reload()
    image = visit.bubbles("me").locator("img")
    expect(image).to_be_visible()
    wait_until(lambda: image.evaluate("image => image.naturalWidth") == 1600)


def test_what_the_service_cannot_take_is_said_plainly(visit: Visit) -> None:
    visit.page.set_input_files("#album", {"name": "a.avi", "mimeType": "video/avi", "buffer": b"RIFF....AVI " * 50})
    expect(visit.bubbles("me")).to_contain_text(visit.text["web.error.not_video"])
    visit.page.get_by_role("button", name=visit.text["web.js.remove"]).click()
    expect(visit.bubbles("me")).to_have_count(0)
    assert visit.room.count(Media) == 0


def test_a_voice_is_recorded_or_cancelled(visit: Visit) -> None:
    visit.page.locator("#voice").focus()
    visit.page.keyboard.press("Enter")
    expect(visit.page.locator("#recorder")).to_be_visible()
    visit.page.click("#cancel-voice")
    expect(visit.page.locator("#composer")).to_be_visible()
    assert visit.room.count(Media) == 0
    visit.page.locator("#voice").press("Enter")
    expect(visit.page.locator("#recorder")).to_be_visible()
    expect(visit.page.locator("#elapsed")).not_to_have_text("0:00")
    visit.page.click("#send-voice")
    wait_until(lambda: visit.room.count(Media) == 1)
    assert visit.room.inbox()[0]["kind"] == "voice"
    expect(visit.bubbles("me").locator("audio")).to_be_visible()


def test_whoever_holds_the_button_down_sends_by_letting_go(visit: Visit) -> None:
    visit.page.locator("#voice").dispatch_event("pointerdown")
    expect(visit.page.locator("#recorder")).to_be_visible()
    expect(visit.page.locator("#elapsed")).not_to_have_text("0:00")
    visit.page.locator("body").dispatch_event("pointerup")
    wait_until(lambda: visit.room.count(Media) == 1)
    expect(visit.page.locator("#composer")).to_be_visible()


def test_the_place_is_sent_or_its_lack_explained(visit: Visit) -> None:
    visit.context.clear_permissions()
    visit.page.click("#place")
    expect(visit.page.locator("#notice")).to_have_text(visit.text["web.js.place_refused"])
    visit.context.grant_permissions(["geolocation"])
    visit.room.bot(visit.key, "您在哪里？", ask_place=True)
    visit.page.get_by_role("button", name=visit.text["web.js.send_place"]).click()
    wait_until(lambda: visit.room.count(Inbox) == 1)
    payload = visit.room.inbox()[0]
    assert (payload["kind"], payload["lat"], payload["lon"]) == ("place", 40.146, 118.305)
    expect(visit.bubbles("me")).to_contain_text("40.146000,118.305000")


def test_numbers_to_call_are_links_and_others_are_not(visit: Visit) -> None:
    visit.room.bot(visit.key, "请打 119 或 120！邻居电话 13812345678，村里 0315-5612345。", alert=True)
    visit.room.bot(
        visit.key, "离您 120 米，118.305，110 号楼，第 119 户。打印 <b>粗</b> https://example.org/a 看 /help"
    )
    alert, plain = visit.bubbles("bot").nth(0), visit.bubbles("bot").nth(1)
    expect(plain).to_contain_text("<b>粗</b>")  # Both are there: what is asked below does not wait for them.
    expect(alert).to_have_class(re.compile("alert"))
    calls = alert.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert calls == ["tel:119", "tel:120", "tel:13812345678", "tel:03155612345"]
    links = plain.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
    assert links == ["https://example.org/a"]
    plain.get_by_role("button", name="/help").click()
    expect(visit.page.locator("#words")).to_have_value("/help")


def test_a_reader_of_old_lines_is_not_disturbed(visit: Visit) -> None:
    for number in range(30):
        visit.room.bot(visit.key, f"line {number}")
    expect(visit.bubbles("bot")).to_have_count(30)
    end = "document.getElementById('log').scrollHeight - document.getElementById('log').clientHeight"
    top = "document.getElementById('log').scrollTop"
    wait_until(lambda: visit.page.evaluate(f"{end} - {top} < 2"))
    visit.page.evaluate(f"() => {{ {top} = 100; return new Promise(drawn => requestAnimationFrame(drawn)); }}")
    visit.room.bot(visit.key, "new")
    chip = visit.page.locator("#chip")
    expect(chip).to_be_visible()
    assert visit.page.evaluate(top) == 100
    chip.click()
    expect(chip).to_be_hidden()
    assert visit.page.evaluate(f"{end} - {top} < 2")


def test_an_invitation_says_start_once(browser: Browser, room: Room) -> None:
    visit = Visit(browser, room).open("/i/ABC-123")
    expect(visit.bubbles("me")).to_contain_text("/start ABC-123")
    for path in ("/i/ABC-123", "/"):
        visit.open(path)
        expect(visit.bubbles("me")).to_have_count(1)
    wait_until(room.inbox)
    assert [payload["text"] for payload in room.inbox()] == ["/start ABC-123"]
    other = Visit(browser, room).open("/i/ABC-123")  # Somebody else with the same link is heard as well.
    expect(other.bubbles("me")).to_have_count(1)
    wait_until(lambda: room.count(Inbox) == 2)
    other.close()
    visit.close()


def test_the_language_switch_tells_the_chat_and_the_page(visit: Visit) -> None:
    visit.page.get_by_role("link", name="English").click()
    expect(visit.page.locator("h1")).to_have_text(TEXTS[Language.EN]["web.page.name"])
    wait_until(lambda: [payload["text"] for payload in visit.room.inbox()] == ["/lang en"])
    visit.page.goto(visit.room.url)
    expect(visit.page.locator("h1")).to_have_text(TEXTS[Language.EN]["web.page.name"])


@pytest.mark.parametrize("size", SIZES)
def test_the_demo_has_three_phones_that_keep_nothing(browser: Browser, store: Store, size: str) -> None:
    pace = ["real"]
    roles = (("resident", "张桂兰"), ("steward", "王建国"), ("secretary", "李志强"))
    phones = [Phone(f"web.demo.{role}", new_key(), name) for role, name in roles]
    room = Room(store, demo=DemoControls(phones, lambda: pace[0], lambda wanted: pace.__setitem__(0, wanted))).start()
    visit = Visit(browser, room, size)
    visit.page.goto(room.url)
    assert visit.page.url == f"{room.url}/demo"
    assert visit.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    for number, phone in enumerate(phones, 1):
        if size == "phone":
            visit.page.click(f"#tab-{number}")
        frame = visit.page.frame_locator(f"#phone-{number} iframe")
        expect(frame.locator("#state")).to_have_text(visit.text["web.js.online"])
        room.bot(phone.key, f"for {phone.name}")
        expect(frame.locator(".bubble")).to_contain_text(phone.name)
    visit.page.get_by_label(visit.text["web.demo.fast"], exact=True).click()
    wait_until(lambda: pace == ["fast"])
    assert visit.page.evaluate("localStorage.length") == 0
    visit.close()
    room.stop()


def test_the_demos_people_speak_the_language_of_its_page(browser: Browser, store: Store) -> None:
    phones = [Phone(f"web.demo.{role}", new_key(), role) for role in ("resident", "steward")]
    room = Room(store, demo=DemoControls(phones, lambda: "real", lambda _: None)).start()
    visit = Visit(browser, room, language=Language.EN)
    heard = lambda: [payload["text"] for payload in room.inbox()]  # noqa: E731 - asked three times below.
    visit.page.goto(room.url)
    wait_until(lambda: visit.page.evaluate("sessionStorage.getItem('spoken')") == "en")
    assert heard() == ["/lang en"] * 2
    visit.page.reload()
    expect(visit.page.frame_locator("#phone-1 iframe").locator("#state")).to_have_text(visit.text["web.js.online"])
    visit.page.locator(".switch a").first.click()
    expect(visit.page.locator("html")).to_have_attribute("lang", "zh-CN")
    assert heard() == ["/lang en"] * 2 + ["/lang zh"] * 2
    visit.close()
    room.stop()
