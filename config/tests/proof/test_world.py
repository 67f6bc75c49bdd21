"""The world is whole: rows of every owned model on both sides, marks in every text, keys that tell the side."""

from typing import Any

import pytest
from django.db import connection, models

from cooperatives.fences.declared import owned_models
from cooperatives.queries import enter

from .surface import doors
from .world import ACTORS, HERE, MARK, SIDES, THERE, World

OWNED = list(owned_models())


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_every_owned_model_has_a_row_on_either_side(world: World, model: Any, side: str) -> None:
    with enter([world.cooperatives[side].pk]):
        found = model.objects.exists()
    assert found, f"fill() in {model._meta.app_label}/tests/filling.py makes no {model.__name__}"


def values(world: World, side: str, model: Any, column: Any) -> set[Any]:
    """What one column holds on one side."""
    with enter([world.cooperatives[side].pk]):
        return set(model.objects.exclude(**{column.attname: None}).values_list(column.attname, flat=True)) - {""}


TEXTS = [
    (model, column)
    for model in OWNED
    for column in model._meta.concrete_fields
    if isinstance(column, models.CharField | models.TextField)
]


@pytest.mark.parametrize(("model", "column"), TEXTS, ids=lambda found: getattr(found, "name", None) or found._meta.label)
def test_every_text_of_there_would_be_known_here(world: World, model: Any, column: Any) -> None:
    there, here = values(world, THERE, model, column), values(world, HERE, model, column)
    assert there, f"fill() in {model._meta.app_label}/tests/filling.py leaves {column.name} of {model.__name__} empty"
    # A hash is known by itself; a word both sides use, such as a role or a kind, is nobody's.
    unmarked = {text for text in there - here if MARK[THERE].lower() not in text.lower() and not is_digest(text)}
    assert not unmarked


def is_digest(text: str) -> bool:
    """Whether it is a hash, a salt or a UUID, which nothing else resembles."""
    return len(text) >= 32 and all(sign in "0123456789abcdef-" for sign in text)


def test_every_address_finds_its_parameters(world: World) -> None:
    for door in doors():
        here, there, nowhere = (world.ids(door, side) for side in ("here", "there", "nowhere"))
        assert set(here) == set(door.params)
        if door.is_ours and door.params:
            assert len({door.address(ids) for ids in (here, there, nowhere)}) == 3, door


def test_everybody_is_who_they_should_be(world: World) -> None:
    roles = {name: world.actor(name).standing(world.here.pk) for name in ACTORS}
    assert {name for name, standing in roles.items() if standing} == {
        "observer", "member", "treasurer", "secretary", "admin", "system_admin",
    }  # fmt: skip
    assert all(world.actor(name).standing(world.there.pk) is None for name in ACTORS if name != "stranger_admin")
    assert world.actor("stranger_admin").standing(world.there.pk).roles == {"admin", "member"}
    for name in ACTORS:
        status = world.client(name).get("/profile/").status_code
        assert status == (302 if name == "visitor" else 200), name
        headers = {"Authorization": f"Bearer {world.token(name)}"} if world.token(name) else {}
        assert world.client("visitor").get("/api/v1/auth/profile/", headers=headers).status_code == (
            401 if name == "visitor" else 200
        )


def test_the_engine_is_where_it_was(world: World) -> None:
    assert connection.in_atomic_block
