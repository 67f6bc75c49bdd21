"""Two cooperatives that must never see each other, and their people."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection

from cooperatives.actions import found
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import User

from .hosts import other_host


@pytest.fixture(scope="session")
def new_file(tmp_path_factory: pytest.TempPathFactory, django_db_setup: Any, django_db_blocker: Any) -> Path:
    """A SQLite database that has just been migrated, to be copied."""
    file = tmp_path_factory.mktemp("new") / "db.sqlite3"
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":  # every test leaves the suite's own as empty as it found it
            with closing(sqlite3.connect(connection.settings_dict["NAME"])) as raw:
                raw.execute("VACUUM INTO ?", [str(file)])
            return file
        with other_host(file.parent):
            call_command("migrate", verbosity=0)
            with connection.cursor() as cursor:
                cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return file


@pytest.fixture
def person(db: Any) -> Callable[[str], User]:
    """Make a user by first name."""
    return lambda name: User.objects.create_user(f"{name.lower()}@example.org", "a long pass phrase", name=name)


@pytest.fixture
def founded(person: Callable[[str], User]) -> Callable[..., tuple[Cooperative, Actor]]:
    """Found a cooperative by name; gives it and its founder as an actor with the new standing."""

    def make(name: str, founder: str, **facts: Any) -> tuple[Cooperative, Actor]:
        user = person(founder)
        cooperative = found(Actor.of(user), name=name, kind=facts.pop("kind", "housing"), **facts)
        return cooperative, Actor.of(user)

    return make


@pytest.fixture
def linden(founded: Callable[..., tuple[Cooperative, Actor]]) -> tuple[Cooperative, Actor]:
    """Linden Court and Marta, its first admin."""
    return founded("Linden Court", "Marta")


@pytest.fixture
def kilele(founded: Callable[..., tuple[Cooperative, Actor]]) -> tuple[Cooperative, Actor]:
    """Kilele and Amina, its first admin."""
    return founded("Kilele Dev Chama", "Amina", kind="chama", currency="KES", time_zone="Africa/Nairobi")


@pytest.fixture
def in_linden(linden: tuple[Cooperative, Actor]) -> Any:
    """Linden Court is the active cooperative for the whole test."""
    with enter([linden[0].pk], linden[1].user_id):
        yield linden[0]
