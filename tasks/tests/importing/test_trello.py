"""Boards of Trello, read part by part."""

from datetime import UTC, datetime
from typing import Any

import pytest

from cooperatives.actions import Invalid
from tasks.importing import read_board, report
from tasks.models import Colour

from .files import board, dropped


def test_order_is_by_position_then_by_the_file() -> None:
    plan = read_board(
        board(
            cards=[
                {"name": "late", "pos": 9.5},
                {"name": "first twin", "pos": 3},
                {"name": "second twin", "pos": 3},
                {"name": "nowhere", "pos": "top"},
                {"name": "early", "pos": 0.25},
                {"name": "true", "pos": True},
            ]
        )
    )
    assert [one.name for one in plan.lists] == ["Done", "Ideas"]
    assert [card.title for card in plan.lists[1].cards] == ["early", "first twin", "second twin", "late", "nowhere", "true"]


def test_nothing_is_cut_silently() -> None:
    plan = read_board(
        board(lists=[{"id": "l1", "name": "n" * 200}], cards=[{"name": "t" * 600, "desc": "d" * 20_000}, {"name": " \n "}])
    )
    (long, empty) = plan.cards
    assert len(long.title) == 500 and long.title.endswith("…")
    assert long.description.startswith("t" * 600) and len(long.description) == 20_000
    assert len(plan.lists[0].name) == 100
    assert len(plan.noted) == 3
    assert empty.title == "Untitled card"


def test_what_has_no_list_or_no_day_is_counted() -> None:
    plan = read_board(
        board(
            cards=[
                {"idList": "gone"},
                {"due": "soon"},
                {"due": 5},
                {"due": "0001-01-01T00:00:00+14:00"},
                {"due": "2027-01-31T23:30:00.000Z"},
            ]
        )
    )
    said = {one["kind"]: one["count"] for one in report(plan)["dropped"]}
    assert said == {"cards without a list": 1, "unreadable dates": 3}
    assert len(plan.cards) == 4


@pytest.mark.parametrize("bad", ["\ud800", "a\x00b", "x" * 94, "", "a\nb"])
def test_an_id_that_no_column_takes_is_refused(bad: str) -> None:
    for content in (board(cards=[{"id": bad}]), board(lists=[{"id": bad, "name": "Ideas"}])):
        with pytest.raises(Invalid) as refusal:
            read_board(content)
        assert (refusal.value.code, refusal.value.field) == ("not_a_board", "file")


# Labels


def looks(content: bytes) -> list[tuple[str, str]]:
    return [(one.name, str(one.colour)) for one in read_board(content).labels]


@pytest.mark.parametrize(
    ("word", "colour"),
    [
        ("green", Colour.GREEN),
        ("yellow_dark", Colour.YELLOW),
        ("red_light", Colour.RED),
        ("sky", Colour.TEAL),
        ("sky_dark", Colour.TEAL),
        ("lime", Colour.GREEN),
        ("black", Colour.GREY),
        ("Blue", Colour.BLUE),
        ("", Colour.GREY),
        (None, Colour.GREY),
        ("mauve", Colour.GREY),
        (7, Colour.GREY),
    ],
)
def test_a_colour_becomes_the_nearest_of_ours(word: Any, colour: Colour) -> None:
    (label,) = read_board(board(labels=[{"id": "x", "name": "North", "color": word}])).labels
    assert (label.name, label.colour, label.source_id) == ("North", colour, "trello:x")


def test_equal_labels_become_one_and_different_ones_stay_apart() -> None:
    rows = [
        {"id": "a", "name": "North", "color": "green"},
        {"id": "b", "name": " North ", "color": "green"},
        {"id": "c", "name": "North", "color": "red"},
        {"id": "d", "name": "North", "color": "lime"},
        {"id": "e", "name": "", "color": "blue"},
        {"id": "f", "name": "\u200b", "color": "blue"},
        {"id": "g", "name": None, "color": "black"},
        {"id": "h", "name": "", "color": None},
    ]
    content = board(labels=rows, cards=[{"idLabels": [row["id"] for row in rows]}])
    assert looks(content) == [
        ("North", "green"),
        ("North", "red"),
        ("North (lime)", "green"),
        ("", "blue"),
        ("", "grey"),
        ("(no colour)", "grey"),
    ]
    plan = read_board(content)
    assert plan.cards[0].labels == ("trello:a", "trello:c", "trello:d", "trello:e", "trello:g", "trello:h")
    assert report(plan)["labels"] == 8


def test_the_oldest_files_name_labels_on_cards_alone() -> None:
    old = [{"color": "green", "name": "Fix"}, {"color": "red", "name": ""}]
    plan = read_board(board(cards=[{"labels": old}, {"labels": [old[0], old[0], "x"]}]))
    first, second = plan.cards
    assert [one.name for one in plan.labels] == ["Fix", ""]
    assert first.labels == tuple(one.source_id for one in plan.labels)
    assert second.labels == first.labels[:1]


def test_a_label_on_a_card_is_found_by_id_or_by_what_it_is() -> None:
    label = {"id": "x", "name": "Fix", "color": "red"}
    cards = [{"idLabels": ["x"], "labels": [label]}, {"labels": [label]}, {"idLabels": ["x", "gone", 7, "x"]}]
    plan = read_board(board(labels=[label], cards=cards))
    assert [card.labels for card in plan.cards] == [("trello:x",)] * 3
    assert dropped(plan) == {"labels that the file does not name": 1}


def test_a_long_label_is_cut_with_a_word() -> None:
    plan = read_board(
        board(labels=[{"id": "x", "name": "n" * 150, "color": "red"}, {"id": "y", "name": "m" * 100, "color": "red"}])
    )
    assert [len(one.name) for one in plan.labels] == [100, 100]
    assert plan.noted == [f"The label “{'n' * 60}” was cut to 100 characters."]


# Checklists


def checklist(key: str, *items: dict[str, Any], **facts: Any) -> dict[str, Any]:
    return {"id": key, "idCard": "c0", "name": f"List {key}", "pos": 1, "checkItems": list(items), **facts}


def test_checklists_and_their_steps_stand_by_position() -> None:
    items = [
        {"id": "s3", "name": "third", "state": "incomplete", "pos": 30.5},
        {"id": "s1", "name": "first", "state": "complete", "pos": 1},
        {"id": "s2", "name": "second \n line", "state": "finished", "pos": 1},
        {"id": "s4", "name": "last", "pos": "bottom"},
    ]
    plan = read_board(board(checklists=[checklist("k2", pos=2), checklist("k1", *items)]))
    found = plan.cards[0].checklists
    assert [one.name for one in found] == ["List k1", "List k2"]
    assert [(one.text, one.is_done) for one in found[0].steps] == [
        ("first", True),
        ("second line", False),
        ("third", False),
        ("last", False),
    ]
    assert (found[0].source_id, found[0].steps[0].source_id) == ("trello:k1", "trello:s1")
    said = report(plan)
    assert (said["checklists"], said["items"], said["items_done"]) == (2, 4, 1)


def test_what_of_a_checklist_has_no_place_is_counted() -> None:
    items = [
        {"id": "s1", "name": "a", "due": "2026-01-01T00:00:00Z", "idMember": "m"},
        {"id": "s2", "name": "b", "idMember": "m"},
        {"name": "no id"},
        {"id": "s1", "name": "a again"},
    ]
    rows = [checklist("k1", *items), checklist("k2", idCard="gone"), checklist("k1"), {"idCard": "c0"}]
    plan = read_board(board(checklists=rows))
    assert [(one.name, [step.text for step in one.steps]) for one in plan.cards[0].checklists] == [("List k1", ["a", "b"])]
    assert dropped(plan) == {
        "people and dates of checklist items": 3,
        "parts without an id": 2,
        "checklists on cards that are not in the file": 1,
    }


def test_a_checklist_without_words_gets_some_and_long_ones_are_cut() -> None:
    items = [{"id": "s1", "name": " \u200b "}, {"id": "s2", "name": "w" * 600}]
    plan = read_board(board(checklists=[checklist("k1", *items, name=None), checklist("k2", name="n" * 300)]))
    first, second = plan.cards[0].checklists
    assert (first.name, [len(step.text) for step in first.steps]) == ("Checklist", [len("Untitled step"), 500])
    assert len(second.name) == 200 and second.name.endswith("…")
    assert [("500" in note, "200" in note) for note in plan.noted] == [(True, False), (False, True)]


# Comments


def comment(key: str, text: str = "Hello", **facts: Any) -> dict[str, Any]:
    who = {"fullName": "Ada Quist", "username": "adaq"}
    data = {"text": text, "card": {"id": facts.pop("card", "c0")}}
    return {"id": key, "type": "commentCard", "date": "2026-03-01T10:00:00.000Z", "memberCreator": who, "data": data, **facts}


def test_comments_come_with_their_authors_the_oldest_first() -> None:
    acts = [
        comment("a3", "new", date="2026-03-03T10:00:00.000Z"),
        comment("a4", "undated", date=None),
        comment("a1", "old\r\n- and long", date="2026-03-01T10:00:00+02:00"),
        comment("a2", "copied", type="copyCommentCard", date="2026-03-02T10:00:00"),
        comment("a5", "undated too", date="soon"),
        {"id": "a6", "type": "createCard", "data": {"card": {"id": "c0"}}},
    ]
    plan = read_board(board(actions=acts))
    assert [(one.text, one.at) for one in plan.cards[0].comments] == [
        ("old\n- and long", datetime(2026, 3, 1, 8, tzinfo=UTC)),
        ("copied", datetime(2026, 3, 2, 10, tzinfo=UTC)),
        ("new", datetime(2026, 3, 3, 10, tzinfo=UTC)),
        ("undated", None),
        ("undated too", None),
    ]
    assert {one.said_by for one in plan.cards[0].comments} == {"Ada Quist"}
    assert dropped(plan) == {"history": 1, "unreadable dates": 1}


def test_who_said_it_is_found_wherever_the_file_says_so() -> None:
    members = [{"id": "m1", "fullName": "Boris Lang"}]
    acts = [
        comment("a1", memberCreator={"fullName": "", "username": "adaq"}),
        comment("a2", memberCreator=None, idMemberCreator="m1"),
        comment("a3", memberCreator=None, idMemberCreator="gone"),
        comment("a4", memberCreator={"fullName": "x" * 300}),
    ]
    plan = read_board(board(actions=acts, members=members))
    names = [one.said_by for one in plan.cards[0].comments]
    assert names[:3] == ["adaq", "Boris Lang", "Somebody"] and len(names[3]) == 200


def test_comments_that_cannot_come_are_counted() -> None:
    acts = [
        comment("a1", " \u200b\n"),
        comment("a2", card="gone"),
        comment("a3", "w" * 20_001),
        comment("a3", "twice"),
        {**comment("a4"), "id": None},
        {"type": "commentCard", "id": "a5"},
    ]
    plan = read_board(board(actions=acts, cards=[{"badges": {"comments": 5}}]))
    (kept,) = plan.cards[0].comments
    assert len(kept.text) == 20_000 and len(plan.noted) == 1
    assert dropped(plan) == {
        "empty comments": 1,
        "comments on cards that are not in the file": 2,
        "parts without an id": 1,
        "comments that are not in the file": 4,
    }


# People, dates, links


def test_those_who_hold_cards_are_named_the_busiest_first() -> None:
    members = [{"id": f"m{number}", "fullName": f"Member {number}", "username": f"user{number}"} for number in range(4)]
    cards = [{"idMembers": ["m1", "m2"]}, {"idMembers": ["m2", "m2", "gone", 7]}, {"idMembers": ["m0"]}]
    plan = read_board(board(members=members, cards=cards))
    assert [str(one) for one in plan.people] == ["Member 2 (@user2)", "Member 0 (@user0)", "Member 1 (@user1)"]
    assert plan.cards[1].people == ("trello:m2",)
    assert dropped(plan) == {"members that the file does not name": 1, "members without a card": 1}
    assert report(plan)["members"] == 4


def test_somebody_without_a_name_is_somebody() -> None:
    plan = read_board(board(members=[{"id": "m1"}], cards=[{"idMembers": ["m1"]}]))
    assert [str(one) for one in plan.people] == ["Somebody"]


def test_a_start_after_the_due_date_is_left_out() -> None:
    early, late = "2026-03-01T10:00:00Z", "2026-03-09T10:00:00Z"
    plan = read_board(
        board(cards=[{"start": late, "due": early}, {"start": early, "due": late}, {"start": late}, {"start": "x"}])
    )
    assert [(card.start is not None, card.due is not None) for card in plan.cards] == [
        (False, True),
        (True, True),
        (True, False),
        (False, False),
    ]
    assert dropped(plan) == {"start dates after the due date": 1, "unreadable dates": 1}


def test_a_mark_of_a_due_date_is_counted() -> None:
    plan = read_board(board(cards=[{"dueComplete": True, "due": "2026-03-01T10:00:00Z"}, {"dueComplete": 1}, {}]))
    assert plan.cards[0].due is not None
    assert dropped(plan) == {"marks of due dates as kept": 1}


def test_links_stand_under_the_description_and_uploads_stay_behind() -> None:
    attachments = [
        {"id": "a2", "name": "Plan [v2] *new*", "url": "https://example.org/a b?x=(1)", "isUpload": False, "pos": 2},
        {"id": "a1", "name": "", "url": "http://example.org/x_y", "isUpload": False, "pos": 1},
        {"id": "a3", "name": "photo", "url": "https://trello.com/1/cards/x/photo.jpg", "isUpload": True, "pos": 3},
        {"id": "a4", "name": "old photo", "url": "https://trello-attachments.s3.amazonaws.com/x/photo.jpg"},
        {"id": "a5", "name": "older", "url": "https://s3.amazonaws.com/trello-attachments/x/photo.jpg"},
        {"id": "a6", "name": "click", "url": "javascript:alert(1)", "isUpload": False},
        {"id": "a6b", "name": "click", "url": "javascript://example.org/%0aalert(1)", "isUpload": False},
        {"id": "a6c", "name": "fetch", "url": "ftp://example.org/plan", "isUpload": False},
        {"id": "a7", "name": "far", "url": f"https://example.org/{'x' * 2_000}", "isUpload": False},
        {"id": "a8", "name": "broken", "url": "http://[::1", "isUpload": False},
        {"id": "a9", "name": "none", "isUpload": False},
    ]
    plan = read_board(board(cards=[{"desc": "See below.", "attachments": attachments}]))
    assert plan.cards[0].description == (
        "See below.\n\n- [http://example.org/x\\_y](http://example.org/x_y)\n"
        "- [Plan \\[v2\\] \\*new\\*](https://example.org/a%20b?x=%281%29)"
    )
    assert dropped(plan) == {"attachments": 3, "unsafe links": 5}
    assert report(plan)["attachments"] == 11


def test_links_have_room_under_a_description_of_full_length() -> None:
    attachment = {"id": "a1", "name": "Plan", "url": "https://example.org/", "isUpload": False}
    plan = read_board(board(cards=[{"desc": "d" * 20_000, "attachments": [attachment]}]))
    text = plan.cards[0].description
    assert len(text) == 20_000 and text.endswith("d…\n\n- [Plan](https://example.org/)")
    assert len(plan.noted) == 1


def test_what_else_a_board_holds_is_counted() -> None:
    plan = read_board(
        board(
            desc=" Our board ", customFields=[{}, {}], cards=[{"idMembersVoted": ["m1", "m2"]}], actions=[{"type": "updateCard"}]
        )
    )
    assert dropped(plan) == {"board descriptions": 1, "custom fields": 2, "votes": 2, "history": 1}


def test_a_board_without_a_name_gets_one() -> None:
    assert read_board(board(name=7)).name == "Imported board"
    assert read_board(board(lists=[{"id": "l1", "name": "\u200b"}])).lists[0].name == "Untitled list"
