"""The OpenAPI description says what can go wrong, too: every refusal is a problem document (RFC 9457)."""

from copy import copy
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from .once import HEADER, PATTERN, REFUSED, REPLAYED, REQUIRED
from .problems import MEDIA_TYPE

PROBLEM = {
    "type": "object",
    "description": "Why it was not done, and what mends it (RFC 9457).",
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string", "description": "For programs."},
        "detail": {"type": "string", "description": "For people; names the cure."},
        "field": {"type": "string", "description": "The input that is wrong."},
        "errors": {"type": "object", "additionalProperties": True, "description": "Messages by field."},
        "current": {"description": "The row as it is now, when the version was stale."},
    },
    "required": ["type", "title", "status", "code", "detail"],
}
READING = {
    400: "A filter or a number cannot be read.",
    401: "Nobody is signed in, or the token has ended.",
    403: "A member without the right.",
    404: "There is nothing here, or nothing of yours.",
    406: "Only JSON is offered.",
    429: "Too many requests; Retry-After says how long to wait.",
}
WRITING = {
    **READING,
    400: "The input cannot be read or is invalid.",
    409: "The world has moved on: a stale version, a full lane, a vanished neighbour; or the same request is still running.",
    412: "If-Match is stale.",
    413: "The body is too large.",
    415: "Send JSON.",
    422: "A rule of the cooperative says no, or the Idempotency-Key was used for another request.",
    428: "Say which version you change: If-Match or the field version.",
}


_KEY = OpenApiParameter(
    HEADER,
    {"type": "string", "minLength": 1, "maxLength": 255, "pattern": PATTERN},
    OpenApiParameter.HEADER,
    description="A new one for each request, such as a UUID. Sent again within 48 hours with the same request, it gets the first "
    "answer and nothing is done twice; with another request it is refused.",
)
_REPLAYED = OpenApiParameter(
    REPLAYED,
    {"type": "string", "enum": ["true"]},
    OpenApiParameter.HEADER,
    response=[200, 201, 202, 204],
    description="The answer was given before, to the same Idempotency-Key.",
)


class Schema(AutoSchema):
    """How an operation is described: a POST says what an Idempotency-Key does, creating has a body of its own."""

    def get_override_parameters(self) -> list[Any]:
        """The headers of a POST that is done once."""
        kept = getattr(self.view, "idempotency", REFUSED)
        if self.method != "POST" or kept == REFUSED:
            return []
        key = _KEY if kept != REQUIRED else _required(_KEY)
        return [key, _REPLAYED]

    def get_request_serializer(self) -> Any:
        """What a POST that creates takes, where that is less than what a change takes."""
        creating = getattr(self.view, "creating", None)
        if creating is not None and getattr(self.view, "action", "") == "create":
            return creating
        return super().get_request_serializer()


def _required(parameter: OpenApiParameter) -> OpenApiParameter:
    changed = copy(parameter)
    changed.required = True
    return changed


def document_problems(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """A postprocessing hook of drf-spectacular: add the problem answers to every operation that lacks them."""
    result.setdefault("components", {}).setdefault("schemas", {})["Problem"] = PROBLEM
    for item in result["paths"].values():
        for method, operation in item.items():
            if isinstance(operation, dict) and "responses" in operation:
                _complete(operation["responses"], READING if method == "get" else WRITING)
    return result


def _complete(responses: dict[str, Any], problems: dict[int, str]) -> None:
    content = {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, description in problems.items():
        responses.setdefault(str(status), {"description": description, "content": content})


class SessionOrTokenScheme(OpenApiAuthenticationExtension):
    """How one proves who one is."""

    target_class = "cooperatives.credentials.SessionOrToken"
    name = ("token", "session")

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:
        """A bearer token from /auth/login/ or an API key, or the session cookie of a browser with its CSRF token."""
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "access token or API key"},
            {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        ]
