"""Lists that are taken away: rows, columns, filters; inert cells; a fresh sign-in; one record of each."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from activity.models import Event
from cooperatives.actions import Forbidden, NotFound
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from cooperatives.web import as_written
from members.actions import end_membership, export_members, forget_view, keep_view
from members.models import (
    Building,
    Household,
    HouseholdMember,
    Membership,
    Occupancy,
    Occupant,
    Pause,
    Person,
    SavedView,
    Unit,
    User,
)
from members.queries.exports import CHUNK, COLUMNS, Filters, lines_of
from members.roles import Role

from ..factories import a_cooperative, a_member, acting, days, refused


def page_of(cooperative: Cooperative) -> str:
    return f"/c/{cooperative.slug}/members/export/"


def sent(user: User, cooperative: Cooperative, columns: list[str], **more: Any) -> Any:
    client = Client()
    client.force_login(user)
    return client.post(page_of(cooperative), {"columns": columns, "file": "csv", "standing": "active", **more})


def table(answer: Any) -> list[list[str]]:
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/csv; charset=utf-8; header=present")
    return list(csv.reader(StringIO(answer.getvalue().decode().removeprefix("\ufeff"), newline="")))


def records(cooperative: Cooperative, kind: str) -> list[dict[str, Any]]:
    with enter([cooperative.pk]):
        return [event.told.data["payload"] for event in Event.objects.filter(kind=kind).order_by("seq")]


# --- Rows and columns -------------------------------------------------------------------------------------------------


def test_the_file_holds_the_chosen_columns_in_their_order(ada: User, ben: User, alder: Cooperative) -> None:
    with enter([alder.pk]):
        Person.objects.filter(name="Ben Oduya").update(phone="+49301234", birth_date=date(1980, 2, 29))
    rows = table(sent(ada, alder, ["number", "name", "phone", "birth_date", "roles"]))
    assert rows == [
        ["Number", "Name", "Telephone", "Born", "Roles"],
        ["1", "Ada Quist", "", "", "Admin, Member"],
        ["2", "Ben Oduya", "'+49301234", "1980-02-29", "Member"],
    ]


def test_every_column_is_read_for_every_row(ada: User, ben: User, alder: Cooperative) -> None:
    child = _a_home(alder, "Ben Oduya", "Cleo Oduya")
    rows = table(sent(ada, alder, list(COLUMNS), standing=""))
    by_name = {row[1]: dict(zip(rows[0], row, strict=True)) for row in rows[1:]}
    assert set(by_name) == {"Ada Quist", "Ben Oduya", "Cleo Oduya"}
    assert (by_name["Ben Oduya"]["Home"], by_name["Ben Oduya"]["Household"]) == ("N-101", "Oduya")
    assert (by_name["Cleo Oduya"]["Number"], by_name["Cleo Oduya"]["Status"]) == ("", "Not a member")
    assert (by_name["Ada Quist"]["Has a login"], by_name["Ada Quist"]["Status"]) == ("yes", "Active")
    assert child.name == "Cleo Oduya"


def _a_home(cooperative: Cooperative, *names: str) -> Person:
    """A home where these people live since last year, and where somebody lived before; returns the last person."""
    with enter([cooperative.pk]):
        own = {"cooperative": cooperative}
        unit = Unit.objects.create(**own, building=Building.objects.create(**own, name="North"), code="N-101")
        household = Household.objects.create(**own, name="Oduya")
        home = Occupancy.objects.create(**own, unit=unit, household=household, starts_on=days(-400))
        person = Person()
        for name in names:
            person = Person.objects.filter(name=name).first() or Person.objects.create(**own, name=name)
            HouseholdMember.objects.create(**own, household=household, person=person, starts_on=days(-400))
            Occupant.objects.create(**own, occupancy=home, person=person, starts_on=days(-400))
        gone = Household.objects.create(**own, name="Gone")
        HouseholdMember.objects.create(**own, household=gone, person=person, starts_on=days(-900), ends_on=days(-500))
    return person


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({"status": "active"}, ["Ada Quist", "Ben Oduya"]),
        ({"status": "paused"}, ["Pia Paused"]),
        ({"status": "former"}, ["Finn Former"]),
        ({"status": "ahead"}, ["Nia Next"]),
        ({"status": "without"}, ["Cleo Child"]),
        ({"status": ""}, ["Ada Quist", "Ben Oduya", "Finn Former", "Nia Next", "Pia Paused", "Cleo Child"]),
        ({"status": "", "q": "OD"}, ["Ben Oduya"]),
        ({"status": "", "q": "3"}, ["Finn Former"]),
        ({"status": "", "role": "admin"}, ["Ada Quist"]),
        ({"status": "active", "q": "²"}, []),
    ],
)
def test_filters_narrow_the_rows(ada: User, ben: User, alder: Cooperative, asked: dict[str, str], names: list[str]) -> None:
    former = a_member(alder, name="Finn Former", on=days(-30))
    with enter([alder.pk]):
        Membership.objects.filter(pk=former.pk).update(left_on=days(0))
        paused = a_member(alder, name="Pia Paused", on=days(-30))
        Pause.objects.create(cooperative=alder, membership=paused, starts_on=days(-1))
        a_member(alder, name="Nia Next", on=days(9))
        Person.objects.create(cooperative=alder, name="Cleo Child")
        found = [row[0] for row in lines_of(alder, Filters(**asked), ["name"])]
        assert found == names


def test_what_a_spreadsheet_would_run_is_inert_in_both_files(ada: User, alder: Cooperative) -> None:
    a_member(alder, name="=HYPERLINK(1)")
    rows = table(sent(ada, alder, ["name"]))
    assert rows[1] == ["'=HYPERLINK(1)"]
    assert as_written(rows[1][0]) == "=HYPERLINK(1)"
    answer = sent(ada, alder, ["name", "joined_on"], file="xlsx")
    sheet = load_workbook(BytesIO(answer.getvalue())).active
    assert [cell.value for cell in sheet["A"]] == ["Name", "'=HYPERLINK(1)", "Ada Quist"]
    assert {cell.data_type for cell in sheet["A"]} == {"s"}
    assert sheet["B2"].value.date() == days(0)
    assert answer["Content-Disposition"] == f'attachment; filename="{alder.slug}-members.xlsx"'


def test_a_workbook_takes_text_that_its_format_cannot_hold(ada: User, alder: Cooperative) -> None:
    with enter([alder.pk]):
        Person.objects.update(note="bell \x07 rings" + "x" * 40_000)
    sheet = load_workbook(BytesIO(sent(ada, alder, ["note"], file="xlsx").getvalue())).active
    assert sheet["A2"].value.startswith("bell   rings")
    assert len(sheet["A2"].value) == 32_767


def test_queries_grow_by_the_chunk_and_not_by_the_row(alder: Cooperative) -> None:
    assert CHUNK >= 500
    counts = []
    for name in ("One More", "Two More", "Three More"):
        _one_home_more(alder, a_member(alder, name=name))
        with enter([alder.pk]), CaptureQueriesContext(connection) as asked:
            assert len(list(lines_of(alder, Filters(status=""), list(COLUMNS)))) == len(counts) + 2
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2] <= 11


def _one_home_more(cooperative: Cooperative, member: Membership) -> None:
    with enter([cooperative.pk]):
        home = Household.objects.create(cooperative=cooperative, name="H")
        HouseholdMember.objects.create(cooperative=cooperative, household=home, person=member.person)


# --- Rights and record --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "status"),
    [(Role.ADMIN, 200), (Role.SECRETARY, 200), (Role.TREASURER, 403), (Role.MEMBER, 403), (Role.OBSERVER, 403)],
)
def test_the_register_leaves_with_admins_and_secretaries_alone(ben: User, alder: Cooperative, role: str, status: int) -> None:
    with enter([alder.pk]):
        Membership.objects.get(user=ben).grants.update(role=role)
    client = Client()
    client.force_login(ben)
    assert client.get(page_of(alder)).status_code == status
    assert sent(ben, alder, ["name"]).status_code == status


def test_strangers_are_answered_as_if_nothing_were_there(alder: Cooperative, stranger: User) -> None:
    assert sent(stranger, alder, ["name"]).status_code == 404
    with acting(stranger) as actor, enter([alder.pk]), pytest.raises(NotFound):
        export_members(actor, alder, columns=["name"])


def test_the_action_asks_by_itself(ben: User, alder: Cooperative) -> None:
    with acting(ben) as actor, pytest.raises(Forbidden):
        export_members(actor, alder, columns=["name"])
    with acting(ben) as actor, pytest.raises(Forbidden):
        keep_view(actor, alder, name="Mine", columns=["name"])


def test_each_file_is_recorded_with_its_columns_and_rows_and_shown_to_officers_alone(
    ada: User, ben: User, alder: Cooperative
) -> None:
    sent(ada, alder, ["name", "email"])
    assert records(alder, "members.exported") == [{"count": 2, "columns": ["name", "email"], "format": "csv"}]
    client = Client()
    address = f"/c/{alder.slug}/activity/"
    client.force_login(ben)
    assert "as a file" not in client.get(address).content.decode()
    client.force_login(ada)
    assert "took 2 rows of the register away as a file" in client.get(address).content.decode()


def test_pressed_twice_the_file_comes_twice_and_is_recorded_once(ada: User, alder: Cooperative) -> None:
    answers = [table(sent(ada, alder, ["name"], once_key="k")) for _press in range(2)]
    assert answers[0] == answers[1] == [["Name"], ["Ada Quist"]]
    assert len(records(alder, "members.exported")) == 1


def test_a_list_is_handed_over_only_to_a_fresh_sign_in(ada: User, alder: Cooperative) -> None:
    client, now = Client(), timezone.now()
    with time_machine.travel(now, tick=False):
        client.force_login(ada)
    with time_machine.travel(now + timedelta(minutes=6), tick=False):
        for address in (page_of(alder), f"/c/{alder.slug}/members/contacts.vcf"):
            assert client.get(address)["Location"].startswith("/accounts/reauthenticate/")
        answer = client.post(page_of(alder), {"columns": ["name"], "file": "csv"})
        assert answer["Location"].startswith("/accounts/reauthenticate/")
    assert records(alder, "members.exported") == []


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        ({"columns": []}, "no_columns"),
        ({"columns": ["password"]}, "unknown_column"),
        ({"columns": ["name"], "file": "pdf"}, "format"),
    ],
)
def test_what_is_no_list_is_refused(ada: User, alder: Cooperative, facts: dict[str, Any], code: str) -> None:
    with acting(ada) as actor, refused(code):
        export_members(actor, alder, **facts)


def test_a_list_that_is_too_long_is_refused_with_the_way_out(
    ada: User, ben: User, alder: Cooperative, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("members.actions.exports.MOST_ROWS", 1)
    answer = sent(ada, alder, ["name"])
    assert answer.status_code == 422
    assert "Narrow the list" in answer.content.decode()


# --- Views --------------------------------------------------------------------------------------------------------------


def test_a_view_keeps_columns_and_filters_and_shows_them_again(client: Client, ada: User, alder: Cooperative) -> None:
    client.force_login(ada)
    body = {"columns": ["name", "phone"], "standing": "former", "q": "x", "role": "", "name": "Old phones", "keep": "yes"}
    kept = client.post(page_of(alder), body, follow=True)
    assert "The view “Old phones” is kept." in kept.content.decode()
    form = kept.context["form"]
    assert (form["columns"].value(), form["standing"].value(), form["q"].value()) == (["name", "phone"], "former", "x")
    client.post(page_of(alder), {**body, "columns": ["name"]})
    with enter([alder.pk]):
        view = SavedView.objects.get()
        assert (view.columns, view.version) == (["name"], 2)
    client.post(f"/c/{alder.slug}/members/export/views/{view.pk}/forget/")
    with enter([alder.pk]):
        assert not SavedView.objects.exists()


def test_a_view_is_its_owners_alone(client: Client, ada: User, ben: User, alder: Cooperative) -> None:
    with enter([alder.pk]):
        Membership.objects.get(user=ben).grants.update(role=Role.SECRETARY)
    with acting(ben) as actor:
        view = keep_view(actor, alder, name="Mine", columns=["name"])
    client.force_login(ada)
    assert client.get(page_of(alder), {"view": view.pk}).status_code == 404
    assert client.post(f"/c/{alder.slug}/members/export/views/{view.pk}/forget/").status_code == 403
    with acting(ada) as actor, pytest.raises(Forbidden):
        forget_view(actor, view)


def test_views_have_a_name_and_an_end(ada: User, alder: Cooperative, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.actions.exports.MOST_VIEWS", 1)
    with acting(ada) as actor:
        with refused("no_name"):
            keep_view(actor, alder, name="", columns=["name"])
        keep_view(actor, alder, name="One", columns=["name"])
        with refused("too_many_views"):
            keep_view(actor, alder, name="Two", columns=["name"])
        keep_view(actor, alder, name="One", columns=["email"])


def test_nobody_who_left_takes_anything_away(ada: User, alder: Cooperative, ben: User) -> None:
    with enter([alder.pk]):
        member = Membership.objects.get(user=ben)
        member.grants.update(role=Role.SECRETARY)
    old = Actor.of(ben)
    with acting(ada) as actor:
        end_membership(actor, member)
    assert old.again().standing(alder.pk) is None
    assert sent(ben, alder, ["name"]).status_code == 404


def test_a_second_cooperative_stays_out(ada: User, alder: Cooperative) -> None:
    other = a_cooperative(ada, "Birch Lane")
    a_member(other, name="Not Here")
    assert [row[0] for row in table(sent(ada, alder, ["name"]))] == ["Name", "Ada Quist"]
