"""A resident whose every word is known by heart, so that it is found wherever it is kept."""

from sqlalchemy import select, update

from models.places import Household
from models.tables import metadata
from models.words import Language
from tests.stories.world import Neighbour, World

NAME, PHONE, HOME, ADDRESS = "金丝雀婆婆", "13955550101", "丹凤眼家", "朝阳巷九十九号后院"
WORDS, MORE, TALK, ANSWER = (
    "厨房水龙头漏得满地都是水",
    "昨天夜里开始漏的呀",
    "您带上扳手再来好不好",
    "我十分钟就到您家门口",
)
CANARIES = (NAME, PHONE, HOME, ADDRESS, WORDS, MORE, TALK, ANSWER)


def lives(world: World, language: Language | None = None) -> tuple[Neighbour, Neighbour, Neighbour]:
    """A resident whose every word is known by heart, with a steward, and a secretary who looks on."""
    granny = world.resident(NAME, phone=PHONE, language=language)
    with world.store.write() as conn:
        conn.execute(update(Household).values(name=HOME, address=ADDRESS))
    near, secretary = world.steward("张三"), world.admin("李书记")
    granny.says(WORDS)
    world.passes(seconds=10)
    granny.says(MORE)
    secretary.says(f"/show {world.case.id}").says("/open")
    near.taps("接单").taps("看地址").says(ANSWER)
    world.passes(minutes=2)
    granny.says(TALK).sends("photo")
    near.says("/tasks").taps("已到达").taps("已解决")
    granny.taps("Solved" if language is Language.EN else "已解决")
    granny.taps("★5")
    world.settle()
    return granny, near, secretary


def everything(world: World) -> str:
    """All that any table holds, as one text."""
    with world.store.read() as conn:
        return "\n".join(
            repr(tuple(row)) for table in metadata.sorted_tables for row in conn.execute(select(table))
        )  # fmt: skip
