"""Gives the roster back as it could be imported again: sheet by sheet, in the same columns."""

from collections.abc import Iterator
from datetime import tzinfo
from typing import Any

from sqlalchemy import Connection, Select, String, case, exists, func, or_, select, type_coerce
from sqlalchemy.orm import aliased

from dispatch.roster.crowd import TELEGRAM
from dispatch.rules import Rules
from models.cooperatives import Cooperative, Member
from models.gatherings import Gathering, Session
from models.guardians import Guardianship
from models.habits import GatheringKind, PairState, Standing
from models.mentoring import IncomeLeader, JobFound, Pair
from models.people import Admin, Link, Person, Route, Steward, VolunteerGroup
from models.places import Area, Grid, Household
from models.words import Datum, Level, StewardKind

ZONE = Rules().zone  # Unless the config names another.
_township = aliased(Area)
_leading = aliased(Person)
# One chat a person: the first that was bound.
_chat = (
    select(Route.address)
    .where(Route.person_id == Person.id, Route.channel == TELEGRAM)
    .order_by(Route.position, Route.id)
    .limit(1)
    .correlate(Person)
    .scalar_subquery()
)


def _point(table: Any) -> tuple[Any, ...]:
    return table.raw_lat.label("lat"), table.raw_lon.label("lon"), table.datum


_other = aliased(Person)
_sharing = aliased(Steward)
_shared = exists().where(
    _sharing.village_code == Steward.village_code, _sharing.id != Steward.id, _sharing.kind == StewardKind.STEWARD,
    _sharing.left_at.is_(None), _other.id == _sharing.person_id, _other.phone == Person.phone,
)  # fmt: skip
# The responsible steward of a household: by phone, with the name where several stewards of the village share it.
_responsible = (
    select(case((_shared, Person.phone + " " + Person.name), else_=Person.phone))
    .join(Steward, Steward.person_id == Person.id)
    .join(Link, Link.steward_id == Steward.id)
    .where(Link.household_id == Household.id, Steward.village_code == Household.village_code, Steward.left_at.is_(None))
    .correlate(Household)
    .scalar_subquery()
)
_looks_after = aliased(Person)
# Who looks after a resident, or was asked to, where that is somebody of the same village.
_guardian = (
    select(_looks_after.phone + " " + _looks_after.name)
    .join(Guardianship, Guardianship.guardian_id == _looks_after.id)
    .where(
        Guardianship.ward_id == Person.id,
        Guardianship.ended_at.is_(None),
        _looks_after.village_code == Person.village_code,
    )
    .correlate(Person)
    .scalar_subquery()
)
_human = (Person.name, Person.phone, _chat.label("telegram_id"))
_STATEMENTS: dict[str, Select[*tuple[Any, ...]]] = {
    "villages": select(
        Area.code.label("village_code"), Area.name.label("village"), _township.code.label("township_code"),
        _township.name.label("township"), Area.lat, Area.lon, Area.phone,
    ).join(_township, _township.code == Area.parent_code).where(Area.level == Level.BRANCH).order_by(Area.code),
    "grids": select(Grid.village_code, Grid.name.label("grid")).order_by(Grid.village_code, Grid.id),
    "households": select(
        Household.village_code, Grid.name.label("grid"), Household.name.label("household"), Household.address,
        *_point(Household), Household.phone, _responsible.label("steward"),
    ).join(Grid, Grid.id == Household.grid_id).order_by(Household.village_code, Household.id),
    "residents": select(
        Person.village_code, Household.name.label("household"), *_human, Person.frail,
        _guardian.label("guardian"),
    ).join(Household, Household.id == Person.household_id).order_by(Person.village_code, Person.id),
    "stewards": select(
        Steward.village_code, Grid.name.label("grid"), *_human, *_point(Steward), Steward.skills, Steward.on_duty,
    ).join(Person, Person.id == Steward.person_id).join(Grid, Grid.id == Steward.grid_id)
    .where(Steward.kind == StewardKind.STEWARD, Steward.left_at.is_(None)).order_by(Steward.village_code, Steward.id),
    "volunteers": select(
        Steward.village_code, VolunteerGroup.name.label("group"), *_human, *_point(Steward), Steward.skills,
    ).join(Person, Person.id == Steward.person_id).join(VolunteerGroup, VolunteerGroup.id == Steward.group_id)
    .where(Steward.kind == StewardKind.VOLUNTEER, Steward.left_at.is_(None)).order_by(Steward.village_code, Steward.id),
    "admins": select(Admin.area_code, Admin.level, *_human)
    .join(Person, Person.id == Admin.person_id).order_by(Admin.area_code, Admin.id),
    "leaders": select(
        IncomeLeader.village_code, Person.name, Person.phone, func.nullif(IncomeLeader.field, "").label("field"),
    ).join(Person, Person.id == IncomeLeader.person_id)
    .where(IncomeLeader.left_at.is_(None), Person.phone.is_not(None))
    .order_by(IncomeLeader.village_code, IncomeLeader.id),
    "mentored": select(
        Pair.village_code, (_leading.phone + " " + _leading.name).label("leader"), Household.name.label("household"),
        Person.name,
    ).join(IncomeLeader, IncomeLeader.id == Pair.leader_id).join(_leading, _leading.id == IncomeLeader.person_id)
    .join(Person, Person.id == Pair.person_id).join(Household, Household.id == Person.household_id)
    .where(Pair.state == PairState.ACTIVE, _leading.phone.is_not(None)).order_by(Pair.village_code, Pair.id),
    "jobs": select(
        JobFound.village_code, Household.name.label("household"), Person.name, JobFound.work, JobFound.since,
    ).join(Pair, Pair.id == JobFound.pair_id).join(Person, Person.id == Pair.person_id)
    .join(Household, Household.id == Person.household_id)
    .where(JobFound.work != "", Pair.state == PairState.ACTIVE).order_by(JobFound.village_code, JobFound.id),
    "cooperatives": select(Cooperative.village_code, Cooperative.name.label("cooperative"))
    .order_by(Cooperative.village_code, Cooperative.id),
    "members": select(
        Member.village_code, Cooperative.name.label("cooperative"), Household.name.label("household"), Person.name,
    ).join(Cooperative, Cooperative.id == Member.cooperative_id).join(Person, Person.id == Member.person_id)
    .join(Household, Household.id == Person.household_id)
    .order_by(Member.village_code, Member.cooperative_id, Member.person_id),
    # What is to come; what was is in the record.
    "gatherings": select(
        Gathering.village_code, Gathering.kind, Gathering.begins_at, Gathering.place,
        VolunteerGroup.name.label("group"), func.nullif(Gathering.activity, "").label("activity"), Gathering.needed,
        func.nullif(Gathering.safety, "").label("safety"),
    ).outerjoin(VolunteerGroup, VolunteerGroup.id == Gathering.group_id)
    .where(Gathering.standing == Standing.PLANNED).order_by(Gathering.village_code, Gathering.id),
    "programme": select(
        Session.village_code, Gathering.begins_at, Session.kind.label("session"),
        func.nullif(Session.title, "").label("title"), func.nullif(Person.name, "").label("speaker"),
        func.nullif(Session.material, "").label("material"),
    ).join(Gathering, Gathering.id == Session.gathering_id).outerjoin(Person, Person.id == Session.speaker_id)
    .where(
        Gathering.standing == Standing.PLANNED, Gathering.kind == GatheringKind.THEME,
        or_(Session.title != "", Session.material != "", Session.speaker_id.is_not(None)),
    ).order_by(Session.village_code, Session.gathering_id, Session.id),
}  # fmt: skip


def export_rows(conn: Connection, within: str = "", zone: tzinfo = ZONE) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each row as (sheet, values by column), villages first. `within` keeps to the areas whose code begins so.

    Days and hours are those of the zone.
    """
    for sheet, statement in _STATEMENTS.items():
        first = statement.selected_columns[0]
        chosen = (
            statement.where(type_coerce(first, String).startswith(within, autoescape=True)) if within else statement
        )
        for row in conn.execute(chosen.execution_options(yield_per=1000)):
            yield sheet, _values(sheet, dict(row._mapping), zone)


def _values(sheet: str, row: dict[str, Any], zone: tzinfo) -> dict[str, Any]:
    if "begins_at" in row:
        begins_at = row.pop("begins_at").astimezone(zone)
        row["day"] = begins_at.date()
        if sheet == "gatherings":
            row["hour"] = begins_at.time()
    if "datum" in row:
        row["datum"] = row["datum"] or Datum.WGS84
    if "skills" in row:
        row["skills"] = tuple(filter(None, row["skills"].split(";")))
    if row.get("telegram_id") is not None:
        row["telegram_id"] = int(row["telegram_id"])
    return row
