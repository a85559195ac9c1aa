"""Eight characters are few: five wrong ones lock a person, fifty lock typing for all, and the branch hears of it."""

from sqlalchemy import func, select

from dispatch.contact import codes
from models.claims import Claim, CodeTry
from tests.stories.doors import home, links, prints, scans, types
from tests.stories.world import Neighbour, World


def _card(world: World) -> tuple[str, Neighbour]:
    granny, steward = world.resident("王奶奶"), world.steward("张三")
    links(world, home(world, granny), steward)
    return prints(world, steward, home(world, granny)).typed, steward


def _tries(world: World) -> int:
    with world.store.read() as conn:
        return conn.execute(select(func.count()).select_from(CodeTry)).scalar_one()


def _wrong(right: str) -> str:
    while True:
        code = codes.new_typed()
        if code != right:
            return code


def test_a_thousand_codes_guessed(world: World) -> None:
    right, steward = _card(world)
    secretary = world.admin("李书记")
    guessers = [world.stranger(f"猜码{number}") for number in range(200)]
    for _ in range(5):
        with world.at_once():
            for guesser in guessers:
                guesser.says(_wrong(right))
    assert _tries(world) == world.rules.cards.bot_tries
    with world.store.read() as conn:
        assert conn.execute(select(func.count()).select_from(Claim)).scalar_one() == 0
    assert not any(guesser.hears("已经去问") for guesser in guessers)
    assert sum("可能有人在猜" in text for text in secretary.heard) == 1
    assert guessers[-1].last.startswith("试错的次数太多")
    late = world.stranger("真邻居")
    late.says(right)
    assert late.hears("打码先停一会儿"), "typing is locked for everybody"
    assert not steward.hears("是谁")


def test_after_an_hour_it_goes_on(world: World) -> None:
    right, steward = _card(world)
    world.change(cards={**world.rules.cards.model_dump(), "bot_tries": 3})
    for number in range(4):
        world.stranger(f"猜码{number}").says(_wrong(right))
    world.jumps(minutes=61)
    types(world.stranger("桂花"), right, "桂花")
    assert steward.hears("是谁")


def test_scanning_goes_on_while_typing_is_locked(world: World) -> None:
    granny, steward = world.resident("王奶奶"), world.steward("张三")
    links(world, home(world, granny), steward)
    card = prints(world, steward, home(world, granny))
    world.change(cards={**world.rules.cards.model_dump(), "bot_tries": 1})
    world.stranger("猜码").says(_wrong(card.typed))
    scans(world.stranger("桂花"), card.token, "桂花")
    assert steward.hears("是谁")


def test_five_wrong_ones_lock_a_person(world: World) -> None:
    right, steward = _card(world)
    secretary, neighbour = world.admin("李书记"), world.person("赵六")
    for _ in range(6):
        neighbour.says(_wrong(right))
    assert neighbour.last.startswith("试错的次数太多")
    neighbour.says(right)
    assert not steward.hears("是谁")
    assert sum("连续 5 次" in text for text in secretary.heard) == 1
    assert secretary.hears("赵六")
    world.jumps(minutes=11)
    neighbour.says(right)
    assert steward.hears("是谁")


def test_made_up_links_are_counted_too(world: World) -> None:
    secretary, guesser = world.admin("李书记"), world.stranger("猜码")
    world.change(cards={**world.rules.cards.model_dump(), "bot_tries": 3})
    for number in range(5):
        guesser.says(f"/start {'A' * 21}{number}")
    assert _tries(world) == 3
    assert guesser.last.startswith("试错的次数太多")
    assert secretary.hears("可能有人在猜")


def test_a_slip_is_told_from_a_code_that_is_gone(world: World) -> None:
    right, _ = _card(world)
    other = next(sign for sign in codes.ALPHABET if sign != right[2] and sign.isdigit() == right[2].isdigit())
    phone = world.stranger("桂花")
    phone.says(right[:2] + other + right[3:])
    assert phone.hears("打错了一位")
    phone.says(_wrong(right))
    assert phone.hears("没有这个码")
