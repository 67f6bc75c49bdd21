"""Real files of seven systems: each is read as its expected file says, wholly."""

from pathlib import Path
from typing import Any

import pytest

from members.importing import Weight

from .expected import FILES, case, expected_facts, facts_of, groups

# What a hand that knows the households would type into the messy list's faulty rows.
MENDED = {
    9: {"9": "05.04.2014"},
    18: {"5": "yusuf.hoelderin@linden.example"},
    22: {"8": ""},
    25: {"1": "N-302"},
    30: {"3": "Wanjiru Duarte", "5": "wanjiru.duarte@linden.example"},
    39: {"11": "1.120,00"},
    46: {"6": "030 23125-131"},
}
LINDEN = "linden-court-messy.csv"


@pytest.mark.parametrize("name", FILES)
def test_the_form_of_the_file(testdata: Path, name: str) -> None:
    one = case(testdata, name)
    form, table = one.expected["format"], one.table
    assert table.form.container == form["container"]
    assert table.header_row == form["header_row"]
    if form["container"] == "csv":
        assert (table.form.encoding, table.form.has_mark, table.form.delimiter) == (
            form["encoding"], form["bom"], form["delimiter"],
        )  # fmt: skip
    else:
        assert table.form.sheet == form["sheet"]
    if name == LINDEN:
        assert list(table.titles) == form["title_rows"]
        assert list(table.blanks) == form["blank_rows"]
        assert list(table.headings) == form["heading_rows"]
        assert list(table.totals) == [form["total_row"]]


@pytest.mark.parametrize("name", FILES)
def test_every_column_is_read_as_expected(testdata: Path, name: str) -> None:
    one = case(testdata, name)
    found = {column.header: column.canonical for column in one.read().columns}
    assert found == one.expected["column_map"]


@pytest.mark.parametrize("name", [name for name in FILES if name != LINDEN])
def test_every_row_says_what_it_should(testdata: Path, name: str) -> None:
    one = case(testdata, name)
    assert facts_of(one.answered()) == expected_facts(one.expected["rows"])


@pytest.mark.parametrize("name", [name for name in FILES if name != LINDEN])
def test_people_and_households_are_grouped_as_expected(testdata: Path, name: str) -> None:
    one = case(testdata, name)
    entries, rows = one.answered().entries, one.expected["rows"]
    places = list(range(len(rows)))
    assert groups([(at, entries[at].person) for at in places]) == groups([(at, rows[at]["person_key"]) for at in places])
    housed = [at for at in places if "household_key" in rows[at]]
    assert groups([(at, entries[at].household) for at in housed]) == groups([(at, rows[at]["household_key"]) for at in housed])


@pytest.mark.parametrize("name", [name for name in FILES if name != LINDEN])
def test_the_counts_hold_when_every_question_is_answered(testdata: Path, name: str) -> None:
    one = case(testdata, name)
    wanted = dict(one.expected["counts"])
    assert len(one.table.lines) == wanted.pop("data_rows")
    assert one.answered().found() == wanted


@pytest.mark.parametrize("name", FILES)
def test_exactly_the_expected_questions_are_asked(testdata: Path, name: str) -> None:
    one = case(testdata, name)
    found = {}
    for code, asked in one.read().questions().items():
        rows = {row for problem in asked for row in (problem.row, problem.related) if row}
        found[code] = (sorted(rows), asked[0])
    wanted: dict[str, list[int]] = {}
    for question in one.expected["questions"]:
        rows = question.get("rows", [row for row in (question.get("row"), question.get("related_row")) if row])
        wanted[question["code"]] = sorted({*wanted.get(question["code"], []), *rows})
    assert {code: rows for code, (rows, _first) in found.items()} == wanted
    for question in one.expected["questions"]:
        _rows, first = found[question["code"]]
        assert first.column == question.get("column", first.column)
        for name_of_list in ("columns", "values"):
            assert first.more.get(name_of_list, question.get(name_of_list)) == question.get(name_of_list)


@pytest.mark.parametrize("name", FILES)
def test_exactly_the_expected_errors_are_found(testdata: Path, name: str) -> None:
    one = case(testdata, name)
    found = [(one.row, one.column, one.kind, one.related) for one in one.read().errors()]
    wanted = one.expected.get("errors", one.expected.get("planted_errors"))
    assert found == [(error["row"], error["column"], error["kind"], error.get("related_row", 0)) for error in wanted]


def test_a_wrong_account_number_is_dropped_and_the_person_stays(testdata: Path) -> None:
    reading = case(testdata, "cohiva-people.xlsx").read()
    assert [problem.weight for problem in reading.errors()] == [Weight.DROPPED]
    assert 17 not in reading.blocked()


def test_the_charges_of_the_tenants_add_up_once_for_each_unit(testdata: Path) -> None:
    one = case(testdata, "buildium-tenants.xlsx")
    charges = [entry.facts["charge"] for entry in one.answered().entries if "charge" in entry.facts]
    assert str(sum(charges)) == one.expected["totals"]["sum_of_charges_once_per_unit"]


def test_the_messy_list_has_the_expected_verdicts(testdata: Path) -> None:
    one = case(testdata, LINDEN)
    blocked = one.read().blocked()
    found = {str(line.number): blocked.get(line.number, "create") for line in one.table.lines}
    assert found == one.expected["verdict_by_row"]


def mended(testdata: Path) -> tuple[Any, dict[str, Any]]:
    one = case(testdata, LINDEN)
    answers = {"shared_email": "first", "charge_repeated": "once"}
    reading = one.read(answers=answers, edits=MENDED)
    return reading, one.expected


def test_the_messy_list_mended_row_by_row_says_what_was_meant(testdata: Path) -> None:
    reading, expected = mended(testdata)
    assert [(one.row, one.kind) for one in reading.errors()] == [(14, "overlap"), (17, "child_with_role"), (21, "duplicate_unit")]
    found = facts_of(reading, frozenset({"role"}))
    assert {row: found[row] for row in found if row not in (14, 17, 21)} == expected_facts(expected["rows"])


def test_the_messy_list_mended_adds_up(testdata: Path) -> None:
    reading, expected = mended(testdata)
    wanted = expected["counts_when_all_is_fixed"]
    entries = [entry for entry in reading.entries if entry.row not in (14, 17, 21)]
    found = reading.found(entries)
    assert (found["units"], found["people"]) == (wanted["units"], wanted["adult_members"])
    assert (found["occupancies"], found["agreements"]) == (wanted["occupancies"], wanted["agreements"])
    assert found["households"] == wanted["households_now_or_this_month"]
    assert sum(entry.facts.get("children", 0) for entry in entries) == wanted["children_by_number"]
    assert sum(bool(entry.facts.get("vacant")) for entry in entries) == wanted["vacant_units"]
    assert sum(entry.has_person and "email" not in entry.facts for entry in entries) == wanted["adults_without_own_email"]
    assert str(sum(entry.facts.get("charge", 0) for entry in entries)) == wanted["sum_of_charges_in_rows"]
