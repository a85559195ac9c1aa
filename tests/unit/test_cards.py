"""However much is said, a card has room for all that its reader needs: where, how far, how it stands."""

from typing import Any

import pytest

from bot.channels import webchat
from bot.channels.rendering import render, units
from bot.channels.telegram import payloads, sending
from bot.texts import Texts
from dispatch import cards
from dispatch.cases import Case
from dispatch.messages import Attachment, practice
from dispatch.rules import Rules
from models.clock import MovableClock
from models.words import Answer, Ending, Lane, Language, MediaKind, State, Urgency

PLACE = "东村 · " + "一" * 100
PHOTO = (Attachment("t", MediaKind.PHOTO, "telegram", "file"),)
LONG = [f"第{number}句" + "灯" * 356 for number in range(1, 15)]
FACES = [f"{number}" + "😀" * 399 for number in range(8)]  # Two units each.
_KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "urgent": {"urgency": Urgency.URGENT},
    "incident": {"followers": 25},
    "drill": {"drill": True},
    "closed": {"state": State.CLOSED, "ending": Ending.UNCONFIRMED, "owner_id": 7},
}


class Offer:
    """An offer as its row is."""

    token, metres, answer, why, person_id = "t" * 22, 12345.0, Answer.OPEN, "nearest", 7


@pytest.fixture(scope="module")
def texts() -> Texts:
    return Texts()


def _case(clock: MovableClock, words: str, **more: Any) -> Case:
    plain = {"id": 123456, "place": PLACE, "words": words, "category": "electric", "state": State.OFFERED, "hands": 2}
    whole = {"urgency": Urgency.NORMAL, "drill": False, "followers": 0, "wanted_at": clock.now(), **plain, **more}
    return Case._make([None] * len(Case._fields)).but(whole)


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("media", [(), PHOTO])
@pytest.mark.parametrize("lines", [LONG, FACES])
def test_place_distance_and_standing_are_never_cut(
    texts: Texts, clock: MovableClock, lines: list[str], media: Any, kind: str, language: Language
) -> None:
    case = _case(clock, lines[0], **_KINDS[kind])
    reports = tuple(f"{PLACE} {'水管爆了' * 10}" for _ in range(20)) if case.followers else ()
    card = cards.offer_card(Rules(), case, Offer, tuple(lines[1:]), media, reports)
    if case.drill:
        card = practice(card)
    standing = texts.say(language, card.params["standing"]["key"], **card.params["standing"]["params"])
    for capabilities in (webchat.CAPABILITIES, sending.CAPABILITIES):
        shown = render(card, texts, language, capabilities, again=True)
        assert [part for part in (PLACE, "12345", standing) if part not in shown.text] == []
        assert lines[0][:60] in shown.text
        assert lines[-1][:50] in shown.text.split("…", 1)[1], "the newest, after what is left out"
    sent = payloads.calls("11", shown, Lane.OFFER, [(one, "file") for one in media])[0].params
    edited = payloads.edit("11", "c5" if media else "5", shown).params
    assert sent.get("caption" if media else "text") == edited["caption" if media else "text"] == shown.text
    assert units(shown.text) <= (payloads.CAPTION_LENGTH if media else payloads.TEXT_LENGTH)


def test_what_fits_is_shown_whole_and_each_line_once(clock: MovableClock) -> None:
    case = _case(clock, "楼道灯坏了", wanted_at=None, hands=1)
    card = cards.offer_card(Rules(), case, Offer, ("在三楼", "楼道灯坏了", "得带梯子"))
    assert card.params["need"] == "楼道灯坏了\n在三楼\n得带梯子"


def test_of_many_lines_the_first_and_the_newest_stay(clock: MovableClock) -> None:
    case = _case(clock, LONG[0], wanted_at=None, hands=1)
    need = cards.offer_card(Rules(), case, Offer, tuple(LONG[1:])).params["need"]
    assert need.split("\n") == [LONG[0], "…", *LONG[-5:]]


def test_the_newest_of_all_is_shown_in_part_where_it_is_too_long(clock: MovableClock) -> None:
    case = _case(clock, LONG[0], wanted_at=None, hands=1)
    first, left_out, newest = cards.offer_card(Rules(), case, Offer, tuple(LONG[1:]), PHOTO).params["need"].split("\n")
    assert (first[:200], left_out, newest[:200]) == (LONG[0][:200], "…", LONG[-1][:200])
    assert len(first + left_out + newest) + 2 <= 600
