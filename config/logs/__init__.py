"""What this installation writes about itself: one line for each thing, with ids and without anything personal or secret."""

import logging
import threading
from typing import Any

import structlog

from .. import env
from . import cleaning

OURS = ("config", "cooperatives", "activity", "members", "tasks", "voting", "cooperator")
# Our own lines say it once: what Django says of each answer, Celery of each job and gunicorn of each visit is left out.
_SAID_ALREADY = {
    "django.request": {"filters": ["failures"]},
    "django.security.csrf": {"level": "CRITICAL"},
    "django.server": {"level": "WARNING", "propagate": True},
    "celery.app.trace": {"level": "CRITICAL"},
    "celery.redirected": {"level": "CRITICAL"},
}


def logging_of(rooms: tuple[str, ...], *, debug: bool, quiet: bool) -> dict[str, Any]:
    """The LOGGING setting, from the environment. `quiet` is for the suite: then our own rooms speak of warnings only too."""
    env.group("Log")
    level = env.text("LOG_LEVEL", "INFO", "DEBUG, INFO, WARNING or ERROR. Libraries speak of warnings at least.")
    meaning = "json, one object for each line, or text, for people. Unset: text with DEBUG, else json."
    style = env.text("LOG_FORMAT", "", meaning, start="text") or ("text" if debug else "json")
    loud = {"level": "WARNING" if quiet else level}
    cleaning.hide(env.hidden())
    structlog.configure(
        processors=[structlog.stdlib.render_to_log_kwargs],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"failures": {"()": "config.logs.lines.Failures"}},
        "formatters": {"line": {"()": "config.logs.lines.Lines", "style": style, "open_book": debug, "ours": OURS + rooms}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": "WARNING"},
        "loggers": {**dict.fromkeys({*OURS, *rooms}, loud), "django": {"level": "WARNING"}, **_SAID_ALREADY},
    }


def catch_the_rest() -> None:
    """Bring what bypasses logging into it: warnings, and exceptions that end a thread. Called once Django is set up."""
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # it would print the arguments of a call that it cannot format
    threading.excepthook = _thread_ended


def _thread_ended(ended: threading.ExceptHookArgs) -> None:
    error = ended.exc_value or ended.exc_type()
    if not isinstance(error, SystemExit):
        logging.getLogger("config.threads").error("a thread ended by an exception", exc_info=error)
