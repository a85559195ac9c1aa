"""What can go wrong at Telegram goes wrong at the stand-in when it is asked to; and it runs as a process of its own."""

import http.client
import subprocess
import sys
from types import SimpleNamespace

import pytest

from tests.standin import Json, Person, Remote, StandIn, wait_until
from tests.unit.standin.calls import ask, given_up, result

FAULTS: list[tuple[str, Json, int | str, int]] = [
    ("too_many", {"retry_after": 3}, 429, 0),
    ("forbidden", {"why": "deactivated"}, 403, 0),
    ("conflict", {}, 409, 0),
    ("migrated", {"to": -100}, 400, 0),
    ("error", {"code": 500, "description": "Internal Server Error"}, 500, 0),
    ("gateway", {}, 502, 0),
    ("gateway", {"effect": True}, 502, 1),
    ("drop", {}, "closed", 0),
    ("lose", {}, "closed", 1),
    ("delay", {"seconds": 0.01}, 200, 1),
    ("late", {"seconds": 0.01}, 200, 1),
]


@pytest.mark.parametrize(("kind", "details", "status", "shown"), FAULTS)
def test_faults_befall_the_calls_they_name(
    standin: StandIn, wang: Person, kind: str, details: Json, status: int | str, shown: int
) -> None:
    fault = standin.fails(kind, "send*", chat=11, after=1, **details)
    standin.person(12)
    assert ask(standin, "sendMessage", chat_id=12, text="another chat")[0] == 200
    assert ask(standin, "sendMessage", chat_id=11, text="passes")[0] == 200
    assert standin.hits(fault) == 0
    try:
        found: int | str = ask(standin, "sendMessage", chat_id=11, text="is hit")[0]
    except (http.client.HTTPException, ConnectionError):
        found = "closed"
    assert found == status and standin.hits(fault) == 1
    assert wang.heard == ["passes", "is hit"][: 1 + shown]
    assert ask(standin, "sendMessage", chat_id=11, text="over")[0] == 200
    hit = standin.calls("sendMessage", chat=11)[1]
    assert hit.params["text"] == "is hit" and bool(hit.error) == (status != 200)


def test_a_caller_who_gives_up_does_not_stop_the_effect(standin: StandIn, wang: Person) -> None:
    standin.fails("delay", "sendMessage", seconds=0.2)
    with given_up(standin, "sendMessage?chat_id=11&text=x"):
        wait_until(lambda: standin.hits(0))
    assert wang.hears("x")


def test_a_fault_without_end_lasts_until_healed(standin: StandIn, wang: Person) -> None:
    standin.fails("too_many", times=None, retry_after=2)
    body = ask(standin, "getMe")[1]
    assert body["parameters"] == {"retry_after": 2} and body["description"] == "Too Many Requests: retry after 2"
    assert ask(standin, "getMe")[0] == 429
    standin.heals()
    assert ask(standin, "getMe")[0] == 200


@pytest.mark.parametrize(
    ("limits", "chats", "statuses"),
    [
        ({"chat_per_second": 1}, [11, 12, 11], [200, 200, 429]),
        ({"bot_per_second": 2}, [11, 12, 13], [200, 200, 429]),
        ({"group_per_minute": 2}, [-20, -20, -20, 11], [200, 200, 429, 200]),
    ],
)
def test_limits_are_enforced(
    standin: StandIn, limits: dict[str, int], chats: list[int], statuses: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.standin.sending.time", SimpleNamespace(monotonic=lambda: 100.0))  # All at one moment.
    standin.people(11, 3)
    standin.group(-20)
    standin.limits(**limits)
    assert [ask(standin, "sendMessage", chat_id=chat, text="x")[0] for chat in chats] == statuses


def test_it_vanishes_and_returns_at_the_same_address(standin: StandIn, wang: Person) -> None:
    standin.vanishes()
    with pytest.raises(ConnectionRefusedError):
        ask(standin, "getMe")
    wang.says("meanwhile")
    standin.returns()
    assert len(result(standin, "getUpdates")) == 1


def test_it_runs_as_a_process_and_is_driven_over_http() -> None:
    command = [sys.executable, "-m", "tests.standin", "--port", "0", "--keep", "1000"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            remote = Remote(int(process.stdout.readline()))
            people = remote.people(1, 50)
            first, last = remote.burst([person.id for person in people], 2_000, "第 {n} 条")
            assert last - first == 1_999 and remote.counters["pending"] == 2_000
            remote.do_all([{"do": "says", "who": 7, "text": "一"}, {"do": "says", "who": 7, "text": "二"}])
            people[0].sends_photo(file=b"bytes travel too")
            assert remote.counters["pushed"] == 2_003
            with pytest.raises(ValueError, match="KeyError"):
                remote.do("fly")
            assert people[3].heard == [] and remote.calls() == []
            remote.close()
        finally:
            process.terminate()
    assert process.returncode == 0
