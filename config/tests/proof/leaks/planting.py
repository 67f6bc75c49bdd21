"""How a leak is planted: what it breaks, at which doors it must be found, by whom and by which oracle."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.db import connection

from cooperatives import middleware
from cooperatives.models import Cooperative
from cooperatives.policy import RULES, anyone
from cooperatives.queries import enter

from ..world import World

Plant = Callable[[pytest.MonkeyPatch, World], None]


@dataclass(frozen=True)
class Leak:
    """One mistake. `doors` are the names where it shows, `actors` those who come there in turn."""

    name: str
    oracle: str
    doors: tuple[str, ...]
    plant: Plant
    actors: tuple[str, ...] = ("admin",)
    grows: bool = False

    def __str__(self) -> str:
        return self.name


_leaks: list[Leak] = []


def leak(oracle: str, *doors: str, actors: tuple[str, ...] = ("admin",), grows: bool = False) -> Callable[[Plant], Plant]:
    """Register a mistake; its docstring is its name."""

    def register(plant: Plant) -> Plant:
        _leaks.append(Leak((plant.__doc__ or "").strip().rstrip("."), oracle, doors, plant, actors, grows))
        return plant

    return register


def planted() -> list[Leak]:
    """All of them."""
    for module in ("reading", "telling", "writing"):
        import_module(f"{__package__}.{module}")
    return _leaks


# --- What mistakes have in common -------------------------------------------------------------------------------------


def every_id() -> list[int]:
    """The ids of all cooperatives."""
    return list(Cooperative.objects.values_list("pk", flat=True))


def enter_all(patch: pytest.MonkeyPatch) -> None:
    """Both walls down: a request enters every cooperative there is."""
    patch.setattr(middleware, "enter", lambda ids=(), user=None: enter(every_id(), user))


def everybody_may(patch: pytest.MonkeyPatch, *actions: str) -> None:
    """The policy lets everybody do these, to whatever row."""
    for action in actions:
        patch.setitem(RULES, action, anyone())


@contextmanager
def all_entered() -> Iterator[None]:
    """Both walls down for a few lines of code."""
    with enter(every_id()):
        yield


def without_keys(table: str) -> None:
    """The third wall down on one table: SQLite's triggers go; PostgreSQL asks its keys at the commit that never comes."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            for (name,) in cursor.fetchall():
                cursor.execute(f'DROP TRIGGER "{name}"')


def wrapped(patch: pytest.MonkeyPatch, target: Any, name: str, change: Callable[..., Any]) -> None:
    """Let what a function answers be changed: `change(answer, *args, **kwargs)`."""
    before = getattr(target, name)
    patch.setattr(target, name, lambda *args, **kwargs: change(before(*args, **kwargs), *args, **kwargs))
