"""Cells become dates, numbers, answers, telephone and account numbers; or it is said why not."""

from datetime import date
from decimal import Decimal

import pytest

from cooperatives.reading import (
    Day,
    Order,
    country_of_zone,
    day_numbers,
    decimal_mark,
    deduce_order,
    header_key,
    iban,
    phrase,
    read_day,
    read_number,
    read_phones,
    read_yes_no,
    said,
)

TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("2019-02-28", date(2019, 2, 28)),
        ("2019/2/8", date(2019, 2, 8)),
        ("2019-02-28 10:30", date(2019, 2, 28)),
        ("28.02.2019", date(2019, 2, 28)),
        ("8.2.2019", date(2019, 2, 8)),
        ("28/02/2019", date(2019, 2, 28)),
        ("02/28/2019", date(2019, 2, 28)),
        ("28-02-2019", date(2019, 2, 28)),
        (43524, date(2019, 2, 28)),
        (43524.0, date(2019, 2, 28)),
    ],
)
def test_dates(cell: object, day: date) -> None:
    assert read_day(cell, today=TODAY).day == day


@pytest.mark.parametrize(
    "cell",
    ["31.02.2019", "2019-13-01", "00.00.0000", "1.1.0001", "soon", "12", "=TODAY()", 7, 99_999_999, "2019-02-30", "13/13/2019"],
)
def test_what_is_no_day(cell: object) -> None:
    assert read_day(cell, today=TODAY) == Day(fault="bad_date")


@pytest.mark.parametrize(
    ("cell", "day"),
    [
        ("10000", date(1927, 5, 18)),
        (" 43524 ", date(2019, 2, 28)),
        ("45292", date(2024, 1, 1)),
        (45292.75, date(2024, 1, 1)),
        ("79999", date(2119, 1, 10)),
    ],
)
def test_the_number_of_a_day_is_read_where_the_column_holds_such_and_says_so(cell: object, day: date) -> None:
    assert read_day(cell, today=TODAY, counts_days=True) == Day(day, is_counted=True)
    if isinstance(cell, str):
        assert read_day(cell, today=TODAY) == Day(fault="bad_date")


@pytest.mark.parametrize(
    "cell", ["9999", "80000", "2024", "45292.5", "-45292", "４５２９２", "4 5292", float("nan"), float("inf"), True]
)
def test_other_numbers_are_no_days_in_any_column(cell: object) -> None:
    assert read_day(cell, today=TODAY, counts_days=True) == Day(fault="bad_date")


@pytest.mark.parametrize(
    ("cells", "count"),
    [
        (["45292", "43524"], 2),
        (["45292", "31.12.2020", "soon"], 1),
        (["45292", 43524, 43525.5], 3),
        (["45292", "2021"], 0),
        (["45292", "123456"], 0),
        (["45292", 7], 0),
        (["31.12.2020"], 0),
        ([True, float("nan")], 0),
        ([], 0),
    ],
)
def test_a_column_counts_days_when_no_number_in_it_is_anything_else(cells: list[object], count: int) -> None:
    assert day_numbers(cells) == count


@pytest.mark.parametrize("cell", ["01-21", "21.01.", "21/1"])
def test_a_day_without_a_year(cell: str) -> None:
    assert read_day(cell, today=TODAY) == Day(fault="no_year")


@pytest.mark.parametrize(
    ("cell", "ahead", "year"),
    [("5.4.62", 0, 1962), ("5.4.26", 0, 2026), ("5.4.27", 0, 1927), ("5.4.27", 5, 2027), ("5.4.00", 0, 2000)],
)
def test_a_year_of_two_digits_is_the_latest_that_fits(cell: str, ahead: int, year: int) -> None:
    assert read_day(cell, today=TODAY, ahead=ahead) == Day(date(year, 4, 5), is_short=True)


def test_one_sure_date_decides_for_the_file() -> None:
    assert deduce_order(["05/07/2021", "09/23/2019"]) == (Order.MONTH_FIRST, 1)
    assert deduce_order(["05/07/2021", "23/09/2019", "24-09-2019"]) == (Order.DAY_FIRST, 2)
    assert deduce_order(["05/07/2021", "31.12.2020", 43524, "2019-02-28"]) == (None, 0)
    assert deduce_order(["23/09/2019", "09/23/2019"]) == (None, 0)
    may, july = (read_day("05/07/2021", order, today=TODAY) for order in (Order.MONTH_FIRST, Order.DAY_FIRST))
    assert (may, july) == (Day(date(2021, 5, 7), is_ambiguous=True), Day(date(2021, 7, 5), is_ambiguous=True))


def test_dots_are_day_first_whatever_the_order() -> None:
    assert read_day("05.07.2021", Order.MONTH_FIRST, today=TODAY).day == date(2021, 7, 5)


@pytest.mark.parametrize(
    ("cell", "mark", "number"),
    [
        ("1.120,00", "", "1120.00"),
        ("1,120.00", "", "1120.00"),
        ("780,00", "", "780.00"),
        ("780.5", "", "780.5"),
        ("1.120", "", "1120"),
        ("1.120", ".", "1.120"),
        ("1,120", ",", "1.120"),
        ("1.234.567", "", "1234567"),
        ("1'120.50", "", "1120.50"),
        ("1 120,50 €", "", "1120.50"),
        ("EUR 960", "", "960"),
        ("-12,5", "", "-12.5"),
        ("(12.50)", "", "-12.50"),
        (895, "", "895"),
        (1180.5, "", "1180.5"),
    ],
)
def test_numbers(cell: object, mark: str, number: str) -> None:
    assert read_number(cell, mark) == Decimal(number)


@pytest.mark.parametrize("cell", ["", "none", "12 or 13", "=A1", None, True, "1,2,3.4.5", "€", "--5", "1e5"])
def test_what_is_no_number(cell: object) -> None:
    with pytest.raises(ValueError):
        read_number(cell)


def test_the_mark_of_a_column_comes_from_its_sure_numbers() -> None:
    assert decimal_mark(["1.120", "780,00"]) == ","
    assert decimal_mark(["1,120", "780.00"]) == "."
    assert decimal_mark(["1.120", 780, "960"]) == ""


@pytest.mark.parametrize(
    ("text", "country", "numbers"),
    [
        ("030 23125-101", "DE", ("+493023125101",)),
        ("0049 30 23125 201", "DE", ("+493023125201",)),
        ("(202) 555-0101", "US", ("+12025550101",)),
        ("12025550105", "US", ("+12025550105",)),
        ("+12025550100, +12025550160", "", ("+12025550100", "+12025550160")),
        ("0722 000 111 / 0733 000 222", "KE", ("+254722000111", "+254733000222")),
        ("Tel. +44 7700 900000", "DE", ("+447700900000",)),
        ("030 23125-101", "", ("030 23125-101",)),
        ("+12025550100; +1 202 555 0100", "", ("+12025550100",)),
    ],
)
def test_telephone_numbers(text: str, country: str, numbers: tuple[str, ...]) -> None:
    assert read_phones(text, country).numbers == numbers


@pytest.mark.parametrize(
    ("text", "fault"), [("call me", "bad_phone"), ("12", "bad_phone"), ("1" * 30, "bad_phone"), ("030 1 " * 20, "too_long_phone")]
)
def test_what_is_no_telephone_number(text: str, fault: str) -> None:
    assert read_phones(text, "DE").fault == fault


def test_a_zone_says_its_country() -> None:
    assert [country_of_zone(zone) for zone in ("Europe/Berlin", "Africa/Nairobi", "UTC", "Nowhere/Land")] == ["DE", "KE", "", ""]


def test_account_numbers() -> None:
    assert iban("DE92 9999 9999 0000 0070 03") == "DE92999999990000007003"
    for wrong in ("CH79 9999 9000 0000 0001 1", "DE9", "none", "DE92 9999 9999 0000 0070 0ß"):
        with pytest.raises(ValueError):
            iban(wrong)


@pytest.mark.parametrize(
    ("cell", "answer"), [("Yes", True), ("ja", True), ("TRUE", True), (1, True), ("nein", False), ("0", False), ("", None)]
)
def test_yes_and_no(cell: object, answer: bool | None) -> None:
    assert read_yes_no(cell) is answer


def test_neither_yes_nor_no() -> None:
    with pytest.raises(ValueError):
        read_yes_no("perhaps")


@pytest.mark.parametrize(
    ("header", "key"),
    [
        ("First name*", "first name"), ("FirstName", "first name"), ("P_emailp", "p emailp"), ("E-mail", "e mail"),
        ("Prénom", "prenom"), ("  Unit   Num ", "unit num"), (None, ""), (7.0, "7"),
    ],
)  # fmt: skip
def test_headers_are_compared_without_what_differs(header: object, key: str) -> None:
    assert header_key(header) == key


def test_texts_lose_what_is_not_seen() -> None:
    assert (said("\u00a0x\ufeff"), said(101.0), said(1180.5), phrase(" a \n b ")) == ("x", "101", "1180.5", "a b")
