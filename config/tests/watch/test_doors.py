"""`/healthz`, `/readyz`, `/metrics`: what they answer to whom, and that a hanging store does not make them hang."""

import threading
import time
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import DatabaseError
from django.test import Client, RequestFactory

from activity import probes as beats
from config.tests.keyring import strong
from config.watch import doors
from config.watch.asking import Inquiry, Overdue

NAMES = {"database", "migrations", "rules", "cache", "broker", "beat"}
TOKEN = strong("METRICS_TOKEN")


@pytest.fixture
def metered(settings: Any) -> str:
    settings.METRICS_TOKEN = TOKEN
    return f"Bearer {TOKEN}"


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put other questions in place of the rooms' own."""

    def ask(**probes: Callable[[], str]) -> None:
        monkeypatch.setattr(doors, "modules", lambda name: [SimpleNamespace(PROBES=probes)])

    return ask


def fail(error: Exception) -> Callable[[], str]:
    def probe() -> str:
        raise error

    return probe


def test_alive_asks_nothing(client: Client) -> None:
    answer = client.get("/healthz")  # no database is open to this test
    assert (answer.status_code, answer.json()) == (200, {"alive": True})
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db(transaction=True)
def test_ready_names_everything_it_asked(client: Client) -> None:
    beats.beaten()
    answer = client.get("/readyz")
    body = answer.json()
    assert (answer.status_code, body["ready"]) == (200, True)
    assert set(body["checks"]) == NAMES
    for finding in body["checks"].values():
        assert (finding["ok"], finding["why"], type(finding["ms"])) == (True, "", int)


@pytest.mark.django_db(transaction=True)
def test_one_fault_is_enough(client: Client) -> None:
    cache.delete(beats.BEAT)
    answer = client.get("/readyz")
    found = answer.json()["checks"]
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert {name for name, finding in found.items() if not finding["ok"]} == {"beat"}


def test_some_of_it_may_be_asked(client: Client, asked: Any) -> None:
    asked(database=lambda: "", beat=lambda: "no beat")
    assert client.get("/readyz?only=database").json()["checks"] == {"database": {"ok": True, "why": "", "ms": 0}}
    assert client.get("/readyz?only=database").status_code == 200
    assert client.get("/readyz?only=database,beat").status_code == 503
    assert client.get("/readyz?only=").status_code == 503
    assert client.get("/readyz?only=databases").status_code == 400


@pytest.mark.parametrize("error", [DatabaseError("password=geheim"), OSError("geheim"), KeyError("geheim"), RecursionError()])
def test_whatever_a_question_raises_is_an_answer_without_its_text(client: Client, asked: Any, error: Exception) -> None:
    asked(database=fail(error))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["checks"]["database"]["why"] == f"cannot be asked: {type(error).__name__}"
    assert b"geheim" not in answer.content


def test_a_hanging_store_is_told_within_the_patience(client: Client, asked: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doors, "_inquiry", Inquiry(0.2))
    held = threading.Event()
    asked(cache=lambda: str(held.wait(30)), database=lambda: "")
    began = time.monotonic()
    found = client.get("/readyz").json()["checks"]
    assert time.monotonic() - began < 20, "it would hang for thirty"
    held.set()
    assert found["cache"] == {"ok": False, "why": "no answer in time", "ms": 200}
    assert found["database"]["ok"] is True


def test_a_question_that_hangs_is_asked_once_only() -> None:
    held, asked = threading.Event(), []

    def hang() -> str:
        asked.append(1)
        held.wait(30)
        return "back"

    inquiry = Inquiry(0.05)
    for _ in range(5):
        assert isinstance(inquiry.ask({"x": hang})["x"].error, Overdue)
    assert len(asked) == 1
    inquiry.patience = 20
    waiting = threading.Thread(target=lambda: asked.append(inquiry.ask({"x": hang})["x"].value))
    waiting.start()
    held.set()
    waiting.join(20)
    assert asked == [1, "back"]
    assert inquiry.ask({"x": lambda: "again"})["x"].value == "again"


@pytest.mark.parametrize(
    ("trusting", "headers", "address", "here"),
    [
        (False, {}, "127.0.0.1", True),
        (False, {}, "::1", True),
        (False, {}, "10.0.0.7", False),
        (False, {}, "", False),
        (False, {}, "unix:", False),
        (False, {"X-Forwarded-For": "127.0.0.1"}, "127.0.0.1", False),
        (False, {"X-Forwarded-For": "127.0.0.1"}, "10.0.0.7", False),
        (False, {"Forwarded": "for=1.2.3.4"}, "127.0.0.1", False),
        (True, {"X-Forwarded-For": "127.0.0.1"}, "", True),
        (True, {"X-Forwarded-For": "203.0.113.5"}, "127.0.0.1", False),
        (True, {"X-Forwarded-For": "127.0.0.1, 203.0.113.5"}, "127.0.0.1", False),
    ],
)
def test_details_are_for_this_machine(
    trusting: bool, headers: dict[str, str], address: str, here: bool, settings: Any, rf: RequestFactory, asked: Any
) -> None:
    settings.TRUST_PROXY = trusting
    asked(database=lambda: "the fence is down")
    answer = doors.readyz(rf.get("/readyz", headers=headers, REMOTE_ADDR=address))
    assert answer.status_code == 503
    assert (b"the fence is down" in answer.content) is here


@pytest.mark.parametrize(
    ("given", "seen"), [(f"Bearer {TOKEN}", True), (f"bearer  {TOKEN} ", True), ("Bearer x", False), ("", False)]
)
def test_details_are_for_the_bearer_of_the_token(given: str, seen: bool, metered: str, rf: RequestFactory, asked: Any) -> None:
    asked(database=lambda: "down")
    answer = doors.readyz(rf.get("/readyz", headers={"Authorization": given}, REMOTE_ADDR="203.0.113.5"))
    assert (b"down" in answer.content) is seen


def test_nobody_bears_a_token_that_is_not_set(rf: RequestFactory, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert not doors.bears_token(rf.get("/", headers={"Authorization": "Bearer "}))


@pytest.mark.django_db
def test_without_a_token_there_are_no_metrics(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    assert client.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize(
    "given", ["", "Bearer", "Bearer x", f"Basic {TOKEN}", TOKEN, f"Bearer {TOKEN}x", f"Bearer {TOKEN[:-1]}", "Bearer é"]
)
def test_a_wrong_token_sees_nothing(client: Client, metered: str, given: str) -> None:
    answer = client.get("/metrics", headers={"Authorization": given})
    assert (answer.status_code, answer["WWW-Authenticate"]) == (401, "Bearer")
    assert b"cooperator_" not in answer.content


def test_the_token_is_compared_in_constant_time(client: Client, metered: str, monkeypatch: pytest.MonkeyPatch) -> None:
    compared = []
    monkeypatch.setattr(doors, "constant_time_compare", lambda *pair: compared.append(pair))
    assert client.get("/metrics", headers={"Authorization": "Bearer x"}).status_code == 401
    assert compared == [("x", TOKEN)]


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/metrics"])
def test_only_reading(client: Client, path: str) -> None:
    assert client.post(path).status_code == 405


@pytest.fixture(autouse=True)
def _seen() -> Iterator[None]:
    yield
    cache.delete(beats.BEAT)
