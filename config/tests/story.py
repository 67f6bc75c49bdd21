"""One story that a real installation must tell, however it is put together."""

import json
import re
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from websockets.exceptions import InvalidStatus
from websockets.sync.client import ClientConnection, connect

from config.dev.processes import Served, Visitor

READY = ("database", "migrations", "rules", "cache", "broker", "beat")
IDLE = 12.0  # seconds; a known defect of a Redis client closed idle sockets after 5


def entered(served: Served, person: int = 0) -> Visitor:
    """A visitor signed in as one of the demo people."""
    visitor = Visitor(served.url)
    status, page = visitor.get("/accounts/login/")
    assert status == 200
    keys = re.findall(r'name="key" value="([^"]+)"', page)
    assert len(keys) >= 2, "the sign-in page of a demo installation offers demo people"
    assert visitor.post("/demo/enter/", key=keys[person])[0] == 200
    return visitor


def first_board(visitor: Visitor) -> tuple[str, int]:
    """The address of a board that the visitor sees, and its project's id."""
    _, work = visitor.get("/c/linden-court/work/")
    found = re.search(r'href="(/c/linden-court/work/(\d+)/)"', work)
    assert found, "the demo has a project"
    return found.group(1), int(found.group(2))


@contextmanager
def listening(served: Served, visitor: Visitor, room: str) -> Iterator[ClientConnection]:
    """An open socket of this visitor, past its greeting."""
    address = served.url.replace("http:", "ws:") + f"/ws/{room}/"
    with connect(address, origin=served.url, additional_headers={"Cookie": visitor.cookie}, open_timeout=10) as socket:
        assert json.loads(socket.recv(timeout=10))["type"] == "hello"
        yield socket


def heard(socket: ClientConnection, kind: str, title: str, patience: float = 15.0) -> dict[str, Any]:
    """The message of this type about this task; others may come before it, such as what the demo has just done."""
    until = time.monotonic() + patience
    while (left := until - time.monotonic()) > 0:
        message = json.loads(socket.recv(timeout=left))
        if message["type"] == kind and message["title"] == title:
            return dict(message)
    raise AssertionError(f"no {kind} within {patience} s")


def refusal(address: str, **options: Any) -> int:
    """The HTTP status or the close code with which a socket is refused."""
    try:
        with connect(address, open_timeout=10, **options) as socket:
            socket.recv(timeout=10)
    except InvalidStatus as refused:
        return refused.response.status_code
    except Exception as closed:  # noqa: BLE001  (the library raises several kinds for a close)
        return closed.rcvd.code  # type: ignore[attr-defined]
    raise AssertionError("the socket was not refused")


def a_written_task_reaches_an_open_socket(served: Served) -> None:
    """One person writes by the page, another hears it on the board's socket."""
    writer, reader = entered(served, 0), entered(served, 1)
    board, project = first_board(writer)
    with listening(served, reader, f"projects/{project}") as socket:
        _, form = writer.get(f"{board}new/")
        lane = re.search(r'<option value="(\d+)"', form)
        assert lane
        status, _ = writer.post(f"{board}new/", title="Fix login bug", lane=lane.group(1))
        assert status == 200, served.said()
        message = heard(socket, "issue.created", "Fix login bug")
    assert message["project_id"] == project
    assert isinstance(message["issue_id"], int)


def an_idle_socket_stays_open(served: Served) -> None:
    """Nothing happens for a while, and the socket is still there."""
    visitor = entered(served)
    with listening(served, visitor, "notifications") as socket:
        until = time.monotonic() + IDLE
        while (left := until - time.monotonic()) > 0:
            try:
                socket.recv(timeout=left)  # a heartbeat may come; a close would raise
            except TimeoutError:
                break
        assert socket.ping().wait(5), "the server answers a ping"


def strangers_are_refused(served: Served) -> None:
    """No sign-in, a foreign Origin, an oversize frame."""
    visitor = entered(served)
    address = served.url.replace("http:", "ws:") + "/ws/notifications/"
    assert refusal(address, origin=served.url) in (401, 403, 4401)
    cookie = {"Cookie": visitor.cookie}
    assert refusal(address, origin="http://evil.example", additional_headers=cookie) in (403, 4403)
    with listening(served, visitor, "notifications") as socket:
        socket.send("x" * 70_000)
        try:
            while True:
                socket.recv(timeout=10)
        except TimeoutError:
            raise
        except Exception as closed:  # noqa: BLE001
            assert closed.rcvd.code == 1009  # type: ignore[attr-defined]


def it_becomes_ready(served: Served) -> None:
    """All that is asked is well, the first beat of the schedule included; a look from this machine is told each by name."""
    pause = threading.Event()
    for _ in range(600):
        status, body = Visitor(served.url).get("/readyz")
        if status == 200:
            break
        pause.wait(0.1)
    checks = json.loads(body)["checks"]
    assert {name for name, finding in checks.items() if finding["ok"]} == {*checks} == {*READY}, body
