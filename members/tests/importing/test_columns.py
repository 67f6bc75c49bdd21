"""Columns are known by their names, in several languages, and by the company they keep; names of people are split."""

from datetime import date

import pytest

from cooperatives.reading import read_table
from members.importing import Choices, Reading, Weight, likes, read, sentence
from members.importing.columns import guess
from members.importing.grouping import code_key, kind_of
from members.importing.names import is_vacant, split_name, split_names
from members.importing.roles import granted, is_member, is_office, meaning

TODAY = date(2026, 11, 20)


def read_text(text: str, **choices: object) -> Reading:
    table = read_table(text.encode(), likes=likes)
    return read(table, Choices(**{"today": TODAY, "country": "DE", **choices}))  # type: ignore[arg-type]


def fields(header: str) -> list[tuple[str, int]]:
    """What each column of a header is read as, and for which person."""
    table = read_table(f"{header}\n{';'.join('x' for _one in header.split(';'))}\n".encode(), likes=likes)
    return [(column.field, column.slot) for column in guess(table)]


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("Vorname;Nachname;Firmenname;Haupt-E-Mail;PLZ", ["first_name", "last_name", "organization", "email", ""]),
        ("vorname;name;handy;eintritt;austritt", ["first_name", "last_name", "phone", "joined_on", "left_on"]),
        ("Prénom;Nom de famille;Courriel", ["first_name", "last_name", "email"]),
        ("Nombre;Apellidos;Correo electrónico;Teléfono", ["first_name", "last_name", "email", "phone"]),
        ("Name;Address;Phone", ["full_name", "", "phone"]),
        ("Unit;Address;Owner Name", ["unit", "building", "full_name"]),
        ("Property;Unit;Address;Name", ["building", "unit", "", "full_name"]),
        ("Unit;Type;Household", ["unit", "unit_type", "full_name"]),
        ("Household;First Name;Last Name", ["household_name", "first_name", "last_name"]),
        ("Unit;Name;Lease Start;Lease End", ["unit", "full_name", "move_in", "move_out"]),
        ("Unit;Name;Move in date;Lease start date", ["unit", "full_name", "move_in", ""]),
        ("Member since;Name;Remarks", ["joined_on", "full_name", ""]),
    ],
)
def test_a_header_is_understood(header: str, found: list[str]) -> None:
    assert [field for field, _slot in fields(header)] == found


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (
            "Unit;Owner Name 1;Owner Email 1;Owner Name 2;Owner Email 2",
            [("unit", 0), ("full_name", 1), ("email", 1), ("full_name", 2), ("email", 2)],
        ),
        (
            "Unit;Resident 1 First Name;Resident 1 Last Name;Resident 2 First Name",
            [("unit", 0), ("first_name", 1), ("last_name", 1), ("first_name", 2)],
        ),
        (
            "Account;FirstName;LastName;SpouseFirstName;SpouseLastName",
            [("", 0), ("first_name", 0), ("last_name", 0), ("first_name", 2), ("last_name", 2)],
        ),
    ],
)  # fmt: skip
def test_wide_rows_have_a_place_for_each_person(header: str, found: list[tuple[str, int]]) -> None:
    assert fields(header) == found


def test_a_column_of_addresses_is_found_by_its_cells() -> None:
    reading = read_text("Name;Kontakt digital\nGrace Baker;grace@example.org\n")
    assert [(one.field, one.sure) for one in reading.columns] == [("full_name", "known"), ("email", "guessed")]


def test_a_wide_household_unfolds_into_people_of_one_household() -> None:
    text = (
        "Unit;Owner Name 1;Owner Email 1;Owner Name 2;Owner Email 2;Dues\n"
        "A-1;Ann Carr;ann@x.org;Bo Fox;bo@x.org;960,00\nA-2;Cy Hall;cy@x.org;;;780,00\n"
    )
    reading = read_text(text)
    assert [(one.row, one.name, one.facts.get("email"), str(one.facts.get("charge", ""))) for one in reading.entries] == [
        (2, "Ann Carr", "ann@x.org", "960.00"),
        (2, "Bo Fox", "bo@x.org", ""),
        (3, "Cy Hall", "cy@x.org", "780.00"),
    ]
    assert reading.found() == {"people": 3, "units": 2, "households": 2, "occupancies": 3, "agreements": 2}


def test_a_spouse_without_a_family_name_has_that_of_the_row() -> None:
    reading = read_text("Unit;FirstName;LastName;SpouseFirstName\nA-1;Ann;Carr;Bo\nA-2;Cy;Hall;\n")
    assert [one.name for one in reading.entries] == ["Ann Carr", "Bo Carr", "Cy Hall"]


@pytest.mark.parametrize(
    ("text", "parts", "is_sure"),
    [
        ("Ann Carr", ("Ann", "Carr"), True),
        ("Carr, Ann", ("Ann", "Carr"), True),
        ("Shanthi", ("Shanthi", ""), False),
        ("Anna Maria Carr", ("Anna Maria", "Carr"), False),
        ("Leopold von der Nakamura", ("Leopold", "von der Nakamura"), False),
        ("Juan de la Cruz", ("Juan", "de la Cruz"), False),
        ("Maria del Carmen Ruiz Soto", ("Maria del Carmen", "Ruiz Soto"), False),
        ("Иван Петрович Орлов", ("Иван Петрович", "Орлов"), False),
    ],
)
def test_a_whole_name_is_split(text: str, parts: tuple[str, str], is_sure: bool) -> None:
    split = split_name(text)
    assert ((split.given, split.family), split.is_sure) == (parts, is_sure)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Bogdan & Ulrike Cattaneo", ["Bogdan Cattaneo", "Ulrike Cattaneo"]),
        ("Chidi Ibarra / Njoki Uzun", ["Chidi Ibarra", "Njoki Uzun"]),
        ("Jansen, P. und M.", ["P. Jansen", "M. Jansen"]),
        ("Ann Carr and Bo Fox", ["Ann Carr", "Bo Fox"]),
        ("Yusuf Hölderin", ["Yusuf Hölderin"]),
    ],
)
def test_a_cell_may_name_several_people(text: str, names: list[str]) -> None:
    assert [split.name for split in split_names(text)] == names


@pytest.mark.parametrize(("text", "vacant"), [("– vacant –", True), ("(leer)", True), ("9999", True), ("Vacanti", False)])
def test_a_vacant_home_is_nobody(text: str, vacant: bool) -> None:
    assert is_vacant(text) is vacant


def test_codes_of_units_are_compared_without_signs() -> None:
    assert code_key("n 206") == code_key("N206") == code_key("N-206") == "n-206"
    assert code_key("1-1") != code_key("11")
    assert code_key("12-3A") == code_key("12 3a")


def test_kinds_of_units_come_from_their_types() -> None:
    kinds = [kind_of(word) for word in ("2-bed", "Parking place", "Warehouse unit", "Shop", "Terraced house", "")]
    assert kinds == ["flat", "parking", "storage", "commercial", "house", "flat"]


def test_words_for_roles_have_meanings() -> None:
    assert [meaning(word) for word in ("Vice-chair", "Kassierer", "Resident", "Maintenance")] == [
        "vice",
        "treasurer",
        "member",
        "",
    ]
    assert (is_office("Secretary"), is_office("Resident")) == (True, False)
    assert (is_member(["Guest"]), is_member([]), is_member(["Guest", "Owner"])) == (False, True, True)
    assert granted(["Treasurer", "Board"]) == ["treasurer"]


@pytest.mark.parametrize(
    ("cell", "kind"),
    [
        ("Name;Born\nAnn Carr;30.02.2000\n", "bad_date"),
        ("Name;Born\nAnn Carr;01.01.2090\n", "bad_date"),
        ("Name;Unit;Charge\nAnn Carr;A-1;much\n", "bad_number"),
        ("Name;Unit;Charge\nAnn Carr;A-1;-5\n", "bad_number"),
        ("Name;Phone\nAnn Carr;call me\n", "bad_phone"),
        ("Name;E-mail\nAnn Carr;ann at x\n", "invalid_email"),
        ("Name;Is child\nAnn Carr;perhaps\n", "bad_yes_no"),
        ("Name;E-mail\n;ann@x.org\n", "missing_name"),
        ('Name;E-mail\n"=1+1";ann@x.org\n', "formula_cell"),
        ("First name;Last name\n" + "A" * 120 + ";Carr\n", "too_long"),
        ("Name;Role\nAnn Carr;Former member\n", "missing_left_on"),
        ("Name;Unit;Moved in;Moved out\nAnn Carr;A-1;01.05.2020;01.04.2020\n", "moved_out_before_in"),
    ],
)
def test_what_is_wrong_with_a_row_is_found(cell: str, kind: str) -> None:
    problems = [(one.row, one.kind) for one in read_text(cell).problems if one.weight == Weight.ERROR]
    assert problems == [(2, kind)]


def test_a_file_whose_dates_prove_nothing_asks_for_their_order() -> None:
    text = "Name;Born\nAnn Carr;05/07/1980\n"
    assert [(one.kind, one.weight) for one in read_text(text).problems] == [("ambiguous_date_order", Weight.ASK)]
    chosen = read_text(text, order="mdy")
    assert (chosen.problems, chosen.entries[0].facts["birth_date"]) == ([], date(1980, 5, 7))


def test_empty_buildings_and_units_are_filled_from_above_on_request() -> None:
    text = "Building;Unit;First name;Last name\nNorth;N-1;Ann;Carr\n;;Bo;Carr\n"
    assert [one.unit for one in read_text(text).entries] == [("north", "n-1"), None]
    assert [one.unit for one in read_text(text, fill_down=True).entries] == [("north", "n-1"), ("north", "n-1")]


def test_a_chama_reads_people_and_leaves_homes_out() -> None:
    reading = read_text("Unit;Name;Moved in\nA-1;Ann Carr;01.05.2020\n", has_homes=False)
    assert [one.field for one in reading.columns] == ["", "full_name", ""]
    assert reading.found() == {"people": 1, "units": 0, "households": 0, "occupancies": 0, "agreements": 0}


def test_day_numbers_of_a_spreadsheet_are_dates_and_each_row_says_so() -> None:
    reading = read_text("Unit;Name;Born;Member since\nA-1;Ann Abel;18264;45292\nA-2;Bo Berg;;30.01.2024\n")
    assert [(one.facts.get("birth_date"), one.facts["joined_on"]) for one in reading.entries] == [
        (date(1950, 1, 1), date(2024, 1, 1)), (None, date(2024, 1, 30)),
    ]  # fmt: skip
    told = [(one.row, one.column, one.weight, sentence(one)) for one in reading.problems if one.kind == "excel_day_number"]
    words = "“%s” is read as an Excel day number: %s. If that is not the day, write the date."
    assert told == [
        (2, "Born", Weight.SAID, words % ("18264", "1 Jan 1950")),
        (2, "Member since", Weight.SAID, words % ("45292", "1 Jan 2024")),
    ]
    assert str(reading.columns[3].why) == "1 Excel day number, read as a date"


def test_numbers_of_another_kind_in_a_column_of_dates_stay_wrong() -> None:
    reading = read_text("Unit;Name;Member since\nA-1;Ann Abel;45292\nA-2;Bo Berg;2021\nA-3;Cy Carr;43524\n")
    assert [(one.row, one.kind) for one in reading.errors()] == [(2, "bad_date"), (3, "bad_date"), (4, "bad_date")]
    assert str(reading.columns[2].why) == "found by its name"


def test_a_number_that_was_mended_stands_in_no_other_ones_way() -> None:
    text = "Unit;Name;Member since\nA-1;Ann Abel;45292\nA-2;Bo Berg;2021\nA-3;Cy Carr;43524\n"
    reading = read_text(text, edits={3: {"2": "1.1.2021"}})
    assert not reading.errors()
    assert [one.facts["joined_on"] for one in reading.entries] == [date(2024, 1, 1), date(2021, 1, 1), date(2019, 2, 28)]


def test_a_day_number_beyond_today_is_nobodys_birthday() -> None:
    reading = read_text("Unit;Name;Born\nA-1;Ann Abel;79999\n")
    assert [(one.kind, one.more["value"]) for one in reading.errors()] == [("bad_date", "79999")]
