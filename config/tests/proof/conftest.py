"""The world of the proofs: built once for each file of tests, every test undone."""

import logging
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import time_machine
from django.db import connection

from ..kept import kept
from .numbering import counters, put_back
from .world import World, build


@pytest.fixture(scope="module")
def _built(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    with django_db_blocker.unblock():
        before = counters()
    with kept(django_db_blocker):
        yield build()
    with django_db_blocker.unblock():
        put_back(before)


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
    before = counters()
    yield build()
    put_back(before)
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM sqlite_sequence")
