"""What a person says of themselves: the language they read, and the village they live in."""

from sqlalchemy import Connection, bindparam, update

from dispatch.spots import Spot
from models.people import Person
from models.words import Language

_b = bindparam
_SPEAKS = update(Person).where(Person.id == _b("person")).values(language=_b("chosen"))
_LIVES = (
    update(Person)
    .where(Person.id == _b("person"), Person.household_id.is_(None))
    .values(county_code=_b("county"), township_code=_b("township"), village_code=_b("village"))
)


def speak(conn: Connection, person_id: int, language: Language) -> None:
    """Remember the language that the person chose."""
    conn.execute(_SPEAKS, {"person": person_id, "chosen": language})


def live_at(conn: Connection, person_id: int, spot: Spot) -> None:
    """Remember a stranger's village; somebody with a household on the roster keeps theirs."""
    codes = {"county": spot.county_code, "township": spot.township_code, "village": spot.village_code}
    conn.execute(_LIVES, {"person": person_id, **codes})
