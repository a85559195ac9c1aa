"""Codes to type: what is one, what is a slip, and what is just a word."""

import random

import pytest

from dispatch.contact import codes
from dispatch.contact.admission import same_phone


def test_a_code_is_sound_and_read_back_however_it_is_written() -> None:
    for _ in range(200):
        code = codes.new_typed()
        assert len(code) == codes.LENGTH
        assert codes.sound(code)
        for written in (code, code.lower(), codes.shown(code), f" {code[:4]} {code[4:]} ", f"{code[:4]}—{code[4:]}"):
            assert codes.typed(written) == code


def test_full_width_is_read_too() -> None:
    code = codes.new_typed()
    wide = "".join(chr(ord(sign) + 0xFEE0) for sign in code)
    assert codes.typed(wide) == code


def test_every_single_slip_and_every_exchange_of_two_is_noticed() -> None:
    code = codes.new_typed()
    for place in range(codes.LENGTH):
        for sign in codes.ALPHABET.replace(code[place], ""):
            assert not codes.sound(code[:place] + sign + code[place + 1 :])
        for other in range(place):
            if code[place] != code[other]:
                signs = list(code)
                signs[place], signs[other] = signs[other], signs[place]
                assert not codes.sound("".join(signs))


def test_of_random_signs_one_in_31_is_sound() -> None:
    chance = random.Random(1)
    found = sum(codes.sound("".join(chance.choice(codes.ALPHABET) for _ in range(codes.LENGTH))) for _ in range(31_000))
    assert 800 < found < 1200


@pytest.mark.parametrize(
    "words",
    ["", "楼道灯坏了", "STANDARD", "bathtubs", "23456789", "K7MQ2RT", "K7MQ2RTXX", "K7MQ-2RT0", "I7MQ2RTX",
     "139 0000 0001", "K7MQ2RTX 灯坏了", "K" * 2000],
)  # fmt: skip
def test_what_is_no_code(words: str) -> None:
    assert codes.typed(words) is None


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("13900000001", "+86 139 0000 0001", True),
        ("13900000001", "8613900000001", True),
        ("0086-139-0000-0001", "13900000001", True),
        ("0315-5612345", "03155612345", True),
        ("86123456", "86123456", True),
        ("13900000001", "13900000002", False),
        ("", "", False),
        ("", "86", False),
    ],
)
def test_which_phones_are_the_same(one: str, other: str, same: bool) -> None:
    assert same_phone(one, other) is same
