"""Probes: is the process alive; may traffic come."""

from collections.abc import Callable

from django.core.cache import cache
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse

from .fences import drift, unbound_role


def live(request: HttpRequest) -> JsonResponse:
    """The process answers."""
    return JsonResponse({"live": True})


def ready(request: HttpRequest) -> JsonResponse:
    """Database, migrations, fences and cache are as they should be; 503 with the first fault of each otherwise."""
    checks: dict[str, Callable[[], str]] = {"database": _database, "fences": _fences, "cache": _cache}
    faults = {name: fault for name, check in checks.items() if (fault := check())}
    return JsonResponse({"ready": not faults, "faults": faults}, status=503 if faults else 200)


def _database() -> str:
    try:
        executor = MigrationExecutor(connection)
        pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return "the database does not answer"
    return f"{len(pending)} migrations wait: run migrate" if pending else ""


def _fences() -> str:
    try:
        lines = drift(connection)
        unbound = connection.vendor == "postgresql" and unbound_role(connection)
    except DatabaseError:
        return "the fences cannot be read"
    if unbound:
        return "the application's role could walk through the walls"
    return f"{len(lines)} fences are not as declared: run migrate" if lines else ""


def _cache() -> str:
    try:
        cache.set("ready", 1, 5)
        return "" if cache.get("ready") == 1 else "the cache forgets"
    except Exception:  # noqa: BLE001 - every client library has its own; a probe answers, whatever it is
        return "the cache does not answer"
