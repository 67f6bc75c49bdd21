"""What `/readyz` asks on behalf of this room: each answers with nothing when all is well, else with a sentence."""

from collections.abc import Callable

from celery import current_app
from django.core.cache import cache
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from .fences import drift, unbound_role

_SOON = 2  # seconds


def database() -> str:
    """Whether it answers at all."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def migrations() -> str:
    """Whether all are applied."""
    executor = MigrationExecutor(connection)
    pending = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(pending)} migrations wait: run migrate" if pending else ""


def rules() -> str:
    """Whether the database holds the rules that the models declare, and binds the application by them."""
    lines = drift(connection)
    if connection.vendor == "postgresql" and unbound_role(connection):
        return "the application's role could walk through the walls"
    return f"{len(lines)} fences are not as declared: run migrate" if lines else ""


def remembers() -> str:
    """Whether the shared cache keeps what it is given; a process that helps itself meanwhile says so."""
    cache.set("ready", 1, 5)
    if cache.get("ready") != 1:
        return "the cache forgets"
    is_away: Callable[[], bool] = getattr(cache, "is_away", bool)
    return "the cache does not answer" if is_away() else ""


def broker() -> str:
    """Whether jobs can be handed over."""
    options = {**current_app.conf.broker_transport_options, "max_retries": 0}
    with current_app.connection_for_write(transport_options=options, connect_timeout=_SOON) as line:
        line.ensure_connection(max_retries=1, timeout=_SOON)
    return ""


PROBES = {"database": database, "migrations": migrations, "rules": rules, "cache": remembers, "broker": broker}
