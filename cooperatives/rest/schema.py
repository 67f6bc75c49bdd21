"""The OpenAPI description says what can go wrong, too: every refusal is a problem document (RFC 9457)."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

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
    409: "The world has moved on: a stale version, a double act, a full lane, a vanished neighbour.",
    412: "If-Match is stale.",
    413: "The body is too large.",
    415: "Send JSON.",
    422: "A rule of the cooperative says no.",
    428: "Say which version you change: If-Match or the field version.",
}


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
        """A bearer token from /auth/login/, or the session cookie of a browser with its CSRF token."""
        return [
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
            {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        ]
