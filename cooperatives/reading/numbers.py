"""Numbers as people write them: 1.120,00 and 1,120.00."""

import math
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

_MARKS = re.compile(r"[.,]")
_AROUND = re.compile(r"^[^\d+(.,-]*|[^\d).,-]*$")
_APART = re.compile(r"(?<=\d)[\s'’](?=\d{3})")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
MOST_SIGNS = 40


def decimal_mark(cells: Iterable[object]) -> str:
    """The decimal mark that the sure numbers of a column use: "," or "."; empty when none of them says so."""
    for cell in cells:
        if isinstance(cell, str) and (mark := _sure_mark(cell)):
            return mark
    return ""


def _sure_mark(text: str) -> str:
    marks = _MARKS.findall(text)
    if len(set(marks)) == 2:
        return str(marks[-1])
    if len(marks) == 1:
        after = re.search(r"[.,](\d*)\D*$", text)
        if after and len(after.group(1)) != 3:
            return str(marks[0])
    return ""


def read_number(cell: object, mark: str = "") -> Decimal:
    """The number in a cell; `mark` is the column's decimal mark. Currency signs and blanks around it do not matter.

    A single mark before exactly three digits is taken for thousands unless `mark` says otherwise.
    Raises ValueError for what is no number.
    """
    if isinstance(cell, bool) or cell is None:
        raise ValueError(cell)
    if isinstance(cell, int | float):
        if not math.isfinite(cell):
            raise ValueError(cell)
        return Decimal(repr(cell))
    if str(cell).startswith("="):
        raise ValueError(cell)
    text = _APART.sub("", _AROUND.sub("", str(cell)[:MOST_SIGNS].strip()))
    if text.startswith("(") and text.endswith(")"):
        text = "-" + text[1:-1]
    mark = _sure_mark(text) or mark or "none"
    text = text.replace({",": ".", ".": ","}.get(mark, "no"), "")
    text = text.replace(mark, ".") if mark != "none" else _MARKS.sub("", text)
    if not _NUMBER.fullmatch(text):
        raise ValueError(cell)
    try:
        return Decimal(text)
    except InvalidOperation as error:
        raise ValueError(cell) from error
