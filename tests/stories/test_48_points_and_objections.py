"""Promise 48 for points and objections: shown, erased without breaking the ledger, and forgotten after their time."""

from sqlalchemy import select

from models.ledger import EntryNote
from models.publishing import Objection
from tests.stories.ledgers import broken, days_pass, earned, entries
from tests.stories.rights import bytes_on_disk, documents, gives_documents, minutes_pass, nights
from tests.stories.test_object_to_what_is_published import published
from tests.stories.world import Neighbour, World

REASON, OBJECTION, ANSWER = "搬了祠堂的红木桌椅", "他那天在县城喝喜酒", "翻了签到的册子他在场"


def _spoken(world: World) -> tuple[Neighbour, Neighbour, Neighbour]:
    granny, near, first = world.resident(), world.steward("张三"), world.admin("李书记")
    second = world.admin("赵主任")
    first.says(f"/give 张三 3 {REASON}")
    second.taps("同意")
    published(world, near)
    granny.says(f"/object 1 {OBJECTION}")
    second.taps("公示无误").says(ANSWER)
    return granny, near, first


def test_everything_about_me_holds_my_points_and_objections(world: World) -> None:
    gives_documents(world)
    granny, near, _ = _spoken(world)
    near.says("/mydata")
    assert all(word in documents(world)[-1] for word in ("积分，每一笔", "hand:1", REASON))
    granny.says("/mydata")
    assert OBJECTION in documents(world)[-1]


def test_erasing_takes_the_words_and_leaves_the_ledger_whole(world: World) -> None:
    granny, near, _ = _spoken(world)
    minutes_pass(world)
    for who, words in ((near, REASON), (granny, OBJECTION)):
        who.says("/erase").taps("全部删掉")
        minutes_pass(world, 70)
        with world.store.read() as conn:
            kept = [*conn.scalars(select(EntryNote.text)), *conn.scalars(select(Objection.words))]
        assert words not in kept
        if world.store.sqlite:
            assert words.encode() not in bytes_on_disk(world)
    assert broken(world) == []
    assert earned(world, near) == 3, "the number stays, with nobody's name"


def test_what_is_published_of_an_erased_person_has_no_name(world: World) -> None:
    granny, near = world.resident(), world.steward("张三")
    published(world, near)
    near.says("/erase").taps("全部删掉")
    minutes_pass(world, 3)
    granny.says("/published 1")
    assert not granny.hears("张三　4 分")
    assert granny.hears("—　4 分")


def test_words_are_forgotten_after_their_time_and_the_chain_holds(world: World) -> None:
    _spoken(world)
    world.change(retention={"points": "20d"})
    days_pass(world, 10)
    nights(world)
    with world.store.read() as conn:
        assert conn.scalars(select(EntryNote.text)).all() == [REASON]
    days_pass(world, 11)
    nights(world)
    with world.store.read() as conn:
        assert conn.scalars(select(EntryNote.text)).all() == [""]
        assert conn.execute(select(Objection.words, Objection.answer)).all() == [("", None)]
    assert broken(world) == []
    assert len(entries(world)) == 1
