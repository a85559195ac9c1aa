"""The roster in the database: rows of villages, homes and people go in as a whole or not at all, and come out again."""

from dispatch.roster.exporting import export_rows
from dispatch.roster.faults import Counts, Fault, Refused
from dispatch.roster.records import export_records
from dispatch.roster.rows import Rows
from dispatch.roster.writing import Report, write

__all__ = ["Counts", "Fault", "Refused", "Report", "Rows", "export_records", "export_rows", "write"]
