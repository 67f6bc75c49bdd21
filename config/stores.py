"""Addresses of databases, caches and brokers turned into what Django and Celery expect."""

import os
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote, urlsplit

import environ

from .env import BASE_DIR

SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON; PRAGMA recursive_triggers=ON; "
    "PRAGMA temp_store=MEMORY; PRAGMA mmap_size=134217728; PRAGMA journal_size_limit=67108864; PRAGMA cache_size=-8000;"
)


def database(url: str, *, pool_size: int = 0) -> dict[str, Any]:
    """One entry of DATABASES. `pool_size` 0 means no pool, as migrations, tests and PgBouncer want it."""
    entry: dict[str, Any] = dict(environ.Env.db_url_config(url))
    if entry["ENGINE"].endswith("sqlite3"):
        return entry | _sqlite(str(entry["NAME"]))
    return entry | {"HOST": unquote(entry["HOST"])} | _postgresql(entry.get("OPTIONS", {}), pool_size)


def _sqlite(name: str) -> dict[str, Any]:
    # IMMEDIATE takes the write lock at BEGIN and waits for it: a deferred one fails at once when it upgrades.
    options = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_PRAGMAS}
    path = BASE_DIR / name
    path.parent.mkdir(parents=True, exist_ok=True)
    # A file, because the live server's threads must see it; named by process, because several runs may share a checkout.
    test = {"NAME": str(path.with_name(f"test-{os.getpid()}.sqlite3"))}
    return {"NAME": str(path), "OPTIONS": options, "TEST": test}


def _postgresql(options: dict[str, Any], pool_size: int) -> dict[str, Any]:
    if pool_size:
        # By default the pool pauses longer and longer while the database is away, and stays away when that is back.
        patience = {"timeout": 5, "reconnect_timeout": 1}
        pool = {"min_size": 0, "max_size": pool_size, "max_idle": 60, **patience}
        options = {"connect_timeout": 3, **options, "pool": pool}
    # Server-side cursors cannot carry the active cooperatives; persistent connections leak under ASGI.
    return {
        "OPTIONS": options,
        "CONN_MAX_AGE": 0,
        "CONN_HEALTH_CHECKS": bool(pool_size),
        "DISABLE_SERVER_SIDE_CURSORS": True,
    }


def cache(redis_url: str, prefix: str) -> dict[str, Any]:
    """The default cache: shared by all processes when Redis is there, else this process's own memory."""
    if redis_url:
        patience = {"socket_connect_timeout": 1, "socket_timeout": 1}
        return {"BACKEND": "config.caching.SteadyCache", "LOCATION": redis_url, "KEY_PREFIX": prefix, "OPTIONS": patience}
    return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 10_000}}


def broker(redis_url: str) -> str:
    """Celery's spelling of the address: it calls a unix socket redis+socket."""
    if not redis_url:
        return "memory://localhost/"
    if redis_url.startswith("unix://"):
        return "redis+socket://" + redis_url.removeprefix("unix://")
    return redis_url


def socket_database_url(folder: str, name: str, user: str, password: str = "") -> str:
    """The address of a PostgreSQL database behind a unix socket."""
    login = f"{user}:{password}" if password else user
    return f"postgres://{login}@{quote(folder, safe='')}/{name}"


def origin(url: str) -> str:
    """Scheme, host and port of an address, as a browser spells it in its Origin header."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def folder(path: str) -> Path:
    """A folder below the checkout, or anywhere when the path says so."""
    return BASE_DIR / path  # an absolute path replaces what stands before it
