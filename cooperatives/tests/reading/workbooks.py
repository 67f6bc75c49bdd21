"""Workbooks for tests, good ones and bad ones."""

import io
import zipfile
from typing import Any

import openpyxl


def workbook(rows: list[list[Any]], **sheets: list[list[Any]]) -> bytes:
    """A workbook with these rows on its first sheet, and further sheets by name."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, more in sheets.items():
        sheet = book.create_sheet(name)
        for row in more:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def changed(content: bytes, **parts: bytes) -> bytes:
    """The same archive with some parts replaced or added; underscores stand for slashes, two for a dot."""
    out = io.BytesIO()
    named = {name.replace("__", ".").replace("_", "/"): part for name, part in parts.items()}
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, part in named.items():
            new.writestr(name, part)
    return out.getvalue()
