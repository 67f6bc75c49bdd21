"""Whoever narrows a list by the API reads in plain words what each parameter does."""

import re
from typing import Any

import pytest
from django.apps import apps
from drf_spectacular.generators import SchemaGenerator

from members.models import Person

CODE = re.compile(r"_id\b|_pk\b|lookup|queryset|\bkey\b|__|paginated")


@pytest.fixture(scope="module")
def asked() -> dict[str, str]:
    """What is said of each parameter of a query, by address and name."""
    paths: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)["paths"]
    return {
        f"{path}?{one['name']}": one.get("description", "")
        for path, acts in paths.items()
        for one in acts.get("get", {}).get("parameters", ())
        if one["in"] == "query"
    }


def test_every_parameter_says_what_it_does(asked: dict[str, str]) -> None:
    assert len(asked) > 60
    assert [name for name, said in asked.items() if not re.match(r"[A-Za-z][^\n]{5,}\.(\n|$)", said)] == []


def test_none_speaks_of_what_only_programs_know(asked: dict[str, str]) -> None:
    assert {name: said for name, said in asked.items() if CODE.search(said.partition("\n")[0])} == {}


def test_each_choice_is_named_with_its_words(asked: dict[str, str]) -> None:
    said = asked["/api/v1/waiting-list/?state"]
    assert said.startswith("What came of them; may be named several times. Without it, those who wait.")
    assert "* `housed` - Housed" in said


def test_several_of_everything_are_called_as_people_speak() -> None:
    assert str(Person._meta.verbose_name_plural) == "people"
    names = [str(model._meta.verbose_name_plural) for model in apps.get_models() if model._meta.app_label in ("members", "tasks")]
    assert [name for name in names if name.casefold() in ("persons", "userss", "staffs")] == []
