"""Files become tables: whatever the encoding, the delimiter and the lines around the data."""

import io
import zipfile
from datetime import date, datetime, time

import pytest

from cooperatives.reading import MOST_ROWS, Table, Unreadable, Wishes, read_table

from .workbooks import changed, workbook


def read(text: str | bytes, **wishes: object) -> Table:
    return read_table(text.encode() if isinstance(text, str) else text, Wishes(**wishes))  # type: ignore[arg-type]


def cells(table: Table) -> list[tuple[object, ...]]:
    return [line.cells for line in table.lines]


def refused(content: bytes, **wishes: object) -> str:
    with pytest.raises(Unreadable) as caught:
        read(content, **wishes)
    assert caught.value.sentence.endswith((".", "!"))
    return caught.value.code


@pytest.mark.parametrize(
    ("content", "encoding", "has_mark"),
    [
        ("Name;Ort\nJürgen;Köln\n".encode(), "utf-8", False),
        ("\ufeffName;Ort\nJürgen;Köln\n".encode(), "utf-8", True),
        ("Name;Ort\nJürgen;Köln\n".encode("cp1252"), "windows-1252", False),
        ("Name;Ort\nJürgen;Köln\n".encode("utf-16"), "utf-16", True),
        ("\ufeffName;Ort\nJürgen;Köln\n".encode("utf-16-be"), "utf-16", True),
    ],
)
def test_umlauts_survive(content: bytes, encoding: str, has_mark: bool) -> None:
    table = read(content)
    assert (table.form.encoding, table.form.has_mark) == (encoding, has_mark)
    assert (table.headers, cells(table)) == (("Name", "Ort"), [("Jürgen", "Köln")])


def test_the_reader_may_say_which_encoding_it_is() -> None:
    content = "Имя;Город\nИван;Омск\n".encode("cp1251")
    assert read(content).headers[0] != "Имя"
    assert read(content, encoding="windows-1251").headers == ("Имя", "Город")
    assert refused(content, encoding="utf-8") == "encoding"
    assert refused(content, encoding="klingon") == "encoding"


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_that_of_the_header(delimiter: str) -> None:
    table = read(delimiter.join(["Name", "Time"]) + "\n" + delimiter.join(["Ann", "10:30"]) + "\n")
    assert (table.form.delimiter, cells(table)) == (delimiter, [("Ann", "10:30")])


def test_clock_times_and_lists_in_cells_do_not_mislead() -> None:
    text = "Name;Times;Mails\n" + "Ann;10:30, 11:30, 12:30;a@x.org, b@x.org, c@x.org\n" * 9
    assert read(text).form.delimiter == ";"


def test_the_reader_may_say_which_delimiter_it_is() -> None:
    assert cells(read("A,B;C\n1,2;3\n", delimiter=",")) == [("1", "2;3")]
    assert refused(b"A,B\n1,2\n", delimiter=":") == "delimiter"


def test_titles_blanks_headings_and_totals_are_no_data() -> None:
    text = (
        "Our list;;;\nas of May;;;\n;;;\nUnit;Name;Charge;Kids\nA-1;Ann;960,00;1\n;;;\nNorth;;;\nA-2;Bo;780,00;\n"
        ";Total:;1.740,00;1\n"
    )
    table = read(text)
    assert (table.header_row, table.titles, table.blanks) == (4, (1, 2), (3, 6))
    assert (table.headings, table.totals) == ((7,), (9,))
    assert [line.number for line in table.lines] == [5, 8]


def test_a_person_called_total_is_data() -> None:
    table = read("Name;Family;Mail\nIngrid;Total;ingrid@example.org\n")
    assert [line.cells[1] for line in table.lines] == ["Total"]


def test_numbers_of_rows_are_those_of_the_spreadsheet() -> None:
    table = read('A;B\n\n"one\ntwo";x\n\ny;z\n')
    assert [(line.number, line.cells) for line in table.lines] == [(3, ("one\ntwo", "x")), (5, ("y", "z"))]


def test_short_rows_are_filled_and_long_ones_cut() -> None:
    assert cells(read("A;B;C\n1\n1;2;3;4;5\n")) == [("1", "", ""), ("1", "2", "3")]


@pytest.mark.parametrize(("titles", "found"), [(0, 1), (9, 10), (10, 1)])
def test_the_header_is_looked_for_in_the_first_ten_lines(titles: int, found: int) -> None:
    text = "Our list\n" * titles + "Name;Mail;Unit\n" + "Ann;a@x.org;1\n"
    assert read(text).header_row == found


def test_the_reader_may_say_where_the_header_is() -> None:
    text = "x;y;z\nName;Mail;\nAnn;a@x.org;\n"
    assert read(text).header_row == 1
    assert read(text, header_row=2).headers == ("Name", "Mail")
    assert refused(text.encode(), header_row=40) == "header_row"


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_line_ends_of_every_system(ending: str) -> None:
    assert cells(read(ending.join(["A;B", "1;2", "3;4"]))) == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n ; ;\n", "no_header"),
        (b"Name;Mail\n", "no_rows"),
        (b"1.5;2\n", "no_header"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR", "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"PK\x03\x04rubbish", "damaged"),
        (b'A;B\n"' + b"x" * 200_000, "open_quote"),
        (b'A;B\n1;2\n"3;4\n5;6\n', "open_quote"),
        (b"A;B\n\x81\xff;1\n", "encoding"),
        (b"x" * (10 * 1024 * 1024 + 1), "too_large"),
        (b"A;B\n" + b"1;2\n" * (MOST_ROWS + 1), "too_many_rows"),
        (b"A;B\n" + b"\n" * 60_000, "too_long"),
        (b";".join(b"h%d" % n for n in range(400)) + b"\n1\n", "too_wide"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_read_is_refused_with_its_reason(content: bytes, code: str) -> None:
    assert refused(content) == code


@pytest.mark.parametrize(
    "swallowed",
    [
        'N-1;"Ann;a@x\nN-2;"Bo";b@x\n',  # closed by the quotation of a later cell
        'N-1;"Ann;a@x\nN-2;Bo;b@x\nN-3;"Cy";c@x\n',
        'N-1;"Ann;a@x\n"N-2";Bo;b@x\n',  # which stands first
        'N-1;"Ann;a@x\nN-2;"";b@x\nN-3;"Cy";c@x\n',  # an empty quotation is none of both
        'N-1;"Ann;a@x\nN-2;Bo "Bobby" Berg;b@x\n',
        'N-1;"Ann;a@x\nN-2;Bo;b@x"\n',  # closed properly, and yet rows are in it
        'N-1;Ann;"a@x\nN-2;Bo;b@x\nN-3;Cy;"c@x"\n',
    ],
)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("above", [0, 20])
def test_a_quotation_that_swallows_rows_is_refused_with_its_line(swallowed: str, delimiter: str, above: int) -> None:
    text = "Unit;Name;E-mail\n" + "N-0;Zoe;z@x\n" * above + swallowed + "N-9;Di;d@x\n"
    with pytest.raises(Unreadable) as caught:
        read(text.replace(";", delimiter))
    assert (caught.value.code, caught.value.sentence) == (
        "open_quote",
        f"A quotation mark is not closed, near line {above + 2}. Close it or delete it, and choose the file again.",
    )


@pytest.mark.parametrize(
    "cell",
    [
        '"Yard 1; rear\nHouse 2; left"',  # an address with line breaks and delimiters
        '"Yard 1; rear\nHouse 2; ""Oaks"" ; left" ',  # quotation marks in it, blanks behind it
        '"a;b;c\nd;e;f"',  # as many of them as a row has
        '"one\r\ntwo"',
        '"one\n\ntwo; three"',
    ],
)
def test_a_cell_with_line_breaks_and_delimiters_is_one_cell(cell: str) -> None:
    table = read(f"Unit;Note;Name\nN-1;{cell};Ann\nN-2;x;Bo\n")
    assert [line.cells[2] for line in table.lines] == ["Ann", "Bo"]
    assert str(table.lines[0].cells[1]).strip() == cell.strip().strip('"').replace('""', '"')


def test_a_row_that_is_short_may_end_with_such_a_cell() -> None:
    assert cells(read('Name;Note;Mail\nAnn;"tea; cake\ncoffee"\n')) == [("Ann", "tea; cake\ncoffee", "")]
    table = read('Name;Note;Mail;Phone\nAnn;"tea; cake\ncoffee; bread; milk; jam"\n')
    assert cells(table) == [("Ann", "tea; cake\ncoffee; bread; milk; jam", "", "")]


def test_a_careless_quotation_within_a_cell_of_several_lines_stays_readable() -> None:
    assert cells(read('Note;Name\n"tea\nand "hot" milk";Ann\n')) == [('tea\nand hot" milk"', "Ann")]


def test_the_quotation_in_the_first_rows_does_not_hide_the_delimiter() -> None:
    assert refused(b'Unit|Name|E-mail\nN-1|"Ann|a@x\nN-2|"Bo"|b@x\n') == "open_quote"


def test_exactly_the_limit_is_read() -> None:
    assert len(read(b"A;B\n" + b"1;2\n" * MOST_ROWS).lines) == MOST_ROWS


# --- Workbooks ------------------------------------------------------------------------------------------------------


def test_cells_of_a_workbook_keep_their_kind() -> None:
    rows = [
        ["Unit", "Born", "At", "Charge", "Phone", "Child", "Sum", "Clock"],
        [101, date(1980, 2, 3), datetime(2020, 1, 2, 10, 30), 1180.5, 12025550105, True, "=A2+1", time(9, 5)],
    ]
    table = read(workbook(rows))
    assert cells(table) == [(101, "1980-02-03", "2020-01-02 10:30", 1180.5, 12025550105, "TRUE", "=A2+1", "09:05:00")]
    assert (table.form.container, table.form.sheet) == ("xlsx", "Sheet")


def test_the_first_sheet_with_data_is_read_unless_another_is_chosen() -> None:
    content = workbook([], People=[["Name"], ["Ann"]], More=[["Name"], ["Bo"]])
    assert (read(content).form.sheet, read(content).form.sheets) == ("People", ("Sheet", "People", "More"))
    assert cells(read(content, sheet="More")) == [("Bo",)]
    assert refused(content, sheet="Nope") == "sheet"


def test_a_range_that_reaches_further_than_the_data_is_cut() -> None:
    rows: list[list[object]] = [["Name", "Mail"], ["Ann", "a@x.org"], [None], ["Bo", None]] + [[""]] * 40
    table = read(workbook(rows))
    assert ([line.number for line in table.lines], table.blanks) == ([2, 4], (3,))


def test_a_bomb_is_not_unpacked() -> None:
    content = workbook([["Name"], ["Ann"]])
    assert refused(changed(content, xl_media_big__bin=b"\0" * 60_000_000)) == "too_large_inside"


def test_entities_are_not_expanded() -> None:
    evil = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'
    assert refused(changed(workbook([["Name"], ["Ann"]]), xl_workbook__xml=evil)) == "damaged"


def test_another_archive_is_no_workbook() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("hello.txt", "hello")
    assert refused(out.getvalue()) == "not_a_workbook"


def test_a_workbook_with_broken_parts_is_refused() -> None:
    content = workbook([["Name"], ["Ann"]])
    assert refused(changed(content, xl_worksheets_sheet1__xml=b"<worksheet><sheetData><row>")) == "damaged"
    assert refused(content[: len(content) // 2]) == "damaged"
