"""Act as the owner of the tables: for migrations and flushes only, never while requests are served."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper


@contextmanager
def as_owner(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Reconnect with the owner's login when one is configured; the application's login returns afterwards."""
    owner = settings.OWNER_DATABASE if connection.vendor == "postgresql" else None
    mine = connection.settings_dict.copy()
    if owner and owner["USER"] != mine["USER"]:
        _reconnect(connection, {**mine, **owner, "NAME": mine["NAME"]})
    elif (mine.get("OPTIONS") or {}).get("assume_role"):
        plain = {key: value for key, value in mine["OPTIONS"].items() if key != "assume_role"}
        _reconnect(connection, {**mine, "OPTIONS": plain})
    try:
        yield
    finally:
        if connection.settings_dict != mine:
            _reconnect(connection, mine)


def _reconnect(connection: BaseDatabaseWrapper, as_whom: dict[str, object]) -> None:
    connection.close()
    if hasattr(connection, "close_pool"):
        connection.close_pool()
    connection.settings_dict = as_whom
