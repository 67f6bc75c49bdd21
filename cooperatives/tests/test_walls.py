"""Wall (a): the manager. Unentered raises, foreign rows do not exist, nothing is written across."""

import asyncio
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import connection, models, transaction
from django.db.models import Count, Exists, F, OuterRef
from django.db.utils import DatabaseError

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import Crossed, NotEntered, each_cooperative, enter, entered
from members.models import Membership, Person, RoleGrant

Pair = tuple[Cooperative, Actor]

READS: dict[str, Callable[[], Any]] = {
    "list": lambda: list(Person.objects.all()),
    "exists": lambda: Person.objects.exists(),
    "count": lambda: Person.objects.count(),
    "aggregate": lambda: Person.objects.aggregate(Count("pk")),
    "iterator": lambda: list(Person.objects.iterator()),
    "first": lambda: Person.objects.first(),
    "get": lambda: Person.objects.get(pk=1),
    "in_bulk": lambda: Person.objects.in_bulk(),
    "values": lambda: list(Person.objects.values("name")),
    "values_list": lambda: list(Person.objects.values_list("name")),
    "union": lambda: list(Person.objects.all().union(Person.objects.all())),
    "update": lambda: Person.objects.update(name="x"),
    "update all": lambda: Person.objects.filter(pk=1).update(name="x"),
    "delete": lambda: Person.objects.all().delete(),
    "create": lambda: Person.objects.create(name="x", cooperative_id=1),
    "bulk_create": lambda: Person.objects.bulk_create([Person(name="x", cooperative_id=1)]),
    "bulk_update": lambda: Person.objects.bulk_update([Person(pk=1, name="x", cooperative_id=1)], ["name"]),
    "get_or_create": lambda: Person.objects.get_or_create(name="x", cooperative_id=1),
    "update_or_create": lambda: Person.objects.update_or_create(name="x", cooperative_id=1),
    "save": lambda: Person(name="x", cooperative_id=1).save(),
    "refresh": lambda: Person(pk=1, name="x", cooperative_id=1).refresh_from_db(),
    "raw": lambda: list(Person.objects.raw("SELECT * FROM members_person")),
    "forward key": lambda: Membership(pk=1, person_id=1, cooperative_id=1).person,
    "reverse": lambda: list(Person(pk=1, cooperative_id=1).memberships.all()),
    "explain": lambda: Person.objects.all().explain(),
    "exists subquery": lambda: list(Person.objects.filter(Exists(Membership.objects.filter(person=OuterRef("pk"))))),
    "base manager": lambda: list(Person._base_manager.all()),
    "str of query": lambda: str(Person.objects.all().query),
    "finder": lambda: list(Membership.mine.values_list("pk")),
    "delete one": lambda: Person(pk=1, name="x", cooperative_id=1).delete(),
    "annotate": lambda: list(Person.objects.annotate(n=F("name"))),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", READS)
def test_unentered_raises(what: str) -> None:
    with pytest.raises((NotEntered, Crossed)):
        READS[what]()


@pytest.mark.django_db
def test_unentered_async_raises() -> None:
    async def get() -> None:
        await Person.objects.aget(pk=1)

    async def loop() -> None:
        [row async for row in Person.objects.all()]

    for ask in (get, loop):
        with pytest.raises(NotEntered):
            asyncio.run(ask())


def test_entering_nests_and_restores() -> None:
    with pytest.raises(NotEntered):
        entered()
    with enter([3, 1, 3], user=7):
        assert entered() == ((1, 3), 7)
        with enter([9]):
            assert entered() == ((9,), None)
        assert entered() == ((1, 3), 7)
    with pytest.raises(NotEntered):
        entered()


def test_an_empty_set_sees_nothing_and_asks_nothing(linden: Pair, django_assert_num_queries: Any) -> None:
    with enter([]), django_assert_num_queries(0):
        assert list(Person.objects.all()) == []
        assert not Person.objects.exists()


def test_each_sees_only_its_own(linden: Pair, kilele: Pair) -> None:
    with enter([linden[0].pk]):
        assert [person.name for person in Person.objects.all()] == ["Marta"]
        assert RoleGrant.objects.count() == 2
    with enter([linden[0].pk, kilele[0].pk]):
        assert sorted(person.name for person in Person.objects.all()) == ["Amina", "Marta"]


def test_a_lazy_query_binds_when_it_runs(linden: Pair, kilele: Pair) -> None:
    defined_unentered = Person.objects.order_by("name")
    with enter([kilele[0].pk]):
        assert [person.name for person in defined_unentered.all()] == ["Amina"]
    with enter([linden[0].pk]):
        assert [person.name for person in defined_unentered.all()] == ["Marta"]


def test_writes_across_are_refused(linden: Pair, kilele: Pair) -> None:
    with enter([kilele[0].pk]):
        theirs = Person.objects.get()
    with enter([linden[0].pk]):
        mine = Person.objects.get()
        for write in (
            lambda: Person.objects.create(name="x", cooperative=kilele[0]),
            lambda: Person.objects.bulk_create([Person(name="x", cooperative=kilele[0])]),
            lambda: Person.objects.update(cooperative=kilele[0]),
            lambda: theirs.delete(),
            lambda: Person.objects.bulk_create(
                [Person(pk=theirs.pk, name="taken", cooperative=linden[0])],
                update_conflicts=True,
                unique_fields=["id"],
                update_fields=["name"],
            ),
        ):
            with pytest.raises(Crossed), transaction.atomic():
                write()
        theirs.name = "taken"
        with pytest.raises((Crossed, DatabaseError)), transaction.atomic():
            theirs.save()
        mine.cooperative_id = kilele[0].pk
        with pytest.raises((Crossed, DatabaseError)), transaction.atomic():
            mine.save()
    with enter([linden[0].pk, kilele[0].pk]):
        assert sorted(Person.objects.values_list("name", "cooperative_id")) == [
            ("Amina", kilele[0].pk),
            ("Marta", linden[0].pk),
        ]


def test_a_row_loaded_from_elsewhere_is_refused(linden: Pair, kilele: Pair) -> None:
    with enter([linden[0].pk]), pytest.raises(Crossed):
        Person.from_db(None, ["id", "cooperative_id"], [1, kilele[0].pk])


def test_the_finder_shows_a_user_their_own(linden: Pair, kilele: Pair) -> None:
    with enter((), linden[1].user_id):
        assert list(Membership.mine.values_list("cooperative_id", flat=True)) == [linden[0].pk]
        assert list(Membership.objects.all()) == []
    with enter(()):
        assert list(Membership.mine.values_list("pk")) == []


def test_system_jobs_enter_in_turn(linden: Pair, kilele: Pair) -> None:
    seen = {cooperative.slug: [person.name for person in Person.objects.all()] for cooperative in each_cooperative()}
    assert seen == {"linden-court": ["Marta"], "kilele-dev-chama": ["Amina"]}


def test_no_unowned_model_reaches_owned_rows() -> None:
    for model in (Cooperative, Membership._meta.get_field("user").related_model):
        names = {field.name for field in model._meta.get_fields() if isinstance(field, models.ManyToOneRel)}
        assert not names & {"membership", "person", "rolegrant"}


@pytest.mark.django_db
def test_executemany_cannot_slip_past_the_carrier() -> None:
    if connection.vendor != "postgresql":
        pytest.skip("the carrier is PostgreSQL's")
    with enter([1]), connection.cursor() as cursor, pytest.raises(NotImplementedError):
        cursor.executemany("SELECT %s", [(1,), (2,)])


def test_dates_are_dates(linden: Pair) -> None:
    with enter([linden[0].pk]):
        assert isinstance(Membership.objects.get().joined_on, date)
