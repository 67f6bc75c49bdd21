"""A row's cells as facts: texts, days, amounts, numbers to call; and what is wrong with them."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from cooperatives.actions import is_invisible, turns, unturned
from cooperatives.reading import (
    Cell,
    Line,
    Order,
    Table,
    day_numbers,
    decimal_mark,
    deduce_order,
    iban,
    is_blank,
    phrase,
    read_day,
    read_number,
    read_phones,
    read_yes_no,
    said,
)
from cooperatives.web import as_written

from .columns import DAYS, Column
from .plan import Choices, Problem, Weight

MAIL = re.compile(r"[^@\s<>(),;:\"\[\]]{1,64}@[^@\s<>(),;:\"\[\]]+\.[^@\s.<>(),;:\"\[\]]{2,}")
_MAILS_APART = re.compile(r"[\s,;|/]+")
_CALLED = ("phone", "phone2")
_WORDS_APART = re.compile(r"\s*[,;/|\n]\s*")
_CENT = Decimal("0.01")
LONGEST = {
    "building": 100,
    "unit": 40,
    "unit_type": 40,
    "first_name": 100,
    "last_name": 100,
    "organization": 150,
    "external_id": 60,
    "household_id": 60,
}
MOST = {"charge": Decimal(10) ** 10, "area": Decimal(10) ** 6, "rooms": Decimal(100)}
"""Amounts below which a cell is believed."""


@dataclass
class Reader:
    """Reads the rows of one file. `problems` gathers what is found on the way."""

    table: Table
    columns: list[Column]
    choices: Choices
    problems: list[Problem] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Settle what is one choice for a whole file or column: the order of dates, the decimal mark, whether it counts days."""
        days = [cell for one in self.columns if one.field in DAYS for cell in self.table.column(one.index)]
        self.order: Order | None = self.choices.order or deduce_order(days)[0]
        self.counting = {one.index for one in self.columns if one.field in DAYS and day_numbers(self._untouched(one.index))}
        self.marks = {one.index: decimal_mark(self.table.column(one.index)) for one in self.columns}

    def _untouched(self, index: int) -> list[Cell]:
        """The filled cells of a column that nobody has mended."""
        mended = {row for row, typed in self.choices.edits.items() if str(index) in typed}
        return [line.cells[index] for line in self.table.lines if line.number not in mended and not is_blank(line.cells[index])]

    def facts(self, line: Line, slot: int) -> dict[str, Any]:
        """The facts of one person of a row, in canonical fields; slot 0 holds what is the row's own."""
        found: dict[str, Any] = {}
        for column in self.columns:
            if column.field and column.slot == slot and not is_blank(line.cells[column.index]):
                self._put(found, line, column)
        return found

    def _put(self, found: dict[str, Any], line: Line, column: Column) -> None:
        cell = line.cells[column.index]
        if isinstance(cell, str):
            cell = as_written(cell)
            if cell.startswith("=") or "\x00" in cell:
                return self.wrong(line.number, column, "formula_cell", value=phrase(cell)[:80])
            if column.field in _CALLED:
                cell = unturned(cell)
            if is_invisible(cell):  # as good as empty
                return None
            if turns(cell):
                return self.wrong(line.number, column, "turning_sign")
        value = self._read(line.number, column, cell)
        if value in (None, "", []):
            return None
        if column.is_second:
            return self._second(found, line, column, value)
        found[column.field] = value
        return None

    def _second(self, found: dict[str, Any], line: Line, column: Column, value: Any) -> None:
        """A further column of the same field: its value counts where the better one is empty."""
        found.setdefault(f"{column.field}_second", (value, column))

    def _read(self, row: int, column: Column, cell: Cell) -> Any:
        if column.field in DAYS:
            return self._day(row, column, cell)
        special: dict[str, Callable[[int, Column, Cell], Any]] = {
            "email": self._mails, "phone": self._phones, "phone2": self._phones, "charge": self._amount, "area": self._amount,
            "rooms": self._amount, "floor": self._whole, "children": self._whole, "is_child": self._yes_no, "iban": self._iban,
        }  # fmt: skip
        if column.field in special:
            return special[column.field](row, column, cell)
        if column.field in ("role", "guardians"):
            return [word for word in _WORDS_APART.split(said(cell)) if word]
        if column.field == "full_name":
            return said(cell)
        text = phrase(cell)
        if len(text) > LONGEST.get(column.field, 150):
            return self.wrong(row, column, "too_long", most=LONGEST.get(column.field, 150))
        return text

    def _day(self, row: int, column: Column, cell: Cell) -> date | None:
        is_birth = column.field == "birth_date"
        counts_days = column.index in self.counting
        day = read_day(cell, self.order, today=self.choices.today, ahead=0 if is_birth else 5, counts_days=counts_days)
        if day.fault == "no_year" and is_birth:
            return self.say(row, column, "birthday_without_year", value=phrase(cell))
        if day.day is None or (is_birth and day.day > self.choices.today):
            return self.wrong(row, column, "bad_date", value=phrase(cell)[:40])
        if day.is_ambiguous and not self.choices.order:
            self.say(row, column, "ambiguous_date_order", Weight.SAID if self.order else Weight.ASK, value=phrase(cell))
        if day.is_counted:
            self.say(row, column, "excel_day_number", value=phrase(cell), day=day.day.isoformat())
        if day.is_short:
            self.say(row, column, "two_digit_year", value=phrase(cell), year=day.day.year)
        return day.day

    def _mails(self, row: int, column: Column, cell: Cell) -> list[str] | None:
        mails = [part.strip("<>").removeprefix("mailto:").lower() for part in _MAILS_APART.split(said(cell)) if part]
        if bad := next((mail for mail in mails if not MAIL.fullmatch(mail) or len(mail) > 254), None):
            return self.wrong(row, column, "invalid_email", value=bad[:80])
        return list(dict.fromkeys(mails))

    def _phones(self, row: int, column: Column, cell: Cell) -> list[str] | None:
        phones = read_phones(said(cell), self.choices.country)
        if phones.fault:
            return self.wrong(row, column, phones.fault, value=phrase(cell)[:80])
        if len(phones.numbers) > 1:
            self.say(row, column, "several_phones_in_cell", value=", ".join(phones.numbers))
        return list(phones.numbers)

    def _amount(self, row: int, column: Column, cell: Cell) -> Decimal | None:
        try:
            amount = read_number(cell, self.marks[column.index])
        except ValueError:
            return self.wrong(row, column, "bad_number", value=phrase(cell)[:40])
        if not 0 <= amount < MOST[column.field]:
            return self.wrong(row, column, "bad_number", value=phrase(cell)[:40])
        return amount.quantize(_CENT)

    def _whole(self, row: int, column: Column, cell: Cell) -> int | None:
        try:
            number = read_number(cell, ".")
        except ValueError:
            return self.wrong(row, column, "bad_number", value=phrase(cell)[:40])
        if number != int(number) or not -20 <= number <= 200:
            return self.wrong(row, column, "bad_number", value=phrase(cell)[:40])
        return int(number)

    def _yes_no(self, row: int, column: Column, cell: Cell) -> bool | None:
        try:
            return read_yes_no(cell)
        except ValueError:
            return self.wrong(row, column, "bad_yes_no", value=phrase(cell)[:40])

    def _iban(self, row: int, column: Column, cell: Cell) -> str | None:
        try:
            return iban(said(cell))
        except ValueError:
            return self.say(row, column, "iban_check_digits", Weight.DROPPED, value=phrase(cell)[:40])

    def wrong(self, row: int, column: Column | None, kind: str, related: int = 0, **more: Any) -> Any:
        """A problem that keeps the row out; the cell has no value then."""
        self.say(row, column, kind, Weight.ERROR, related, **more)

    def say(self, row: int, column: Column | None, kind: str, weight: Weight = Weight.SAID, related: int = 0, **more: Any) -> Any:
        """A problem of any weight; answers None, which is the value of the cell."""
        header, index = (column.header, column.index) if column else ("", -1)
        self.problems.append(Problem(row, header, kind, weight, related, more, index))

    def column(self, *fields: str) -> Column | None:
        """The column of the first of these fields that the file has."""
        for name in fields:
            for column in self.columns:
                if column.field == name and not column.is_second:
                    return column
        return None
