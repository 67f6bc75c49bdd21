"""The world with its stock, and whether the tables are to be written instead of compared."""

from collections.abc import Iterator
from typing import Any

import pytest

from ...kept import kept
from ..numbering import counters, put_back
from ..world import World, build
from .stock import stock
from .writing import Writer


@pytest.fixture(scope="package")
def _built(django_db_setup: Any, django_db_blocker: Any) -> Iterator[World]:
    """The same world for all files of this folder: building it takes as long as two hundred tries."""
    with django_db_blocker.unblock():
        before = counters()
    with kept(django_db_blocker):
        yield build()
    with django_db_blocker.unblock():
        put_back(before)


@pytest.fixture
def stocked(world: World, still: None) -> World:
    """The world as the tables mean it; its tokens last five minutes, however slow the machine is."""
    stock(world)
    return world


@pytest.fixture
def writer(request: pytest.FixtureRequest) -> Any:
    """Takes what is observed when `make matrix` runs; None in the suite, which compares."""
    return request.config.pluginmanager.get_plugin(Writer.NAME)
