"""Dealing out loses nothing: what one engine leaves to the other, the other tries."""

import pytest

from .again import posting
from .shares import tries


@pytest.mark.parametrize("kind", ["api", "page"])
def test_every_door_is_tried_by_one_engine_and_about_half_by_each(kind: str) -> None:
    doors = posting(kind)
    there = [door for door in doors if tries(door, on_postgres=True, whole=False)]
    here = [door for door in doors if tries(door, on_postgres=False, whole=False)]
    assert sorted(map(str, there + here)) == sorted(map(str, doors))
    assert 0.3 < len(there) / len(doors) < 0.7


@pytest.mark.parametrize("on_postgres", [True, False])
def test_whoever_asks_for_all_of_it_tries_all_of_it(on_postgres: bool) -> None:
    assert all(tries(door, on_postgres=on_postgres, whole=True) for door in posting("page"))
