"""Files that are kept and decided about; those that are none; what is decided, and refused."""

import io
import zipfile
from typing import Any

import pytest

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter
from cooperatives.reading import MOST_BYTES
from members.actions import decide, drop_import, start_import
from members.models import ImportBatch, User
from members.queries import imports_of

from ..factories import acting, refused
from .files import LIST, again, shown, start

pytestmark = pytest.mark.django_db


@pytest.fixture
def inside(alder: Cooperative) -> Any:
    with enter([alder.pk]):
        yield alder


def bomb() -> bytes:
    """A small workbook that unpacks to thirty megabytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (30 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n\n  \n", "empty"),
        (b"\xd0\xcf\x11\xe0old", "old_excel"),
        (b"PK\x03\x04broken", "damaged"),
        (b"Name;E-mail\n", "no_rows"),
        (b"Name;E-mail\nAnn\x00Abel;ann@abel.example\n", "not_a_table"),
        (b"x" * (MOST_BYTES + 1), "too_large"),
        (("Name;E-mail\n" + "Ann;a@b.example\n" * 5_001).encode(), "too_many_rows"),
    ],
)
def test_what_is_no_table_is_refused_with_a_sentence_and_not_kept(inside: Cooperative, content: bytes, code: str) -> None:
    with refused(code) as caught:
        start(inside, content)
    assert caught.value.field == "file"
    assert len(caught.value.sentence) > 20
    assert not ImportBatch.objects.exists()


def test_a_bomb_is_refused_without_being_unpacked(inside: Cooperative) -> None:
    content = bomb()
    assert len(content) < 40_000
    with refused("too_large_inside"):
        start(inside, content)


def test_formulas_are_text_that_is_asked_to_be_mended(inside: Cooperative) -> None:
    batch = start(inside, 'Name;E-mail\n"=HYPERLINK(""http://evil"")";ann@abel.example\n')
    assert [(row.verdict, [one.kind for one in row.problems]) for row in shown(batch).rows] == [("error", ["formula_cell"])]


def test_names_longer_than_the_register_takes_are_errors(inside: Cooperative) -> None:
    batch = start(inside, f"Unit;Name;E-mail\nN-1;{'A' * 101} Berg;a@b.example\nN-2;Bo Berg;b@b.example\n")
    assert next((row.verdict, [one.kind for one in row.problems]) for row in shown(batch).rows) == ("error", ["too_long"])


def test_amounts_that_cannot_be_are_errors(inside: Cooperative) -> None:
    batch = start(inside, "Unit;Name;Rooms;Area\nN-1;Bo Berg;100;50\nN-2;Al Abel;3;1000000\nN-3;Cem Dem;2,5;80,25\n")
    assert [row.verdict for row in shown(batch).rows] == ["error", "error", "create"]


def test_who_brought_a_file_is_kept_with_it(alder: Cooperative, ada: User) -> None:
    with acting(ada) as actor:
        batch = start_import(actor, alder, name="  my \n list.csv ", content=LIST.encode())
        assert (batch.name, batch.created_by.person.name, batch.counts) == ("my list.csv", "Ada Quist", {"rows": 3})
        assert start_import(SYSTEM, alder, name=" ", content=LIST.encode()).name == "Pasted table"
        assert [row.name for row in imports_of(alder)] == ["Pasted table", "my list.csv"]


# --- Deciding ---------------------------------------------------------------------------------------------------------


def test_columns_are_read_as_somebody_decided(inside: Cooperative) -> None:
    batch = start(inside, "Unit;Name;Thing\nN-1;Bo Berg;bo@berg.example\n")
    done = decide(SYSTEM, batch, decided={"columns": {"2": ""}}, version=1)
    plan = shown(done)
    assert [(column.field, column.sure) for column in plan.reading.columns] == [
        ("unit", "known"), ("full_name", "known"), ("", "chosen"),
    ]  # fmt: skip
    done = decide(SYSTEM, done, decided={"columns": {"2": "email", "77": "email"}}, version=2)
    assert again(done).choices["columns"] == {"2": "email"}
    assert shown(done).reading.entries[0].facts["email"] == "bo@berg.example"


def test_how_the_cells_are_found_starts_columns_and_edits_anew(inside: Cooperative) -> None:
    batch = start(inside, "Unit;Name\nN-1;Bo Berg\n")
    kept = {"columns": {"1": "last_name"}, "edits": {2: {"1": "Al Abel"}}, "country": "ke"}
    done = decide(SYSTEM, batch, decided=kept, version=1)
    assert again(done).choices == {"columns": {"1": "last_name"}, "edits": {"2": {"1": "Al Abel"}}, "country": "KE"}
    done = decide(SYSTEM, done, decided={"encoding": "windows-1252"}, version=2)
    assert again(done).choices == {"encoding": "windows-1252", "country": "KE"}
    done = decide(SYSTEM, done, decided={"encoding": "windows-1252", "columns": {"1": "last_name"}}, version=3)
    assert again(done).choices["columns"] == {"1": "last_name"}


def test_cells_are_mended_and_emptied_and_answers_taken_back(inside: Cooperative) -> None:
    batch = start(inside, "Unit;Name;E-mail\nN-1;Ann Abel & Al Abel;family@abel.example\n")
    done = decide(SYSTEM, batch, decided={"edits": {2: {"2": "", "?shared_email": "first"}}}, version=1)
    assert again(done).choices["edits"] == {"2": {"2": "", "?shared_email": "first"}}
    assert "email" not in shown(done).reading.entries[0].facts
    done = decide(SYSTEM, done, decided={"edits": {2: {"?shared_email": "", "9": "x", "bad": "x"}}}, version=2)
    assert again(done).choices["edits"] == {"2": {"2": ""}}
    done = decide(SYSTEM, done, decided={"answers": {"shared_email": "both"}}, version=3)
    done = decide(SYSTEM, done, decided={"answers": {"shared_email": ""}}, version=4)
    assert again(done).choices["answers"] == {}


def test_the_order_of_dates_is_one_choice_for_the_file(inside: Cooperative) -> None:
    batch = start(inside, "Name;E-mail;Member since\nAnn Abel;ann@abel.example;03/04/2020\n")
    assert [row.verdict for row in shown(batch).rows] == ["ask"]
    for order, month in (("dmy", 4), ("mdy", 3)):
        done = decide(SYSTEM, again(batch), decided={"order": order}, version=again(batch).version)
        assert shown(done).reading.entries[0].facts["joined_on"].month == month


@pytest.mark.parametrize(
    ("decided", "code"),
    [
        ({"order": "ymd"}, "unknown_choice"),
        ({"columns": {"1": "password"}}, "unknown_choice"),
        ({"country": "Germany"}, "unknown_country"),
        ({"country": "Ä1"}, "unknown_country"),
        ({"encoding": "utf-7"}, "encoding"),
        ({"delimiter": "x"}, "delimiter"),
        ({"header_row": 99}, "header_row"),
        ({"edits": {99: {"1": "x"}}}, "unknown_row"),
        ({"edits": {2: {"1": "x\x00"}}}, "unreadable_edit"),
        ({"edits": {2: {"1": "x" * 1_001}}}, "unreadable_edit"),
        ({"answers": {"shared_email": "\ud800"}}, "unreadable_edit"),
    ],
)
def test_what_cannot_be_decided_is_refused(inside: Cooperative, decided: dict[str, Any], code: str) -> None:
    batch = start(inside)
    with refused(code):
        decide(SYSTEM, batch, decided=decided, version=1)
    assert (again(batch).choices, again(batch).version) == ({}, 1)


def test_who_saw_an_older_state_decides_nothing(inside: Cooperative) -> None:
    batch = start(inside)
    decide(SYSTEM, batch, decided={"country": "DE"}, version=1)
    with refused("stale"):
        decide(SYSTEM, batch, decided={"country": "KE"}, version=1)
    assert again(batch).choices["country"] == "DE"


def test_a_file_that_is_thrown_away_leaves_nothing_of_itself(inside: Cooperative) -> None:
    batch = start(inside, country="DE")
    gone = drop_import(SYSTEM, batch)
    assert (gone.state, bytes(again(batch).content), again(batch).choices) == ("dropped", b"", {})
    with refused("import_over"):
        drop_import(SYSTEM, batch)


def test_an_import_of_another_cooperative_is_not_there(inside: Cooperative, stranger: User) -> None:
    batch = start(inside)
    with refused("not_found"):
        drop_import(Actor.of(stranger), batch)
