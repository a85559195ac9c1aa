"""Promise 37: rating is one tap, asked once; a bad one goes to the branch in private."""

from models.words import Level
from tests.stories.world import Neighbour, World


def _confirmed(world: World) -> tuple[Neighbour, Neighbour, Neighbour]:
    granny, near, secretary = world.resident("王奶奶"), world.steward("张三"), world.admin("李书记")
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已到达").taps("已解决")
    granny.taps("已解决")
    return granny, near, secretary


def _asked(granny: Neighbour) -> int:
    return sum("帮得怎么样" in text for text in granny.heard)


def test_one_tap(world: World) -> None:
    granny, _, _ = _confirmed(world)
    assert {"★1", "★2", "★3", "★4", "★5"} <= set(granny.labels())
    granny.taps("★5")
    assert world.case.rating == 5
    assert granny.hears("谢谢您，记下了")


def test_asked_once(world: World) -> None:
    granny, _, _ = _confirmed(world)
    again = granny.data("★1")
    assert _asked(granny) == 1
    granny.taps("★4").repeats_tap("★1", again)
    assert world.case.rating == 4
    assert granny.hears("不用评了")
    world.passes(hours=2)
    granny.says("/mine")
    assert _asked(granny) == 1


def test_not_rating_is_fine(world: World) -> None:
    granny, _, secretary = _confirmed(world)
    world.jumps(days=3)
    world.passes(minutes=2)
    assert _asked(granny) == 1
    assert world.case.rating is None
    assert not secretary.hears("星级")


def test_a_bad_one_goes_to_the_branch_in_private(world: World) -> None:
    granny, near, secretary = _confirmed(world)
    county = world.admin("县办", Level.COUNTY)
    heard = len(near.heard)
    granny.taps("★1")
    assert secretary.hears("楼道灯坏了", "星级：1", "私下")
    assert len(near.heard) == heard, "the steward is not told off by a machine"
    assert not county.heard


def test_a_good_one_goes_to_nobody(world: World) -> None:
    granny, near, secretary = _confirmed(world)
    heard = len(near.heard)
    granny.taps("★3")
    assert not secretary.hears("星级")
    assert len(near.heard) == heard


def test_a_bad_one_about_the_secretary_goes_to_the_township(world: World) -> None:
    granny, secretary = world.resident("王奶奶"), world.admin("李书记")
    town = world.admin("镇办老周", Level.TOWNSHIP)
    world.steward("李书记", who=secretary)
    granny.says("楼道灯坏了")
    secretary.taps("接单").taps("已解决")
    granny.taps("已解决").taps("★1")
    assert not secretary.hears("星级")
    assert town.hears("星级：1")


def test_only_the_resident_rates(world: World) -> None:
    granny, near, _ = _confirmed(world)
    near.repeats_tap("★5", granny.data("★5"))
    assert world.case.rating is None


def test_where_the_village_has_no_secretary_the_next_office_hears_it(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三")
    town = world.admin("镇办老周", Level.TOWNSHIP)
    granny.says("楼道灯坏了")
    near.taps("接单").taps("已解决")
    granny.taps("已解决").taps("★1")
    assert town.hears("星级：1")
