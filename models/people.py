"""Who takes part: people, the capacities they act in, and the ways to reach them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Instant, WordOf
from models.places import Code, Placed, Pointed
from models.words import Language, Level, RouteState, StewardKind


class Person(Placed, Base):
    """One human, whatever they are besides: resident, steward, volunteer and admin may be the same person."""

    __tablename__ = "people"
    __table_args__ = (Index(None, "household_id"), Index(None, "village_code", "phone"))

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(60))
    phone: Mapped[str | None] = mapped_column(String(30))
    language: Mapped[Language | None] = mapped_column(WordOf(Language))  # The person's choice; none: the county's.
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))  # A resident has one.
    frail: Mapped[bool] = mapped_column(default=False)
    made_up: Mapped[bool] = mapped_column(default=False)  # Demo data; marked wherever the name shows.
    created_at: Mapped[datetime] = mapped_column(Instant)
    told_at: Mapped[datetime | None] = mapped_column(Instant)  # When they were told what is kept about them, and why.
    agreed_at: Mapped[datetime | None] = mapped_column(Instant)  # When they said that they have read it.


class VolunteerGroup(Base):
    """A group of volunteers that belongs to a village."""

    __tablename__ = "volunteer_groups"
    __table_args__ = (UniqueConstraint("village_code", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    village_code: Mapped[str] = mapped_column(Code)
    name: Mapped[str] = mapped_column(String(60))


class Steward(Placed, Pointed, Base):
    """A person on the ladder: a steward of a grid, or a volunteer (who is a steward too) of a group."""

    __tablename__ = "stewards"
    __table_args__ = (
        UniqueConstraint("person_id", "kind"),
        Index("ix_stewards_search", "village_code", "kind", "on_duty"),
        Index("ix_stewards_township", "township_code", "kind"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    kind: Mapped[StewardKind] = mapped_column(WordOf(StewardKind))
    grid_id: Mapped[int | None] = mapped_column(ForeignKey("grids.id"))
    group_id: Mapped[int | None] = mapped_column(ForeignKey("volunteer_groups.id"))
    leads_since: Mapped[datetime | None] = mapped_column(Instant)  # Leads that group of volunteers; none: does not.
    skills: Mapped[str] = mapped_column(String(200), default="")  # ";electric;errands;" so that LIKE finds one.
    on_duty: Mapped[bool] = mapped_column(default=True)
    left_at: Mapped[datetime | None] = mapped_column(Instant)  # Serves no more; the row stays for what names it.
    leave_from: Mapped[date | None]  # Both days included, in the county's time zone.
    leave_until: Mapped[date | None]
    live_lat: Mapped[float | None]  # Last live position in chat; used while it is fresh.
    live_lon: Mapped[float | None]
    live_at: Mapped[datetime | None] = mapped_column(Instant)
    asked_at: Mapped[datetime | None] = mapped_column(Instant)  # Last offer; among equals the longest unasked wins.


class Link(Placed, Base):
    """Which steward is responsible for a household: the 10 and the N of 1+10+N. A household has one link or none."""

    __tablename__ = "links"
    __table_args__ = (Index(None, "steward_id"), Index(None, "village_code"))

    household_id: Mapped[int] = mapped_column(ForeignKey("households.id"), primary_key=True, autoincrement=False)
    steward_id: Mapped[int] = mapped_column(ForeignKey("stewards.id"))
    since: Mapped[datetime] = mapped_column(Instant)


class Admin(Base):
    """A person who answers for an area: one village's branch, a township, or the county."""

    __tablename__ = "admins"
    __table_args__ = (UniqueConstraint("person_id", "area_code"), Index(None, "area_code"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    area_code: Mapped[str] = mapped_column(Code)
    level: Mapped[Level] = mapped_column(WordOf(Level))


class Route(Base):
    """One way to reach a person. A person has several in order of position; a dead one is passed over at once."""

    __tablename__ = "routes"
    __table_args__ = (UniqueConstraint("channel", "address"), Index(None, "person_id", "state"))

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("people.id"))
    channel: Mapped[str] = mapped_column(String(16))  # "telegram", "webchat".
    address: Mapped[str] = mapped_column(String(80))  # The chat id; for the web chat the hash of its key.
    position: Mapped[int] = mapped_column(default=0)
    state: Mapped[RouteState] = mapped_column(WordOf(RouteState), default=RouteState.LIVE)
    reason: Mapped[str | None] = mapped_column(String(200))  # Why it is dead, in the channel's words.
    proven_at: Mapped[datetime | None] = mapped_column(Instant)  # Last word from the person: the only proof it works.


class Invitation(Base):
    """A code that binds a chat. Only hashes are kept; a new code revokes the old.

    Either it is for one person (`person_id`), works once and at once; or it stands on a steward's contact card
    (`steward_id`), works for all who live behind that door, and each time somebody who knows them has to say so.
    """

    __tablename__ = "invitations"
    __table_args__ = (Index(None, "person_id"), Index(None, "steward_id"), Index(None, "household_id"))

    code_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"))
    steward_id: Mapped[int | None] = mapped_column(ForeignKey("stewards.id"))
    household_id: Mapped[int | None] = mapped_column(ForeignKey("households.id"))  # None: any of the steward's.
    typed_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # The same card in eight characters.
    printed_at: Mapped[datetime | None] = mapped_column(Instant)  # None on a card: it was shown in a chat.
    created_at: Mapped[datetime] = mapped_column(Instant)
    expires_at: Mapped[datetime] = mapped_column(Instant)
    used_at: Mapped[datetime | None] = mapped_column(Instant)
    revoked_at: Mapped[datetime | None] = mapped_column(Instant)
