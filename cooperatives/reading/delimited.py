"""Text with delimiters into records. The delimiter is counted in the header line only: clock times and lists mislead."""

import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from django.utils.translation import gettext_lazy as _

from .errors import Unreadable

DELIMITERS = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Bar")}
HEADER_WITHIN = 10
Likes = Callable[[Sequence[object]], float]


def records(text: str, delimiter: str, most: int) -> list[list[object]]:
    """The records of a text; one with line breaks inside quotes is one.

    Raises Unreadable, with the line, for a quotation that never closes, or that a later cell's quotation mark closes: it would
    swallow the rows between.
    """
    return list(_read(text, delimiter, most))


def _read(text: str, delimiter: str, most: int) -> Iterator[list[object]]:
    lines = io.StringIO(text, newline="").readlines()
    reader = _reader(lines, delimiter)
    begins = ends = width = 0
    try:
        for number, record in enumerate(reader, 1):
            if number > most:
                raise Unreadable("too_long", _("There are more than %(most)d lines in this file. Split it.") % {"most": most})
            begins, ends, width = ends, reader.line_num, max(width, len(record))
            if ends - begins > 1 and _swallows(record, lines[begins:ends], delimiter, width):
                raise _open_quote(begins + 1)
            yield list(record)
    except csv.Error as error:
        raise _open_quote(reader.line_num) from error
    # The reader ends an open quotation with the text, and what it swallowed would be one long cell.
    if ends - begins > 1 and "".join(lines[begins:ends]).count('"') % 2:
        raise _open_quote(begins + 1)


def _reader(lines: Iterable[str], delimiter: str, *, strict: bool = False) -> Any:
    return csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t", strict=strict)


def _swallows(record: list[str], lines: list[str], delimiter: str, width: int) -> bool:
    """Whether a record over several lines holds the rows below it: some cell has line breaks and delimiters, and its quotation
    ends where another one should begin, or its lines are rows by themselves. `width`: the cells of the widest record so far.
    """
    long = [(at, cell) for at, cell in enumerate(record) if delimiter in cell and len(cell.splitlines()) > 1]
    return bool(long) and (
        _is_closed_within(lines, delimiter) or any(_holds_rows(at, cell, record, delimiter, width) for at, cell in long)
    )


def _is_closed_within(lines: list[str], delimiter: str) -> bool:
    """Whether something other than a delimiter follows a quotation: there another cell began. Blanks may follow it."""
    blanks = re.compile(rf'"[ \t]+(?={re.escape(delimiter)}|[\r\n]|$)')
    try:
        for _record in _reader([blanks.sub('"', line) for line in lines], delimiter, strict=True):
            pass
    except csv.Error:
        return True
    return False


def _holds_rows(at: int, cell: str, record: list[str], delimiter: str, width: int) -> bool:
    """Whether the first line of the cell ends a record that is too short without it, and another one is a whole record."""
    first, *rest = (line.count(delimiter) for line in cell.splitlines())
    return len(record) < width == at + 1 + first and max(rest) >= width - 1


def _open_quote(line: int) -> Unreadable:
    sentence = _("A quotation mark is not closed, near line %(line)d. Close it or delete it, and choose the file again.")
    return Unreadable("open_quote", sentence % {"line": line})


def find_delimiter(text: str, likes: Likes) -> str:
    """The delimiter by which one of the first lines falls into the best header; a comma where all are alike."""
    best, found = 0.0, ","
    for delimiter in DELIMITERS:
        first = list(_first(text[:100_000], delimiter))
        if first and (score := max(map(likes, first))) > best:
            best, found = score, delimiter
    return found


def _first(text: str, delimiter: str) -> Iterator[list[object]]:
    """The first records; those before the quotation mark that is never closed, where there is one."""
    try:
        yield from islice(_read(text, delimiter, 10**9), HEADER_WITHIN)
    except Unreadable:
        return
