"""What can be wrong with a roster file: each fault says where it is, what was read and what is allowed."""

from collections.abc import Iterable
from dataclasses import dataclass

MOST_FAULTS = 200  # Beyond these, faults are only counted: nobody mends more in one go.
SHOWN = 60  # Characters of a faulty value that are repeated back.

# Every key with its English sentence; the locale files say the same in the reader's language, from the same parameters.
SENTENCES = {
    # The file as a whole.
    "roster.fault.no_file": "there is no such file or folder",
    "roster.fault.not_readable": "the file cannot be opened ({value})",
    "roster.fault.no_sheets": "nothing to import here; expected files or sheets named {allowed}",
    "roster.fault.file_kind": "this kind of file is not read; save it as {allowed}",
    "roster.fault.file_size": "the file is larger than {allowed}; split it",
    "roster.fault.encoding": "the file is neither UTF-8 nor GBK; save it as 'CSV UTF-8'",
    "roster.fault.quotes": "a quotation mark is opened or closed in the wrong place near here ({value})",
    "roster.fault.sheet_unknown": "no sheet is called {value!r}; allowed: {allowed}",
    "roster.fault.sheet_near": "no sheet is called {value!r}; did you mean {nearest!r}? Allowed: {allowed}",
    "roster.fault.too_many_rows": "more than {allowed} rows; split the file",
    "roster.fault.merged": "the cells {value} are merged; unmerge them and fill each one",
    # A workbook that is not opened at all.
    "roster.fault.workbook_old": "this is an old .xls or has a password; save it as .xlsx without a password",
    "roster.fault.workbook_broken": "the workbook is damaged or not an .xlsx file ({value}); save it again as .xlsx",
    "roster.fault.workbook_encrypted": "{value} is encrypted; save the workbook without a password",
    "roster.fault.workbook_parts": "it has {value} parts, more than {allowed}; copy the rows into a new workbook",
    "roster.fault.workbook_unpacked": "it unpacks to more than {allowed} MB; copy the rows into a new workbook",
    "roster.fault.workbook_packed": "{value} is packed to less than 1/{allowed}, as in a zip bomb; save it again",
    "roster.fault.workbook_tags": "the workbook holds more than {allowed} XML tags; split it",
    "roster.fault.workbook_strings": "the workbook holds more than {allowed} different texts; split it",
    "roster.fault.workbook_part": "{value} has no place in a workbook; copy the rows into a new one",
    "roster.fault.workbook_macros": "the workbook carries macros ({value}); save it as .xlsx without macros",
    "roster.fault.workbook_nested": "another file is embedded in the workbook ({value}); remove it",
    "roster.fault.workbook_links": "the workbook draws on other files ({value}); break the links and save the values",
    "roster.fault.workbook_doctype": "{value} defines a document type or entities, which no roster needs",
    "roster.fault.workbook_memory": "reading it takes more than {allowed} MB of memory; split it, or save as CSV",
    "roster.fault.workbook_time": "reading it takes longer than {allowed} seconds; split it, or save as CSV",
    # The row of headings.
    "roster.fault.heading_missing": "the heading {allowed} is missing",
    "roster.fault.heading_twice": "the heading {value!r} stands there twice",
    "roster.fault.heading_unknown": "the heading {value!r} is not known; allowed: {allowed}",
    "roster.fault.heading_near": "the heading {value!r} is not known; did you mean {nearest!r}? Allowed: {allowed}",
    "roster.fault.heading_blank": "{value!r} stands in a column without a heading",
    # One cell.
    "roster.fault.blank": "is needed and blank",
    "roster.fault.formula": "{value!r} is a formula; put in the value itself",
    "roster.fault.date": "the spreadsheet made a date of it ({value}); format the column as text and type it again",
    "roster.fault.error": "the spreadsheet shows an error ({value}); put in the value itself",
    "roster.fault.digits_lost": "{value!r} has lost digits; format the column as text and enter the number again",
    "roster.fault.too_long": "{value!r} is longer than {allowed} characters",
    "roster.fault.hidden_character": "{value!r} holds the invisible character {allowed}; type it again",
    "roster.fault.code": "{value!r} is no division code; allowed: {allowed} digits",
    "roster.fault.phone": "{value!r} is no telephone number; allowed: one number of {allowed} digits",
    "roster.fault.mobile": "{value!r} is no mobile number: it needs {allowed} digits",
    "roster.fault.telegram_id": "{value!r} is no Telegram id; allowed: a whole number from {allowed}",
    "roster.fault.yes_no": "{value!r} is neither yes nor no; allowed: {allowed}",
    "roster.fault.day": "{value!r} is no day; allowed: such as {allowed}",
    "roster.fault.hour": "{value!r} is no time of the day; allowed: such as {allowed}",
    "roster.fault.count": "{value!r} is no number of people; allowed: {allowed}",
    "roster.fault.gathering": "{value!r} is no kind of gathering; allowed: {allowed}",
    "roster.fault.session": "{value!r} is no part of a programme; allowed: {allowed}",
    "roster.fault.level": "{value!r} is no level; allowed: {allowed}",
    "roster.fault.datum": "{value!r} is no datum; allowed: {allowed}",
    "roster.fault.skills": "more than {allowed} skills",
    "roster.fault.number": "{value!r} is not a number such as {allowed}",
    "roster.fault.latitude": "{value!r} is no latitude; allowed: {allowed} degrees",
    "roster.fault.longitude": "{value!r} is no longitude; allowed: {allowed} degrees",
    "roster.fault.swapped": "latitude and longitude are swapped ({value})",
    "roster.fault.half_a_point": "latitude and longitude belong together; one is blank",
    "roster.fault.no_point": "0, 0 lies in the sea; leave both cells blank when the point is not known",
    # One row against others.
    "roster.fault.contradicts": "{value!r} stands in row {allowed} as well, with other particulars",
    "roster.fault.disagrees": "{value!r} belongs to {allowed!r} elsewhere in the roster",
    "roster.fault.unknown_reference": "{value!r} is not in the sheet {allowed}",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend: `key` names the sentence, the rest are its parameters."""

    key: str
    sheet: str  # The file or sheet as its owner named it.
    row: int = 0  # As the spreadsheet counts, from 1; 0 = the file as a whole.
    column: str = ""  # The heading as written in the file; blank = the row as a whole.
    value: str = ""  # What was read, shortened.
    allowed: str = ""  # Words, numbers or headings, the same in every language.
    nearest: str = ""  # The allowed word that looks most like the value, if one does.

    @property
    def params(self) -> dict[str, str | int]:
        return {
            "sheet": self.sheet,
            "row": self.row,
            "column": self.column,
            "value": self.value,
            "allowed": self.allowed,
            "nearest": self.nearest,
        }

    def __str__(self) -> str:
        place = self.sheet + (f", row {self.row}" if self.row else "") + (f", {self.column}" if self.column else "")
        return f"{place}: {SENTENCES[self.key].format_map(self.params)}"


class ReadingError(ValueError):
    """A cell or a file is not understood; it knows what is allowed, and whoever catches it adds the place."""

    def __init__(self, key: str, allowed: str = "", value: str = "", row: int = 0) -> None:
        super().__init__(key)
        self.key = key
        self.allowed = allowed
        self.value = value  # Where it says more than the cell itself.
        self.row = row  # Where whoever raises it knows better than whoever catches it.


class RosterFaults(Exception):
    """The roster was refused as a whole: nothing of it counts until these faults are mended.

    `faults` holds at most `MOST_FAULTS`, `more` says how many there are besides.
    """

    def __init__(self, faults: Iterable[Fault], more: int = 0) -> None:
        self.faults = tuple(faults)
        self.more = more
        super().__init__(self.faults, more)

    def __str__(self) -> str:
        lines = [str(fault) for fault in self.faults]
        return "\n".join([*lines, f"and {self.more} more"] if self.more else lines)


class Findings:
    """The faults of one reading, up to a limit."""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.more = 0

    def add(self, fault: Fault) -> None:
        if len(self.faults) < MOST_FAULTS:
            self.faults.append(fault)
        else:
            self.more += 1

    def settle(self) -> None:
        """Raise `RosterFaults` when anything was found."""
        if self.faults:
            raise RosterFaults(self.faults, self.more)


def shown(value: object) -> str:
    """A value as a fault repeats it: short, on one line, with invisible characters spelled out."""
    text = str(value)
    text = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
