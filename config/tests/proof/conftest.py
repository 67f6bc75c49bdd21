"""The world of the proofs: built once for each file of tests, every test undone.

Such a file holds no tests with real commits: they would flush the world away.
"""

import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection

from .numbering import counters, put_back
from .world import World, build, undone


@pytest.fixture(scope="module")
def _built(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock(), pytest.MonkeyPatch.context() as patch:
        kept = counters()
        with undone():
            # Every test ends by closing the connection that the world's transaction lives in.
            patch.setattr(connection, "close", lambda: None)
            yield build()
        put_back(kept)


@pytest.fixture
def quiet() -> Iterator[None]:
    """Thousands of refusals are not worth a line each in the log."""
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def still(_built: World) -> Iterator[None]:
    """The clock stands where the world was made, so that no answer differs by the minute."""
    with time_machine.travel(_built.made_at, tick=False):
        yield


@pytest.fixture
def world(_built: World, db: None, settings: Any) -> World:
    """Two cooperatives and everybody who may knock; what a test changes is undone."""
    # Counts of knocking start at zero, and nobody knocks too often.
    settings.API_LIMIT = 0
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": f"t-{uuid.uuid4().hex}"}}
    return _built


@pytest.fixture
def real_world(transactional_db: None, settings: Any, quiet: None) -> Iterator[World]:
    """A world that is committed, so that threads and processes see it. Never in one file with `world`, which stays open."""
    settings.API_LIMIT = 0
    kept = counters()
    yield build()
    put_back(kept)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_sequence")
