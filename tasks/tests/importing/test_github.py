"""Issues of GitHub, read part by part."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cooperatives.actions import Invalid
from tasks.importing import read_board, report
from tasks.importing.colours import nearest
from tasks.models import Colour, Kind

from .files import dropped, issue, issues


@pytest.mark.parametrize(
    ("code", "colour"),
    [
        ("e11d21", Colour.RED),
        ("d73a4a", Colour.RED),
        ("eb6420", Colour.ORANGE),
        ("fbca04", Colour.YELLOW),
        ("e4e669", Colour.YELLOW),
        ("0e8a16", Colour.GREEN),
        ("009800", Colour.GREEN),
        ("a2eeef", Colour.TEAL),
        ("008672", Colour.TEAL),
        ("0075ca", Colour.BLUE),
        ("84b6eb", Colour.BLUE),
        ("5319e7", Colour.PURPLE),
        ("7057ff", Colour.PURPLE),
        ("cc317c", Colour.PINK),
        ("d876e3", Colour.PINK),
        ("FF00AA", Colour.PINK),
        ("#ff0000", Colour.RED),
        ("ff0010", Colour.RED),
        ("000000", Colour.GREY),
        ("ffffff", Colour.GREY),
        ("cfd3d7", Colour.GREY),
        ("fff", Colour.GREY),
        ("", Colour.GREY),
        ("red", Colour.GREY),
    ],
)
def test_a_colour_becomes_the_nearest_of_ours(code: str, colour: Colour) -> None:
    assert nearest(code) == colour


def test_open_and_closed_issues_are_two_lists_the_oldest_on_top() -> None:
    plan = read_board(issues(issue(9), issue(3, state="closed"), issue(4), issue(1, state="closed"), issue(10, state="odd")))
    assert [(one.name, one.role, one.archived) for one in plan.lists] == [("Open", "first", False), ("Closed", "done", False)]
    assert report(plan)["order"] == {"Open": ["Issue 4", "Issue 9", "Issue 10"], "Closed": ["Issue 1", "Issue 3"]}
    assert (plan.system, plan.name) == ("GitHub", "acme/roof")


def test_pull_requests_and_repeated_issues_are_counted() -> None:
    plan = read_board(issues(issue(1), issue(2, pull_request={"url": "x"}), issue(1, title="again"), issue(3, pull_request=None)))
    assert [card.title for card in plan.cards] == ["Issue 1", "Issue 3"]
    assert dropped(plan) == {"pull requests": 1, "repeated issues": 1}


def test_a_file_of_pull_requests_holds_no_card() -> None:
    plan = read_board(issues(issue(2, pull_request={"url": "x"}, user={"login": "bot"})))
    assert (plan.cards, plan.people, plan.labels) == ([], [], [])
    assert dropped(plan) == {"pull requests": 1, "members without a card": 1}


@pytest.mark.parametrize(
    "wrong", [{"id": None}, {"id": "7"}, {"id": True}, {"id": 0}, {"id": 2**63}, {"number": "1"}, {"number": None}]
)
def test_an_issue_without_a_number_of_its_own_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid) as caught:
        read_board(issues(issue(1), {**issue(2), **wrong}))
    assert (caught.value.code, caught.value.field) == ("not_a_board", "file")


def test_where_it_is_and_who_wrote_it_stand_under_the_text() -> None:
    closed = {"state": "closed", "closed_at": "2026-03-05T23:30:00Z"}
    plan = read_board(
        issues(issue(1, body="It **leaks**.\r\n\r\n- here\r\n"), issue(2, body=None, **closed), issue(3, user=None))
    )
    link = "[acme/roof#{0}](https://github.com/acme/roof/issues/{0})"
    assert {card.source_id: card.description for card in plan.cards} == {
        "github:1001": f"It **leaks**.\n\n- here\n\n{link.format(1)} · @ada-q",
        "github:1002": f"{link.format(2)} · @ada-q · closed on March 5, 2026",
        "github:1003": link.format(3),
    }
    assert [card.created_at for card in plan.cards] == [datetime(2026, 3, 1, 10, tzinfo=UTC)] * 3


def test_an_issue_of_another_place_keeps_its_name() -> None:
    row = issue(1, html_url="https://git.example.org/acme/roof_v2/issues/1", user={"login": "a_b*c"})
    assert read_board(issues(row)).cards[0].description == (
        "[acme/roof\\_v2#1](https://git.example.org/acme/roof_v2/issues/1) · @a\\_b\\*c"
    )
    row = issue(1, html_url=None, url="https://api.github.com/repos/acme/roof/issues/1")
    assert read_board(issues(row)).cards[0].description == "acme/roof#1 · @ada-q"
    assert read_board(issues(issue(1, html_url=7))).name == "Imported issues"
    plan = read_board(issues(issue(1, html_url="javascript:alert(1)//github.com/a/b/issues/1")))
    assert plan.cards[0].description == "#1 · @ada-q"
    assert dropped(plan) == {"unsafe links": 1}


def test_labels_are_one_for_each_name_in_its_nearest_colour() -> None:
    bug, other = {"id": 1, "name": "Bug", "color": "d73a4a"}, {"name": "help wanted", "color": "008672"}
    plan = read_board(
        issues(issue(1, labels=[bug, other, bug]), issue(2, labels=[{**bug, "name": "bug"}, {"name": " "}, "plain", 7]))
    )
    assert [(one.name, one.colour) for one in plan.labels] == [
        ("Bug", Colour.RED),
        ("help wanted", Colour.TEAL),
        ("plain", Colour.GREY),
    ]
    first, second = plan.cards
    assert [len(card.labels) for card in plan.cards] == [2, 2]
    assert first.labels[0] == second.labels[0]
    assert [card.kind for card in plan.cards] == [Kind.BUG, Kind.BUG]
    assert report(plan)["labels"] == 3


def test_a_milestone_becomes_a_label_of_its_own_colour() -> None:
    plan = read_board(
        issues(issue(1, labels=[{"name": "v1", "color": "000000"}], milestone={"title": "v1"}), issue(2, milestone={}))
    )
    assert [(one.name, one.colour) for one in plan.labels] == [("v1", Colour.GREY), ("v1", Colour.BLUE)]
    assert [len(card.labels) for card in plan.cards] == [2, 0]
    said = report(plan)
    assert (said["labels"], said["milestones"]) == (1, 1)


def test_people_are_those_of_the_issues_the_busiest_first() -> None:
    rows = [
        issue(1, user={"login": "Ada"}, assignees=[{"login": "boris"}, {"login": "ada"}], assignee={"login": "boris"}),
        issue(2, user={"login": "boris"}, assignee={"login": "cleo"}, assignees=None),
        issue(3, user={"login": "boris"}),
        issue(4, user={"login": ""}, assignees=["x", None, {}]),
    ]
    plan = read_board(issues(*rows))
    assert [str(one) for one in plan.people] == ["boris", "Ada", "cleo"]
    assert [card.people for card in plan.cards] == [("github:boris", "github:ada"), ("github:cleo",), (), ()]
    assert [card.author for card in plan.cards] == ["github:ada", "github:boris", "github:boris", ""]
    assert report(plan)["members"] == 3


def test_what_has_no_place_is_counted() -> None:
    rows = [
        issue(1, comments=3, reactions={"total_count": 2}),
        issue(2, comments=1, reactions={"total_count": "2"}),
        issue(3, comments=True, reactions=None, created_at="soon"),
        issue(4, comments=-1, closed_at="9999-12-31T23:59:59Z"),
    ]
    assert dropped(read_board(issues(*rows))) == {
        "comments that are not in the file": 4,
        "reactions": 2,
        "unreadable dates": 2,
    }


def test_a_title_that_is_none_or_too_long_is_said() -> None:
    plan = read_board(issues(issue(1, title=None), issue(2, title="t" * 600, body="b"), issue(3, title=" a \n b ")))
    assert [card.title[:20] for card in plan.cards] == ["Untitled card", "t" * 20, "a b"]
    assert plan.cards[1].description.startswith("t" * 600 + "\n\nb\n\n[acme")
    assert len(plan.noted) == 1
