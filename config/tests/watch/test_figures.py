"""The figures by value: what is counted, under which names, and that no name grows with what visitors send."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families as parsed

from activity import measures
from activity.dispatch import names
from activity.models import Cursor, DeadLetter, Event, Head
from config.watch import figures, jobs, visits
from cooperatives.actions import found
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.models import User


def read(name: str, **labels: str) -> float:
    """One figure as a monitor reads it; 0 when there is none."""
    samples = [sample for family in parsed(figures.text().decode()) for sample in family.samples if sample.name == name]
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


@pytest.mark.django_db
def test_an_answer_is_counted_by_route_method_and_status(client: Client) -> None:
    before = read("cooperator_requests_total", route="c/<slug:slug>/", method="GET", status="302")
    for _ in range(3):
        client.get("/c/linden-court/")
    assert read("cooperator_requests_total", route="c/<slug:slug>/", method="GET", status="302") == before + 3
    assert read("cooperator_request_seconds_count", route="c/<slug:slug>/", method="GET") >= 3


@pytest.mark.django_db
def test_what_visitors_send_makes_no_new_names(client: Client) -> None:
    client.get("/c/first/")
    client.get("/nowhere/0/")
    client.generic("BREW", "/nowhere/1/")
    kept = figures.REQUESTS.collect()[0].samples
    for number in range(20):
        client.get(f"/c/other-{number}/?q={number}")
        client.get(f"/nowhere/{number}/secret-{number}")
        client.get(f"/static/{number}.css")
        client.generic(f"METHOD{number}", "/nowhere/")
        client.get("/", headers={"X-Request-ID": f"id-{number:08}"})
    labels = {str(sample.labels) for sample in figures.REQUESTS.collect()[0].samples}
    assert len(labels) <= len({str(sample.labels) for sample in kept}) + 2 * 3  # static and home, each with its _created
    assert not [text for text in labels if "other-" in text or "secret-" in text or "METHOD" in text]
    assert read("cooperator_requests_total", method="OTHER") >= 21


def test_a_job_is_counted_by_name_and_result() -> None:
    task = SimpleNamespace(name="test.counted", request=SimpleNamespace())
    for state in ("SUCCESS", "SUCCESS", "FAILURE", None):
        jobs.begin("id", task)
        jobs.end(task, state)
    ended = [read("cooperator_jobs_total", job="test.counted", result=result) for result in ("success", "failure", "unknown")]
    assert ended == [2, 1, 1]
    assert read("cooperator_job_seconds_count", job="test.counted") == 4


@pytest.mark.django_db(transaction=True)
def test_the_outbox_is_measured_for_each_target() -> None:
    first, second = (found(SYSTEM, name=name, kind="housing") for name in ("Linden", "Kilele"))
    with enter([first.pk, second.pk]):
        Cursor.objects.all().delete()
        heads = dict(Head.objects.values_list("cooperative_id", "seq"))
        event = Event.objects.filter(cooperative=first).order_by("seq").first()
        Cursor.objects.create(cooperative=first, target="mail", seq=heads[first.pk])
        Cursor.objects.create(cooperative=second, target="mail", seq=0)
        DeadLetter.objects.create(cooperative=first, target="mail", event=event, error="x")
        DeadLetter.objects.create(cooperative=first, target="hook", event=event, error="x", solved_at=timezone.now())
    found_now = measures.backlogs()
    with enter([second.pk]):
        oldest = Event.objects.filter(cooperative=second).order_by("seq").first().at
    assert (found_now["mail"].events, found_now["mail"].dead, found_now["mail"].oldest) == (heads[second.pk], 1, oldest)
    assert "hook" not in found_now, "a letter that was sent is not dead"
    assert found_now["live"].events == sum(heads.values()), "who was never told anything is behind by all of it"
    assert names() <= set(found_now)
    assert read("cooperator_outbox_events", target="mail") == heads[second.pk]
    assert read("cooperator_dead_letters", target="mail") == 1
    assert 0 <= read("cooperator_outbox_age_seconds", target="mail") < 3600


@pytest.mark.django_db(transaction=True)
def test_the_age_is_that_of_the_oldest_event(monkeypatch: pytest.MonkeyPatch) -> None:
    with enter([found(SYSTEM, name="Linden", kind="housing").pk]):
        Cursor.objects.all().delete()
    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr(measures, "timezone", SimpleNamespace(now=lambda: later))
    samples = [sample for family in measures.measured() for sample in family.samples]
    ages = {sample.labels["target"]: sample.value for sample in samples if "age" in sample.name}
    assert 7190 < ages["live"] < 7300


def test_of_several_cooperatives_the_oldest_counts() -> None:
    now = timezone.now()
    for order in ((3, 1, 2), (1, 2, 3), (2, 3, 1)):
        backlog = measures.Backlog()
        backlog.add(5, None)
        for hours in order:
            backlog.add(1, now - timedelta(hours=hours))
        assert (backlog.events, backlog.oldest) == (8, now - timedelta(hours=3))


@pytest.mark.django_db
def test_what_cannot_be_looked_up_is_said_and_the_rest_still_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone() -> Any:
        raise ConnectionError

    monkeypatch.setattr(figures, "queued", gone)
    assert read("cooperator_measure_failed", measure="queue") == 1
    assert read("cooperator_measure_failed", measure="activity") == 0
    assert read("cooperator_jobs_waiting") == 0


def test_the_pool_is_read_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    pool = SimpleNamespace(get_stats=lambda: {"pool_size": 5, "pool_available": 2, "requests_waiting": 1})
    monkeypatch.setattr(figures, "connection", SimpleNamespace(pool=pool))
    figures.note_pool()
    assert [read("cooperator_database_connections", state=state) for state in ("used", "free", "waiting")] == [3, 2, 1]
    monkeypatch.setattr(figures, "connection", SimpleNamespace())
    figures.note_pool()
    assert read("cooperator_database_connections", state="used") == 3


@pytest.mark.django_db(transaction=True)
def test_figures_hold_no_names_of_people_or_cooperatives() -> None:
    found(SYSTEM, name="Canary Court", kind="housing")
    User.objects.create_user(email="canary@example.org", name="Canary Person", password="x")
    assert b"anary" not in figures.text()


def test_routes() -> None:
    request = SimpleNamespace(path_info="/static/x.css", resolver_match=None)
    assert visits.route_of(request) == "static/"
    assert visits.route_of(SimpleNamespace(path_info="/x", resolver_match=None)) == "(none)"
    assert visits.route_of(SimpleNamespace(path_info="/", resolver_match=SimpleNamespace(route=""))) == "/"
