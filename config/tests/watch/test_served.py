"""The real process, as it is served with DEBUG off: secrets are planted wherever a visitor can put one, and every line
of its log and every report it sends is read."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.client import HTTPMessage
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import quote, urlencode
from urllib.request import Request, urlopen

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from config import keys
from config.dev.processes import Served, Visitor, embedded
from config.tests.watch.monitor import Monitor, monitor

pytestmark = pytest.mark.smoke
PLANTED = {
    name: f"{name}-Zq8vPlanted4Rt"
    for name in ("body", "header", "query", "path", "cookie", "password", "bearer", "code", "host", "form")
}
EMAIL = "zq8vplanted4rt@planted.example"
REQUEST = "request-4242-abcd"


@dataclass
class Scene:
    """A served installation, the monitor it reports to, and the secrets it was started with."""

    house: Served
    reports: Monitor
    token: str
    secrets: list[str]
    lines: list[dict[str, Any]] = field(default_factory=list)

    def ask(self, path: str, body: bytes | None = None, **headers: str) -> tuple[int, HTTPMessage, str]:
        request = Request(self.house.url + path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        try:
            with urlopen(request, timeout=15) as answer:
                return answer.status, answer.headers, answer.read().decode()
        except HTTPError as error:
            return error.code, error.headers, error.read().decode()

    def said(self) -> str:
        return str(self.house._said.read_text(errors="replace"))

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.said().splitlines() if line.startswith("{")]

    def until(self, found: Callable[[], Any]) -> Any:
        """The first answer that is not empty."""
        pause = threading.Event()
        for _ in range(300):
            if answer := found():
                return answer
            pause.wait(0.05)
        raise AssertionError(self.said()[-3000:])


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("watched")
    token, key, mail = keys.fresh("METRICS_TOKEN"), keys.fresh("SECRET_KEY"), keys.fresh("DB_APP_PASSWORD")
    with monitor() as reports:
        house = embedded(
            folder,
            DEBUG="off",
            SECRET_KEY=key,
            METRICS_TOKEN=token,
            SENTRY_DSN=reports.dsn,
            EMAIL_HOST_PASSWORD=mail,
            STATIC_ROOT=str(folder / "static"),
            DJANGO_SETTINGS_MODULE="config.tests.watch.faulty",
        )
        house.start()
        scene = Scene(house, reports, token, [token, key, mail])
        plant(scene)
        yield scene
        house.stop()


def plant(scene: Scene) -> None:
    """Every way in which a visitor can hand over a secret, among them those that end in an error."""
    headers = {
        "X_Request_ID": REQUEST,
        "Authorization": f"Bearer {PLANTED['bearer']}",
        "Cookie": f"sessionid={PLANTED['cookie']}; other={PLANTED['cookie']}",
        "X_Api_Key": PLANTED["header"],
        "User_Agent": f"{PLANTED['header']} {EMAIL}",
        "Referer": f"http://elsewhere.example/?token={PLANTED['query']}",
    }
    path, query = quote(PLANTED["path"]), urlencode({"token": PLANTED["query"], "email": EMAIL})
    body = json.dumps({"email": EMAIL, "password": PLANTED["body"], "name": "x\nCRITICAL forged"}).encode()
    for place in ("page", "log", "job", "denied"):
        scene.ask(f"/mishap/{place}/{path}/?{query}", **headers)
    for door in (
        "/api/v1/auth/login/",
        "/api/v1/auth/register/",
        "/api/v1/auth/refresh/",
        f"/api/v1/tasks/{path}/",
        "/api/v1/tasks/",
    ):
        scene.ask(f"{door}?{query}", body, Content_Type="application/json", **headers)
        scene.ask(f"{door}?{query}", body[:-7], Content_Type="application/json", **headers)
    scene.ask(f"/nowhere/{path}%0aforged/{EMAIL}?{query}", **headers)
    scene.ask(f"/accounts/password/reset/key/1-{path}/?{query}", **headers)
    scene.ask(f"/accounts/confirm-email/{path}/", **headers)
    scene.ask("/", Host=f"{PLANTED['host']}.example", X_Request_ID=REQUEST)
    scene.ask("/", X_Request_ID=f"{PLANTED['header']} not well formed")
    visit(scene)
    for room in (f"projects/{path}", "notifications", f"nowhere/{path}"):
        knock(scene, room)


def visit(scene: Scene) -> None:
    """Forms, with and without their token."""
    visitor = Visitor(scene.house.url)
    visitor.get("/accounts/login/")
    visitor.post("/accounts/login/", login=EMAIL, password=PLANTED["password"])
    visitor.post("/accounts/signup/", email=EMAIL, name=PLANTED["form"], password1=PLANTED["password"], password2="different")
    visitor.post("/accounts/password/reset/", email=EMAIL)
    visitor.post("/accounts/login/code/confirm/", code=PLANTED["code"])
    visitor.token = "wrong"
    assert visitor.post("/accounts/login/", login=EMAIL, password=PLANTED["password"])[0] == 403


def knock(scene: Scene, room: str) -> None:
    """A socket that is refused."""
    address = scene.house.url.replace("http:", "ws:") + f"/ws/{room}/?token={PLANTED['query']}"
    headers = {"Authorization": f"Bearer {PLANTED['bearer']}", "Cookie": f"sessionid={PLANTED['cookie']}"}
    try:
        with connect(address, origin=scene.house.url, additional_headers=headers, open_timeout=10) as socket:
            socket.recv(timeout=10)
    except (ConnectionClosed, InvalidStatus, TimeoutError):
        return


def found_in(text: str, scene: Scene) -> list[str]:
    hidden = [*PLANTED.values(), "Zq8v", EMAIL, "planted.example", *scene.secrets, *(quote(secret) for secret in scene.secrets)]
    return [secret for secret in hidden if secret.lower() in text.lower()]


def test_the_log_was_written(scene: Scene) -> None:
    routes = {line.get("route") for line in scene.log()}
    assert {"mishap/page/<str:secret>/", "mishap/job/<str:secret>/", "(none)", "accounts/login/"} <= routes
    assert scene.until(lambda: [line for line in scene.log() if line["logger"] == "config.jobs"])


def test_no_line_holds_what_was_planted(scene: Scene) -> None:
    scene.until(lambda: [line for line in scene.log() if line.get("job") == "mishaps.fail" and line["event"] == "job"])
    assert found_in(scene.said(), scene) == []
    assert "forged" not in scene.said().replace("hello\\\\nforged", ""), "the one line of ours that says so itself"


def test_every_line_of_the_log_is_one_object(scene: Scene) -> None:
    lines = scene.said().partition("The sign-in page shows the demo logins.")[2].splitlines()
    assert [line for line in lines if line.strip() and not line.startswith("{")] == []
    for line in scene.log():
        assert {"timestamp", "level", "logger", "event"} <= set(line)


def test_a_failing_page_is_told_by_kind_place_and_request(scene: Scene) -> None:
    (line,) = [line for line in scene.log() if line.get("error") == "ValueError"]
    assert (line["request_id"], line["causes"]) == (REQUEST, ["KeyError"])
    assert re.fullmatch(r"config/tests/watch/mishaps/views.py:\d+ page", line["stack"][-1])


def test_a_failing_job_bears_the_request_that_started_it(scene: Scene) -> None:
    lines = scene.until(lambda: [line for line in scene.log() if line.get("job") == "mishaps.fail"])
    assert {line["request_id"] for line in lines} == {REQUEST}
    assert len({line["job_id"] for line in lines}) == 1
    assert [line["error"] for line in lines if line["event"] == "job failed"] == ["LookupError"]


def test_what_was_denied_stands_there_once(scene: Scene) -> None:
    denied = [line for line in scene.log() if line.get("route") == "mishap/denied/<str:secret>/"]
    assert [(line["event"], line["level"], line["status"]) for line in denied] == [("denied", "warning", 403)]
    assert [line["error"] for line in scene.log() if line["logger"] == "django.request"] == ["ValueError"]
    sockets = [line for line in scene.log() if line["event"] == "denied" and "socket" in line]
    assert sorted(line["socket"] for line in sockets) == ["NotificationSocket", "ProjectSocket"]
    assert [line["event"] for line in scene.log() if line["logger"] == "config.security"].count("sign-in failed") >= 1


def test_the_reports_hold_the_error_and_nothing_that_was_planted(scene: Scene) -> None:
    scene.until(lambda: {"ValueError", "LookupError"} <= _kinds(scene))
    raw = scene.reports.raw.decode(errors="replace")
    assert found_in(raw, scene) == []
    assert "sessionid" not in raw
    assert "Cookie" not in raw
    by_kind = {report["exception"]["values"][-1]["type"]: report for report in scene.lines if "exception" in report}
    page, job = by_kind["ValueError"], by_kind["LookupError"]
    assert page["release"] == job["release"] == "0.1.0"
    assert page["tags"] == {"request_id": REQUEST}
    assert (job["tags"]["job"], job["tags"]["request_id"]) == ("mishaps.fail", REQUEST)
    assert page["exception"]["values"][-1]["stacktrace"]["frames"][-1]["function"] == "page"
    assert not {"request", "user", "breadcrumbs", "extra", "modules", "server_name", "contexts"} & set(page) & set(job)


def _kinds(scene: Scene) -> set[str]:
    while not scene.reports.reports.empty():
        scene.lines.append(scene.reports.reports.get())
    return {report["exception"]["values"][-1]["type"] for report in scene.lines if "exception" in report}


def test_its_metrics_are_its_own_for_who_bears_the_token(scene: Scene) -> None:
    assert scene.ask("/metrics")[0] == 401
    status, headers, text = scene.ask("/metrics", Authorization=f"Bearer {scene.token}")
    assert (status, headers.get_content_type()) == (200, "text/plain")
    assert 'cooperator_requests_total{method="GET",route="mishap/denied/<str:secret>/",status="403"} 1.0' in text
    assert 'cooperator_jobs_total{job="mishaps.fail",result="failure"} 1.0' in text
    assert "cooperator_sockets_open 0.0" in text
    assert 'cooperator_jobs_waiting{queue="celery"} 0.0' in text
    assert 'cooperator_measure_failed{measure="activity"} 0.0' in text
    assert 'cooperator_outbox_events{target="live"}' in text
    assert found_in(text, scene) == []


def test_it_is_ready_with_its_schedule(scene: Scene) -> None:
    def ready() -> Any:
        status, _, body = scene.ask("/readyz")
        return json.loads(body) if status == 200 else None

    body = scene.until(ready)
    assert {name for name, finding in body["checks"].items() if finding["ok"]} == {
        "database", "migrations", "rules", "cache", "broker", "beat",
    }  # fmt: skip


def test_the_settings_of_this_test_are_the_products_own(tmp_path: Path) -> None:
    text = (Path(__file__).parent / "faulty.py").read_text()
    assert "from config.settings import *" in text
    assert "LOGGING" not in text
