"""Workbooks (.xlsx) into records, within limits: a small file can unpack to gigabytes."""

import io
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time
from typing import Any

from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from .errors import Unreadable

MOST_UNPACKED = 200 * 1024 * 1024
MOST_RATIO = 200
FREE_OF_RATIO = 1024 * 1024  # what unpacks to less than this may be packed as tightly as it likes
MOST_PARTS = 2_000
MOST_COLUMNS = 300
_BROKEN = _("This workbook is damaged or of another kind. Open it, save it as .xlsx and choose that file.")


def is_workbook(content: bytes) -> bool:
    """Whether these bytes are an archive, as .xlsx is."""
    return content.startswith(b"PK\x03\x04")


def refuse_bombs(content: bytes) -> None:
    """Raise Unreadable for an archive that is no workbook, needs a password, or unpacks to more than is sensible."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            if "xl/workbook.xml" not in names:
                raise Unreadable("not_a_workbook", _("This is no Excel workbook. Save it as .xlsx or CSV and choose that file."))
            if any(part.flag_bits & 1 for part in parts):
                raise Unreadable("password", _("This workbook needs a password. Save it without one."))
            _within(parts)
            _refuse_doctypes(archive, parts)
    except (zipfile.BadZipFile, zlib.error, OSError, NotImplementedError, EOFError, ValueError) as error:
        raise Unreadable("damaged", _BROKEN) from error


def _within(parts: list[zipfile.ZipInfo]) -> None:
    unpacked = sum(part.file_size for part in parts)
    packed = max(sum(part.compress_size for part in parts), 1)
    if len(parts) > MOST_PARTS or unpacked > MOST_UNPACKED or (unpacked > FREE_OF_RATIO and unpacked / packed > MOST_RATIO):
        raise Unreadable(
            "too_large_inside", _("This workbook unpacks to far more than a register. Copy the table into a new one.")
        )


def _refuse_doctypes(archive: zipfile.ZipFile, parts: list[zipfile.ZipInfo]) -> None:
    """XML of a workbook has no document type; one that does means to expand entities."""
    for part in parts:
        if part.filename.endswith((".xml", ".rels")):
            with archive.open(part) as stream:
                if b"<!" in stream.read(2048).replace(b"<!--", b""):
                    raise Unreadable("damaged", _BROKEN)


def sheet_records(content: bytes, sheet: str, most: int) -> tuple[list[list[object]], str, list[str]]:
    """The records of one sheet (the first that holds anything), its name, and the names of all. Formulas stay text."""
    refuse_bombs(content)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about extensions and styles that no reader of cells misses
            load = import_string("openpyxl.load_workbook")  # large, and most processes never read one
            book = load(io.BytesIO(content), read_only=True, data_only=False, keep_links=False)
            try:
                return _chosen(book, sheet, most)
            finally:
                book.close()
    except Unreadable:
        raise
    except Exception as error:
        raise Unreadable("damaged", _BROKEN) from error


def _chosen(book: Any, sheet: str, most: int) -> tuple[list[list[object]], str, list[str]]:
    sheets = {one.title: one for one in book.worksheets}
    if sheet and sheet not in sheets:
        raise Unreadable("sheet", _("There is no sheet of this name. Choose one from the list."))
    for name in [sheet] if sheet else sheets:
        found = _trimmed(_rows(sheets[name], most))
        if found or sheet:
            return found, name, list(sheets)
    return [], next(iter(sheets), ""), list(sheets)


def _rows(sheet: Any, most: int) -> Iterator[list[object]]:
    sheet.reset_dimensions()  # what the file says about its range is often wrong
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        if number > most:
            sentence = _("This sheet reaches beyond row %(most)d. Delete the empty rows below the table, or split it.")
            raise Unreadable("too_long", sentence % {"most": most})
        cells = [_plain(value) for value in row]
        while cells and cells[-1] == "":
            cells.pop()
        if len(cells) > MOST_COLUMNS:
            sentence = _("There are more than %(most)d columns. Keep those of the register.")
            raise Unreadable("too_wide", sentence % {"most": MOST_COLUMNS})
        yield cells


def _trimmed(rows: Iterator[list[object]]) -> list[list[object]]:
    """The rows up to the last that holds anything: formatting reaches further than data."""
    found: list[list[object]] = []
    end = 0
    for row in rows:
        found.append(row)
        end = len(found) if row else end
    return found[:end]


def _plain(value: object) -> object:
    """A cell as text or number: days as year-month-day, yes and no in capitals, formulas as they stand."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float | str):
        return value
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    return str(getattr(value, "text", None) or value)
