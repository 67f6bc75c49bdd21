"""Cells of files: what a spreadsheet would run is made inert, and can be read back as it was."""

import csv
from datetime import date
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given, strategies as st

from cooperatives.web.tables import as_written, csv_answer, csv_rows, inert

ACTIVE = [
    "=1+1",
    "=cmd|' /C calc'!A0", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "\n=1",
    "\uff1d1+1", "\uff0b1", "\uff0d1", "\uff20SUM(A1)",
    " =1+1", "\u00a0=1", "\ufeff=1", "\u200b=1", "'=1", "''=1", "|calc", "%0A=1", "-", "+254 700 000", "\v=1",
]  # fmt: skip
PLAIN = ["", "Roof", "a=b", "O'Neill", "'quoted'", "1", "3 - 2", "Ümit", "No. 4", "a@b.example", "\u202eabc"]


@pytest.mark.parametrize("text", ACTIVE)
def test_what_could_begin_a_formula_is_inert(text: str) -> None:
    assert inert(text) == f"'{text}"
    assert as_written(inert(text)) == text


@pytest.mark.parametrize("text", PLAIN)
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert inert(text) == text
    assert as_written(text) == text


@given(st.text())
def test_every_text_is_read_back_as_it_was_written(text: str) -> None:
    assert as_written(inert(text)) == text


def test_numbers_stay_numbers() -> None:
    lines = "".join(csv_rows(["Name", "Sum"], [["=1", -5], ["x", Decimal("-3.20")], [None, date(2026, 1, 2)]]))
    assert lines == "\ufeffName,Sum\r\n'=1,-5\r\nx,-3.20\r\n,2026-01-02\r\n"


@pytest.mark.parametrize("text", [*ACTIVE, *PLAIN, 'say "x", y', "two\nlines"])
def test_a_reader_of_csv_gets_each_cell_back(text: str) -> None:
    drawn = "".join(csv_rows(["a", "b"], [[text, "end"]]))
    (_head, row) = csv.reader(StringIO(drawn, newline=""))
    assert [as_written(cell) for cell in row] == [text, "end"]


@pytest.mark.parametrize(
    ("name", "file"), [("Linden Court", "linden-court.csv"), ('"; x=\r\n', "x.csv"), ("\u200f", "table.csv")]
)
def test_a_download_is_named_by_letters_alone(name: str, file: str) -> None:
    assert csv_answer(name, ["a"], [])["Content-Disposition"] == f'attachment; filename="{file}"'
