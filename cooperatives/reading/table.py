"""A table out of a file: which line is its header, which lines are data, and what the others are."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext_lazy as _

from .decoding import as_text
from .delimited import DELIMITERS, HEADER_WITHIN, Likes, find_delimiter, records
from .errors import Unreadable
from .numbers import read_number
from .words import is_blank, phrase, said
from .workbook import MOST_COLUMNS, is_workbook, sheet_records

Cell = str | int | float
MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 5_000
_MOST_LINES = 50_000  # blank ones included
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_WORD, _DATA = re.compile(r"[^\W\d_]"), re.compile(r"[@=]|\d[.:/-]\d|\d{3}")
TOTALS = {
    "total", "totals", "sum", "summe", "gesamt", "gesamtsumme", "insgesamt", "somme", "total general", "suma", "soma", "totaal",
    "razem", "итого", "всего", "jumla", "grand total", "subtotal", "zwischensumme", "sous total",
}  # fmt: skip


@dataclass(frozen=True)
class Wishes:
    """What the reader chose; empty for what the file itself says. `header_row` is counted from 1."""

    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header_row: int = 0


@dataclass(frozen=True)
class Form:
    """How a file was read."""

    container: str
    encoding: str = ""
    has_mark: bool = False
    delimiter: str = ""
    sheet: str = ""
    sheets: tuple[str, ...] = ()


@dataclass(frozen=True)
class Line:
    """A line of data with the number that a spreadsheet shows; as many cells as there are headers."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """A table. What is not data is kept by its row numbers: titles, blank lines, headings within, totals."""

    form: Form
    header_row: int
    headers: tuple[str, ...]
    lines: tuple[Line, ...]
    titles: tuple[int, ...] = ()
    blanks: tuple[int, ...] = ()
    headings: tuple[int, ...] = ()
    totals: tuple[int, ...] = field(default=())

    def column(self, index: int) -> list[Cell]:
        """The filled cells of a column, in order."""
        return [line.cells[index] for line in self.lines if not is_blank(line.cells[index])]


def filled(cells: Sequence[object]) -> float:
    """How much a line looks like a header: the number of different words in it, without what has digits or an address."""
    words = {said(cell) for cell in cells if isinstance(cell, str)}
    return float(sum(bool(_WORD.search(word)) and not _DATA.search(word) for word in words))


def read_table(content: bytes, wishes: Wishes = Wishes(), likes: Likes = filled) -> Table:
    """Read a file or a pasted text. `likes` says how much a line looks like the header; ties go to the upper line.

    Raises Unreadable with a sentence that says what to do.
    """
    if len(content) > MOST_BYTES:
        raise Unreadable("too_large", _("This file is larger than 10 MB. Remove pictures and sheets that are not needed."))
    rows, form = _records(content, wishes, likes)
    if not any(not is_blank(cell) for row in rows for cell in row):
        raise Unreadable("empty", _("There is nothing in this file. Choose another one."))
    header = _header(rows, wishes.header_row, likes)
    return _sorted_out(rows, header, form)


def _records(content: bytes, wishes: Wishes, likes: Likes) -> tuple[list[list[object]], Form]:
    if content.startswith(_OLD_EXCEL):
        raise Unreadable("old_excel", _("This is an old .xls file or one with a password. Save it as .xlsx without a password."))
    if is_workbook(content):
        rows, sheet, sheets = sheet_records(content, wishes.sheet, _MOST_LINES)
        return rows, Form("xlsx", sheet=sheet, sheets=tuple(sheets))
    text, encoding, has_mark = as_text(content, wishes.encoding)
    if wishes.delimiter and wishes.delimiter not in DELIMITERS:
        raise Unreadable("delimiter", _("Choose one of the delimiters from the list."))
    delimiter = wishes.delimiter or find_delimiter(text, likes)
    return records(text, delimiter, _MOST_LINES), Form("csv", encoding, has_mark, delimiter)


def _header(rows: list[list[object]], chosen: int, likes: Likes) -> int:
    if chosen:
        if chosen > len(rows) or not any(not is_blank(cell) for cell in rows[chosen - 1]):
            raise Unreadable("header_row", _("There is nothing in that row. Choose the row with the names of the columns."))
        return chosen
    scores = [likes(row) for row in rows[:HEADER_WITHIN]]
    best = max(scores)
    if best <= 0:
        raise Unreadable("no_header", _("No row with names of columns is among the first ten. Add one above the data."))
    return scores.index(best) + 1


def _sorted_out(rows: list[list[object]], header: int, form: Form) -> Table:
    headers = [phrase(cell) for cell in rows[header - 1]]
    while headers and not headers[-1]:
        headers.pop()
    width = len(headers)
    if width > MOST_COLUMNS:
        raise Unreadable(
            "too_wide", _("There are more than %(most)d columns. Keep those of the register.") % {"most": MOST_COLUMNS}
        )
    kinds: dict[str, list[int]] = {kind: [] for kind in ("title", "blank", "heading", "total")}
    lines = []
    for number, row in enumerate(rows, 1):
        if kind := _kind(row, number, header, width):
            kinds.setdefault(kind, []).append(number)
        else:
            cells = tuple(cell if isinstance(cell, str | int | float) else "" for cell in row[:width])
            lines.append(Line(number, cells + ("",) * (width - len(cells))))
    if len(lines) > MOST_ROWS:
        sentence = _("There are %(rows)d rows of data; %(most)d can be read at once. Split the file.")
        raise Unreadable("too_many_rows", sentence % {"rows": len(lines), "most": MOST_ROWS})
    if not lines:
        raise Unreadable("no_rows", _("There are no rows below the names of the columns."))
    found = {kind: tuple(numbers) for kind, numbers in kinds.items()}
    return Table(form, header, tuple(headers), tuple(lines), found["title"], found["blank"], found["heading"], found["total"])


def _kind(row: Sequence[object], number: int, header: int, width: int) -> str:
    """What a line is that holds no data; empty for data."""
    words = [cell for cell in row[: max(width, 1)] if not is_blank(cell)]
    if not words:
        return "title" if any(not is_blank(cell) for cell in row) and number < header else "blank"
    if number <= header:
        return "header" if number == header else "title"
    if any(phrase(cell).rstrip(":").casefold() in TOTALS for cell in words) and _rest_are_numbers(words):
        return "total"
    if width >= 4 and len(words) == 1 and not is_blank(row[0]) and isinstance(row[0], str) and not row[0].startswith("="):
        return "heading"
    return ""


def _rest_are_numbers(words: list[object]) -> bool:
    return all(phrase(word).rstrip(":").casefold() in TOTALS or _is_number(word) for word in words)


def _is_number(cell: object) -> bool:
    try:
        read_number(cell)
    except ValueError:
        return isinstance(cell, str) and cell.startswith("=")
    return True
