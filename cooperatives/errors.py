"""What is answered when no view answers: a page for readers, a problem document for programs."""

import sys
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed, JsonResponse
from django.template import loader
from django.utils.translation import gettext as _
from django.views import defaults

from .outages import status_of
from .rest import document
from .rest.problems import MEDIA_TYPE

TRY_AGAIN = {503: 2, 507: 60}  # seconds, as Retry-After


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400, or 413 for more than one request may bring"""
    if (status := status_of(exception)) != 500:  # a session that could not be saved is reported as a bad request
        return _outage(request, status)
    if isinstance(exception, RequestDataTooBig):
        return _too_large(request, exception)
    sentence = _("The request cannot be read.")
    return _problem(request, 400, "invalid", sentence) or defaults.bad_request(request, exception)


def _too_large(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    sentence = _("This is larger than the address accepts. Send less at once.")
    response = _problem(request, 413, "too_large", sentence) or defaults.bad_request(request, exception, "413.html")
    response.status_code = 413
    return response


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """403"""
    sentence = _("Your role does not include this. Ask an administrator of the cooperative.")
    return _problem(request, 403, "forbidden", sentence) or defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """404, the same for what never was and for what is another cooperative's."""
    sentence = _("There is nothing at this address.")
    return _problem(request, 404, "not_found", sentence) or defaults.page_not_found(request, exception)


def wrong_method(request: HttpRequest, refused: HttpResponseNotAllowed) -> HttpResponseBase:
    """405: an address that only takes what a button sends, opened by itself; the answer says which methods it takes."""
    sentence = _("This address does not take this method. Look at Allow for those that it takes.")
    response = _problem(request, 405, "method_not_allowed", sentence) or _page(request, 405)
    response["Allow"] = refused["Allow"]
    return response


def failed(request: HttpRequest) -> HttpResponseBase:
    """500, or the outage that it came from: 503 without a database, 507 without space"""
    if (status := status_of(sys.exc_info()[1])) != 500:
        return _outage(request, status)
    sentence = _("Something went wrong on our side. Nothing was saved; try again.")
    return _problem(request, 500, "error", sentence) or defaults.server_error(request)


def _outage(request: HttpRequest, status: int) -> HttpResponseBase:
    away = _("The database does not answer just now. Try again in a moment, and look first whether your last change was saved.")
    full = _("There is no space left to save anything. What is there can be read. Tell your administrator.")
    response: HttpResponseBase | None = _problem(request, status, *(("unavailable", away) if status == 503 else ("full", full)))
    response = response or HttpResponse(loader.render_to_string(f"{status}.html"), status=status)
    response["Retry-After"] = str(TRY_AGAIN[status])
    response["Cache-Control"] = "private, no-store"
    return response


def _page(request: HttpRequest, status: int) -> HttpResponse:
    return HttpResponse(loader.render_to_string(f"{status}.html", request=request), status=status)


def _problem(request: HttpRequest, status: int, code: str, sentence: str) -> JsonResponse | None:
    if not request.path_info.startswith("/api/"):
        return None
    body: dict[str, Any] = document(status, code, sentence)
    return JsonResponse(body, status=status, content_type=MEDIA_TYPE)
