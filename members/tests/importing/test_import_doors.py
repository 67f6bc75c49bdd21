"""The doors of an import in corners: rows that are asked for, answers that are taken back, bad versions, files of others."""

from typing import Any

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.models import ImportBatch, User

from ..factories import a_cooperative
from .files import LIST, totals
from .test_import_pages import MENDABLE, latest, looked, page, sent, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, ada: User, alder: Cooperative) -> Client:
    """Ada's browser."""
    client.force_login(ada)
    return client


def counts(desk: Client, alder: Cooperative, batch: ImportBatch) -> dict[str, int]:
    """How many rows would be created, updated, and so on."""
    return {key: count for key, count in looked(desk, alder, batch).context["counts"].items() if count}


def state(alder: Cooperative, batch: ImportBatch) -> str:
    """What has become of the file."""
    with enter([alder.pk]):
        return str(ImportBatch.objects.get(pk=batch.pk).state)


# --- Questions ------------------------------------------------------------------------------------------------------


def test_an_answer_for_every_row_can_be_taken_back(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, MENDABLE)
    [question] = looked(desk, alder, batch).context["questions"]
    assert (question["code"], question["rows"], question["chosen"]) == ("shared_email", "2", "")
    sent(desk, alder, batch, **{"answer-shared_email": "first"})
    [question] = looked(desk, alder, batch).context["questions"]
    assert (question["chosen"], counts(desk, alder, batch)) == ("first", {"create": 1, "error": 2})
    sent(desk, alder, batch, **{"answer-shared_email": ""})
    assert counts(desk, alder, batch) == {"ask": 1, "error": 2}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("answer-shared_email", "burn"),
        ("answer-who_knows", "first"),
        ("answer-same_person", "same:1"),
        ("own-shared_email", "burn"),
        ("own-shared_email", "x" * 2000),
    ],
)
def test_an_answer_that_the_question_does_not_offer_is_refused(desk: Client, alder: Cooperative, name: str, value: str) -> None:
    batch = upload(desk, alder, MENDABLE)
    answer = sent(desk, alder, batch, row="2", **{name: value})
    assert answer.status_code == 422
    assert counts(desk, alder, batch) == {"ask": 1, "error": 2}
    assert (latest(alder).version, latest(alder).choices.get("answers", {})) == (1, {})


def test_everybody_in_doubt_can_be_somebody_new(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, MENDABLE)
    assert sent(desk, alder, batch, **{"answer-same_person": "new"}).status_code == 302
    assert latest(alder).choices["answers"] == {"same_person": "new"}


def test_one_row_is_answered_otherwise_than_all(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, MENDABLE + "N-104;Cy Cole & Di Cole;family@cole.example;2020-02-01\n")
    assert counts(desk, alder, batch) == {"ask": 2, "error": 2}
    sent(desk, alder, batch, row="2", **{"own-shared_email": "first"})
    assert counts(desk, alder, batch) == {"create": 1, "ask": 1, "error": 2}
    rows = {row["number"]: row for row in looked(desk, alder, batch).context["pager"].items}
    assert [ask["chosen"] for ask in rows[2]["asks"]] == ["first"]
    assert [ask["chosen"] for ask in rows[5]["asks"]] == [""]


# --- Edits ----------------------------------------------------------------------------------------------------------


def test_a_cell_that_is_sent_as_it_was_is_no_edit(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, MENDABLE)
    sent(desk, alder, batch, row="3", **{"cell-1": "Bo Berg", "held-1": "Bo Berg", "cell-2": "bad", "held-2": "bo-at-berg"})
    assert latest(alder).choices["edits"] == {"3": {"2": "bad"}}
    shown = desk.get(page(alder, "import_row", batch.public_id) + "?number=3")
    assert {cell["header"]: cell["value"] for cell in shown.context["cells"]}["E-mail"] == "bad"


@pytest.mark.parametrize("row", ["", "x", "-1", "9" * 12, "³"])
def test_cells_of_a_row_that_is_none_change_nothing(desk: Client, alder: Cooperative, row: str) -> None:
    batch = upload(desk, alder, MENDABLE)
    sent(desk, alder, batch, row=row, **{"cell-2": "bo@berg.example", "held-2": "bo-at-berg"})
    assert counts(desk, alder, batch) == {"ask": 1, "error": 2}


@pytest.mark.parametrize("number", ["1", "0", "-2", "x", "\x00", "9" * 50])
def test_a_row_that_is_not_there_is_not_found(desk: Client, alder: Cooperative, number: str) -> None:
    batch = upload(desk, alder, MENDABLE)
    assert desk.get(page(alder, "import_row", batch.public_id), {"number": number}).status_code == 404


def test_the_first_row_that_is_open_is_offered_for_mending(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, MENDABLE)
    address = page(alder, "import_row", batch.public_id)
    assert desk.get(address).context["number"] == 3
    sent(desk, alder, batch, row="3", **{"cell-2": "bo@berg.example", "held-2": "bo-at-berg"})
    assert desk.get(address).context["number"] == 4
    sent(desk, alder, batch, row="4", **{"cell-3": "2022-02-28", "held-3": "31.02.2022"})
    assert desk.get(address).context["number"] == 2


def test_two_who_mend_at_the_same_time_are_told(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, MENDABLE)
    mended: dict[str, Any] = {"row": "3", "cell-2": "bo@berg.example", "held-2": "bo-at-berg", "version": "1"}
    address = page(alder, "import_file", batch.public_id)
    assert desk.post(address, mended).status_code == 302
    late = desk.post(address, mended | {"cell-2": "other@berg.example"})
    assert late.status_code == 409
    assert latest(alder).choices["edits"] == {"3": {"2": "bo@berg.example"}}


# --- The file of what stays out -------------------------------------------------------------------------------------


def lines_of(desk: Client, alder: Cooperative, batch: ImportBatch) -> list[str]:
    """The lines of the file of rows that stay out, without its head."""
    answer = desk.get(page(alder, "import_errors", batch.public_id))
    assert answer["Content-Type"].startswith("text/csv")
    return b"".join(answer.streaming_content).decode().splitlines()[1:]  # type: ignore[attr-defined]


def test_what_is_mended_is_not_in_the_file_of_what_stays_out(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, MENDABLE)
    assert [line.split(",")[0] for line in lines_of(desk, alder, batch)] == ["2", "3", "4"]
    sent(desk, alder, batch, row="3", **{"cell-2": "bo@berg.example", "held-2": "bo-at-berg"})
    assert [line.split(",")[0] for line in lines_of(desk, alder, batch)] == ["2", "4"]


def test_a_file_without_mistakes_leaves_nothing_out(desk: Client, alder: Cooperative) -> None:
    assert lines_of(desk, alder, upload(desk, alder)) == []


# --- Throwing away, taking back -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["import_drop", "import_undo", "import_apply"])
def test_a_version_that_is_none_does_nothing_and_says_why(desk: Client, alder: Cooperative, name: str) -> None:
    batch = upload(desk, alder)
    mark = looked(desk, alder, batch).context["mark"]
    answer = desk.post(page(alder, name, batch.public_id), {"version": "x", "mark": mark}, follow=True)
    assert state(alder, batch) == "read"
    assert "which version of this you were shown" in answer.content.decode()
    assert totals(alder)["person"] == 1


def test_what_was_not_imported_is_not_taken_back(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder)
    answer = desk.post(page(alder, "import_undo", batch.public_id), {"version": "1"})
    assert answer.status_code == 409
    assert state(alder, batch) == "read"


@pytest.mark.parametrize("name", ["import_apply", "import_drop"])
def test_a_door_that_acts_is_not_opened_by_a_link(desk: Client, alder: Cooperative, name: str) -> None:
    batch = upload(desk, alder)
    assert desk.get(page(alder, name, batch.public_id)).status_code == 405
    assert state(alder, batch) == "read"


def test_a_mark_that_was_never_shown_imports_nothing(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder)
    for mark, status in (("0" * 64, 409), ("", 400), ("x" * 65, 400)):
        assert desk.post(page(alder, "import_apply", batch.public_id), {"mark": mark, "version": 1}).status_code == status
    assert totals(alder)["person"] == 1


def test_the_files_of_another_cooperative_are_not_there(desk: Client, ada: User, alder: Cooperative) -> None:
    batch = upload(desk, alder)
    cedar = a_cooperative(ada, "Cedar Court")
    for name in ("import_file", "import_row", "import_errors", "import_undo"):
        assert desk.get(page(cedar, name, batch.public_id)).status_code == 404, name
    for name in ("import_file", "import_apply", "import_undo", "import_drop"):
        assert desk.post(page(cedar, name, batch.public_id), {"version": 1, "mark": "0" * 64}).status_code == 404, name
    assert desk.get(page(cedar)).context["rows"] == []
    assert state(alder, batch) == "read"


def test_imports_so_far_stand_with_the_latest_first(desk: Client, alder: Cooperative) -> None:
    for name in ("first.csv", "second.csv", "third.csv"):
        upload(desk, alder, LIST, name=name)
    assert [row.name for row in desk.get(page(alder)).context["rows"]] == ["third.csv", "second.csv", "first.csv"]
