"""Roster files: who lives, serves and answers where, as villages keep it in spreadsheets. Knows no database."""

from bot.roster.faults import MOST_FAULTS, SENTENCES, Fault, RosterFaults
from bot.roster.reading import read_roster
from bot.roster.records import RECORDS
from bot.roster.roster import (
    AdminRow,
    CooperativeRow,
    GatheringRow,
    GridRow,
    HouseholdRow,
    JobRow,
    LeaderRow,
    MemberRow,
    MentoredRow,
    ProgrammeRow,
    ResidentRow,
    Roster,
    Row,
    StewardRow,
    VillageRow,
    VolunteerRow,
)
from bot.roster.sheets import SHEETS
from bot.roster.writing import write_roster

__all__ = [
    "MOST_FAULTS",
    "RECORDS",
    "SENTENCES",
    "SHEETS",
    "AdminRow",
    "CooperativeRow",
    "Fault",
    "GatheringRow",
    "GridRow",
    "HouseholdRow",
    "JobRow",
    "LeaderRow",
    "MemberRow",
    "MentoredRow",
    "ProgrammeRow",
    "ResidentRow",
    "Roster",
    "RosterFaults",
    "Row",
    "StewardRow",
    "VillageRow",
    "VolunteerRow",
    "read_roster",
    "write_roster",
]
