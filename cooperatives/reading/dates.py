"""Dates as people write them, with one order of day and month for a whole file."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

_YEAR_FIRST = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?:[T ]\d{1,2}:\d{2}.*)?")
_NO_YEAR = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.]?")
# Day 0 of a spreadsheet's calendar, its wrong leap day of 1900 allowed for. Old Excel for Mac counted from 1904: a text does
# not say so, and of two readings four years apart none is guessed. What such a number became is always said.
_SERIAL_ZERO = date(1899, 12, 30)
_SERIALS = range(10_000, 80_000)  # May 1927 to January 2119; years and small numbers lie below, most numbers of members, too
_DIGITS = re.compile(r"[0-9]{1,15}")


class Order(StrEnum):
    """Which of the two comes first where a date is written with slashes or dashes and its year last."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


@dataclass(frozen=True)
class Day:
    """A cell read as a date. `day` is None where it is none; then `fault` says why: bad_date or no_year.

    `is_ambiguous`: day and month fit either way. `is_short`: the year had two digits. `is_counted`: it was the number of a
    day, as spreadsheets store it.
    """

    day: date | None = None
    fault: str = ""
    is_ambiguous: bool = False
    is_short: bool = False
    is_counted: bool = False


def day_numbers(cells: Iterable[object]) -> int:
    """How many cells of a column are day numbers of a spreadsheet; 0 when some number among its cells cannot be one."""
    numbers = [number for cell in cells if (number := _number(cell)) is not None]
    return len(numbers) if all(map(_counts_days, numbers)) else 0


def _number(cell: object) -> float | None:
    """A cell that holds a number: as a workbook has it, or as digits alone."""
    if isinstance(cell, str):
        return float(cell) if _DIGITS.fullmatch(cell.strip()) else None
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _counts_days(number: float) -> bool:
    return _SERIALS.start <= number < _SERIALS.stop


def deduce_order(cells: Iterable[object]) -> tuple[Order | None, int]:
    """The order that the sure dates of a file prove, and how many do; None where none does, or they disagree."""
    votes = dict.fromkeys(Order, 0)
    for cell in cells:
        match = _YEAR_LAST.fullmatch(cell.strip()) if isinstance(cell, str) else None
        if match is None or match[2] == ".":
            continue
        first, second = int(match[1]), int(match[3])
        if 12 < first <= 31 and second <= 12:
            votes[Order.DAY_FIRST] += 1
        elif 12 < second <= 31 and first <= 12:
            votes[Order.MONTH_FIRST] += 1
    sure = [order for order, count in votes.items() if count]
    return (sure[0], votes[sure[0]]) if len(sure) == 1 else (None, 0)


def read_day(cell: object, order: Order | None = None, *, today: date, ahead: int = 1, counts_days: bool = False) -> Day:
    """A cell as a date. A year of two digits is the latest one that lies at most `ahead` years after `today`.

    A number is one of a spreadsheet's day numbers (calendar of 1900); a text of digits only where `counts_days` says that
    its column holds them (`day_numbers`).
    """
    if (counts_days or not isinstance(cell, str)) and (number := _number(cell)) is not None:
        return _counted(number)
    text = str(cell).strip()
    if match := _YEAR_FIRST.fullmatch(text):
        return _made(int(match[1]), int(match[2]), int(match[3]))
    if match := _YEAR_LAST.fullmatch(text):
        return _year_last(match, order, today, ahead)
    if match := _NO_YEAR.fullmatch(text):
        numbers = sorted((int(match[1]), int(match[2])))
        return Day(fault="no_year" if 1 <= numbers[0] <= 12 and numbers[1] <= 31 else "bad_date")
    return Day(fault="bad_date")


def _counted(number: float) -> Day:
    if not _counts_days(number):
        return Day(fault="bad_date")
    return Day(_SERIAL_ZERO + timedelta(days=int(number)), is_counted=True)


def _year_last(match: re.Match[str], order: Order | None, today: date, ahead: int) -> Day:
    first, second, is_short = int(match[1]), int(match[3]), len(match[4]) == 2
    year = _century(int(match[4]), today, ahead) if is_short else int(match[4])
    if match[2] == ".":
        return _made(year, second, first, is_short=is_short)
    both_fit = first <= 12 and second <= 12 and first != second
    month_first = order == Order.MONTH_FIRST or (order is None and second > 12)
    month, day = (first, second) if month_first else (second, first)
    return _made(year, month, day, is_short=is_short, is_ambiguous=both_fit)


def _century(short: int, today: date, ahead: int) -> int:
    latest = today.year + ahead
    year = latest - latest % 100 + short
    return year if year <= latest else year - 100


def _made(year: int, month: int, day: int, *, is_short: bool = False, is_ambiguous: bool = False) -> Day:
    try:
        made = date(year, month, day)
    except ValueError:
        return Day(fault="bad_date")
    if not 1800 <= year <= 2200:
        return Day(fault="bad_date")
    return Day(made, is_ambiguous=is_ambiguous, is_short=is_short)
