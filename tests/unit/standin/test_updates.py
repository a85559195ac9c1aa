"""Updates are fetched, confirmed, repeated and reordered as at Telegram."""

from tests.standin import Json, Person, StandIn, wait_until
from tests.unit.standin.calls import ask, given_up, ids, in_background, result


def test_the_offset_confirms_what_lies_below_it(standin: StandIn, wang: Person) -> None:
    for n in range(5):
        wang.says(str(n))
    first = standin.pending[0]["update_id"]
    steps: list[tuple[Json, list[int], int]] = [
        ({}, [0, 1, 2, 3, 4], 5),
        ({"limit": 2}, [0, 1], 5),
        ({"offset": first + 2, "limit": 2}, [2, 3], 3),
        ({"offset": first}, [2, 3, 4], 3),
        ({"offset": first + 100}, [2, 3, 4], 3),  # Too far ahead to be believed: an offset of another age.
        ({"offset": -1}, [4], 1),
        ({"offset": first + 5}, [], 0),
    ]
    for params, expected, left in steps:
        assert ids(result(standin, "getUpdates", **params)) == [first + n for n in expected], params
        assert standin.counters["pending"] == left, params


def test_a_long_poll_answers_when_something_comes(standin: StandIn, wang: Person) -> None:
    thread, found = in_background(lambda: result(standin, "getUpdates", timeout=60))
    wait_until(lambda: standin.counters["polling"])
    wang.says("hello")
    thread.join(60)
    assert [update["message"]["text"] for update in found[0]] == ["hello"]
    assert result(standin, "getUpdates", offset=found[0][0]["update_id"] + 1, timeout=0.01) == []


def test_of_two_long_polls_the_older_ends_in_conflict(standin: StandIn, wang: Person) -> None:
    older, old = in_background(lambda: ask(standin, "getUpdates", timeout=60))
    wait_until(lambda: standin.counters["polling"])
    newer, new = in_background(lambda: ask(standin, "getUpdates", timeout=60))
    older.join(60)
    assert old[0][0] == 409 and old[0][1]["description"].startswith("Conflict: terminated by other getUpdates request")
    wang.says("hello")
    newer.join(60)
    assert new[0][0] == 200


def test_a_poller_that_dies_polls_no_more(standin: StandIn, wang: Person) -> None:
    with given_up(standin, "getUpdates?timeout=30"):
        wait_until(lambda: standin.counters["polling"])
    wait_until(lambda: not standin.counters["polling"])
    wang.says("nobody listens")
    assert len(result(standin, "getUpdates")) == 1


def test_updates_repeat_reorder_and_jump(standin: StandIn, wang: Person) -> None:
    for n in range(4):
        wang.says(str(n))
    first = standin.pending[0]["update_id"]
    result(standin, "getUpdates", offset=first + 4)
    standin.repeat(first)
    assert ids(result(standin, "getUpdates", offset=first + 4)) == [first]
    assert standin.repeat(first, new_id=True) == first + 4
    wang.says("5")
    wang.says("6")
    order = standin.shuffle(seed=3)
    assert order != sorted(order)
    assert ids(result(standin, "getUpdates", offset=first + 4)) == order
    assert ids(result(standin, "getUpdates", offset=first + 6)) == [first + 6]
    assert result(standin, "getUpdates", offset=first + 7) == []
    standin.jump(77)
    wang.says("after a silent week")
    assert ids(result(standin, "getUpdates", offset=first + 7)) == [77]


def test_any_json_can_be_an_update(standin: StandIn) -> None:
    standin.raw({"message": {"text": None}})
    standin.raw({"brand_new_kind": {"x": [1]}})
    assert [sorted(update) for update in result(standin, "getUpdates")] == [
        ["message", "update_id"],
        ["brand_new_kind", "update_id"],
    ]


def test_only_the_kinds_that_were_asked_for_come(standin: StandIn, wang: Person) -> None:
    result(standin, "getUpdates", allowed_updates=["my_chat_member"])
    wang.says("not asked for")
    wang.blocks_bot()
    assert ["my_chat_member" in update for update in standin.pending] == [True]
