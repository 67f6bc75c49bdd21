"""A file is read by what it is; what is none of ours is refused with one sentence that says what to do."""

import io
import json
import zipfile
from typing import Any

import pytest

from cooperatives.actions import Invalid
from tasks.importing import FILE_LIMIT, read_board

from .files import board, issue, issues, table


def refusal(content: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        read_board(content)
    assert caught.value.field == "file"
    assert caught.value.sentence.endswith(".") and "\n" not in caught.value.sentence
    return caught.value


@pytest.mark.parametrize(
    ("content", "system"),
    [
        (board(), "Trello"),
        (issues(issue(1)), "GitHub"),
        (table({"Title": "Roof"}), "Kanboard"),
        (b"\xef\xbb\xbf" + board(), "Trello"),
        (b"\xef\xbb\xbf \n" + issues(issue(1)), "GitHub"),
        (b"\xef\xbb\xbf" + table({"Title": "Roof"}), "Kanboard"),
        (b"\n\n  " + board(), "Trello"),
        (table({"Title": "Roof"}, delimiter=";"), "Kanboard"),
        (table({"Title": "Toit à réparer"}).decode().encode("windows-1252"), "Kanboard"),
        (table({"Title": "Roof"}).decode().encode("utf-16"), "Kanboard"),
        (issues(issue(1)).decode().encode("utf-16"), "GitHub"),
        (board().decode().encode("utf-16-le"), "Trello"),
    ],
    ids=[
        "trello",
        "github",
        "kanboard",
        "mark",
        "mark and blanks",
        "marked table",
        "blanks",
        "semicolons",
        "windows",
        "utf-16",
        "PowerShell",
        "unmarked",
    ],
)
def test_a_file_is_what_it_holds(content: bytes, system: str) -> None:
    plan = read_board(content)
    assert (plan.system, len(plan.cards)) == (system, 1)


def test_a_table_of_another_encoding_keeps_its_letters() -> None:
    assert read_board(table({"Title": "Toit à réparer"}).decode().encode("windows-1252")).cards[0].title == "Toit à réparer"
    assert read_board(table({"Title": "סולם"}).decode().encode("utf-16")).cards[0].title == "סולם"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\t ", "empty"),
        (b"not json", "not_a_board"),
        (b"a,b,c\n1,2,3\n", "not_a_board"),
        (b"Title,Column\nRoof,Backlog\n", "not_a_board"),
        (b"Title,Swimlane\nRoof,North\n", "not_a_board"),
        (b"%PDF-1.7\n\x00\x01\x02", "not_a_board"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not_a_board"),
        (b"<!DOCTYPE html><html><title>Sign in</title></html>", "not_a_board"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old_excel"),
        (b"[" * 200_000, "too_deep"),
        (b'{"a":' * 200_000, "too_deep"),
        (b'{"lists": [], "cards": []}\x00', "nul"),
        (b'{"lists": [{"id": "a", "name": "\\u0000"}], "cards": []}', "nul"),
        (b'{"lists": [{"id": "a", "name": "\\ud800"}], "cards": []}', "nul"),
        (b'{"lists": "\xc3\x28"}', "encoding"),
        (b'{"name": "\xe4"}', "encoding"),
        (board().decode().encode("utf-16-le")[:-1], "encoding"),
        (b"[]", "not_a_board"),
        (b"{}", "not_a_board"),
        (b'{"message": "Not Found", "status": "404"}', "not_a_board"),
        (b"[1, 2]", "not_a_board"),
        (b'[{"number": 1}]', "not_a_board"),
        (b'{"lists": {}, "cards": []}', "not_a_board"),
        (b'{"lists": [1], "cards": []}', "not_a_board"),
        (b'{"lists": [{"id": 7}], "cards": []}', "not_a_board"),
        (b'{"lists": [], "cards": [{"name": "x"}]}', "not_a_board"),
        (b'{"lists": [{"id": "a"}, {"id": "a"}], "cards": []}', "stands_twice"),
        (b'{"lists": [], "cards": [], "lists": []}', "said_twice"),
        (b'{"lists": [], "cards": [{"id": "c", "name": "a", "name": "b"}]}', "said_twice"),
        (b'{"lists": [], "cards": [],}', "not_json"),
        (b'{"lists": [], "cards": []} and more', "not_json"),
        (b'{"lists": [], "cards": [' + b"9" * 5000 + b"]}", "not_json"),
        (b" " * (FILE_LIMIT + 1), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_board_is_refused_with_one_sentence(content: bytes, code: str) -> None:
    assert refusal(content).code == code


@pytest.mark.parametrize("content", [board(cards=[{"name": "Roof"}] * 3), issues(issue(1), issue(2))], ids=["trello", "github"])
def test_a_file_that_breaks_off_is_told_from_one_that_is_broken(content: bytes) -> None:
    for length in range(2, len(content)):
        said = refusal(content[:length])
        assert said.code in ("truncated", "not_json"), (length, said.sentence)
    assert refusal(content[:-1]).code == "truncated"
    assert "breaks off before its end" in refusal(content[:-1]).sentence
    broken = content.replace(b'"name"', b"\n\n'name'", 1).replace(b'"title"', b"\n\n'title'", 1)
    assert "broken in line 3" in refusal(broken).sentence


def test_what_is_said_twice_is_named() -> None:
    assert "two values for “pos”" in refusal(b'{"lists": [{"id": "a", "pos": 1, "pos": 2}], "cards": []}').sentence
    many = ", ".join(f'"k{number}": 1' for number in range(100_000))
    assert "two values for “k7”" in refusal(f'{{"lists": [], {many}, "k7": 2}}'.encode()).sentence


def test_a_card_in_two_lists_is_named() -> None:
    content = board(cards=[{"id": "c1", "idList": "l1", "name": "Roof"}, {"id": "c1", "idList": "l2", "name": "Roof"}])
    said = refusal(content)
    assert (said.code, said.sentence.split(" stands")[0]) == ("stands_twice", "“Roof”")


def test_too_much_is_refused() -> None:
    assert "more than 500 lists" in refusal(board(lists=[{"id": str(number)} for number in range(501)])).sentence
    assert "more than 10,000 cards" in refusal(board(cards=[{}] * 10_001)).sentence
    assert len(read_board(board(lists=[{"id": f"l{number}"} for number in range(1, 501)])).lists) == 500
    assert "rows of data" in refusal(table(*({"Title": "Roof"} for _number in range(5_001)))).sentence


def test_an_open_quotation_is_named() -> None:
    said = refusal(table({"Title": "Roof"}) + b'LC-1,"Gutter,Clean it\nand more\n')
    assert said.code == "open_quote" and "line 3" in said.sentence


def test_a_packed_file_of_another_kind_is_refused() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("board.json", json.dumps({"lists": [], "cards": []}))
    assert refusal(packed.getvalue()).code == "not_a_board"


@pytest.mark.parametrize(
    "odd", [None, 7, "x", [], {}, [1], [[]], [{}], {"id": 1}, True, 1.5, {"card": {"id": ["c0"]}}], ids=lambda value: repr(value)
)
def test_odd_parts_harm_nothing(odd: Any) -> None:
    parts = ("checklists", "actions", "labels", "members", "customFields", "name", "desc")
    fields = (
        "desc",
        "due",
        "start",
        "dueComplete",
        "idMembers",
        "idLabels",
        "labels",
        "attachments",
        "badges",
        "pos",
        "idMembersVoted",
    )
    plan = read_board(board(cards=[{"name": "Roof", **dict.fromkeys(fields, odd)}], **dict.fromkeys(parts, odd)))
    assert [card.title for card in plan.cards] == ["Roof"]
    act = {"id": "a1", "type": "commentCard", "date": odd, "memberCreator": odd, "idMemberCreator": odd, "data": odd}
    check = {"id": "k1", "idCard": "c0", "name": odd, "pos": odd, "checkItems": odd}
    plan = read_board(board(actions=[act, {**act, "id": odd}], checklists=[check, {**check, "idCard": odd}]))
    assert [len(card.checklists) for card in plan.cards] == [1]
    names = ("body", "user", "labels", "assignee", "assignees", "milestone", "comments", "reactions", "html_url", "url",
             "created_at", "closed_at", "state")  # fmt: skip
    plan = read_board(issues(issue(1), {**issue(2), **dict.fromkeys(names, odd)}))
    assert len(plan.cards) == 2
