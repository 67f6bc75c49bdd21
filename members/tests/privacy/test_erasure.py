"""Erasing: asked for, held for 14 days, called off or carried out; afterwards nobody finds the person in the database."""

import json
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.utils import timezone

from activity.models import Detail, Event
from activity.verifying import verify
from config.tests.proof.ledger import past_the_walls
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.models import (
    Consent,
    Household,
    HouseholdMember,
    ImportBatch,
    ImportedRow,
    Invitation,
    InvitationToken,
    JoinRequest,
    Membership,
    Pause,
    Person,
    Photo,
    RoleGrant,
    SavedView,
    UnitOffer,
    User,
    WaitingEntry,
)
from members.queries.erasure import dry_run
from tasks.models import Task

from ..factories import a_member, days
from .leaving import EMAIL, LATER, NAME, PHONE, erased

OWN_TABLES = {"members_user", "account_emailaddress", "account_emailconfirmation", "django_session", "usersessions_usersession"}
"""What belongs to a login: the receipt says that the login stays."""


# --- What goes ----------------------------------------------------------------------------------------------------------


def everything() -> Iterator[tuple[str, str, Any, str]]:
    """Every value of every table of the database, read past the walls: (table, column, key, text)."""
    with past_the_walls() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')
            columns = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                values = dict(zip(columns, row, strict=True))
                for column, value in values.items():
                    yield table, column, values.get("id"), _text(value)


def _text(value: Any) -> str:
    if isinstance(value, bytes | memoryview):
        raw = bytes(value)
        return "\n".join(raw.decode(code, errors="ignore") for code in ("utf-8", "cp1252", "utf-16"))
    said = value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
    # As it is, and with the escapes of JSON undone.
    return f"{said}\n{said.encode().decode('unicode_escape', errors='ignore')}" if "\\u" in said else said


def naming(*words: str) -> set[tuple[str, str, Any]]:
    """Where in the whole database one of these words stands, beside what belongs to the login."""
    low = [word.lower() for word in words]
    return {
        (table, column, key)
        for table, column, key, text in everything()
        if table not in OWN_TABLES and any(word in text.lower() for word in low)
    }


def test_no_name_address_or_telephone_is_found_in_the_whole_database_but_where_the_receipt_says(
    ada: User, gone: Person, alder: Cooperative
) -> None:
    words = (NAME, EMAIL, PHONE, "+48229999999", "Broken leg", "sings", "moved south")
    before = {table for table, _column, _key in naming(*words)}
    assert {"members_person", "members_membership", "activity_detail", "members_importbatch", "members_importedrow"} <= before
    assert {"members_invitation", "members_joinrequest", "members_waitingentry", "members_pause", "tasks_task"} <= before
    receipt = erased(ada, gone).receipt
    tables = {model._meta.label_lower: model._meta.db_table for model in apps.get_models()}
    listed = {(tables[line["table"]], line["column"], key) for line in receipt["mentions"] for key in line["rows"]}
    assert naming(*words) == listed
    with enter([alder.pk]):
        task = Task.objects.get(title__startswith="Ask")
    assert listed == {("tasks_task", "title", task.pk)}, "what others wrote, and nothing else"
    assert NAME not in json.dumps(receipt, ensure_ascii=False)


def test_what_was_done_stays_and_stays_counted(ada: User, zdz: User, gone: Person, alder: Cooperative) -> None:
    with enter([alder.pk]):
        events = Event.objects.count()
        grants, swept = RoleGrant.objects.count(), Task.objects.get(title="Sweep").pk
    receipt = erased(ada, gone).receipt
    with enter([alder.pk]):
        member = Membership.objects.select_related("person").get(person=gone)
        assert str(member) == f"Former member {member.number}" == receipt["called"]
        assert (member.number, member.joined_on, member.left_on, member.user) == (2, days(-200), days(0), None)
        assert (member.left_name, member.left_note) == ("", "")
        assert (RoleGrant.objects.count(), Consent.objects.filter(person=gone, is_given=True).count()) == (grants, 1)
        assert Task.objects.get(title="Sweep").pk == swept
        assert Event.objects.count() >= events, "records are never taken away"
        person = Person.objects.get(pk=gone.pk)
        assert str(person) == "Erased person"
        assert (person.name, person.sort_name, person.birth_date, person.shown, person.erased_at is not None) == (
            "",
            "",
            None,
            [],
            True,
        )
    kept = {line["part"]: line["rows"] for line in receipt["kept"]}
    assert kept["numbers"] == kept["login"] == kept["consents"] == 1
    assert kept["roles"] == 3
    parts = "entry photo memberships pauses views households invitations requests waiting imported files details"
    assert {line["part"] for line in receipt["erased"]} == set(parts.split())


def test_the_chain_is_whole_afterwards(ada: User, gone: Person, alder: Cooperative) -> None:
    erased(ada, gone)
    with enter([alder.pk]):
        assert verify(alder).faults == []
        assert Event.objects.filter(kind="activity.erased").count() == 1
        assert Event.objects.filter(kind="members.erased").get().told.data["subject"].startswith("Former member")
        assert Detail.objects.count() < Event.objects.count()


def test_what_goes_is_gone_and_what_is_others_stays(ada: User, gone: Person, alder: Cooperative) -> None:
    erased(ada, gone)
    with enter([alder.pk]):
        assert not Photo.objects.exists()
        assert not SavedView.objects.exists()
        invitations = {row.email: (row.revoked_at is None, row.public_id) for row in Invitation.objects.all()}
        assert {email: is_open for email, (is_open, _id) in invitations.items()} == {"": False, "other@example.org": True}
        codes = list(InvitationToken.objects.values_list("invitation", flat=True))
        assert codes == [invitations["other@example.org"][1]], "the code of the one that ended opens nothing"
        requests = [(row.name, row.answers, row.reason, row.state) for row in JoinRequest.objects.order_by("pk")]
        assert requests == [("", [], "", "approved"), ("", [], "", "withdrawn")]
        entry = WaitingEntry.objects.get()
        assert UnitOffer.objects.get().answer == "withdrawn"
        assert (entry.name, entry.email, entry.phone, entry.wishes, entry.state) == ("", "", "", "", "withdrawn")
        assert Pause.objects.get().reason == ""
        assert Household.objects.get().name == ""
        batches = {row.state: (row.name, bytes(row.content)) for row in ImportBatch.objects.order_by("pk")}
        assert batches["applied"] == batches["dropped"] == ("-", b"")
        assert batches["read"] == ("others.csv", b"name\nSomebody Else\n")
        rows = [(row.before, row.after) for row in ImportedRow.objects.order_by("pk")]
        assert rows == [(None, {}), ({}, {}), (None, {"name": "Else"})]


def test_a_household_with_others_keeps_its_name(ada: User, gone: Person, alder: Cooperative) -> None:
    with enter([alder.pk]):
        child = Person.objects.create(cooperative=alder, name="Cleo Child")
        HouseholdMember.objects.create(cooperative=alder, household=Household.objects.get(), person=child)
    erased(ada, gone)
    with enter([alder.pk]):
        assert Household.objects.get().name == "O'Brien"


def test_who_shares_the_mailbox_keeps_what_is_theirs(ada: User, gone: Person, alder: Cooperative) -> None:
    own = {"cooperative": alder, "email": EMAIL}
    with enter([alder.pk]):
        spouse = Person.objects.create(**own, name="Sol Spouse")
        Invitation.objects.create(**own, way="mail", person=spouse, expires_at=timezone.now() + LATER)
        WaitingEntry.objects.create(**own, person=spouse, name="Sol Spouse", ranked_on=days(-5))
        WaitingEntry.objects.create(**own, name="Zdz", ranked_on=days(-5))
    receipt = erased(ada, gone).receipt
    with enter([alder.pk]):
        kept = Invitation.objects.get(person=spouse)
        assert (kept.email, kept.revoked_at) == (EMAIL, None)
        entries = [(row.name, row.email, row.state) for row in WaitingEntry.objects.order_by("pk")]
    assert entries == [("", "", "withdrawn"), ("Sol Spouse", EMAIL, "waiting"), ("", "", "withdrawn")]
    lines = {line["table"]: (line["column"], line["count"]) for line in receipt["mentions"]}
    assert {"members.person", "members.invitation", "members.waitingentry"} <= lines.keys(), "the receipt names them"
    assert lines["members.waitingentry"] == ("email", 1)


def test_a_namesake_keeps_the_records_about_them(ada: User, gone: Person, alder: Cooperative) -> None:
    namesake = a_member(alder, name=NAME)
    receipt = erased(ada, gone).receipt
    with enter([alder.pk]):
        about = Event.objects.filter(subject_type="members.membership", subject_id=namesake.pk)
        assert {event.told is not None for event in about} == {True}
        own = Event.objects.filter(subject_type="members.membership", subject_id__in=Membership.objects.filter(person=gone))
        assert {event.told is None for event in own.exclude(kind="members.erased")} == {True}
    lines = {(line["table"], line["column"]): line["count"] for line in receipt["mentions"]}
    assert lines["members.person", "name"] == 1
    assert lines["activity.detail", "text"] == about.count()


def test_the_dry_run_says_what_will_happen_and_does_nothing(ada: User, gone: Person, alder: Cooperative) -> None:
    with enter([alder.pk]):
        before = sorted(naming(NAME, EMAIL, PHONE), key=str)
        lines = {str(line["label"]): (line["fate"], line["rows"]) for line in dry_run(Person.objects.get(pk=gone.pk))}
        assert sorted(naming(NAME, EMAIL, PHONE), key=str) == before
    goes = sum(rows for fate, rows in lines.values() if fate == "goes")
    receipt = erased(ada, gone).receipt
    assert goes + 1 == sum(line["rows"] for line in receipt["erased"]), "and the record of having asked"
    assert sum(rows for fate, rows in lines.values() if fate == "stays") + 1 == sum(line["rows"] for line in receipt["kept"])
