"""Tables as files, for people who go on in a spreadsheet: whatever stands in a cell, nothing in it runs."""

import csv
import re
from collections.abc import Iterable, Iterator
from tempfile import TemporaryFile
from typing import Any

from django.http import FileResponse, StreamingHttpResponse
from django.utils.text import slugify
from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

# What a spreadsheet takes for a formula, also behind blanks, marks and apostrophes that it may drop:
# https://owasp.org/www-community/attacks/CSV_Injection
_ACTIVE = re.compile("[\\s\ufeff\u200b-\u200f\u2060']*[=+\\-@\uff1d\uff0b\uff0d\uff20|%]|[\t\r\n\v\f]")
_BOM = "\ufeff"  # without it, Excel reads UTF-8 as the local code page


def inert(text: str) -> str:
    """A text as a cell that no spreadsheet runs: an apostrophe before what could begin a formula. See `as_written`."""
    return f"'{text}" if _ACTIVE.match(text) else text


def as_written(cell: str) -> str:
    """The text that `inert` was given: what we wrote can be read back without a change."""
    return cell[1:] if cell.startswith("'") and _ACTIVE.match(cell[1:]) else cell


def csv_rows(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> Iterator[str]:
    """Lines of CSV (RFC 4180). Texts are made inert; numbers, dates and nothing are left as they are."""
    writer = csv.writer(_Echo())
    yield _BOM + writer.writerow(head)
    for row in rows:
        yield writer.writerow([inert(cell) if isinstance(cell, str) else cell for cell in row])


class _Echo:
    """A file that gives back what is written into it."""

    def write(self, line: str) -> str:
        return line


def csv_answer(name: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> StreamingHttpResponse:
    """A download of such lines, drawn as they are read; `name` is the file's, without its ending."""
    answer = StreamingHttpResponse(csv_rows(head, rows), content_type="text/csv; charset=utf-8; header=present")
    answer["Content-Disposition"] = f'attachment; filename="{slugify(name) or "table"}.csv"'
    return answer


WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_LONGEST_CELL = 32_767  # characters; a spreadsheet takes no more


def _cell(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return inert(ILLEGAL_CHARACTERS_RE.sub(" ", value))[:_LONGEST_CELL]


def xlsx_answer(name: str, head: Iterable[str], rows: Iterable[Iterable[Any]]) -> FileResponse:
    """The same as a workbook with one sheet. Its rows go to a file as they are read, so that any number of them fits."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet()
    sheet.freeze_panes = "A2"
    sheet.append([_cell(str(word)) for word in head])
    for row in rows:
        sheet.append([_cell(value) for value in row])
    file = TemporaryFile()  # noqa: SIM115 - the answer closes it
    book.save(file)
    file.seek(0)
    return FileResponse(file, as_attachment=True, filename=f"{slugify(name) or 'table'}.xlsx", content_type=WORKBOOK)
