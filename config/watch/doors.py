"""`/healthz`, `/readyz`, `/metrics`: asked by programs, answered also while everything else is down."""

import ipaddress
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from ..rooms import modules
from . import figures
from .asking import Asked, Inquiry, Overdue

_inquiry = Inquiry()
_BEARER = "bearer "


@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers; asks nothing."""
    return JsonResponse({"alive": True})


@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """200 when all that is needed is there, else 503. `?only=database,rules` asks for some of it.

    The findings themselves are for whoever bears the metrics token or asks from this machine.
    """
    probes = questions()
    only = [name for name in request.GET.get("only", "").split(",") if name] or list(probes)
    if not set(only) <= set(probes):
        return JsonResponse({"ready": False, "known": list(probes)}, status=400)
    findings = {name: _finding(asked) for name, asked in _inquiry.ask({name: probes[name] for name in only}).items()}
    is_ready = all(finding["ok"] for finding in findings.values())
    body: dict[str, Any] = {"ready": is_ready}
    if bears_token(request) or is_from_here(request):
        body["checks"] = findings
    return JsonResponse(body, status=200 if is_ready else 503)


@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """The figures as Prometheus reads them. Without a METRICS_TOKEN there is no such address."""
    if not settings.METRICS_TOKEN:
        raise Http404
    if not bears_token(request):
        return HttpResponse("A token is needed.\n", status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"})
    return HttpResponse(figures.text(), content_type=CONTENT_TYPE_LATEST)


def questions() -> dict[str, Callable[[], str]]:
    """What the rooms want asked, by name: each answers with nothing when all is well, else with a sentence."""
    return {name: probe for module in modules("probes") for name, probe in module.PROBES.items()}


def _finding(asked: Asked) -> dict[str, Any]:
    why = asked.value or ""
    if asked.error is not None:
        why = "no answer in time" if isinstance(asked.error, Overdue) else f"cannot be asked: {type(asked.error).__name__}"
    return {"ok": not why, "why": why, "ms": asked.ms}


def bears_token(request: HttpRequest) -> bool:
    """Whether the request brings the metrics token. Takes equally long for every wrong one."""
    given, token = request.headers.get("Authorization", ""), settings.METRICS_TOKEN
    if not token or not given.lower().startswith(_BEARER):
        return False
    return constant_time_compare(given[len(_BEARER) :].strip(), token)


def is_from_here(request: HttpRequest) -> bool:
    """Whether it was asked on this machine, and not through a proxy that runs here for somebody elsewhere."""
    forwarded = request.headers.get("X-Forwarded-For", "")
    if "Forwarded" in request.headers or (forwarded and not settings.TRUST_PROXY):
        return False
    address = forwarded.rpartition(",")[2].strip() or request.META.get("REMOTE_ADDR", "")
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False
