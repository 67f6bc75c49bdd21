"""/api/v1/activity/: by cursor, filtered, by audience; every refusal names the field."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from activity.actions import erase
from activity.models import Event
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.tokens import issue

from .acts import SEALED, WHISPERED, note, notes

pytestmark = pytest.mark.django_db
URL = "/api/v1/activity/"


@pytest.fixture
def get(client):
    """Ask as somebody, with a token as programs do."""

    def ask(user, **query):
        url = query.pop("url", URL)
        return client.get(url, query, headers={"Authorization": f"Bearer {issue(user).access}"})

    return ask


def texts(response):
    """The payloads' texts on a page."""
    return [row["payload"]["text"] for row in response.json()["results"] if "text" in row["payload"]]


def test_a_record_as_json(get, linden, marta):
    note(linden, "<b>ü</b>", actor=Actor.of(marta))
    with enter([linden.pk]):
        event = Event.objects.order_by("-seq")[0]
    row = get(marta).json()["results"][0]
    assert row.pop("at").startswith(event.at.isoformat(timespec="seconds")[:19])
    assert row == {
        "id": str(event.uid),
        "seq": event.seq,
        "cooperative": linden.pk,
        "kind": "trial.noted",
        "actor": {"id": str(marta.public_id), "name": "Marta"},
        "subject": {"type": "cooperatives.cooperative", "id": linden.pk, "label": "Linden Court"},
        "payload": {"text": "<b>ü</b>"},
        "sentence": "Marta noted <b>ü</b> on Linden Court",
        "previous": event.previous,
        "hash": event.hash,
    }


def test_what_the_system_did_has_no_actor_and_what_was_erased_no_detail(get, linden, marta):
    note(linden, "x")
    assert get(marta).json()["results"][0]["actor"] == {"id": None, "name": "The system"}
    with enter([linden.pk], marta.pk):
        erase(Actor.of(marta), linden, seqs=[Event.objects.order_by("-seq")[0].seq], reason="asked for")
    row = get(marta).json()["results"][1]
    assert (row["actor"], row["payload"]) == ({"id": None, "name": ""}, {})
    assert row["subject"]["label"] == ""
    assert len(row["hash"]) == 64


def test_a_visitor_is_told_to_sign_in(client, db):
    response = client.get(URL)
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_everyone_reads_their_own_cooperatives_by_audience(get, linden, kilele, marta, jonas, amina):
    note(linden, "all")
    note(linden, "sealed", what=SEALED)
    note(linden, "for jonas", what=WHISPERED, user_id=str(jonas.public_id))
    note(linden, "for marta", what=WHISPERED, user_id=str(marta.public_id))
    note(kilele, "foreign")
    assert texts(get(marta)) == ["for marta", "for jonas", "sealed", "all"]
    assert texts(get(jonas)) == ["for jonas", "all"]
    assert texts(get(amina)) == ["foreign"]


def test_pages_follow_the_cursor_and_do_not_shift_when_more_happens(get, linden, marta):
    notes(linden, 7)
    first = get(marta, kind="trial", limit=3)
    notes(linden, 2)
    second = get(marta, url=first.json()["next"])
    third = get(marta, url=second.json()["next"])
    numbers = [[int(text.split()[1]) for text in texts(page)] for page in (first, second, third)]
    assert numbers == [[6, 5, 4], [3, 2, 1], [0]]
    assert third.json()["next"] is None
    assert texts(get(marta, url=third.json()["previous"])) == texts(second)


def test_filters_narrow(get, linden, kilele, marta, jonas):
    note(linden, "by marta", actor=Actor.of(marta))
    note(linden, "by jonas", actor=Actor.of(jonas))
    today = timezone.now().date()
    day = timedelta(days=1)
    assert texts(get(marta, actor=str(jonas.public_id))) == ["by jonas"]
    assert texts(get(marta, kind="trial.noted")) == ["by jonas", "by marta"]
    assert {row["kind"].split(".")[0] for row in get(marta, kind="members").json()["results"]} == {"members"}
    assert texts(get(marta, cooperative=linden.pk)) == ["by jonas", "by marta"]
    assert get(marta, cooperative=kilele.pk).json()["results"] == []
    assert texts(get(marta, kind="trial", subject=f"cooperatives.cooperative:{linden.pk}")) == ["by jonas", "by marta"]
    for nothing in (f"cooperatives.cooperative:{kilele.pk}", f"members.person:{linden.pk}", "no.such:1"):
        assert get(marta, subject=nothing).json()["results"] == [], nothing
    assert texts(get(marta, **{"from": today - day, "to": today + day})) == ["by jonas", "by marta"]
    assert get(marta, **{"from": today + 2 * day}).json()["results"] == []
    assert get(marta, to=today - 2 * day).json()["results"] == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("cooperative", "x"),
        ("cooperative", "0"),
        ("cooperative", str(2**63)),
        ("kind", "DROP TABLE"),
        ("kind", "a.b.c"),
        ("kind", "x" * 101),
        ("kind", "tasks\x00"),
        ("actor", "me"),
        ("subject", "task:12"),
        ("subject", "tasks.task:1234567890123456789"),
        ("from", "yesterday"),
        ("to", "2026-02-30"),
        ("limit", "0"),
        ("limit", "101"),
        ("limit", "many"),
        ("cursor", "x" * 501),
        ("cursor", "rubbish"),
        ("cursor", "cD1hYmM="),
        ("unknown", "1"),
    ],
)
def test_an_odd_query_is_refused_by_the_name_of_the_field(get, linden, marta, name, value):
    response = get(marta, **{name: value})
    assert response.status_code == 400
    problem = response.json()
    assert (problem["code"], list(problem["errors"])) == ("invalid", [name])


def test_the_last_day_of_all_is_no_error(get, linden, marta):
    assert get(marta, to="9999-12-31").status_code == 200
    assert get(marta, **{"from": "0001-01-01"}).status_code == 200


def test_nothing_is_written_here(client, linden, marta):
    client.force_login(marta)
    for method in (client.post, client.put, client.patch, client.delete):
        assert method(URL, {}, content_type="application/json").status_code in (403, 405)
    assert client.get(f"{URL}1/").status_code == 404


def test_one_row_and_many_cost_the_same(get, linden, marta):
    def cost(count):
        notes(linden, count)
        with CaptureQueriesContext(connection) as captured:
            get(marta, kind="trial")
        return len(captured)

    assert cost(1) == cost(2) == cost(30)
