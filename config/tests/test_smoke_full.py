"""The full stack as `make run-full` puts it together, through its proxy."""

import os
import signal
import socket
import threading
from collections.abc import Iterator

import pytest

from config.dev.processes import Served, Visitor, full
from config.tests import story

pytestmark = pytest.mark.smoke


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    house, folder = full()
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
    assert Visitor(served.url).get("/healthz/ready")[0] == 200


def test_a_written_task_reaches_an_open_socket(served: Served) -> None:
    story.a_written_task_reaches_an_open_socket(served)


def test_an_idle_socket_stays_open(served: Served) -> None:
    story.an_idle_socket_stays_open(served)


def test_strangers_are_refused(served: Served) -> None:
    story.strangers_are_refused(served)


def test_a_head_without_end_is_refused(served: Served) -> None:
    assert raw(served, b"GET / HTTP/1.1\r\n" + b"X: " + b"y" * 70_000).startswith(b"HTTP/1.1 431")


def test_a_fallen_part_is_started_again(served: Served) -> None:
    sockets = [pid for pid in served.left_over() if b"live" in _arguments(pid)]
    assert len(sockets) == 1
    os.kill(int(sockets[0]), signal.SIGKILL)
    visitor = story.entered(served)  # pages go on without sockets
    assert visitor.get("/")[0] == 200
    _until_sockets_answer(served)
    story.a_written_task_reaches_an_open_socket(served)


def _until_sockets_answer(served: Served) -> None:
    pause = threading.Event()
    for _ in range(200):
        if not raw(served, b"GET /ws/ HTTP/1.1\r\nHost: localhost\r\n\r\n").startswith(b"HTTP/1.1 502"):
            return
        pause.wait(0.05)
    raise AssertionError("the sockets did not come back")


def _arguments(pid: str) -> bytes:
    with open(f"/proc/{pid}/cmdline", "rb") as file:
        return file.read()


def test_it_stops_wholly(served: Served) -> None:
    assert served.stop() < 10
    assert served.left_over() == []
