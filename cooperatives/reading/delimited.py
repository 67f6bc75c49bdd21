"""Text with delimiters into records. The delimiter is counted in the header line only: clock times and lists mislead."""

import csv
import io
from collections.abc import Callable, Iterator, Sequence

from django.utils.translation import gettext_lazy as _

from .errors import Unreadable

DELIMITERS = {",": _("Comma"), ";": _("Semicolon"), "\t": _("Tab"), "|": _("Bar")}
HEADER_WITHIN = 10
Likes = Callable[[Sequence[object]], float]


def records(text: str, delimiter: str, most: int) -> list[list[object]]:
    """The records of a text; one with line breaks inside quotes is one. Raises Unreadable for a quote that never closes."""
    return list(_read(text, delimiter, most))


def _read(text: str, delimiter: str, most: int) -> Iterator[list[object]]:
    lines = io.StringIO(text, newline="").readlines()
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t")
    begins = ends = 0
    try:
        for number, record in enumerate(reader, 1):
            if number > most:
                raise Unreadable("too_long", _("There are more than %(most)d lines in this file. Split it.") % {"most": most})
            begins, ends = ends, reader.line_num
            yield list(record)
    except csv.Error as error:
        raise _open_quote(reader.line_num) from error
    # The reader ends an open quotation with the text, and what it swallowed would be one long cell.
    if ends - begins > 1 and "".join(lines[begins:ends]).count('"') % 2:
        raise _open_quote(begins + 1)


def _open_quote(line: int) -> Unreadable:
    sentence = _("A quotation mark is not closed, near line %(line)d. Close it and choose the file again.")
    return Unreadable("open_quote", sentence % {"line": line})


def find_delimiter(text: str, likes: Likes) -> str:
    """The delimiter by which one of the first lines falls into the best header; a comma where all are alike."""
    best, found = 0.0, ","
    for delimiter in DELIMITERS:
        try:
            first = [record for record, _n in zip(_read(text[:100_000], delimiter, 10**9), range(HEADER_WITHIN), strict=False)]
        except Unreadable:
            continue
        if first and (score := max(map(likes, first))) > best:
            best, found = score, delimiter
    return found
