"""Every error of the API is a problem document (RFC 9457) that names the field and the cure."""

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils.translation import gettext as _
from rest_framework import exceptions, status
from rest_framework.response import Response
from rest_framework.serializers import as_serializer_error

from ..actions import RuleBroken, Stale

MEDIA_TYPE = "application/problem+json"


class PreconditionRequired(exceptions.APIException):
    """A write that does not say which version it changes."""

    status_code = status.HTTP_428_PRECONDITION_REQUIRED
    default_code = "version_required"
    default_detail = "Send the version you saw, as If-Match or as the field version."


def problem(error: Exception, context: dict[str, Any]) -> Response | None:
    """DRF's exception handler: one shape for every refusal; unknown errors stay errors."""
    response = _of_rule(error, context) if isinstance(error, RuleBroken) else _of_framework(error)
    if response is None:
        return None
    response.content_type = MEDIA_TYPE
    response["Cache-Control"] = "private, no-store"
    return response


def _of_rule(error: RuleBroken, context: dict[str, Any]) -> Response:
    body = document(error.status, error.code, error.sentence)
    if error.field:
        body["errors"] = {error.field: [error.sentence]}
        body["field"] = error.field
    if isinstance(error, Stale):
        if "HTTP_IF_MATCH" in context["request"].META:
            body["status"] = status.HTTP_412_PRECONDITION_FAILED
        represent = getattr(context.get("view"), "represent", None)
        body["current"] = represent(error.current) if represent else None
    body.update(error.extra)
    wait = getattr(error, "wait", None)
    headers = {"Retry-After": str(wait)} if wait else {}
    return Response(body, status=body["status"], headers=headers)


def _of_framework(error: Exception) -> Response | None:
    if isinstance(error, Http404):
        error = exceptions.NotFound(_("There is nothing at this address."))
    elif isinstance(error, PermissionDenied) or getattr(error, "detail", "") == exceptions.PermissionDenied.default_detail:
        error = exceptions.PermissionDenied(_("Your role does not include this. Ask an administrator of the cooperative."))
    if not isinstance(error, exceptions.APIException):
        return None
    headers: dict[str, str] = {}
    if header := getattr(error, "auth_header", None):
        headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        headers["Retry-After"] = str(int(wait) + 1)
    body = document(error.status_code, _code(error), _detail(error))
    if isinstance(error, exceptions.ValidationError):
        body["errors"] = as_serializer_error(error)
    return Response(body, status=error.status_code, headers=headers)


def document(status_code: int, code: str, detail: str) -> dict[str, Any]:
    """The members every problem document has."""
    return {"type": "about:blank", "title": _title(status_code), "status": status_code, "code": code, "detail": detail}


def _title(status_code: int) -> str:
    titles = {
        400: _("The input is not right"),
        401: _("Sign in first"),
        403: _("Not for your role"),
        404: _("Not found"),
        405: _("This method is not offered here"),
        406: _("This form is not offered here"),
        409: _("It does not fit what is there now"),
        412: _("The version is stale"),
        413: _("Too large"),
        415: _("Send JSON"),
        422: _("A rule says no"),
        428: _("Say which version"),
        429: _("Too many requests"),
        503: _("Not available for a moment"),
        507: _("No space left"),
    }
    return titles.get(status_code, _("Not done"))


def _code(error: exceptions.APIException) -> str:
    if isinstance(error, exceptions.ValidationError):
        return "invalid"
    codes = error.get_codes()
    return codes if isinstance(codes, str) else error.default_code


def _detail(error: exceptions.APIException) -> str:
    if not isinstance(error, exceptions.ValidationError):
        return str(error.detail)
    errors = as_serializer_error(error)
    first, messages = next(iter(errors.items()), ("", []))
    sentence = messages[0] if isinstance(messages, list) and messages else messages
    return f"{first}: {sentence}" if first and first != "non_field_errors" else str(sentence)
