"""Promise 43: nobody has to send a photo, a place or a track to prove a deed, and nobody is ranked by default."""

from sqlalchemy import select

from models.mail import Outbox
from models.words import Language
from tests.stories.ledgers import earned, helps, month_ends
from tests.stories.rounds import links, visits
from tests.stories.world import World


def test_what_was_done_counts_without_a_photo_or_a_place(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    links(world, near, granny)

    granny.says("楼道灯坏了")
    near.taps("接单").taps("已到达").taps("已解决")
    granny.taps("已解决")
    near.says("/visit").taps("● 王奶奶家").taps("到此为止")

    assert earned(world, near) == 3, "two for the lamp, one for the visit"
    assert visits(world)[0].counts
    with world.store.read() as conn:
        theirs = conn.execute(select(Outbox.message).where(Outbox.person_id == near.id)).scalars().all()
    assert theirs
    assert not [message for message in theirs if message.get("ask_place")], "the bot asked for no place either"


def test_a_league_table_appears_nowhere_unless_the_county_turned_it_on(world: World) -> None:
    granny, best, other = world.resident(), world.steward("张三"), world.steward("安七", metres=300)
    for words in ("楼道灯坏了", "水管漏水"):
        helps(world, best, granny, words)
    granny.says("门锁坏了")
    world.set(best, on_duty=False)
    best.taps("不方便")
    other.taps("接单").taps("已解决")
    granny.taps("已解决")
    number = month_ends(world)
    granny.says(f"/published {number}")
    assert granny.hears("安七　2 分\n张三　4 分"), "in the order of names"
    world.change(points={"league_table": True})
    world.admin().says("/reverse 3 记错人了")
    granny.says(f"/published {number}")
    assert granny.hears("1. 张三　4 分\n2. 安七　0 分")


def test_in_english(world: World) -> None:
    granny, near = world.resident("Wang", language=Language.EN), world.steward("Zhang", language=Language.EN)
    granny.says("the lamp in our stairwell is out")
    near.taps("Accept").taps("Solved")
    granny.taps("Solved")
    number = month_ends(world)
    granny.says(f"/published {number}")
    assert granny.hears("Zhang  2")
    assert not granny.hears("1. Zhang")
