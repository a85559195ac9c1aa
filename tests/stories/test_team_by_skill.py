"""Teams by skill: the nearest of the team within reach goes first, also from next door; `/team` shows who they are."""

from models.words import Language, Level, Skip
from tests.stories.world import NEXT_VILLAGE, World

ELECTRIC = ";electric;"


def test_the_skilled_one_of_the_next_grid_goes_before_the_own_grid(world: World) -> None:
    granny, own = world.resident("王奶奶"), world.steward("张三", metres=50)
    skilled = world.steward("李四", metres=400, grid="二网格", skills=ELECTRIC)
    granny.says("楼道灯坏了")
    assert skilled.hears("楼道灯坏了")
    assert not own.heard
    skilled.taps("不方便")
    assert own.hears("楼道灯坏了"), "none of the team: the nearest looks first"


def test_the_skilled_one_of_the_next_village_within_reach(world: World) -> None:
    granny, own = world.resident("王奶奶"), world.steward("张三", metres=50)
    skilled = world.steward("李四", metres=450, village=NEXT_VILLAGE, skills=ELECTRIC)
    granny.says("楼道灯坏了")
    assert skilled.hears("楼道灯坏了")
    assert not own.heard
    assert world.considered() == {"李四": Skip.NONE, "张三": Skip.FARTHER}


def test_beyond_reach_the_nearest_looks_first(world: World) -> None:
    granny, own = world.resident("王奶奶"), world.steward("张三", metres=50)
    skilled = world.steward("李四", metres=550, grid="二网格", skills=ELECTRIC)
    granny.says("楼道灯坏了")
    assert own.hears("楼道灯坏了")
    assert not skilled.heard


def test_a_need_without_a_skill_stays_in_the_grid(world: World) -> None:
    granny, own = world.resident("王奶奶"), world.steward("张三", metres=450)
    other = world.steward("李四", metres=50, grid="二网格", skills=ELECTRIC)
    granny.says("有件事想说说")
    assert own.hears("有件事想说说")
    assert not other.heard


def test_need_help_calls_by_skill(world: World) -> None:
    granny, near = world.resident("王奶奶"), world.steward("张三", metres=10, skills=ELECTRIC)
    for name, metres in (("赵六", 30), ("孙七", 60)):
        world.steward(name, metres=metres)
    skilled = world.volunteer("李四", metres=300)
    world.set(skilled, skills=ELECTRIC)
    granny.says("楼道灯坏了")
    near.taps("接单").taps("要帮手")
    assert skilled.woken("张三要帮手"), "a volunteer of the team goes before a nearer steward without the skill"


def test_a_steward_sees_the_own_teams(world: World) -> None:
    near = world.steward("张三", metres=10, skills=";electric;mediation;")
    world.steward("李四", metres=300, skills=ELECTRIC)
    world.steward("周九", metres=4900, village=NEXT_VILLAGE, skills=ELECTRIC)
    near.says("/team")
    assert near.hears("您的服务队", "电工：本村 张三、李四；全镇 3 人", "调解：本村 张三；全镇 1 人")
    plain = world.steward("孙七")
    plain.says("/team")
    assert plain.hears("还没登记特长")


def test_an_admin_sees_the_area_and_nothing_beside_it(world: World) -> None:
    world.steward("张三", skills=ELECTRIC)
    world.steward("李四", skills=ELECTRIC, on_duty=False)
    world.steward("孙七", skills=ELECTRIC, reachable=False)
    world.steward("周九", metres=4900, village=NEXT_VILLAGE, skills=";mediation;")
    secretary, official = world.admin("李书记"), world.admin("周镇长", Level.TOWNSHIP)
    secretary.says("/team")
    assert secretary.hears("电工：3 / 2 / 1")
    assert not secretary.hears("调解")
    official.says("/team")
    assert official.hears("电工：3 / 2 / 1", "调解：1 / 1 / 1")
    secretary.says("/team 电工")
    assert secretary.hears("电工（3 人）", "张三 13800000000（在岗）", "李四", "不在岗", "孙七", "联系不上")
    secretary.says("/team 调解")
    assert secretary.hears("没有“调解”这支服务队", "电工")


def test_a_resident_sees_which_skills_are_to_be_had(world: World) -> None:
    granny = world.resident("王奶奶")
    granny.says("/team")
    assert granny.hears("还没登记有特长的人")
    world.steward("张三", skills=";mediation;electric;")
    granny.says("/team")
    assert granny.hears("东村有人会这些：电工、调解")
    assert not granny.hears("张三"), "no names"
    mary = world.resident("Mary", language=Language.EN)
    mary.says("/team")
    assert mary.hears("electricians, mediation")


def test_a_stranger_is_told_what_to_do(world: World) -> None:
    stranger = world.stranger()
    stranger.says("/team")
    assert stranger.hears("/start")
