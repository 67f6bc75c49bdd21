"""Where else an id can stand: in the query, as doors declare it, and in the body, wherever a valid one holds an id."""

import inspect
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import ForeignKey
from drf_spectacular.generators import SchemaGenerator
from rest_framework import serializers

from config.rooms import modules
from cooperatives.fences.declared import owned_models
from cooperatives.models import Cooperative
from cooperatives.queries import enter

from .bodies import body
from .surface import Door
from .world import HERE, MARK, NOWHERE, SIDES, World, no_row

# Words for a row that are not the name of its model.
_CALLED = {
    "organization": "cooperatives.cooperative", "chama": "cooperatives.cooperative", "draft": "tasks.boarddraft",
    "who": "members.membership", "in": "tasks.lane",
}  # fmt: skip
_PEOPLE = ("assigned_to", "actor", "user", "person")
_TAKEN = re.compile(r"""GET(?:\.get(?:list)?\(|\[)["'](\w+)["']|["'](\w+)["'] in request\.GET|(\w+)(?:\.of)?\(request\.GET""")


@dataclass(frozen=True)
class Named:
    """A row by one of its names: which model, by which attribute."""

    label: str
    attribute: str = "pk"

    def on(self, world: World, side: str) -> Any:
        """The value for one side, or for no row."""
        row = None if side == NOWHERE else world.row(side, self.label)
        return no_row(self.label, self.attribute) if row is None else getattr(row, self.attribute)


# --- The query ---------------------------------------------------------------------------------------------------------


def queries(world: World, door: Door) -> Iterator[tuple[str, dict[str, dict[str, Any]]]]:
    """Name of a parameter, and the query for each side: with a row's id, else with the side's own word."""
    for name, named in _declared(door):
        if isinstance(named, Named) or not named:
            yield name, {side: {name: _said(world, named, side)} for side in (*SIDES, NOWHERE)}
    if (door.name, door.method) == ("admin:autocomplete", "GET"):
        yield from _completions()


def fixed(door: Door) -> dict[str, str]:
    """Parameters whose values are the same for everybody: orders, dates, sizes."""
    return {name: named for name, named in _declared(door) if isinstance(named, str) and named}


def _said(world: World, named: "Named | str", side: str) -> Any:
    return named.on(world, side) if isinstance(named, Named) else named or MARK.get(side, "Nowherish")


def _declared(door: Door) -> Iterator[tuple[str, Named | str]]:
    if door.kind == "api":
        yield from _of_api().get((_path(door.template), door.method), ())
    elif door.method != "GET":
        return
    elif door.kind == "admin":
        yield from _of_desk(door)
    elif door.is_ours:
        yield from ((name, named_like(name) or "") for name in sorted(_of_pages(door)))


def named_like(name: str) -> Named | None:
    """The row that a parameter or a field of this name means; None when it means no row."""
    if name in _PEOPLE:
        return Named("members.user", "public_id")
    plain = name.removesuffix("_id")
    label = _CALLED.get(plain) or next((found for found in _labels() if found.endswith(f".{plain}")), None)
    return Named(label) if label else None


@cache
def _labels() -> list[str]:
    return [Cooperative._meta.label_lower, *(model._meta.label_lower for model in owned_models())]


def _path(template: str) -> str:
    return "/" + re.sub(r"%\(\w+\)s", "{}", template)


@cache
def _of_api() -> dict[tuple[str, str], list[tuple[str, Named | str]]]:
    """What the API's own description says may stand behind the question mark."""
    found = {}
    for path, item in SchemaGenerator().get_schema(request=None, public=True)["paths"].items():
        for method, operation in item.items():
            asked = [
                (param["name"], _meaning(param["name"], param["schema"]))
                for param in operation.get("parameters", ())
                if param["in"] == "query"
            ]
            found[re.sub(r"\{\w+\}", "{}", path), method.upper()] = asked
    return found


def _meaning(name: str, schema: dict[str, Any]) -> Named | str:
    """A row; or a fixed word, the last of those that are offered; or nothing, for any text."""
    offered = schema.get("enum") or schema.get("items", {}).get("enum")
    if offered:
        return str(offered[-1])
    if schema.get("format") in ("date", "date-time"):
        return "2020-01-01"
    named = named_like(name)
    if schema.get("type") == "boolean":
        return "true"
    return named or ("2" if schema.get("type") == "integer" else "")


@cache
def _of_pages(door: Door) -> set[str]:
    """What the module of a view takes from the query: by name, by a form, or by the pager."""
    module = inspect.getmodule(inspect.unwrap(door.view))
    source = inspect.getsource(module)
    names = {"page"} if "pager(" in source else set()
    for direct, present, form in _TAKEN.findall(source):
        names |= {direct or present} if direct or present else _fields(module, form)
    return names


def _fields(module: Any, form: str) -> set[str]:
    """What a form takes, or whatever else the view reads the query with."""
    room = module.__name__.partition(".")[0]
    cls = getattr(import_module(f"{room}.forms"), form, None) or getattr(module, form, None)
    return set(getattr(cls, "base_fields", None) or getattr(cls, "NAMES", ()))


def _of_desk(door: Door) -> Iterator[tuple[str, Named | str]]:
    desk = getattr(door.view, "model_admin", None)
    if desk is None or not door.name.endswith("_changelist"):
        return
    yield from (("q", ""), ("o", "-1"), ("p", "0"))
    for field in desk.model._meta.concrete_fields:
        if isinstance(field, ForeignKey) and field.related_model._meta.label_lower in _labels():
            yield f"{field.name}__id__exact", Named(field.related_model._meta.label_lower)


def _completions() -> Iterator[tuple[str, dict[str, dict[str, Any]]]]:
    for model in owned_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and _is_completed(field.related_model):
                asked = {"app_label": model._meta.app_label, "model_name": model._meta.model_name, "field_name": field.name}
                terms = {**MARK, NOWHERE: "Nowherish"}
                yield f"{model.__name__}.{field.name}", {side: {**asked, "term": term} for side, term in terms.items()}


def _is_completed(model: Any) -> bool:
    """Whether the admin would complete names of these rows."""
    if model._meta.label_lower not in _labels() or not admin.site.is_registered(model):
        return False
    return bool(admin.site.get_model_admin(model).search_fields)


# --- The body ----------------------------------------------------------------------------------------------------------


def bodies(world: World, door: Door, mine: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Name of a place in the body that holds an id, and the whole body for each side: a valid one but for that id."""
    valid = body(world, door, mine)
    if valid is None:
        return
    known, tried = index(world, mine), set()
    for place, value in _leaves(valid):
        named = known.get(str(value))
        if named is not None:
            tried.add(place[0])
            yield ".".join(map(str, place)), _each(world, valid, place, named)
    for name, named in declared_ids(door).items():
        if name not in tried:
            yield name, _each(world, valid, (name,), named)


def _each(world: World, valid: dict[str, Any], place: tuple[Any, ...], named: Named) -> dict[str, Any]:
    return {side: _swapped(valid, place, named.on(world, side)) for side in (*SIDES, NOWHERE)}


def _leaves(data: Any, place: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from _leaves(value, (*place, key))
    else:
        yield place, data


def _swapped(data: dict[str, Any], place: tuple[Any, ...], value: Any) -> dict[str, Any]:
    changed = {key: deepcopy(inner) if isinstance(inner, dict | list) else inner for key, inner in data.items()}
    inner: Any = changed
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = value
    return changed


def index(world: World, side: str) -> dict[str, Named]:
    """Every id of one side, as text, and what it names."""
    people = [user for name, user in world.users.items() if (world.home(name) or HERE) == side]
    found = {str(user.public_id): Named("members.user", "public_id") for user in people}
    found |= {str(user.pk): Named("members.user") for user in people}
    found[str(world.cooperatives[side].pk)] = Named("cooperatives.cooperative")
    with enter([world.cooperatives[side].pk]):
        for model in owned_models():
            label = model._meta.label_lower
            found |= {str(pk): Named(label) for pk in model.objects.values_list("pk", flat=True)}
            if any(field.name == "public_id" for field in model._meta.fields):
                found |= {str(pk): Named(label, "public_id") for pk in model.objects.values_list("public_id", flat=True)}
    return found


def declared_ids(door: Door) -> dict[str, Named]:
    """The fields that hold an id: of the API as its serializer says, of pages as REFERENCES in tests/filling.py does."""
    for room in modules("tests.filling"):
        if door.name in getattr(room, "REFERENCES", {}):
            return {name: Named(*said.split(":")) for name, said in room.REFERENCES[door.name].items()}
    serializer = _serializer(door)
    found = {}
    for name, field in (serializer().fields if serializer else {}).items():
        if field.read_only:
            continue
        if isinstance(field, serializers.RelatedField):
            found[name] = Named(field.queryset.model._meta.label_lower)
        elif isinstance(field, serializers.UUIDField | serializers.IntegerField) and (named := _meant(door, name)):
            found[name] = named
    return found


def _serializer(door: Door) -> Any:
    if door.kind != "api" or door.viewset is None:
        return None
    method = getattr(door.viewset, door.action, None) if door.action else None
    return getattr(method, "kwargs", {}).get("serializer_class") or getattr(door.viewset, "serializer_class", None)


def _meant(door: Door, name: str) -> Named | None:
    """A neighbour is a row of the same kind."""
    if name in ("after", "before") and door.model:
        return Named(door.model._meta.label_lower)
    return named_like(name)


def form_ids(form: type[forms.BaseForm]) -> set[str]:
    """The fields of a form that hold an id."""
    kinds = (forms.ModelChoiceField, forms.ModelMultipleChoiceField)
    return {name for name, field in form.base_fields.items() if isinstance(field, kinds) or name.endswith("_id")}
