"""What the members' tests start from."""

import threading
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from config.tests.kept import kept
from cooperatives.models import Cooperative
from members.demo.load import load
from members.models import User

from .factories import a_cooperative, a_member, a_user


@pytest.fixture(autouse=True)
def fresh_cache(settings: Any) -> None:
    """Counts of knocking start at zero; the engine stays the one under test."""
    settings.CACHES = {"default": {**settings.CACHES["default"], "KEY_PREFIX": f"t-{uuid.uuid4().hex}"}}


@pytest.fixture(scope="module")
def loaded(django_db_setup: None, django_db_blocker: Any) -> Iterator[list[Cooperative]]:
    """Both demo cooperatives, loaded once for all tests of a file, which has none with real commits."""
    with kept(django_db_blocker):
        with override_settings(DEMO=True):
            found = load()
        yield found


@pytest.fixture
def ada(db: None) -> User:
    """Ada founds Alder Yard and is its admin."""
    return a_user("Ada Quist")


@pytest.fixture
def alder(ada: User) -> Cooperative:
    """Ada's cooperative."""
    return a_cooperative(ada)


@pytest.fixture
def ben(alder: Cooperative) -> User:
    """Ben is a plain member of Alder Yard."""
    user = a_user("Ben Oduya", about="Grows tomatoes.")
    a_member(alder, user)
    return user


@pytest.fixture
def stranger(db: None) -> User:
    """Someone with a login and a cooperative of their own."""
    user = a_user("Sam Stranger")
    a_cooperative(user, "Birch Lane")
    return user


@pytest.fixture
def keeper(db: None) -> User:
    """Who keeps the installation; belongs to no cooperative."""
    return a_user("Kim Keeper", role=User.Role.ADMIN)


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Run a function many times at one instant, each in its own thread; returns results and exceptions."""

    def run(function: Callable[[int], Any], count: int) -> list[Any]:
        results: list[Any] = [None] * count
        barrier = threading.Barrier(count)

        def one(index: int) -> None:
            barrier.wait()
            try:
                results[index] = function(index)
            except Exception as error:  # noqa: BLE001 - whatever came is what the test looks at
                results[index] = error
            finally:
                connections.close_all()

        threads = [threading.Thread(target=one, args=(index,)) for index in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    return run


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Whose sockets are asked again who stands behind them."""
    found: list[str] = []
    monkeypatch.setattr("members.endings.recheck", found.append)
    return found
