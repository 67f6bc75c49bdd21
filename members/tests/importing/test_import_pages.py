"""The pages of an import: choose, look, answer, mend, confirm, take back; without scripts, for officers only."""

import time
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.models import ImportBatch, Membership, User
from members.roles import Role
from members.security.sessions import BEGUN

from ..factories import a_member, a_user
from .files import LIST, start, totals

pytestmark = pytest.mark.django_db
MENDABLE = """Unit;Name;E-mail;Member since
N-101;Ann Abel & Al Abel;family@abel.example;2020-02-01
N-102;Bo Berg;bo-at-berg;2021-03-01
N-103;Cem Demir;;31.02.2022
"""


@pytest.fixture
def desk(client: Client, ada: User, alder: Cooperative) -> Client:
    client.force_login(ada)
    return client


def page(alder: Cooperative, name: str = "import", *args: Any) -> str:
    return reverse(f"members:{name}", args=[alder.slug, *args])


def upload(desk: Client, alder: Cooperative, content: bytes | str = LIST, name: str = "list.csv") -> ImportBatch:
    data = content.encode() if isinstance(content, str) else content
    answer = desk.post(page(alder), {"file": SimpleUploadedFile(name, data), "text": ""})
    assert answer.status_code == 302, answer.content.decode()
    return latest(alder)


def latest(alder: Cooperative) -> ImportBatch:
    with enter([alder.pk]):
        found: ImportBatch = ImportBatch.objects.latest("pk")
        return found


def sent(desk: Client, alder: Cooperative, batch: ImportBatch, **data: Any) -> Any:
    return desk.post(page(alder, "import_file", batch.public_id), {"version": latest(alder).version, **data})


def looked(desk: Client, alder: Cooperative, batch: ImportBatch, query: str = "") -> Any:
    answer = desk.get(page(alder, "import_file", batch.public_id) + query)
    assert answer.status_code == 200
    return answer


def test_from_the_file_to_the_register(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder)
    shown = looked(desk, alder, batch)
    assert shown.context["counts"] == {"create": 3, "update": 0, "skip": 0, "ask": 0, "error": 0}
    assert shown.context["sum"] == "3 + 0 + 0 + 0 + 0"
    confirm = {"mark": shown.context["mark"], "version": batch.version}
    answer = desk.post(page(alder, "import_apply", batch.public_id), confirm, follow=True)
    assert "This is in the register now." in answer.content.decode()
    assert [count for _label, count in answer.context["written"]] == [3, 3, 3, 3, 3]
    with enter([alder.pk]):
        assert list(Membership.objects.order_by("number").values_list("number", "person__name")) == [
            (1, "Ada Quist"), (2, "Ann Abel"), (3, "Bo Berg"), (4, "Cem Demir"),
        ]  # fmt: skip


def test_a_pasted_table_is_a_file_too(desk: Client, alder: Cooperative) -> None:
    answer = desk.post(page(alder), {"text": LIST.replace(";", "\t")}, follow=True)
    assert answer.context["counts"]["create"] == 3
    assert answer.context["table"].form.delimiter == "\t"


def test_rows_are_mended_and_answered_on_the_page(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, MENDABLE)
    shown = looked(desk, alder, batch)
    assert [(row["number"], row["verdict"]) for row in shown.context["pager"].items] == [(3, "Error"), (4, "Error"), (2, "Ask")]
    assert "“bo-at-berg” is no e-mail address." in shown.content.decode()
    sent(desk, alder, batch, row="3", **{"cell-2": "bo@berg.example", "held-2": "bo-at-berg"}, back="verdict=error")
    sent(desk, alder, batch, row="4", **{"cell-3": "28.02.2022", "held-3": "31.02.2022"})
    answer = sent(desk, alder, batch, **{"answer-shared_email": "first"})
    assert answer.status_code == 302
    assert looked(desk, alder, batch).context["counts"] == {"create": 3, "update": 0, "skip": 0, "ask": 0, "error": 0}


def test_one_row_is_mended_with_all_its_cells(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, MENDABLE)
    address = page(alder, "import_row", batch.public_id)
    assert desk.get(address).context["number"] == 3
    shown = desk.get(address + "?number=4")
    assert [(cell["header"], cell["value"], bool(cell["wrong"])) for cell in shown.context["cells"]] == [
        ("Unit", "N-103", False), ("Name", "Cem Demir", False), ("E-mail", "", False), ("Member since", "31.02.2022", True),
    ]  # fmt: skip
    assert desk.get(address + "?number=99").status_code == 404


def test_a_file_without_names_says_so_once_and_how_to_find_them(desk: Client, alder: Cooperative) -> None:
    notices = looked(desk, alder, upload(desk, alder, "Our list\n" * 12 + LIST)).context["notices"]
    assert [one for one in notices if one.startswith("No column holds names.")] == notices[-1:]
    assert "Our list" in notices[0]


def test_day_numbers_of_a_spreadsheet_are_said_beside_their_row(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, LIST.replace("2020-02-01", "45292"))
    shown = looked(desk, alder, batch)
    assert shown.context["counts"]["create"] == 3
    words = "“45292” is read as an Excel day number: 1 Jan 2024."
    assert words in shown.content.decode()
    assert [words in problem for _column, problem in shown.context["pager"].items[0]["problems"]] == [True]
    assert "1 Excel day number, read as a date" in shown.content.decode()


def test_columns_and_encoding_are_chosen_on_the_page(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, "Unit;Name;Thing\nN-1;Bö Berg;bo@berg.example\n".encode("windows-1252"))
    shown = looked(desk, alder, batch)
    assert [column["field"] for column in shown.context["columns"]] == ["unit", "full_name", "email"]
    columns = {f"{name}-{at}": field for at, field in enumerate(["unit", "full_name", "email"]) for name in ("was", "column")}
    sent(desk, alder, batch, **{**columns, "column-2": ""})
    assert latest(alder).choices["columns"] == {"2": ""}
    read = {"encoding": "utf-16", "delimiter": "", "order": "", "country": "DE", "header_row": "1", "read": "yes"}
    assert sent(desk, alder, batch, **read).status_code == 422
    assert sent(desk, alder, batch, **{**read, "encoding": "klingon"}).status_code == 400
    assert sent(desk, alder, batch, **{**read, "encoding": "mac-roman", "order": "mdy"}).status_code == 302
    assert latest(alder).choices == {
        "encoding": "mac-roman", "order": "mdy", "country": "DE", "fill_down": False,
    }  # fmt: skip


def test_the_list_is_filtered_and_paged(desk: Client, alder: Cooperative) -> None:
    rows = "".join(f"N-{number};Person {chr(65 + number % 26)}ab{number};p{number}@example.org\n" for number in range(60))
    batch = upload(desk, alder, f"Unit;Name;E-mail\n{rows}N-99;Bo Berg;bad\n")
    shown = looked(desk, alder, batch)
    assert (len(shown.context["pager"].items), shown.context["pager"].total) == (50, 61)
    assert len(looked(desk, alder, batch, "?page=2").context["pager"].items) == 11
    assert [row["number"] for row in looked(desk, alder, batch, "?verdict=error").context["pager"].items] == [62]
    assert looked(desk, alder, batch, "?verdict=skip").context["pager"].items == []
    answer = sent(desk, alder, batch, row="62", **{"cell-2": "bo@x.example", "held-2": "bad"}, back="verdict=error&next=//evil")
    assert answer["Location"].endswith("?verdict=error#rows")


def test_rows_left_out_are_a_file_that_can_be_mended_and_brought_again(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, MENDABLE + "=1+1;Dee Dorn;dee@dorn.example;2020-01-01\n")
    answer = desk.get(page(alder, "import_errors", batch.public_id))
    lines = b"".join(answer.streaming_content).decode().splitlines()  # type: ignore[attr-defined]
    assert lines[0].lstrip("\ufeff") == "Row,Problem,Unit,Name,E-mail,Member since"
    assert len(lines) == 5
    assert lines[2] == "3,E-mail: “bo-at-berg” is no e-mail address.,N-102,Bo Berg,bo-at-berg,2021-03-01"
    assert lines[4].split(",")[2] == "'=1+1"
    again = upload(desk, alder, "\n".join(lines))
    assert [column["field"] for column in looked(desk, alder, again).context["columns"]][2:4] == ["unit", "full_name"]


def test_rows_with_mistakes_stay_out_only_when_ticked(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder, LIST + "N-104;Dee Dorn;bad;2020-01-01\n")
    mark = looked(desk, alder, batch).context["mark"]
    address = page(alder, "import_apply", batch.public_id)
    refused = desk.post(address, {"mark": mark, "version": 1})
    assert refused.status_code == 422
    assert "One row is wrong or asks something." in refused.content.decode()
    assert totals(alder)["person"] == 1
    assert desk.post(address, {"mark": mark, "version": 1, "leave_out": "on"}).status_code == 302
    shown = looked(desk, alder, batch)
    assert shown.context["sum"] == "3 + 0 + 0 + 0 + 1"
    assert shown.context["stays_out"] == 1


def test_what_somebody_else_changed_is_said(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder)
    mark = looked(desk, alder, batch).context["mark"]
    sent(desk, alder, batch, row="2", **{"cell-1": "Anna Abel", "held-1": "Ann Abel"})
    stale = desk.post(page(alder, "import_apply", batch.public_id), {"mark": mark, "version": 1})
    assert stale.status_code == 409
    assert "Somebody decided about this file in the meantime" in stale.content.decode()
    moved = desk.post(page(alder, "import_apply", batch.public_id), {"mark": mark, "version": 2})
    assert moved.status_code == 409
    assert "changed since you looked at these rows" in moved.content.decode()


def test_it_is_taken_back_on_the_page_or_says_why_not(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder)
    desk.post(page(alder, "import_apply", batch.public_id), {"mark": looked(desk, alder, batch).context["mark"], "version": 1})
    address = page(alder, "import_undo", batch.public_id)
    assert "(people: 3, units: 3)" in desk.get(address).content.decode()
    with enter([alder.pk]):
        Membership.objects.filter(number=2).update(user=a_user("Ann Abel"))
    refused = desk.post(address, {"version": 2})
    assert refused.status_code == 422
    assert "Ann Abel has a login" in refused.content.decode()
    with enter([alder.pk]):
        Membership.objects.filter(number=2).update(user=None)
    done = desk.post(address, {"version": 2}, follow=True)
    assert "The register is as it was before." in done.content.decode()
    assert totals(alder)["person"] == 1
    assert desk.post(address, {"version": 3}).status_code == 409


def test_a_file_is_thrown_away(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder)
    done = desk.post(page(alder, "import_drop", batch.public_id), {"version": 1}, follow=True)
    assert "Nothing was written." in done.content.decode()
    assert "Thrown away" in looked(desk, alder, batch).content.decode()
    for name in ("import_row", "import_errors"):
        assert desk.get(page(alder, name, batch.public_id))["Location"] == page(alder, "import_file", batch.public_id)
    again = desk.post(page(alder, "import_drop", batch.public_id), {"version": 2}, follow=True)
    assert "imported or thrown away already" in again.content.decode()
    late = sent(desk, alder, batch, row="2", **{"cell-1": "x", "held-1": "y"})
    assert late["Location"] == page(alder, "import_file", batch.public_id)


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({}, "Choose a file, or paste a table."),
        ({"text": "   "}, "Choose a file, or paste a table."),
        ({"text": "Name;E-mail\n"}, "There are no rows below the names of the columns."),
        ({"file": SimpleUploadedFile("a.xlsx", b"PK\x03\x04no")}, "This workbook is damaged"),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "empty"),
    ],
)
def test_what_is_no_table_is_said_at_its_field(desk: Client, alder: Cooperative, data: dict[str, Any], said: str) -> None:
    answer = desk.post(page(alder), data)
    assert answer.status_code in (400, 422)
    assert said in answer.content.decode()


def test_a_form_that_is_sent_twice_keeps_one_file(desk: Client, alder: Cooperative) -> None:
    data = {"text": LIST, "once_key": "k" * 22}
    first, second = desk.post(page(alder), data), desk.post(page(alder), data)
    assert first["Location"] == second["Location"]
    assert latest(alder).pk == min(_pks(alder))


def _pks(alder: Cooperative) -> list[int]:
    with enter([alder.pk]):
        return list(ImportBatch.objects.values_list("pk", flat=True))


def test_officers_only(client: Client, alder: Cooperative, ada: User, ben: User, stranger: User) -> None:
    with enter([alder.pk]):
        batch = start(alder)
    names = [("import", ()), *((f"import_{one}", (batch.public_id,)) for one in ("file", "row", "errors", "undo"))]
    secretary, observer = a_user("Sue Secretary"), a_user("Olga Observer")
    a_member(alder, secretary, Role.SECRETARY, Role.MEMBER)
    a_member(alder, observer, Role.OBSERVER)
    for user, status in ((ben, 403), (observer, 403), (stranger, 404), (secretary, 200), (ada, 200)):
        client.force_login(user)
        assert [client.get(page(alder, name, *args)).status_code for name, args in names] == [status] * len(names)
    assert client.get(page(alder, "import_file", uuid4())).status_code == 404


def test_the_pages_ask_as_often_for_three_rows_as_for_one(desk: Client, alder: Cooperative) -> None:
    counts = []
    for rows in (1, 3):
        batch = upload(desk, alder, "\n".join(LIST.splitlines()[: rows + 1]))
        with CaptureQueriesContext(connection) as asked:
            looked(desk, alder, batch)
        with CaptureQueriesContext(connection) as listed:
            desk.get(page(alder))
        counts.append((len(asked), len(listed)))
    assert counts[0] == counts[1]


def test_importing_wants_a_sign_in_of_the_last_minutes_and_goes_on_then(desk: Client, alder: Cooperative) -> None:
    batch = upload(desk, alder)
    confirm = {"mark": looked(desk, alder, batch).context["mark"], "version": 1}
    session = desk.session
    session[BEGUN] = time.time() - 600
    session.save()
    answer = desk.post(page(alder, "import_apply", batch.public_id), confirm)
    assert "/accounts/reauthenticate/" in answer["Location"] or "/profile/sign-in-again/" in answer["Location"]
    assert totals(alder)["person"] == 1


def test_names_that_look_like_markup_are_text(desk: Client, alder: Cooperative) -> None:
    hostile = "<img src=x onerror=alert(1)>"
    batch = upload(desk, alder, f"Unit;Name;{hostile}\nN-1;{hostile} Berg;{hostile}\n", name=f"{hostile}.csv")
    for name in ("import_file", "import_row"):
        assert hostile not in desk.get(page(alder, name, batch.public_id)).content.decode()
