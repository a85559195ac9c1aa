"""Every fault has a sentence, and every sentence a fault."""

import re
from pathlib import Path

import bot.roster
from bot.roster import MOST_FAULTS, SENTENCES, Fault, RosterFaults
from bot.roster.faults import SHOWN, shown

SOURCES = Path(bot.roster.__file__).parent.glob("*.py")
KEY = re.compile(r'"(roster\.fault\.\w+)"')


def test_keys_and_sentences_are_the_same() -> None:
    used = {key for path in SOURCES if path.name != "faults.py" for key in KEY.findall(path.read_text("utf-8"))}
    assert used == set(SENTENCES)


def test_a_fault_says_place_value_and_what_is_allowed() -> None:
    fault = Fault("roster.fault.phone", "stewards.csv", 7, "电话", "无", "3–15")
    assert str(fault) == "stewards.csv, row 7, 电话: '无' is no telephone number; allowed: one number of 3–15 digits"
    assert fault.params["row"] == 7


def test_values_are_shown_short_and_visible() -> None:
    assert shown("a\u202eb\n") == "a\\u202eb\\u000a"
    assert len(shown("长" * 999)) == SHOWN


def test_many_faults_end_with_their_number() -> None:
    faults = [Fault("roster.fault.blank", "a.csv", row, "b") for row in range(MOST_FAULTS)]
    assert str(RosterFaults(faults, 5)).splitlines()[-1] == "and 5 more"
