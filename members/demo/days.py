"""The days of the demo are counted from the day on which it is loaded."""

from datetime import date


def first_of(today: date, months: int) -> date:
    """The first day of the month that lies so many months back; ahead for a negative number."""
    years, month = divmod(today.year * 12 + today.month - 1 - months, 12)
    return date(years, month + 1, 1)
