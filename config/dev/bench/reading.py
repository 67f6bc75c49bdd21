"""`python -m config.dev.bench.reading bare|api DATABASE`: microseconds of one request for one row, inside the process.

bare: Django with one view, no middleware, one ORM read, JSON. api: the product's own address of one task, with a token.
"""

import json
import subprocess
import sys
import time
from io import BytesIO
from typing import Any

import django
from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.utils.module_loading import import_string

from config import keys

ROUNDS, REQUESTS = 7, 200


def call(application: Any, address: str, method: str = "GET", body: bytes = b"", token: str = "") -> bytes:
    """One request through WSGI. Raises RuntimeError when the answer is not a success."""
    environ = {
        "REQUEST_METHOD": method, "PATH_INFO": address, "QUERY_STRING": "", "SERVER_NAME": "localhost", "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1", "HTTP_HOST": "localhost", "wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": "application/json", "wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "REMOTE_ADDR": "127.0.0.1",
    }  # fmt: skip
    if token:
        environ["HTTP_AUTHORIZATION"] = f"Bearer {token}"
    said: list[str] = []
    answer = application(environ, lambda status, headers, error=None: said.append(status))
    content = b"".join(answer)
    answer.close()
    if not said[0].startswith("2"):
        raise RuntimeError(f"{address} answered {said[0]}: {content[:200]!r}")
    return content


def one_row(request: HttpRequest) -> JsonResponse:
    """The floor: one row by its key."""
    row = import_string("django.contrib.contenttypes.models.ContentType")._base_manager.values().get(pk=1)
    return JsonResponse(row)


urlpatterns = [path("row/", one_row)]


def bare(database: str) -> float:
    """Microseconds of the floor."""
    entry = {"ENGINE": "django.db.backends.sqlite3", "NAME": database}
    settings.configure(
        ROOT_URLCONF=__name__, DATABASES={"default": entry}, INSTALLED_APPS=["django.contrib.contenttypes"], ALLOWED_HOSTS=["*"]
    )
    return _time(get_wsgi_application(), "/row/", "")


def api() -> float:
    """Microseconds of the product."""
    django.setup()
    application = get_wsgi_application()
    who = json.dumps({"email": "marta.lindqvist@linden-court.example", "password": "linden-and-kilele"}).encode()
    token = json.loads(call(application, "/api/v1/auth/login/", "POST", who))["access"]
    first = json.loads(call(application, "/api/v1/tasks/", token=token))["results"][0]["id"]
    return _time(application, f"/api/v1/tasks/{first}/", token)


def _time(application: Any, address: str, token: str) -> float:
    rounds = []
    for _ in range(ROUNDS):
        began = time.perf_counter()
        for _ in range(REQUESTS):
            call(application, address, token=token)
        rounds.append((time.perf_counter() - began) / REQUESTS * 1e6)
    return min(rounds)  # the least disturbed


def plain(environment: dict[str, str]) -> dict[str, str]:
    """The environment of a process that measures itself: that of production."""
    return {
        **environment,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DEBUG": "off",
        "SECRET_KEY": keys.fresh("SECRET_KEY"),
        "ALLOWED_HOSTS": "localhost",
    }


def measure(database: str, environment: dict[str, str]) -> dict[str, float]:
    """Both, each in a fresh process on the same database."""
    figures = {}
    for kind in ("bare", "api"):
        command = [sys.executable, "-m", "config.dev.bench.reading", kind, database]
        done = subprocess.run(command, env=plain(environment), capture_output=True, text=True, check=True)
        figures[kind] = float(done.stdout)
    return figures


if __name__ == "__main__":
    print(bare(sys.argv[2]) if sys.argv[1] == "bare" else api())
