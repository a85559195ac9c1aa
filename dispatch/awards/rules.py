"""Which honours a county gives, and how long names are taken for one."""

from datetime import timedelta

from pydantic import Field, field_validator

from dispatch.parts import Part, Span


class Kind(Part):
    """One honour: its word, its names in both languages, and whether a whole household receives it."""

    name: str = Field(pattern=r"^[a-z_]{2,40}$")
    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=40)
    household: bool = False


_KINDS = (
    Kind(name="five_star", zh="五星党员", en="five-star member"),
    Kind(name="thrifty", zh="勤俭家庭", en="thrifty household", household=True),
    Kind(name="civil", zh="文明家庭", en="civil family", household=True),
    Kind(name="neighbour", zh="好邻居", en="good neighbour"),
)


class Awards(Part):
    """The honours, in the order in which they are listed."""

    kinds: tuple[Kind, ...] = Field(default=_KINDS, min_length=1, max_length=20)
    nominate_for: Span = timedelta(days=7)

    @field_validator("kinds")
    @classmethod
    def _each_once(cls, kinds: tuple[Kind, ...]) -> tuple[Kind, ...]:
        if len({kind.name for kind in kinds}) != len(kinds):
            raise ValueError("each kind has a name of its own")
        return kinds
