"""The kinds of need, the words that point to them, and the skills that they ask for."""

from functools import cached_property

from pydantic import Field

from dispatch.parts import Part


class Matter(Part):
    """What strikes many at once, as a power cut does: its name, and the words that tell of it."""

    name: str = Field(pattern=r"^[a-z_]{2,40}$")
    words: tuple[str, ...] = Field(min_length=1)


class Category(Part):
    """A kind of need: the words that point to it, the skill it asks for, and whether it is nobody else's business.

    Words of a shared matter point to the category as well; reports of one matter nearby are one incident.
    """

    name: str = Field(pattern=r"^[a-z_]{2,40}$")
    words: tuple[str, ...] = ()
    skill: str | None = None
    private: bool = False
    shared: tuple[Matter, ...] = ()

    @cached_property
    def all_words(self) -> tuple[str, ...]:
        """Every word that points to this kind."""
        return (*self.words, *(word for matter in self.shared for word in matter.words))


class Skill(Part):
    """What a team can do: its word on the roster and in the categories, and its names in both languages."""

    name: str = Field(pattern=r"^[^;\s]{2,40}$")
    zh: str = Field(min_length=1, max_length=40)
    en: str = Field(min_length=1, max_length=40)
