"""One line and one count for each job; it bears the id of the request that started it."""

import logging
import time
from typing import Any

from celery import signals
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from . import figures

CARRIED = ("request_id",)
_log = logging.getLogger("config.jobs")


def connect() -> None:
    """Listen to Celery; called once, when Django is set up."""
    signals.before_task_publish.connect(send_along, weak=False, dispatch_uid="watch")
    signals.task_prerun.connect(begin, weak=False, dispatch_uid="watch")
    signals.task_failure.connect(note_failure, weak=False, dispatch_uid="watch")
    signals.task_postrun.connect(end, weak=False, dispatch_uid="watch")


def send_along(headers: dict[str, Any] | None = None, **_: Any) -> None:
    """Give the job the ids of what starts it."""
    context = get_contextvars()
    if headers is not None:
        headers.update({name: context[name] for name in CARRIED if context.get(name)})


def begin(task_id: str, task: Any, **_: Any) -> None:
    """Everything said from here on bears the job's ids."""
    clear_contextvars()
    given = {name: value for name in CARRIED if (value := getattr(task.request, name, None))}
    bind_contextvars(job_id=task_id, job=task.name, **given)
    task.request.began = time.perf_counter()


def note_failure(sender: Any, exception: BaseException, **_: Any) -> None:
    """What it failed of, without its arguments."""
    _log.error("job failed", exc_info=exception)


def end(task: Any, state: str | None = None, **_: Any) -> None:
    """Count it; a job that went well without anybody waiting for it is no news."""
    seconds = time.perf_counter() - getattr(task.request, "began", time.perf_counter())
    result = (state or "UNKNOWN").lower()
    figures.JOBS.labels(task.name, result).inc()
    figures.JOB_SECONDS.labels(task.name).observe(seconds)
    is_news = result != "success" or "request_id" in get_contextvars()
    _log.log(logging.INFO if is_news else logging.DEBUG, "job", extra={"result": result, "ms": round(seconds * 1000, 1)})
    figures.note_pool()
    clear_contextvars()
