"""Boards of another system: read whole, written whole, refused with a sentence."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cooperatives.actions import Invalid
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from tasks.actions import create_project, discard_old_drafts, import_board, keep_draft
from tasks.importing import FILE_LIMIT, read_trello, report
from tasks.jobs import discard_drafts
from tasks.models import BoardDraft, Lane, Project, Task

from .boards import add, kinds, lane_named, titles, told

FILES = ["trello-emoji-rtl", "trello-public-board"]


def board(**parts: Any) -> bytes:
    """A small board file."""
    lists = parts.pop("lists", [{"id": "l1", "name": "Ideas", "pos": 2}, {"id": "l2", "name": "Done", "pos": 1}])
    cards = [
        {"idList": "l1", "pos": 1, "name": "Card", "desc": "", "closed": False, **card, "id": card.get("id", f"c{number}")}
        for number, card in enumerate(parts.pop("cards", [{}]))
    ]
    return json.dumps({"name": "Board", "lists": lists, "cards": cards, **parts}).encode()


@pytest.fixture(params=FILES)
def real(request: pytest.FixtureRequest, testdata: Path) -> tuple[bytes, dict[str, Any]]:
    """A real file and what is expected of it."""
    folder = testdata / "imports"
    return (folder / f"{request.param}.json").read_bytes(), json.loads((folder / f"{request.param}.expected.json").read_text())


def expected_order(expected: dict[str, Any]) -> list[tuple[str, bool, list[tuple[str, bool]]]]:
    return [
        (
            one["list"].strip(),
            one["archived"],
            [(" ".join(card["name"].split()), card.get("archived", False)) for card in one["cards"]],
        )
        for one in expected["lists"]
    ]


def test_a_real_file_is_read_whole(real: Any) -> None:
    content, expected = real
    plan, counts = read_trello(content), expected["counts"]
    found = [(one.name, one.archived, [(card.title, card.archived) for card in one.cards]) for one in plan.lists]
    assert found == expected_order(expected)
    said = report(plan)
    assert {
        key: said[key]
        for key in ("lists", "archived_lists", "cards", "archived", "checklists", "items", "comments", "labels", "members")
    } == {
        "lists": counts["lists"],
        "archived_lists": counts["lists_archived"],
        "cards": counts["cards"],
        "archived": counts["cards_archived"],
        "checklists": counts["checklists"],
        "items": counts["check_items"],
        "comments": counts["comments_on_cards_in_file"],
        "labels": counts["labels"],
        "members": counts["members"],
    }
    dropped = {one["kind"]: one["count"] for one in said["dropped"]}
    assert dropped["comments"] == counts["comments_on_cards_in_file"]
    assert dropped.get("attachments", 0) == counts["attachments"]
    assert dropped.get("cards without a list", 0) == counts["cards_orphaned"]
    assert sum(card.due is not None for card in plan.cards) == counts["cards_with_due"]
    assert sum(bool(card.description) for card in plan.cards) == counts["cards_with_description"]
    assert said["notes"] == []


def test_a_real_file_becomes_a_board_and_a_second_time_changes_nothing(actor: Actor, project: Project, real: Any) -> None:
    content, expected = real
    plan = read_trello(content)
    outcome = import_board(actor, project, plan)
    assert (outcome.cards, outcome.known) == (expected["counts"]["cards"], 0)
    lanes = list(Lane.objects.filter(project=project).exclude(source_id=None).order_by("position"))
    found = [
        (
            lane.name,
            lane.archived_at is not None,
            [(task.title, task.archived_at is not None) for task in Task.objects.filter(lane=lane).order_by("rank")],
        )
        for lane in lanes
    ]
    assert found == expected_order(expected)
    assert sorted(Task.objects.values_list("number", flat=True)) == list(range(1, len(plan.cards) + 1))
    before = list(Task.objects.order_by("pk").values()), list(Lane.objects.order_by("pk").values()), kinds()
    again = import_board(actor, project, read_trello(content))
    assert (again.lists, again.cards, again.known) == (0, 0, len(plan.cards))
    assert (list(Task.objects.order_by("pk").values()), list(Lane.objects.order_by("pk").values()), kinds()) == before


def test_the_command_answers_as_json(actor: Actor, project: Project, real: Any, tmp_path: Path, capsys: Any) -> None:
    content, expected = real
    file = tmp_path / "board.json"
    file.write_bytes(content)
    call_command("import_board", str(file), "--project", str(project.pk), "--dry-run", "--json")
    dry = json.loads(capsys.readouterr().out)
    assert (dry["dry_run"], Task.objects.count()) == (True, 0)
    call_command("import_board", str(file), "--project", project.key.lower(), "--cooperative", "linden-court", "--json")
    said = json.loads(capsys.readouterr().out)
    assert said["created"]["cards"] == said["cards"] == Task.objects.count() == expected["counts"]["cards"]
    assert list(said["order"]) == list(dry["order"]) == [name for name, _archived, _cards in expected_order(expected)]
    assert list(said["order"].values()) == [[title for title, _ in cards] for _name, _archived, cards in expected_order(expected)]
    call_command("import_board", str(file), "--project", str(project.pk))
    words = capsys.readouterr().out
    assert f"0 cards are new, {said['cards']} were here already." in words


def test_the_command_says_what_is_wrong(actor: Actor, project: Project, tmp_path: Path, linden: Cooperative) -> None:
    file = tmp_path / "b.json"
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("import_board", str(file), "--project", str(project.pk))
    file.write_text("[]")
    with pytest.raises(CommandError, match="not a Trello board"):
        call_command("import_board", str(file), "--project", str(project.pk))
    with pytest.raises(CommandError, match="There is no project 987"):
        call_command("import_board", str(file), "--project", "987")
    with pytest.raises(CommandError, match="There is no project"):
        call_command("import_board", str(file), "--project", str(project.pk), "--cooperative", "nowhere")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_json"),
        (b"not json", "not_json"),
        (b"[" * 200_000, "not_json"),
        (b"\xff\xfe\x00", "nul"),
        (b'{"lists": [], "cards": []}\x00', "nul"),
        (b"\xc3\x28", "encoding"),
        (b"[]", "not_a_board"),
        (b"null", "not_a_board"),
        (b'{"lists": {}, "cards": []}', "not_a_board"),
        (b'{"lists": [1], "cards": []}', "not_a_board"),
        (b'{"lists": [{"id": 7}], "cards": []}', "not_a_board"),
        (b'{"lists": [{"id": "a"}, {"id": "a"}], "cards": []}', "not_a_board"),
        (b'{"lists": [], "cards": [{"name": "x"}]}', "not_a_board"),
        (b'{"lists": [{"id": "a", "name": "\\u0000"}], "cards": []}', "nul"),
        (b'{"lists": [{"id": "a", "name": "\\ud800"}], "cards": []}', "nul"),
        (b" " * (FILE_LIMIT + 1), "too_large"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_board_is_refused_with_one_sentence(content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        read_trello(content)
    assert (caught.value.code, caught.value.field) == (code, "file")
    assert caught.value.sentence.endswith(".") and "\n" not in caught.value.sentence


def test_too_many_lists() -> None:
    with pytest.raises(Invalid, match="more than 500 lists"):
        read_trello(board(lists=[{"id": str(number)} for number in range(501)]))


def test_a_byte_order_mark_is_no_harm() -> None:
    assert read_trello(b"\xef\xbb\xbf" + board()).cards[0].title == "Card"


def test_order_is_by_position_then_by_the_file() -> None:
    plan = read_trello(
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
    plan = read_trello(
        board(lists=[{"id": "l1", "name": "n" * 200}], cards=[{"name": "t" * 600, "desc": "d" * 20_000}, {"name": " \n "}])
    )
    (long, empty) = plan.cards
    assert len(long.title) == 500 and long.title.endswith("…")
    assert long.description.startswith("t" * 600) and len(long.description) == 20_000
    assert len(plan.lists[0].name) == 100
    assert len(plan.noted) == 3
    assert empty.title == "Untitled card"


def test_a_title_loses_the_signs_that_turn_what_stands_beside_it() -> None:
    plan = read_trello(
        board(lists=[{"id": "l1", "name": "\u202eTodo\u2069"}], cards=[{"name": "\u2066Ca\u202erd"}, {"name": "\u202d"}])
    )
    assert [one.name for one in plan.lists] == ["Todo"]
    assert [one.title for one in plan.cards] == ["Card", "Untitled card"]


def test_what_has_no_list_or_no_day_is_counted() -> None:
    plan = read_trello(
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
    assert said == {"cards without a list": 1, "unreadable due dates": 3}
    assert len(plan.cards) == 4


def test_odd_parts_are_left_alone() -> None:
    plan = read_trello(
        board(
            checklists="x",
            actions=[1, {"type": "commentCard"}, {"type": "commentCard", "data": {"card": {"id": ["c0"]}}}],
            labels=None,
            members=[{}],
            name=7,
        )
    )
    assert plan.held == {"checklists": 0, "items": 0, "comments": 0, "labels": 0, "members": 1}
    assert plan.name == "Imported board"


def test_a_due_moment_becomes_the_day_in_the_cooperatives_zone(actor: Actor, project: Project) -> None:
    import_board(actor, project, read_trello(board(cards=[{"due": "2027-01-31T23:30:00.000Z"}])))
    assert Task.objects.get().due_date == date(2027, 2, 1)


def test_an_untouched_board_takes_the_lists_of_the_file(actor: Actor, project: Project) -> None:
    import_board(actor, project, read_trello(board()))
    shown = Lane.objects.filter(project=project, archived_at=None).order_by("position")
    assert [(lane.name, lane.status, lane.is_done) for lane in shown] == [("Done", "done", True), ("Ideas", "ideas", False)]
    assert told("tasks.imported") == [{"project_id": project.pk, "lists": 1, "cards": 1}]
    assert Lane.objects.filter(project=project).count() == 5


def test_a_board_in_use_keeps_its_lanes_and_cards(actor: Actor, project: Project, todo: Lane) -> None:
    add(actor, todo, "Ours")
    done = lane_named(project, "done")
    add(actor, done, "Ours too")
    import_board(actor, project, read_trello(board(cards=[{"idList": "l2", "name": "Theirs"}])))
    shown = Lane.objects.filter(project=project, archived_at=None).order_by("position")
    assert [lane.name for lane in shown] == ["To do", "In progress", "Review", "Done", "Ideas"]
    assert titles(done) == ["Ours too", "Theirs"]
    assert list(Task.objects.order_by("number").values_list("number", flat=True)) == [1, 2, 3]


def test_new_cards_of_a_later_export_come_along(actor: Actor, project: Project) -> None:
    import_board(actor, project, read_trello(board(cards=[{"name": "A"}])))
    outcome = import_board(actor, project, read_trello(board(cards=[{"name": "A changed"}, {"name": "B", "pos": 0}])))
    assert (outcome.cards, outcome.known) == (1, 1)
    assert titles(lane_named(project, "ideas")) == ["A", "B"]


def test_one_file_may_go_into_two_projects(actor: Actor, project: Project, linden: Cooperative) -> None:
    other = create_project(actor, linden, name="Garden")
    for one in (project, other):
        assert import_board(actor, one, read_trello(board())).cards == 1


def test_uploads_are_replaced_and_forgotten(actor: Actor, project: Project) -> None:
    keep_draft(actor, project, file_name="a" * 300, content=board())
    draft = keep_draft(actor, project, file_name="b.json", content=board())
    assert [row.file_name for row in BoardDraft.objects.all()] == ["b.json"]
    assert discard_old_drafts(SYSTEM, now=draft.created_at) == 0
    discard_drafts()
    assert BoardDraft.objects.count() == 1
    BoardDraft.objects.update(created_at=draft.created_at.replace(year=2020))
    discard_drafts()
    assert BoardDraft.objects.count() == 0


@pytest.mark.parametrize("bad", ["\ud800", "a\x00b", "x" * 94, "", "a\nb"])
def test_an_id_that_no_column_takes_is_refused(bad: str) -> None:
    for content in (board(cards=[{"id": bad}]), board(lists=[{"id": bad, "name": "Ideas"}])):
        with pytest.raises(Invalid) as refusal:
            read_trello(content)
        assert (refusal.value.code, refusal.value.field) == ("not_a_board", "file")


def test_the_longest_id_is_kept_whole(actor: Actor, project: Project) -> None:
    longest = "f" * 93
    content = board(lists=[{"id": longest, "name": "Ideas"}], cards=[{"id": longest, "idList": longest}])
    assert import_board(actor, project, read_trello(content)).cards == 1
    assert import_board(actor, project, read_trello(content)).known == 1
    assert Task.objects.get().source_id == f"trello:{longest}"


@pytest.mark.parametrize("zone", ["Pacific/Kiritimati", "America/New_York", "UTC"])
@pytest.mark.parametrize(
    ("due", "kept"),
    [
        ("9999-12-31T23:59:59Z", False),
        ("9999-12-31T00:00:00-12:00", False),
        ("0001-01-01T00:00:00Z", False),
        ("0001-01-01T00:00:00+14:00", False),
        ("9999-12-29T12:00:00Z", True),
        ("0001-01-03T12:00:00Z", True),
        (253402300799, False),
        ({"day": 1}, False),
    ],
)
def test_a_day_at_the_end_of_time_is_no_accident(actor: Actor, project: Project, zone: str, due: Any, kept: bool) -> None:
    Cooperative.objects.filter(pk=project.cooperative_id).update(time_zone=zone)
    fresh = Project.objects.get(pk=project.pk)
    plan = read_trello(board(cards=[{"due": due}]))
    assert import_board(actor, fresh, plan).cards == 1
    assert (Task.objects.get().due_date is not None) is kept
    assert plan.dropped["unreadable due dates"] == (not kept)
