"""Reports of errors, only where a DSN is set: what failed and where in the code, nothing that anybody sent."""

import logging
from typing import Any

import sentry_sdk
from sentry_sdk.integrations.atexit import AtexitIntegration
from sentry_sdk.integrations.celery import CeleryIntegration
from sentry_sdk.integrations.dedupe import DedupeIntegration
from sentry_sdk.integrations.django import DjangoIntegration
from sentry_sdk.integrations.logging import LoggingIntegration, ignore_logger
from structlog.contextvars import get_contextvars

from .logs import cleaning

_KEPT = ("event_id", "timestamp", "platform", "level", "release", "environment", "sdk", "transaction", "logger")
_FRAME = ("filename", "function", "module", "lineno", "in_app")


def begin(dsn: str, release: str) -> None:
    """Start to report; without a DSN nothing is started at all."""
    if not dsn:
        return
    ignore_logger("config.requests")  # what failed is reported by itself
    sentry_sdk.init(
        dsn=dsn,
        release=release,
        before_send=only_what_we_say,
        default_integrations=False,
        auto_enabling_integrations=False,
        integrations=[
            DjangoIntegration(middleware_spans=False, signals_spans=False, cache_spans=False),
            CeleryIntegration(propagate_traces=False),
            LoggingIntegration(level=None, event_level=logging.ERROR),
            DedupeIntegration(),
            AtexitIntegration(callback=lambda pending, timeout: None),
        ],
        send_default_pii=False,
        max_request_body_size="never",
        include_local_variables=False,
        include_source_context=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        server_name="",
    )


def only_what_we_say(event: Any, hint: dict[str, Any]) -> Any:
    """A new report with chosen parts of what the library gathered; whatever else it holds is left behind."""
    report = {name: event[name] for name in _KEPT if name in event}
    report["tags"] = {name: str(cleaning.clean(value, name)) for name, value in get_contextvars().items()}
    errors = (event.get("exception") or {}).get("values") or []
    if errors:
        found = hint.get("exc_info", (None, None))[1]
        report["exception"] = {"values": [_error(error, found) for error in errors]}
    elif "log_record" in hint:
        record = hint["log_record"]
        is_written = cleaning.is_written(record.msg, record.pathname, record.lineno)
        report["logentry"] = {"message": cleaning.text(str(record.msg)) if is_written else record.name}
    return report


def _error(error: dict[str, Any], found: BaseException | None) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames") or []
    said = cleaning.told(found).partition(": ")[2] if found is not None and type(found).__name__ == error.get("type") else ""
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "value": said,
        "mechanism": {"type": "generic", "handled": (error.get("mechanism") or {}).get("handled", False)},
        "stacktrace": {"frames": [{name: frame[name] for name in _FRAME if name in frame} for frame in frames]},
    }
