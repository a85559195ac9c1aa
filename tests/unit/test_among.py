"""`among`: many values as one parameter, and the index of the column is used all the same."""

from typing import Any

import pytest
from sqlalchemy import and_, delete, insert, select

from dispatch import neighbours
from dispatch.among import among
from dispatch.rights.forgetting import HELD
from models.people import Person, Steward
from models.places import Area
from models.requests import Media
from models.store import Store
from models.words import Level
from tests.conftest import NOON


@pytest.mark.parametrize(("codes", "found"), [([], []), (["a"], ["a"]), (["a", "c", "x"], ["a", "c"])])
def test_texts_and_numbers_are_found(store: Store, codes: list[str], found: list[str]) -> None:
    with store.write() as conn:
        for code in "abc":
            conn.execute(insert(Area).values(code=code, level=Level.BRANCH, name=code))
        statement = select(Area.code).where(among(Area.code, "codes"), Area.level == Level.BRANCH).order_by(Area.code)
        assert conn.execute(statement, {"codes": codes}).scalars().all() == found
        assert conn.execute(select(Person.id).where(among(Person.id, "people")), {"people": {1, 2}}).all() == []


@pytest.mark.parametrize(
    ("table", "statement"),
    [
        ("stewards", select(Steward.id).where(and_(among(Steward.village_code, "wanted"), Steward.on_duty))),
        ("people", select(Person.id).where(among(Person.id, "wanted"))),
        ("stewards", neighbours._NEIGHBOURS),
        ("people", neighbours._STATES.params(people=[1], today=NOON, soon=NOON)),
        ("offers", neighbours._OFFERS.params(requests=[1])),
        *((table, delete(Media).where(Media.id == 1, ~HELD)) for table in ("notes", "visit_notes", "sessions")),
    ],
)
def test_sqlite_looks_it_up_by_index(table: str, statement: Any, tmp_path: Any) -> None:
    store = Store(f"sqlite:///{tmp_path / 'store.db'}")
    with store.write() as conn:
        Person.metadata.create_all(conn)
        text = str(statement.compile(dialect=conn.dialect, compile_kwargs={"render_postcompile": True}))
        plan = conn.exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", (None,) * text.count("?")).all()
    steps = [row[3] for row in plan]
    assert any(step.startswith(f"SEARCH {table}") for step in steps)
    assert not any(step.startswith(f"SCAN {table}") for step in steps)
    store.close()
