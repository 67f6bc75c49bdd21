"""Guess what each column of a file is, and say how sure that is and why."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _, ngettext

from cooperatives.reading import Table, day_numbers, decimal_mark, deduce_order, header_key, is_blank, phrase

from .aliases import CANONICAL, DOUBTFUL, FIELDS, KNOWN_PREFIXES, KNOWN_UNUSED, TABLE

PERSON_FIELDS = {
    "full_name", "first_name", "last_name", "organization", "email", "phone", "phone2", "birth_date", "joined_on", "left_on",
    "role", "is_child", "guardians", "iban", "external_id",
}  # fmt: skip
DAYS = ("birth_date", "joined_on", "left_on", "move_in", "move_out")
_WHO = re.compile(r"\b(owner|co owner|resident|tenant|person|occupant|member|contact|mieter|bewohner|adult)\b")
_SPOUSE = re.compile(r"\b(spouse|partner|ehepartner|conjoint)\b")
_NUMBER = re.compile(r"\b([1-9])\b")
_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NOTHING = ""


@dataclass(frozen=True)
class Column:
    """A column: what it is read as (`field`, empty for not at all), for which person of a wide row (`slot`, 0: the row's).

    `sure` is known, guessed, chosen or not; `why` says it in words. `is_second`: a better column holds the same field.
    """

    index: int
    header: str
    field: str
    slot: int = 0
    sure: str = "not"
    why: str | Promise = ""
    first: str = ""
    is_second: bool = False
    rank: int = 0

    @property
    def canonical(self) -> str | None:
        """The field's name in the alias table of the notes."""
        return CANONICAL.get(self.field, self.field) or None

    @property
    def is_doubtful(self) -> bool:
        """Whether its name says something else than its cells."""
        return header_key(self.header) in DOUBTFUL


def likes(cells: Sequence[object]) -> float:
    """How much a line looks like the header of a register: known names count most, then the number of different words."""
    words = {phrase(cell) for cell in cells if isinstance(cell, str) and phrase(cell)}
    known = sum(_read(word)[0] != NOTHING for word in words)
    return known * 100.0 + len(words)


def guess(table: Table, chosen: Mapping[int, str] | None = None) -> list[Column]:
    """What each column is. `chosen` (index -> field, empty for none) is what somebody decided on the page."""
    columns = [_column(table, index, header) for index, header in enumerate(table.headers)]
    columns = _settle(columns, table)
    for index, field in (chosen or {}).items():
        if index < len(columns) and (field in FIELDS or not field):
            slot = columns[index].slot if field in PERSON_FIELDS else 0
            columns[index] = replace(columns[index], field=field, slot=slot, sure="chosen", why=_("you chose this"))
    return _ranked(columns)


def _column(table: Table, index: int, header: str) -> Column:
    field, slot, rank = _read(header)
    cells = table.column(index)
    first = phrase(cells[0])[:60] if cells else ""
    sure = "known" if field else "not"
    if not field and cells and sum(bool(_MAIL.fullmatch(phrase(cell))) for cell in cells) > 0.8 * len(cells):
        known = header_key(header) not in KNOWN_UNUSED and not header_key(header).startswith(KNOWN_PREFIXES)
        taken = any(_read(other)[0] == "email" for other in table.headers)
        field, sure = ("email", "guessed") if known and not taken else (NOTHING, "not")
    return Column(index, header, field, slot, sure, first=first, rank=rank)


def _read(header: str) -> tuple[str, int, int]:
    """Field, slot and rank that a header's name says."""
    if header.startswith("____"):  # a marker between sections
        return NOTHING, 0, 0
    key = header_key(header)
    if key in TABLE:
        field, rank = TABLE[key]
        return field, 0, rank
    number = _NUMBER.search(key)
    slot = 2 if _SPOUSE.search(key) else int(number.group(1)) if number else 0
    rest = " ".join(_NUMBER.sub("", _SPOUSE.sub("", _WHO.sub("", key))).split()) or ("name" if slot else "")
    field, rank = TABLE.get(rest, (NOTHING, 0))
    return (field, slot, rank) if slot and field in PERSON_FIELDS else (NOTHING, 0, 0)


def _settle(columns: list[Column], table: Table) -> list[Column]:
    """Names that mean one thing beside some columns and another beside others."""
    fields = {column.field for column in columns}
    has_home = "unit" in fields
    meant: dict[str, str] = {}
    if not fields & {"full_name", "first_name", "last_name"}:
        meant["household_name"] = "full_name"
    if "first_name" in fields and "last_name" not in fields:
        meant["full_name"] = "last_name"
    for lease, move in (("lease_start", "move_in"), ("lease_end", "move_out")):
        meant[lease] = NOTHING if "move_in" in fields else move
    settled = [replace(column, field=meant.get(column.field, column.field)) for column in columns]
    keys = {"address": "building", "type": "unit_type", "strasse": "", "size": "unit_type"} if has_home else {}
    for at, column in enumerate(settled):
        wanted = keys.get(header_key(column.header), "")
        if not column.field and wanted and wanted not in fields:
            settled[at] = replace(column, field=wanted, sure="guessed")
    return settled


def _ranked(columns: list[Column]) -> list[Column]:
    """Mark every column for whose field there is a better one."""
    best: dict[tuple[str, int], Column] = {}
    for column in columns:
        if column.field:
            other = best.get((column.field, column.slot))
            if other is None or (column.sure == "chosen", -column.rank) > (other.sure == "chosen", -other.rank):
                best[column.field, column.slot] = column
    return [replace(one, is_second=bool(one.field) and best[one.field, one.slot].index != one.index) for one in columns]


def explained(columns: Sequence[Column], table: Table) -> list[Column]:
    """The columns with a reason in words for each."""
    return [column if column.why else replace(column, why=_reason(column, table)) for column in columns]


def _reason(column: Column, table: Table) -> str | Promise:
    cells, rows = table.column(column.index), len(table.lines)
    if not column.field:
        return _("not known, left out") if cells else _("empty")
    if column.field == "email":
        valid = sum(bool(_MAIL.search(phrase(cell))) for cell in cells)
        return _("%(valid)d with an address, %(empty)d empty") % {"valid": valid, "empty": rows - len(cells)}
    if column.field in DAYS:
        return _dates(cells)
    if column.field == "charge":
        marks = {",": _("comma is the decimal mark"), ".": _("point is the decimal mark")}
        return marks.get(decimal_mark(cells), _("whole numbers"))
    if column.field == "unit":
        return ngettext("%(n)d different", "%(n)d different", n := len({phrase(cell) for cell in cells})) % {"n": n}
    if column.field == "full_name":
        return _("split into given and family name")
    return _("found by its name") if column.sure == "known" else _("guessed from its name and cells")


def _dates(cells: Sequence[object]) -> str | Promise:
    if counted := day_numbers(cells):
        return ngettext("%(n)d Excel day number, read as a date", "%(n)d Excel day numbers, read as dates", counted) % {
            "n": counted
        }
    order, sure = deduce_order(cells)
    if order:
        words = _("day first, from %(n)d sure dates") if order == "dmy" else _("month first, from %(n)d sure dates")
        return words % {"n": sure}
    return _("found by its name")


def unmapped_with_data(columns: Sequence[Column], table: Table) -> list[str]:
    """Headers of columns that hold something, are read as nothing, and about which it is not known why."""
    return [
        column.header
        for column in columns
        if not column.field and column.sure != "chosen" and column.header and not column.header.startswith("____")
        and header_key(column.header) not in KNOWN_UNUSED
        and not header_key(column.header).startswith(KNOWN_PREFIXES)
        and any(not is_blank(line.cells[column.index]) for line in table.lines)
    ]  # fmt: skip
