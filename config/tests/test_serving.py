"""What the server adds to Daphne, how files are sent, and who is asked for at the doors of the wiring."""

from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib.util import find_spec
from threading import Thread, get_ident
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.conf import settings
from django.core.signals import request_finished
from django.http import HttpResponse
from django.test import Client

from config import asgi, health, rooms
from config.serving import GREETING, LARGEST_FRAME, CooperatorServer, Flow, tcp, unix
from cooperatives import errors


def test_flow_tells_when_the_reader_is_slow_and_when_it_has_caught_up() -> None:
    flow, woken = Flow(), []
    flow.resumed = lambda: woken.append(flow.paused)
    assert flow.paused is False
    flow.pauseProducing()
    assert flow.paused is True
    flow.resumeProducing()
    assert woken == [False]


def test_flow_wakes_nobody_for_a_lost_connection() -> None:
    flow, woken = Flow(), []
    flow.resumed = lambda: woken.append(True)
    flow.stopProducing()
    flow.resumeProducing()
    assert woken == []


def test_the_server_limits_frames() -> None:
    server = CooperatorServer(None, tcp("127.0.0.1", 0))
    assert server.websocket_max_frame_size == server.websocket_max_message_size == LARGEST_FRAME == 65536


def test_the_server_lets_a_crowd_wait_for_its_greeting() -> None:
    assert CooperatorServer(None, tcp("127.0.0.1", 0)).websocket_handshake_timeout == GREETING >= 15


def test_endpoints() -> None:
    assert tcp("127.0.0.1", 8000) == ["tcp:port=8000:interface=127.0.0.1:backlog=1024"]
    assert unix("/run/live") == ["unix:/run/live:backlog=1024"]


async def test_a_socket_that_nobody_serves_is_refused_not_an_error() -> None:
    scope = {"type": "websocket", "path": "/ws/nowhere/", "raw_path": b"/ws/nowhere/", "headers": [], "subprotocols": []}
    visit = ApplicationCommunicator(asgi.application, scope)
    await visit.send_input({"type": "websocket.connect"})
    assert (await visit.receive_output(5))["type"] == "websocket.close"


async def test_the_page_of_a_refusal_is_drawn_by_the_thread_that_ends_the_request(monkeypatch: pytest.MonkeyPatch) -> None:
    """That thread gives back the connection which the page has used."""
    drawn, ended = [], []

    def page(request: Any, exception: Exception) -> HttpResponse:
        drawn.append(get_ident())
        return HttpResponse(status=404)

    def end(**said: Any) -> None:
        ended.append(get_ident())

    monkeypatch.setattr(errors.defaults, "page_not_found", page)
    request_finished.connect(end)
    host = (b"host", b"testserver")
    scope = {"type": "http", "method": "GET", "path": "/no/such/page/", "query_string": b"", "headers": [host]}
    visit = ApplicationCommunicator(asgi.application, scope)
    await visit.send_input({"type": "http.request", "body": b""})
    assert (await visit.receive_output(20))["status"] == 404
    await visit.wait(20)
    request_finished.disconnect(end)
    assert len(drawn) == 1
    assert drawn == ended
    assert drawn != [get_ident()]


def test_static_files_come_whole_with_their_type_and_without_streaming(client: Client) -> None:
    answer = client.get("/static/icons.svg")
    assert (answer.status_code, answer["Content-Type"], answer.streaming) == (200, "image/svg+xml", False)
    assert answer.content == (settings.BASE_DIR / "static" / "icons.svg").read_bytes()


def test_a_static_file_that_has_not_changed_is_not_sent_again(client: Client) -> None:
    first = client.get("/static/icons.svg")
    again = client.get("/static/icons.svg", headers={"If-Modified-Since": first["Last-Modified"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.django_db
def test_the_admin_signs_in_at_the_one_front_door(client: Client) -> None:
    answer = client.get("/admin/")
    assert answer.status_code == 302
    at_the_door = client.get(answer["Location"])
    assert at_the_door.status_code == 302
    assert at_the_door["Location"].startswith("/accounts/login/")


@pytest.mark.django_db
def test_the_api_page_needs_no_exception_from_the_content_policy(client: Client) -> None:
    answer = client.get("/api/docs/")
    assert answer.status_code == 200
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert b"<script>" not in answer.content


def test_modules_come_in_order_of_rank() -> None:
    # A room without pages has no addresses.
    with_pages = [room for room in settings.ROOMS if find_spec(f"{room}.urls")]
    assert [module.__name__ for module in rooms.modules("urls")] == [f"{room}.urls" for room in with_pages]
    assert set(with_pages) >= {"cooperatives", "activity", "members", "tasks"}
    assert list(rooms.modules("no_such_module")) == []


@pytest.fixture
def probed() -> Any:
    """A server that is well only when it is called by its name."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.headers["Host"] == "web" else 400)
            self.end_headers()

        def log_message(self, *arguments: Any) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_health_is_a_200_under_the_right_name(probed: str) -> None:
    assert health.well(probed, "web") is True
    assert health.well(probed, "elsewhere") is False


def test_what_does_not_answer_is_not_well() -> None:
    assert health.well("http://127.0.0.1:1/") is False
