"""One line and one count for each request. The outermost middleware, so that it sees every answer."""

import logging
import re
import time
import uuid
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from structlog.contextvars import bound_contextvars, clear_contextvars

from . import figures

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
DENIED = frozenset({401, 403, 404, 429})
UNKNOWN = "(none)"
_WELL_FORMED = re.compile(r"[A-Za-z0-9_-]{8,64}")
_UNSPOKEN = ("static/", "healthz", "readyz", "metrics")  # asked all the time, and no news while they answer
_log = logging.getLogger("config.requests")


class Visits:
    """Names the request, answers its name as X-Request-ID, and writes down what became of it.

    The line holds the route, never the address: addresses hold ids, and some hold secrets. It names the user, by
    public id, only where something was denied or failed.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Answer, count, write."""
        given = request.headers.get("X-Request-ID", "")
        name = given if _WELL_FORMED.fullmatch(given) else uuid.uuid4().hex
        began = time.perf_counter()
        clear_contextvars()  # a thread serves many
        with bound_contextvars(request_id=name):
            response = self.get_response(request)
            self._note(request, response, time.perf_counter() - began)
        response["X-Request-ID"] = name
        return response

    def _note(self, request: HttpRequest, response: HttpResponseBase, seconds: float) -> None:
        route, status = route_of(request), response.status_code
        method = request.method if request.method in METHODS else "OTHER"
        figures.REQUESTS.labels(route, method, str(status)).inc()
        figures.REQUEST_SECONDS.labels(route, method).observe(seconds)
        if status >= 400 or not route.startswith(_UNSPOKEN):
            facts = {
                "method": method,
                "route": route,
                "status": status,
                "ms": round(seconds * 1000, 1),
                **_whose(request, status),
            }
            _log.log(level_of(status), "denied" if status in DENIED else "request", extra=facts)


def route_of(request: HttpRequest) -> str:
    """The pattern of its address, as the URL configuration has it."""
    if request.path_info.startswith("/static/"):
        return "static/"
    match = request.resolver_match
    return (match.route or "/") if match is not None else UNKNOWN


def level_of(status: int) -> int:
    """How loud a line about this answer is."""
    if status >= 500:
        return logging.ERROR
    return logging.WARNING if status in DENIED or status == 400 else logging.INFO


def _whose(request: Any, status: int) -> dict[str, Any]:
    facts: dict[str, Any] = {"cooperative": getattr(getattr(request, "cooperative", None), "pk", None)}
    user = getattr(getattr(request, "actor", None), "user", None)
    if status >= 400 and user is not None:
        facts["user"] = getattr(user, "public_id", None)
    return facts
