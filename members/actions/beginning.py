"""Verbs of a cooperative's beginning: put its first steps away; fill in sample data, and take them out again."""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q

from cooperatives.actions import action, check
from cooperatives.events import record
from cooperatives.models import Cooperative, OwnedModel
from cooperatives.policy import Actor

from ..events import SAMPLE_FILLED, SAMPLE_REMOVED
from ..models import (
    Beginning,
    Building,
    Committee,
    Guardianship,
    Household,
    HouseholdMember,
    Occupancy,
    Occupant,
    Person,
    Unit,
    UnitOffer,
    WaitingEntry,
)
from ..names import name_of
from ..queries import today_in
from ..samples import ADDRESS, CHAMA_COMMITTEES, HOMES, HOUSE, HOUSING_COMMITTEES, WAITING, Home

TAGGED: tuple[type[Any], ...] = (WaitingEntry, Committee, Unit, Building, Household, Person)
"""What carries the tag, in the order in which it can go."""
HANGING: tuple[type[Any], ...] = (UnitOffer, Occupant, Occupancy, Guardianship, HouseholdMember)
"""What says how tagged rows belong together; it goes with them, and before them."""
_Going = dict[type[Any], set[int]]


@action
def dismiss_beginning(actor: Actor, cooperative: Cooperative) -> None:
    """Show the first steps no more; put away twice, they are away. Leaves no event: it changes what admins see, nothing else."""
    check(actor, "members.begin", cooperative)
    standing = actor.standing(cooperative.pk)
    Beginning.objects.get_or_create(
        cooperative=cooperative, defaults={"dismissed_by_id": standing.membership_id if standing else None}
    )


# --- Filling in ---------------------------------------------------------------------------------------------------------


@action
def fill_sample(actor: Actor, cooperative: Cooperative) -> int:
    """Fill in sample data, tagged as such; returns how many tagged rows there are. Where some are already, none is added."""
    check(actor, "members.begin", cooperative)
    _lock(cooperative)
    if not (there := _tagged_count()):
        day = today_in(cooperative.time_zone)
        if cooperative.kind == Cooperative.Kind.HOUSING:
            _house(cooperative, day)
            _waiting(cooperative, day)
        _committees(cooperative)
        there = _tagged_count()
        record(SAMPLE_FILLED, actor, cooperative, count=there)
    return there


def _lock(cooperative: Cooperative) -> None:
    Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)


def _tagged_count() -> int:
    return sum(model.objects.filter(is_sample=True).count() for model in TAGGED)


def _free(model: type[Any], name: str) -> str:
    """The name, or with a number behind it where something real has it already."""
    taken = set(model.objects.filter(name__startswith=name).values_list("name", flat=True))
    return next(one for one in (name, *(f"{name} {number}" for number in range(2, len(taken) + 3))) if one not in taken)


def _house(cooperative: Cooperative, day: date) -> None:
    own = {"cooperative": cooperative, "is_sample": True}
    house = Building.objects.create(**own, name=_free(Building, str(HOUSE)), address=str(ADDRESS))
    for home in HOMES:
        facts = {"floor": home.floor, "rooms": home.rooms, "monthly_charge": home.charge * 100}
        unit = Unit.objects.create(**own, building=house, code=home.code, **facts)
        if home.household:
            _moved_in(cooperative, unit, home, day - timedelta(days=400))


def _moved_in(cooperative: Cooperative, unit: Unit, home: Home, since: date) -> None:
    own = {"cooperative": cooperative}
    household = Household.objects.create(**own, name=home.household, is_sample=True)
    agreement = Occupancy.objects.create(**own, unit=unit, household=household, starts_on=since)
    adults = [_person(cooperative, name) for name in home.adults]
    children = [_person(cooperative, name) for name in home.children]
    for person in (*adults, *children):
        relation = HouseholdMember.Relation.CHILD if person in children else HouseholdMember.Relation.ADULT
        HouseholdMember.objects.create(**own, household=household, person=person, relation=relation, starts_on=since)
        Occupant.objects.create(**own, occupancy=agreement, person=person, is_holder=person == adults[0], starts_on=since)
    for child in children:
        Guardianship.objects.create(**own, child=child, guardian=adults[0])


def _person(cooperative: Cooperative, name: str) -> Person:
    given, _space, family = name.partition(" ")
    parts = name_of(name, given, family)
    made: Person = Person.objects.create(
        cooperative=cooperative, name=parts.name, given_name=parts.given, family_name=parts.family, is_sample=True
    )
    return made


def _waiting(cooperative: Cooperative, day: date) -> None:
    for place, (name, people) in enumerate(WAITING):
        since = day - timedelta(days=300 - 90 * place)
        WaitingEntry.objects.create(cooperative=cooperative, is_sample=True, name=name, people=people, ranked_on=since)


def _committees(cooperative: Cooperative) -> None:
    housing = cooperative.kind == Cooperative.Kind.HOUSING
    for name, purpose in HOUSING_COMMITTEES if housing else CHAMA_COMMITTEES:
        own = {"cooperative": cooperative, "is_sample": True, "purpose": str(purpose)}
        Committee.objects.create(**own, name=_free(Committee, str(name)))


# --- Taking out ---------------------------------------------------------------------------------------------------------


@action
def remove_sample(actor: Actor, cooperative: Cooperative) -> tuple[int, int]:
    """Take all sample data out; returns how many tagged rows went, and how many stay.

    A row to which something real has come to point stays, and is sample data no more: no real row is ever touched.
    """
    check(actor, "members.begin", cooperative)
    _lock(cooperative)
    before = _tagged_count()
    if not before:
        return 0, 0
    going = _going()
    for model in (*HANGING, *TAGGED):
        model.objects.filter(pk__in=going[model]).delete()
    kept = _tagged_count()
    for model in TAGGED:
        model.objects.filter(is_sample=True).update(is_sample=False)
    record(SAMPLE_REMOVED, actor, cooperative, count=before - kept, kept=kept)
    return before - kept, kept


def _going() -> _Going:
    """The tagged rows, and what hangs between them, to which nothing points that stays."""
    going: _Going = {model: set(model.objects.filter(is_sample=True).values_list("pk", flat=True)) for model in TAGGED}
    going |= {model: set(_hanging(model, going)) for model in HANGING}
    while _keep_real(going):
        pass
    while _keep_pointed_at(going):
        pass
    return going


def _keys(model: type[models.Model], among: Any = None) -> list[Any]:
    """The keys of a model to rows of cooperatives, or to these models alone."""
    found = [column for column in model._meta.concrete_fields if isinstance(column, models.ForeignKey)]
    wanted = [column for column in found if issubclass(column.related_model, OwnedModel)]
    return [column for column in wanted if among is None or column.related_model in among]


def _hanging(model: type[Any], going: _Going) -> Iterator[int]:
    touching = [Q(**{f"{key.name}__in": going[key.related_model]}) for key in _keys(model, TAGGED)]
    yield from model.objects.filter(Q(*touching, _connector=Q.OR)).values_list("pk", flat=True)


def _keep_real(going: _Going) -> bool:
    """Let stay what hangs between something tagged and something real; whether that changed anything."""
    changed = False
    for model in HANGING:
        for key in _keys(model):
            rows = model.objects.filter(pk__in=going[model]).exclude(**{key.name: None})
            stays = set(rows.exclude(**{f"{key.name}__in": going.get(key.related_model, set())}).values_list("pk", flat=True))
            changed = changed or bool(stays)
            going[model] -= stays
    return changed


def _keep_pointed_at(going: _Going) -> bool:
    """Let stay what a row that stays points to, whatever room it is in; whether that changed anything."""
    changed = False
    for model in apps.get_models():
        if not issubclass(model, OwnedModel) or model._meta.proxy:
            continue
        for key in _keys(model, going):
            real = model._default_manager.exclude(pk__in=going.get(model, set()))
            stays = set(real.filter(**{f"{key.name}__in": going[key.related_model]}).values_list(key.attname, flat=True))
            changed = changed or bool(stays)
            going[key.related_model] -= stays
    return changed
