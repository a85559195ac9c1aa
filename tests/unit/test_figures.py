"""Figures use an index at county size, and months lie as the county's calendar has them."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event

from dispatch import errors
from dispatch.figures import counting, months, results
from dispatch.rules import Rules
from models.store import Store

RULES = Rules()
MARCH = months.named(RULES, "2026-03")


@pytest.mark.parametrize("key", counting.FIGURES)
@pytest.mark.parametrize("what", ["counted", "rows"])
def test_every_figure_is_found_by_its_village(store: Store, key: str, what: str) -> None:
    if not store.sqlite:
        pytest.skip("PostgreSQL plans by the number of rows, of which there are none here")

    def explain(_conn: object, _cursor: object, statement: str, parameters: object, *_: object) -> tuple[str, object]:
        return f"EXPLAIN QUERY PLAN {statement}", parameters

    statement = getattr(counting.FIGURES[key], what)
    with store.read() as conn:
        event.listen(conn, "before_cursor_execute", explain, retval=True)
        raw = conn.execution_options(stream_results=False).execute(
            statement, {"villages": ["130227100200"], **counting.bound(MARCH)}
        )
        plan = [str(line[3]) for line in raw.cursor.fetchall()]  # type: ignore[union-attr]
    scans = [line for line in plan if line.startswith("SCAN") and "json_each" not in line and "VIRTUAL" not in line]
    assert scans == [], plan
    assert any(f"({column}=?" in line for line in plan for column in ("village_code", "area_code", "code")), plan


@pytest.mark.parametrize("name", ["2026-03", "2026年3月", "202603", "2026.03", " 2026-3 "])
def test_a_month_is_known_by_its_names(name: str) -> None:
    assert months.named(RULES, name) == MARCH


@pytest.mark.parametrize("name", ["2026-13", "2026-00", "三月", "1999-01", ""])
def test_what_is_no_month_is_refused(name: str) -> None:
    with pytest.raises(errors.BadValue):
        months.named(RULES, name)


def test_months_follow_each_other_without_a_gap() -> None:
    month = months.named(RULES, "2026-01")
    for _ in range(30):
        following = months.after(RULES, month)
        assert month.until == following.since
        assert months.before(RULES, following) == month
        month = following


@pytest.mark.parametrize(
    ("local", "name"),
    [("2026-04-02 23:59", "2026-02"), ("2026-04-03 00:00", "2026-03"), ("2026-01-03 08:00", "2025-12"),
     ("2026-03-31 23:00", "2026-02")],
)  # fmt: skip
def test_a_month_is_complete_some_days_after_its_end(local: str, name: str) -> None:
    at = datetime.fromisoformat(local).replace(tzinfo=RULES.zone).astimezone(UTC)
    assert months.complete(RULES, at).name == name


def test_nothing_to_tell_is_told_by_nothing() -> None:
    quiet = results.Results({"electric": 4, "water": 0}, {}, 4, [60.0] * 4, 4, 9, 4, 4, [])
    assert results.told(RULES, quiet) == []
