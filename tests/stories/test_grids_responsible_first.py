"""1+10+N in the circle: the responsible steward is asked first when hardly farther than the nearest."""

from tests.stories.test_grids_who_has_whom import link
from tests.stories.world import Neighbour, World


def _village(world: World, *, farther: float) -> tuple[Neighbour, Neighbour, Neighbour]:
    """A granny, the nearest steward, and her own, who lives so many metres farther."""
    granny = world.resident("王奶奶")
    near, hers = world.steward("张三", metres=80), world.steward("李四", metres=80 + farther)
    link(world, {"王奶奶家": "李四"})
    return granny, near, hers


def test_as_near_as_the_nearest(world: World) -> None:
    granny, near, hers = _village(world, farther=29)
    granny.says("楼道灯坏了")
    assert hers.hears("楼道灯坏了")
    assert not near.hears("楼道灯坏了"), "the first rung asks one"


def test_too_far_to_go_first(world: World) -> None:
    granny, near, hers = _village(world, farther=31)
    granny.says("楼道灯坏了")
    assert near.hears("楼道灯坏了")
    assert not hers.hears("楼道灯坏了")


def test_not_when_off_duty(world: World) -> None:
    granny, near, hers = _village(world, farther=10)
    world.set(hers, on_duty=False)
    granny.says("楼道灯坏了")
    assert near.hears("楼道灯坏了")


def test_who_has_left_goes_first_nowhere(world: World) -> None:
    granny, near, _ = _village(world, farther=10)
    world.admin().says("/left 李四").taps("李四不再当管家")
    granny.says("楼道灯坏了")
    assert near.hears("楼道灯坏了")
