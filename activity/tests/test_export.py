"""The record as a file: the same audience and filters as the page, whole, drawn as it is read, and inert."""

import csv
from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from activity import views
from activity.models import Event
from cooperatives.actions import change_cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from cooperatives.web.tables import as_written
from members.models import User

from .acts import SEALED, WHISPERED, note, notes

pytestmark = pytest.mark.django_db


def table(user, cooperative, **query):
    """The rows of the file that this user gets, without its head."""
    client = Client()
    client.force_login(user)
    said = client.get(reverse("activity:export", args=[cooperative.slug]), query)
    assert (said.status_code, said["Content-Type"]) == (200, "text/csv; charset=utf-8; header=present")
    assert said["Content-Disposition"] == f'attachment; filename="{cooperative.slug}-activity.csv"'
    rows = list(csv.reader(StringIO(said.getvalue().decode().removeprefix("\ufeff"), newline="")))
    assert rows[0] == ["No.", "Time (UTC)", "Kind", "What happened", "Previous hash", "Hash"]
    return rows[1:]


def test_every_record_stands_in_order_with_the_hashes_of_its_chain(linden, marta):
    notes(linden, 3)
    rows = table(marta, linden)
    with enter([linden.pk]):
        kept = list(Event.objects.filter(cooperative=linden).order_by("seq"))
    assert [int(row[0]) for row in rows] == [event.seq for event in kept]
    assert [(row[4], row[5]) for row in rows] == [(event.previous, event.hash) for event in kept]
    assert [row[5] for row in rows[:-1]] == [row[4] for row in rows[1:]]


def test_officers_get_everything_members_what_is_meant_for_them(linden, marta, jonas):
    note(linden, "one", what=SEALED)
    note(linden, "two", what=WHISPERED, user_id=str(marta.public_id))
    assert {SEALED.name, WHISPERED.name} <= {row[2] for row in table(marta, linden)}
    assert not {SEALED.name, WHISPERED.name} & {row[2] for row in table(jonas, linden)}


def test_the_filters_of_the_page_narrow_the_file(linden, marta):
    notes(linden, 2)
    assert {row[2] for row in table(marta, linden, kind="cooperatives")} == {"cooperatives.founded"}


def test_what_a_spreadsheet_would_run_is_inert(linden, marta):
    with enter([linden.pk], marta.pk):
        change_cooperative(Actor.of(marta), linden, version=linden.version, name="=1+1")
    user = User.objects.get(pk=marta.pk)
    User.objects.filter(pk=user.pk).update(name="@SUM(A1)")
    note(linden, "x", actor=Actor.of(User.objects.get(pk=marta.pk)))
    sentence = table(marta, linden)[-1][3]
    assert sentence.startswith("'@SUM(A1)")
    assert as_written(sentence).startswith("@SUM(A1) noted")


def test_strangers_and_visitors_get_nothing(client, linden, amina):
    address = reverse("activity:export", args=["linden-court"])
    assert client.get(address)["Location"].startswith("/accounts/login/")
    client.force_login(amina)
    assert client.get(address).status_code == 404


def test_a_file_is_handed_over_only_to_a_fresh_sign_in(linden, marta):
    address, client = reverse("activity:export", args=["linden-court"]), Client()
    now = timezone.now()
    with time_machine.travel(now, tick=False):
        client.force_login(marta)
        assert client.get(address).status_code == 200
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        asked = client.get(address, {"kind": "cooperatives"})["Location"]
        assert asked == "/accounts/reauthenticate/?next=%2Fc%2Flinden-court%2Factivity%2Fexport%2F%3Fkind%3Dcooperatives"
        assert client.get(reverse("activity:list", args=["linden-court"])).status_code == 200, "reading stays open"


def test_one_record_and_many_cost_the_same(linden, marta):
    counts = []
    for _more in range(2):
        notes(linden, 3)
        with CaptureQueriesContext(connection) as asked:
            table(marta, linden)
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_a_file_is_bounded(linden, marta, monkeypatch):
    notes(linden, 5)
    monkeypatch.setattr(views, "LONGEST_FILE", 2)
    assert [row[0] for row in table(marta, linden)] == ["1", "2"]
