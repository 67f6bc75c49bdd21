"""One line for each request, its name handed on to jobs, denied ones once, and nothing of what was sent."""

import logging
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client, RequestFactory
from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars

from activity.dispatch.waker import Waker
from config.watch import jobs, visits
from cooperatives.actions import found
from cooperatives.policy import Actor
from members.models import User

ID = "4f9d2c1a-request"


class Heard(logging.Handler):
    """Keeps records of the loggers it stands at."""

    def __init__(self) -> None:
        super().__init__()
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)

    def of(self, name: str) -> list[tuple[str, str, int]]:
        """(level, event, status) of what one logger said."""
        return [(one.levelname, one.getMessage(), getattr(one, "status", 0)) for one in self.records if one.name == name]


@pytest.fixture
def heard() -> Iterator[Heard]:
    handler = Heard()
    before = {name: logging.getLogger(name).level for name in ("config", "django")}
    logging.getLogger().addHandler(handler)
    logging.getLogger("config").setLevel(logging.DEBUG)
    yield handler
    logging.getLogger().removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


@pytest.mark.parametrize("given", ["abcdefgh", ID, "A" * 64, "0_0-0_0-"])
def test_a_well_formed_name_is_kept(client: Client, given: str) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given", ["", "short", "A" * 65, "with space1", "a\nb1234567", "ümlaut-ümlaut", "a.b@c.example", "<script>x"]
)
def test_any_other_name_is_replaced(client: Client, given: str) -> None:
    answered = [client.get("/healthz", headers={"X-Request-ID": given})["X-Request-ID"] for _ in range(2)]
    assert all(len(name) == 32 and name.isalnum() for name in answered)
    assert len(set(answered)) == 2


def test_a_name_does_not_outlive_its_request(client: Client) -> None:
    client.get("/healthz", headers={"X-Request-ID": ID})
    assert "request_id" not in get_contextvars()


def test_what_a_thread_was_left_with_is_not_said_of_the_next_request(rf: RequestFactory) -> None:
    bind_contextvars(job_id="left over")
    seen: list[dict[str, Any]] = []

    def answer(request: Any) -> HttpResponse:
        request.resolver_match = None
        seen.append(get_contextvars())
        return HttpResponse()

    visits.Visits(answer)(rf.get("/", headers={"X-Request-ID": ID}))
    assert seen == [{"request_id": ID}]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "level", "event", "status"),
    [
        ("/", "INFO", "request", 200),
        ("/accounts/login/?next=/secret/", "INFO", "request", 200),
        ("/nowhere/ann@example.org/", "WARNING", "denied", 404),
        ("/api/v1/tasks/", "WARNING", "denied", 401),
    ],
)
def test_each_answer_is_one_line(client: Client, heard: Heard, path: str, level: str, event: str, status: int) -> None:
    assert client.get(path).status_code == status
    assert heard.of("config.requests") == [(level, event, status)]
    assert [record for record in heard.records if record.name.startswith("django.request")] == [] or status < 500


@pytest.mark.django_db
def test_a_stranger_at_a_cooperatives_door_is_denied_once_and_named_by_id(client: Client, heard: Heard) -> None:
    owner, other = (User.objects.create_user(email=f"{name}@example.org", name=name, password="x") for name in ("ann", "bob"))
    found(Actor.of(owner), name="Linden Court", kind="housing", slug="linden-court")
    client.force_login(other)
    heard.records.clear()
    assert client.get("/c/linden-court/").status_code == 404
    (record,) = [one for one in heard.records if one.name == "config.requests"]
    assert (record.levelname, record.route, record.user) == ("WARNING", "c/<slug:slug>/", other.public_id)
    said = str(vars(record))
    assert "bob" not in said
    assert "linden-court" not in said


@pytest.mark.django_db
def test_an_answer_that_went_well_does_not_name_its_reader(client: Client, heard: Heard) -> None:
    user = User.objects.create_user(email="ann@example.org", name="Ann", password="x")
    mine = found(Actor.of(user), name="Linden Court", kind="housing", slug="linden-court")
    client.force_login(user)
    assert client.get("/c/linden-court/").status_code == 200
    record = [one for one in heard.records if one.name == "config.requests"][-1]
    assert (record.cooperative, record.status, hasattr(record, "user")) == (mine.pk, 200, False)


def test_probes_and_files_are_no_news(client: Client, heard: Heard) -> None:
    client.get("/healthz")
    client.get("/static/icons.svg")
    assert heard.of("config.requests") == []
    client.get("/static/none.css")
    assert len(heard.of("config.requests")) == 1


@pytest.mark.django_db
def test_a_failed_sign_in_is_an_event_without_a_name(client: Client, heard: Heard) -> None:
    client.post("/accounts/login/", {"login": "ann@example.org", "password": "wrong-wrong"})
    records = [one for one in heard.records if one.name == "config.security"]
    assert [(one.levelname, one.getMessage(), one.user) for one in records] == [("WARNING", "sign-in failed", None)]
    assert "ann@" not in str([vars(one) for one in records])


@pytest.mark.django_db
def test_a_sign_in_is_an_event_with_an_id(client: Client, heard: Heard) -> None:
    user = User.objects.create_user(email="ann@example.org", name="Ann", password="x")
    client.force_login(user)
    client.logout()
    records = [(one.getMessage(), one.user) for one in heard.records if one.name == "config.security"]
    assert records == [("signed in", user.public_id), ("signed out", user.public_id)]


@pytest.mark.parametrize(
    ("status", "level"), [(200, 20), (302, 20), (400, 30), (403, 30), (422, 20), (429, 30), (500, 40), (503, 40)]
)
def test_how_loud(status: int, level: int) -> None:
    assert visits.level_of(status) == level


def test_a_job_bears_the_name_of_the_request_that_started_it(heard: Heard) -> None:
    headers: dict[str, Any] = {"task": "test.job"}
    with bound_contextvars(request_id=ID, job_id="of the sender"):
        jobs.send_along(headers)
    assert headers == {"task": "test.job", "request_id": ID}
    task = SimpleNamespace(name="test.job", request=SimpleNamespace(request_id=ID))
    jobs.begin("job-1", task)
    assert get_contextvars() == {"request_id": ID, "job_id": "job-1", "job": "test.job"}
    jobs.end(task, "SUCCESS")
    assert get_contextvars() == {}
    assert [record[:2] for record in heard.of("config.jobs")] == [("INFO", "job")]


def test_a_job_of_the_schedule_that_went_well_is_no_news(heard: Heard) -> None:
    headers: dict[str, Any] = {}
    jobs.send_along(headers)
    assert headers == {}
    task = SimpleNamespace(name="test.job", request=SimpleNamespace())
    jobs.begin("job-1", task)
    jobs.end(task, "SUCCESS")
    jobs.begin("job-2", task)
    jobs.end(task, "RETRY")
    assert [record[:2] for record in heard.of("config.jobs")] == [("DEBUG", "job"), ("INFO", "job")]


def test_the_dispatcher_acts_under_the_name_of_the_request_that_woke_it() -> None:
    waker, seen = Waker(), []
    with bound_contextvars(request_id=ID):
        waker.add(lambda: seen.append(get_contextvars()) or bind_contextvars(job="left over"))
    assert waker.settle(10)
    waker.add(lambda: seen.append(get_contextvars()))
    assert waker.settle(10)
    assert seen == [{"request_id": ID}, {"request_id": None}]
