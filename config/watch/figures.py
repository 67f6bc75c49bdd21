"""The figures: what requests and jobs add to, and what is asked when a monitor comes by."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any

from django.conf import settings
from django.db import connection
from prometheus_client import REGISTRY, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from ..celery import app
from ..rooms import modules
from . import store
from .asking import Inquiry

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
REQUESTS = Counter("cooperator_requests", "Answers by route, method and status.", ["route", "method", "status"])
REQUEST_SECONDS = Histogram("cooperator_request_seconds", "How long answers took.", ["route", "method"], buckets=_SECONDS)
JOBS = Counter("cooperator_jobs", "Jobs that ended, by name and result.", ["job", "result"])
JOB_SECONDS = Histogram("cooperator_job_seconds", "How long jobs took.", ["job"], buckets=_SECONDS)
CONNECTIONS = Gauge(
    "cooperator_database_connections",
    "Connections of the pool by state, and requests that wait for one.",
    ["state"],
    multiprocess_mode="livesum",
)
_inquiry = Inquiry()


def note_pool(**_: Any) -> None:
    """Write down how the pool of this process stands; connected to the end of requests and jobs."""
    pool: Any = getattr(connection, "pool", None)
    if pool is None:
        return
    stats = pool.get_stats()
    size, free = stats.get("pool_size", 0), stats.get("pool_available", 0)
    for state, value in {"used": size - free, "free": free, "waiting": stats.get("requests_waiting", 0)}.items():
        CONNECTIONS.labels(state).set(value)


class Asked:
    """What is looked up at the moment: each room's `measures.measured()`, and how many jobs wait."""

    def collect(self) -> Iterable[Metric]:
        """All that could be found out in time, and which of it could not."""
        failed = GaugeMetricFamily("cooperator_measure_failed", "1 for what could not be looked up in time.", labels=["measure"])
        for name, asked in _inquiry.ask(_measures()).items():
            failed.add_metric([name], 0 if asked.error is None else 1)
            yield from asked.value or ()
        yield failed


def _measures() -> dict[str, Callable[[], list[Metric]]]:
    asked: dict[str, Callable[[], list[Metric]]] = {"queue": queued}
    for module in modules("measures"):
        asked[module.__name__.partition(".")[0]] = partial(_listed, module.measured)
    return asked


def _listed(measured: Callable[[], Iterable[Metric]]) -> list[Metric]:
    return list(measured())


def queued() -> list[Metric]:
    """How many jobs wait in the broker."""
    waiting = GaugeMetricFamily("cooperator_jobs_waiting", "Jobs in the queue.", labels=["queue"])
    with app.connection_for_read(transport_options={**app.conf.broker_transport_options, "max_retries": 0}) as broker:
        queue = app.conf.task_default_queue
        waiting.add_metric([queue], broker.default_channel._size(queue))
    return [waiting]


class _Here:
    """What this process counts."""

    def collect(self) -> Iterable[Metric]:
        """As the default registry has it, with what it knows of the process."""
        return REGISTRY.collect()


def text() -> bytes:
    """All figures of all processes, in the text format of Prometheus."""
    registry = CollectorRegistry()
    if settings.METRICS_FOLDER is None:
        registry.register(_Here())
    else:
        store.bury()
        MultiProcessCollector(registry, str(settings.METRICS_FOLDER))  # type: ignore[no-untyped-call]
    registry.register(Asked())
    return generate_latest(registry)
