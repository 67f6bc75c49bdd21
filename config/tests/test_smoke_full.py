"""The full stack as `make run-full` puts it together, through its proxy."""

import os
import signal
import socket
import threading
from collections.abc import Iterator
from urllib.request import Request, urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families

from config import keys
from config.dev.processes import Served, Visitor, full
from config.tests import story

pytestmark = pytest.mark.smoke
TOKEN = keys.fresh("METRICS_TOKEN")


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    house, folder = full(METRICS_TOKEN=TOKEN)
    with folder:
        house.start()
        yield house
        house.stop()


def raw(served: Served, request: bytes) -> bytes:
    """What comes back for these very bytes."""
    with socket.create_connection(("127.0.0.1", served.port), 10) as connection:
        connection.sendall(request)
        answer = b""
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def test_a_page_answers_through_gunicorn(served: Served) -> None:
    answer = raw(served, b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 200")
    assert b"Server: gunicorn" in answer


def test_it_is_ready(served: Served) -> None:
    story.it_becomes_ready(served)


def test_a_written_task_reaches_an_open_socket(served: Served) -> None:
    story.a_written_task_reaches_an_open_socket(served)


def test_an_idle_socket_stays_open(served: Served) -> None:
    story.an_idle_socket_stays_open(served)


def test_strangers_are_refused(served: Served) -> None:
    story.strangers_are_refused(served)


def figure(served: Served, name: str, **labels: str) -> float:
    """One figure, as the next page process that happens to be asked tells it for all of them."""
    answer = urlopen(Request(f"{served.url}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}), timeout=15)
    with answer:
        families = list(text_string_to_metric_families(answer.read().decode()))
    samples = [sample for family in families for sample in family.samples if sample.name == name]
    return sum(sample.value for sample in samples if labels.items() <= sample.labels.items())


def until(served: Served, wanted: float, name: str, **labels: str) -> None:
    """Wait for a figure: what a socket's process counts it writes down just after the socket has heard of it."""
    pause = threading.Event()
    for _ in range(300):
        if figure(served, name, **labels) == wanted:
            return
        pause.wait(0.05)
    raise AssertionError(f"{name} is {figure(served, name, **labels)}, not {wanted}")


def test_figures_of_all_processes_add_up(served: Served) -> None:
    visitor = story.entered(served)
    sign_ins = {"route": "accounts/login/", "method": "GET"}
    before = figure(served, "cooperator_requests_total", **sign_ins)
    for _ in range(20):
        Visitor(served.url).get("/accounts/login/")
    assert figure(served, "cooperator_requests_total", **sign_ins) == before + 20, "two processes of gunicorn answered"
    with story.listening(served, visitor, "notifications"), story.listening(served, visitor, "notifications"):
        until(served, 2, "cooperator_sockets_open")  # the sockets' own process holds them
    assert figure(served, "cooperator_jobs_total", job="activity.heartbeat", result="success") >= 1, "the worker counted it"
    assert figure(served, "cooperator_database_connections", state="free") >= 1
    assert figure(served, "cooperator_measure_failed") == 0


def test_a_head_without_end_is_refused(served: Served) -> None:
    assert raw(served, b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 70_000).startswith(b"HTTP/1.1 431")


def test_a_fallen_part_is_started_again(served: Served) -> None:
    sockets = [pid for pid in served.left_over() if b"live" in _arguments(pid)]
    assert len(sockets) == 1
    with story.listening(served, story.entered(served), "notifications"):
        os.kill(int(sockets[0]), signal.SIGKILL)
    visitor = story.entered(served)  # pages go on without sockets
    assert visitor.get("/")[0] == 200
    _until_sockets_answer(served)
    story.a_written_task_reaches_an_open_socket(served)
    until(served, 0, "cooperator_sockets_open")  # what a killed process held open is not counted any more


def _until_sockets_answer(served: Served) -> None:
    pause = threading.Event()
    for _ in range(600):
        if not raw(served, b"GET /ws/ HTTP/1.1\r\nHost: localhost\r\n\r\n").startswith(b"HTTP/1.1 502"):
            return
        pause.wait(0.05)
    raise AssertionError("the sockets did not come back")


def _arguments(pid: str) -> bytes:
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read()


def test_it_stops_wholly(served: Served) -> None:
    served.stop()
    assert served.process.returncode == 0, "by itself: nobody had to kill it"
    assert served.left_over() == []
