"""A person's own data: every row about them in one file, nothing about others, no secret."""

import csv
import json
from datetime import date, timedelta
from io import BytesIO, StringIO
from typing import Any
from zipfile import ZipFile

import pytest
import time_machine
from django.apps import apps
from django.db import models
from django.test import Client
from django.utils import timezone

from activity.models import Event
from config.tests.proof.matrix.secrets import NEVER
from cooperatives.actions import Forbidden
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.actions import admit, consent, create_key, grant_role, hand_over_data, set_photo
from members.dossier import Subject, tables_about
from members.models import (
    ApiKey,
    Guardianship,
    Household,
    HouseholdMember,
    ImportBatch,
    Invitation,
    Membership,
    Pause,
    Person,
    Photo,
    User,
    WaitingEntry,
)
from members.roles import Role
from members.tokens import issue

from ..factories import a_cooperative, a_member, acting, days
from .filling import a_photo

FILE = "/profile/data/file/"
Data = dict[str, list[dict[str, Any]]]


def opened(answer: Any) -> ZipFile:
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/zip")
    return ZipFile(BytesIO(b"".join(answer.streaming_content)))


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def data_of(user: User) -> Data:
    with opened(browser(user).get(FILE)) as archive:
        found: Data = json.loads(archive.read("data.json"))
        return found


def person_of(user: User, cooperative: Cooperative) -> Person:
    with enter([cooperative.pk]):
        found: Person = Membership.objects.select_related("person").get(user=user, cooperative=cooperative).person
        return found


@pytest.fixture
def full(ada: User, ben: User, alder: Cooperative) -> Person:
    """Ben with a row of many kinds; Ada with some, too."""
    person = person_of(ben, alder)
    own = {"cooperative": alder}
    with acting(ben) as actor:
        consent(actor, person, kind="data", is_given=True)
        set_photo(actor, person, content=a_photo())
    with enter([alder.pk]):
        Person.objects.filter(pk=person.pk).update(phone="+49301234", birth_date=date(1980, 2, 29), note="=Sings in the stairs")
        mine = Membership.objects.get(user=ben)
        Pause.objects.create(**own, membership=mine, starts_on=days(3), ends_on=days(9), reason="Voyage")
        home = Household.objects.create(**own, name="Oduya")
        child = Person.objects.create(**own, name="Cleo Oduya", phone="+49305555")
        HouseholdMember.objects.create(**own, household=home, person=person)
        Guardianship.objects.create(**own, child=child, guardian=person)
        ada_person = Membership.objects.get(user=ada)
        Person.objects.filter(pk=ada_person.person_id).update(phone="+49309999", note="Ada's note")
        Invitation.objects.create(**own, way="mail", email="guest@example.org", expires_at=timezone.now(), invited_by=mine)
        ImportBatch.objects.create(
            **own, name="people.csv", content=b"Zoe;zoe@example.org", choices={"x": "Zoe"}, created_by=mine
        )
        WaitingEntry.objects.create(**own, person=person, name="Ben Oduya", ranked_on=days(-5))
    return person


def test_the_file_holds_every_row_about_a_person_as_json_and_csv_with_their_photo(
    ben: User, alder: Cooperative, full: Person
) -> None:
    with opened(browser(ben).get(FILE)) as archive:
        names = set(archive.namelist())
        data: Data = json.loads(archive.read("data.json"))
        with enter([alder.pk]):
            assert archive.read(f"files/photo-{full.pk}.webp") == bytes(Photo.objects.get().content)
        assert names == {"README.txt", "data.json", f"files/photo-{full.pk}.webp"} | {f"csv/{label}.csv" for label in data}
        for label, rows in data.items():
            lines = list(csv.reader(StringIO(archive.read(f"csv/{label}.csv").decode().removeprefix("\ufeff"), newline="")))
            assert len(lines) == len(rows) + 1, label
        people = list(csv.DictReader(StringIO(archive.read("csv/members.person.csv").decode().removeprefix("\ufeff"))))
    assert people[0]["note"] == "'=Sings in the stairs", "inert in a spreadsheet"
    person = data["members.person"][0]
    assert (person["phone"], person["birth_date"], person["note"]) == ("+49301234", "1980-02-29", "=Sings in the stairs")
    assert [row["email"] for row in data["members.user"]] == ["ben.oduya@example.org"]
    assert [row["reason"] for row in data["members.pause"]] == ["Voyage"]
    assert [row["household_is"] for row in data["members.householdmember"]] == ["Oduya"]
    assert [row["child_is"] for row in data["members.guardianship"]] == ["Cleo Oduya"]
    assert [row["is_given"] for row in data["members.consent"]] == [True]
    assert [row["role"] for row in data["members.rolegrant"]] == ["member"]
    assert {"members.waitingentry", "members.membership", "account.emailaddress"} <= set(data)


def test_every_model_with_a_key_to_a_person_is_looked_through() -> None:
    """The list is nobody's to keep: whatever room adds a key to a person, a membership or a login is in the file."""
    looked: set[str] = set()
    subject = Subject((1,), (1,), User(pk=1), True, ("x",))
    for model in apps.get_models():
        for column in model._meta.concrete_fields:
            if isinstance(column, models.ForeignKey) and column.related_model in (Person, Membership, User):
                looked.add(model._meta.label)
    assert {"members.Consent", "members.Seat", "tasks.Task", "activity.Event", "account.EmailAddress", "members.ApiKey"} <= looked
    assert set(subject.keys) == {Person, Membership, User}


def test_a_row_in_any_model_with_such_a_key_is_in_the_file(ben: User, alder: Cooperative, full: Person) -> None:
    data = data_of(ben)
    with enter([alder.pk], ben.pk):
        mine = Membership.objects.get(user=ben).pk
        keys = {Person: full.pk, Membership: mine, User: ben.pk}
        for model in apps.get_models():
            for column in model._meta.concrete_fields:
                if isinstance(column, models.ForeignKey) and column.related_model in keys:
                    found = model._base_manager.filter(**{column.name: keys[column.related_model]})
                    label = model._meta.label_lower
                    told = {str(row.get(model._meta.pk.name)) for part in (label, f"{label}.done") for row in data.get(part, [])}
                    assert {str(pk) for pk in found.values_list("pk", flat=True)} <= told, (label, column.name)


def test_of_rows_about_others_it_says_only_that_they_were_touched(ben: User, alder: Cooperative, full: Person) -> None:
    data = data_of(ben)
    assert set(data["members.invitation.done"][0]) >= {"id", "created_at", "invited_by"}
    text = json.dumps(data)
    for word in ("guest@example.org", "Zoe", "people.csv", "+49309999", "Ada's note", "+49305555", "ada.quist@example.org"):
        assert word not in text, word


def test_the_records_that_name_a_person_are_in_it(ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        grant_role(actor, Membership.objects.get(user=ben), role=Role.TREASURER)
        admit(actor, alder, name="Somebody Else")
    records = data_of(ben)["activity.records"]
    assert [row["kind"] for row in records] == ["members.joined", "members.role_granted", "members.role_granted"]
    since = days(0).isoformat()
    assert records[-1]["payload"] == {"user_id": str(ben.public_id), "role": "treasurer", "starts_on": since, "ends_on": ""}
    assert "Somebody Else" not in json.dumps(records)


def test_no_secret_is_in_it(ben: User, alder: Cooperative) -> None:
    with acting(ben) as actor:
        create_key(actor, name="Door")
        issue(ben)
    client = browser(ben)
    with opened(client.get(FILE)) as archive:
        text = "\n".join(archive.read(name).decode() for name in archive.namelist())
    values: set[str] = set()
    with enter([alder.pk], ben.pk):
        for label in NEVER:
            model = apps.get_model(label.rpartition(".")[0])
            values |= {str(value) for value in model._base_manager.values_list(label.rpartition(".")[2], flat=True) if value}
    assert len(values) >= 5
    assert [value for value in values if len(value) > 8 and value in text] == []
    assert ApiKey.objects.get().prefix in text


def test_all_of_ones_cooperatives_are_in_it_and_nobody_elses(ada: User, ben: User, alder: Cooperative, stranger: User) -> None:
    other = a_cooperative(ben, "Birch Lane 2")
    foreign = Cooperative.objects.exclude(pk__in=[alder.pk, other.pk]).get()
    a_member(foreign, name="Ben Oduya")
    data = data_of(ben)
    assert {row["cooperative"] for row in data["members.person"]} == {alder.pk, other.pk}
    assert len(data["members.membership"]) == 2


def test_the_same_rows_are_the_same_file(ben: User, alder: Cooperative, full: Person) -> None:
    client = browser(ben)
    client.get("/profile/data/")
    first, again = (b"".join(client.get(FILE).streaming_content) for _time in range(2))
    assert first == again


def test_a_file_is_for_a_fresh_sign_in(ben: User, alder: Cooperative) -> None:
    client, now = Client(), timezone.now()
    with time_machine.travel(now, tick=False):
        client.force_login(ben)
    with time_machine.travel(now + timedelta(minutes=6), tick=False):
        assert client.get(FILE)["Location"].startswith("/accounts/reauthenticate/")
        assert client.get("/profile/data/").status_code == 200


def test_visitors_sign_in_first(client: Client, db: None) -> None:
    assert client.get(FILE)["Location"].startswith("/accounts/login/")
    assert client.get("/profile/data/")["Location"].startswith("/accounts/login/")


# --- At the office ------------------------------------------------------------------------------------------------------


def test_an_officer_hands_over_what_this_cooperative_keeps_and_it_is_recorded(
    ada: User, ben: User, alder: Cooperative, full: Person
) -> None:
    other = a_cooperative(ben, "Birch Lane 2")
    address = f"/c/{alder.slug}/members/{full.public_id}/data/"
    client = browser(ada)
    page = client.get(address)
    assert "Data of Ben Oduya" in page.content.decode()
    with opened(client.post(address)) as archive:
        data: Data = json.loads(archive.read("data.json"))
        assert f"files/photo-{full.pk}.webp" in archive.namelist()
    assert {row["cooperative"] for rows in data.values() for row in rows if "cooperative" in row} == {alder.pk}
    assert not {"members.user", "account.emailaddress", "members.apikey", "usersessions.usersession"} & set(data)
    assert other.name not in json.dumps(data)
    with enter([alder.pk]):
        event = Event.objects.get(kind="members.data_handed_over")
    assert event.actor == ada


def test_pressed_twice_it_is_handed_over_twice_and_recorded_once(ada: User, alder: Cooperative, full: Person) -> None:
    address = f"/c/{alder.slug}/members/{full.public_id}/data/"
    client = browser(ada)
    first, again = (b"".join(client.post(address, {"once_key": "k"}).streaming_content) for _press in range(2))
    assert first == again
    with enter([alder.pk]):
        assert Event.objects.filter(kind="members.data_handed_over").count() == 1


def test_members_and_strangers_hand_nothing_over(ben: User, alder: Cooperative, full: Person, stranger: User) -> None:
    address = f"/c/{alder.slug}/members/{full.public_id}/data/"
    assert browser(ben).get(address).status_code == 403
    assert browser(stranger).get(address).status_code == 404
    with acting(ben) as actor, pytest.raises(Forbidden):
        hand_over_data(actor, full)


def test_who_has_no_login_and_no_membership_is_found_all_the_same(alder: Cooperative, full: Person) -> None:
    with enter([alder.pk]):
        child = Person.objects.get(name="Cleo Oduya")
        found = {table.label: list(table.rows()) for table in tables_about(Subject.of_person(child))}
    assert [row["phone"] for row in found["members.person"]] == ["+49305555"]
    assert [row["guardian_is"] for row in found["members.guardianship"]] == ["Ben Oduya"]
    assert "members.membership" not in found
