"""Promise 2: however much is said, its card keeps the place, the distance and what to do."""

import pytest

from tests.stories.world import World


@pytest.mark.parametrize("kind", ["text", "photo"])
def test_a_card_of_many_words_keeps_its_place(world: World, kind: str) -> None:
    granny, near = world.resident(), world.steward("张三")
    if kind == "photo":
        granny.sends("photo", "楼道灯坏了")
    else:
        granny.says("楼道灯坏了")
    for number in range(14):
        granny.says(f"第{number}句" + "灯" * 357)
    assert len(world.cases()) == 1
    assert near.hears("楼道灯坏了", "…", "第13句", "地点：东村 · 一网格", "约 100 米", "您能去吗")
    near.taps("接单")
    assert near.hears("楼道灯坏了", "…", "第13句", "地点：东村 · 一网格", "约 100 米", "您接了这件事")
