"""Pages that fail, or have a job fail."""

import logging
import threading
import warnings
from typing import Any

from celery import current_app
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from cooperatives.models import Cooperative


def page(request: HttpRequest, secret: str) -> HttpResponse:
    """An error whose text, cause, local values and notes hold secrets."""
    hidden = {"password": secret, "body": request.body.decode(errors="replace")}
    try:
        raise KeyError(f"no {secret} in {hidden}")
    except KeyError as cause:
        error = ValueError(f"{secret}\nCRITICAL forged line {hidden['body']} {request.headers}")
        error.add_note(secret)
        raise error from cause


def log(request: HttpRequest, secret: str) -> HttpResponse:
    """Careless libraries and careless rooms."""
    careless, ours = logging.getLogger("careless.library"), logging.getLogger("tasks.careless")
    careless.error(f"request with {secret} {request.headers}")
    careless.error("token %s of %r", secret, {"x": secret}, extra={"payload": secret})
    careless.warning("not %d a number", secret)
    ours.warning(
        "hello\nforged", extra={"password": secret, "api_key": secret, "who": "ann@example.org", "nested": {"token": secret}}
    )
    ours.warning("with %r", ValueError(secret))
    warnings.warn(f"deprecated {secret}", stacklevel=1)
    thread = threading.Thread(target=lambda: (_ for _ in ()).throw(RuntimeError(secret)))
    thread.start()
    thread.join()
    return HttpResponse("logged")


def job(request: HttpRequest, secret: str) -> HttpResponse:
    """Start a job that fails, and one that nobody knows."""
    current_app.send_task("mishaps.fail", args=[secret], kwargs={"password": secret})
    current_app.send_task("mishaps.unknown", args=[secret])
    return HttpResponse("sent")


def denied(request: HttpRequest, secret: str) -> HttpResponse:
    """Refused."""
    raise PermissionDenied(secret)


def slow(request: Any, ms: int) -> HttpResponse:
    """An answer that touches the database."""
    return HttpResponse(str(Cooperative.objects.count()))
