"""Tasks of Kanboard, read column by column."""

import io
from datetime import date
from typing import Any

import pytest
from openpyxl import Workbook

from tasks.importing import read_board, report
from tasks.models import Colour, Priority

from .files import dropped, table

EXPORT = (
    "Task Id", "Project", "Status", "Category", "Swimlane", "Column", "Position", "Color", "Due date", "Creator",
    "Assignee Username", "Assignee Name", "Complexity", "Title", "Creation date", "Modification date", "Completion date",
    "Start date", "Time estimated", "Time spent", "Reference",
)  # fmt: skip


def only(**cells: Any) -> Any:
    """The one card of a table whose row says this; names of columns with `_` for blanks."""
    (card,) = read_board(table({"Title": "Roof", **{name.replace("_", " "): value for name, value in cells.items()}})).cards
    return card


def test_columns_become_lists_in_the_order_of_the_file() -> None:
    rows = [("a", "Ready"), ("b", "Backlog"), ("c", "ready"), ("d", ""), ("e", "Ready ")]
    plan = read_board(table(*({"Title": title, "Column Name": column} for title, column in rows)))
    assert report(plan)["order"] == {"Ready": ["a", "c", "e"], "Backlog": ["b"], "Untitled list": ["d"]}
    assert not any(one.archived or one.role for one in plan.lists)


@pytest.mark.parametrize(
    ("word", "closed"),
    [
        ("1", True),
        ("true", True),
        ("Yes", True),
        ("Closed", True),
        ("0", False),
        ("no", False),
        ("", False),
        ("Open", False),
        ("odd", False),
    ],
)
def test_a_closed_task_comes_archived(word: str, closed: bool) -> None:
    assert only(Status=word).archived is closed


@pytest.mark.parametrize(
    ("word", "priority"),
    [
        ("", Priority.NORMAL),
        ("0", Priority.NORMAL),
        ("1", Priority.NORMAL),
        ("2", Priority.HIGH),
        ("3", Priority.URGENT),
        ("9", Priority.URGENT),
        ("high", Priority.NORMAL),
    ],
)
def test_priority_counts_upwards_there(word: str, priority: Priority) -> None:
    assert only(Priority=word).priority == priority


@pytest.mark.parametrize(
    ("word", "points"), [("", None), ("0", None), ("5", 5), ("5.0", 5), ("1e9", None), ("99999", 1000), ("-2", None)]
)
def test_complexity_becomes_points(word: str, points: int | None) -> None:
    assert only(Complexity=word).points == points


@pytest.mark.parametrize(
    ("word", "minutes"),
    [("", None), ("0", None), ("1.5", 90), ("0.25", 15), ("0,5", 30), ("2", 120), ("2000", 60_000), ("x", None)],
)
def test_hours_become_minutes(word: str, minutes: int | None) -> None:
    assert only(Time_Estimated=word).estimate == minutes


def test_what_is_no_number_is_counted() -> None:
    plan = read_board(
        table({"Title": "a", "Complexity": "many", "Priority": "-1", "Time Estimated": "=1+1", "Time Spent": "1.5"})
    )
    assert dropped(plan) == {"unreadable numbers": 3, "time spent": 1}


def test_the_dates_themselves_say_which_comes_first() -> None:
    plan = read_board(table({"Title": "a", "Due Date": "03/02/2026"}, {"Title": "b", "Due Date": "31/01/2026 17:00"}))
    assert [card.due for card in plan.cards] == [date(2026, 2, 3), date(2026, 1, 31)]
    assert plan.noted == []
    plan = read_board(table({"Title": "a", "Start Date": "03/02/2026"}, {"Title": "b", "Due Date": "12/31/2026"}))
    assert (plan.cards[0].start, plan.cards[1].due) == (date(2026, 3, 2), date(2026, 12, 31))
    plan = read_board(table({"Title": "a", "Due Date": "2026-02-03"}, {"Title": "b", "Due Date": "3.2.2026 17:00"}))
    assert {card.due for card in plan.cards} == {date(2026, 2, 3)}
    assert plan.noted == []


def test_dates_that_fit_either_way_are_read_as_kanboard_writes_them_and_that_is_said() -> None:
    plan = read_board(table({"Title": "a", "Due Date": "02/03/2026"}, {"Title": "b", "Due Date": "soon"}))
    assert [card.due for card in plan.cards] == [date(2026, 2, 3), None]
    assert plan.noted == ["Dates such as 02/03/2026 are read with the month first, as Kanboard writes them."]
    assert dropped(plan) == {"unreadable dates": 1}


def test_a_start_after_the_due_date_is_left_out() -> None:
    plan = read_board(table({"Title": "a", "Start Date": "2026-03-02", "Due Date": "2026-03-01"}))
    assert (plan.cards[0].start, plan.cards[0].due) == (None, date(2026, 3, 1))
    assert dropped(plan) == {"start dates after the due date": 1}


def test_tags_category_and_swimlane_become_labels() -> None:
    rows: list[dict[str, Any]] = [
        {"Title": "a", "Tags": "urgent, North,urgent,,", "Category Name": "Repairs", "Swimlane Name": "Default swimlane"},
        {"Title": "b", "Tags": "repairs", "Category Name": "repairs", "Swimlane Name": "Grounds"},
        {"Title": "c"},
    ]
    plan = read_board(table(*rows))
    names = {one.source_id: (one.name, one.colour) for one in plan.labels}
    assert [[names[key] for key in card.labels] for card in plan.cards] == [
        [("urgent", Colour.GREY), ("North", Colour.GREY), ("Repairs", Colour.BLUE)],
        [("repairs", Colour.GREY), ("Repairs", Colour.BLUE), ("Grounds", Colour.TEAL)],
        [],
    ]
    said = report(plan)
    assert (said["labels"], said["categories"], said["swimlanes"]) == (3, 1, 1)


def test_people_are_those_of_the_tasks_the_busiest_first() -> None:
    rows = [
        {"Title": "a", "Assignee Username": "boris", "Creator Username": "ada"},
        {"Title": "b", "Assignee Username": "Boris", "Creator Username": "boris"},
        {"Title": "c", "Creator Username": "boris"},
    ]
    plan = read_board(table(*rows))
    assert [str(one) for one in plan.people] == ["boris", "ada"]
    assert [(card.author, card.people) for card in plan.cards] == [
        ("kanboard:ada", ("kanboard:boris",)),
        ("kanboard:boris", ("kanboard:boris",)),
        ("kanboard:boris", ()),
    ]


def test_a_link_stands_under_the_description() -> None:
    card = only(Description="First line\r\n\r\n- second", External_Link="https://example.org/t/2")
    assert card.description == "First line\n\n- second\n\n[https://example.org/t/2](https://example.org/t/2)"
    plan = read_board(table({"Title": "a", "External Link": "javascript:alert(1)"}))
    assert (plan.cards[0].description, dropped(plan)) == ("", {"unsafe links": 1})


def test_a_formula_is_text() -> None:
    card = only(Title="=2+3 deposits", Description='=HYPERLINK("https://phish.example")')
    assert (card.title, card.description) == ("=2+3 deposits", '=HYPERLINK("https://phish.example")')


def test_rows_without_a_title_stay_out_by_number() -> None:
    plan = read_board(
        table({"Title": "a"}, {"Reference": "LC-2", "Description": "b"}, {"Reference": "Heading", "Column Name": ""}, {})
    )
    assert [card.title for card in plan.cards] == ["a"]
    assert dropped(plan) == {"rows without a title": 3}
    assert plan.noted[0] == "Row 3 has no title and stays out."


def test_what_is_not_read_is_said() -> None:
    plan = read_board(
        table(
            {"Title": "a", "Sprint": "7", "Color Name": "red"},
            columns=("Title", "Column", "Swimlane", "Sprint", "Color Name", ""),
        )
    )
    assert plan.noted == ["The column “Sprint” is not read."]
    assert dropped(plan) == {"card colours": 1}


# Which row is which, next time


def ids(*rows: dict[str, Any], **more: Any) -> list[str]:
    return [card.source_id for card in read_board(table(*rows, **more)).cards]


def test_a_reference_tells_a_row_again_whatever_else_changes() -> None:
    before = ids({"Title": "a", "Reference": "LC-1"}, {"Title": "b", "Reference": "LC-2"})
    assert ids({"Title": "b!", "Reference": "LC-2", "Column Name": "Done"}, {"Title": "a", "Reference": "LC-1"}) == before[::-1]


def test_rows_with_one_reference_or_none_are_told_by_what_they_say() -> None:
    rows = [
        {"Title": "a", "Reference": "LC-1"},
        {"Title": "b", "Reference": "LC-1"},
        {"Title": "c"},
        {"Title": "d"},
        {"Title": "d", "Description": "the second one"},
    ]
    found = ids(*rows)
    assert len(set(found)) == len(rows)
    assert ids(*rows) == found
    assert ids(rows[4], rows[2], rows[1], rows[0]) == [found[3], found[2], found[1], found[0]]
    assert read_board(table(*rows)).noted == ["2 rows have the reference LC-1: each comes as a card of its own."]


def test_the_export_of_kanboard_is_read_too() -> None:
    rows: list[dict[str, Any]] = [
        {"Task Id": "7", "Title": "a", "Status": "Closed", "Column": "Done", "Color": "Red", "Creator": "ada", "Reference": "X",
         "Assignee Username": "boris", "Assignee Name": "Boris Lang", "Due date": "03/31/2026", "Start date": "03/02/2026",
         "Time estimated": "1.5", "Complexity": "3", "Category": "Repairs", "Swimlane": "Grounds", "Project": "House"},
        {"Task Id": "8", "Title": "b", "Status": "Open", "Column": "Done", "Reference": "X"},
    ]  # fmt: skip
    plan = read_board(table(*rows, columns=EXPORT))
    first, second = plan.cards
    assert (first.archived, second.archived) == (True, False)
    assert (first.start, first.due) == (date(2026, 3, 2), date(2026, 3, 31))
    assert (first.points, first.estimate, len(first.labels)) == (3, 90, 2)
    assert (first.author, first.people) == ("kanboard:ada", ("kanboard:boris",))
    renamed = [{**row, "Title": "new", "Reference": ""} for row in rows]
    assert [card.source_id for card in read_board(table(*renamed, columns=EXPORT)).cards] == [first.source_id, second.source_id]


def test_a_workbook_with_the_columns_is_read_too() -> None:
    book = Workbook()
    book.active.append(["Title", "Column Name", "Swimlane Name", "Complexity", "Due Date"])
    book.active.append(["Roof", "Backlog", "", 3, date(2026, 3, 31)])
    packed = io.BytesIO()
    book.save(packed)
    (card,) = read_board(packed.getvalue()).cards
    assert (card.title, card.points, card.due) == ("Roof", 3, date(2026, 3, 31))
