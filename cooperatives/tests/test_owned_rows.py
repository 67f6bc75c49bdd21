"""Wall (a) in daily use: every way Django offers to read and write rows stays inside the active cooperative."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.db import DatabaseError, connection, transaction
from django.db.models import Case, Count, F, Prefetch, ProtectedError, Value, When

from activity.models import Cursor
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import Crossed, enter
from members.models import Membership, Person, RoleGrant

Pair = tuple[Cooperative, Actor]


@contextmanager
def refused(error: type[Exception], match: str | None = None) -> Iterator[None]:
    """Refused with this error, in a savepoint so that the rest of the test can look."""
    with pytest.raises(error, match=match), transaction.atomic():
        yield


@pytest.fixture
def theirs(kilele: Pair) -> Person:
    """Amina's row in the register of the other cooperative."""
    with enter([kilele[0].pk]):
        row: Person = Person.objects.get()
        return row


@pytest.fixture
def unharmed(linden: Pair, kilele: Pair) -> Iterator[None]:
    """Whatever the test does: the other register is as it was afterwards."""
    yield
    with enter([kilele[0].pk]):
        assert list(Person.objects.values_list("name", "cooperative_id")) == [("Amina", kilele[0].pk)]


def test_getting_or_creating_makes_a_row_of_ones_own_beside_the_strangers(
    in_linden: Cooperative, theirs: Person, unharmed: None
) -> None:
    row, created = Person.objects.get_or_create(name="Amina", defaults={"cooperative": in_linden})
    assert (created, row.cooperative_id, row.pk != theirs.pk) == (True, in_linden.pk, True)
    again, created = Person.objects.get_or_create(name="Amina", defaults={"cooperative": in_linden})
    assert (again.pk, created) == (row.pk, False)


def test_getting_or_creating_in_the_other_cooperative_is_refused(in_linden: Cooperative, kilele: Pair, unharmed: None) -> None:
    with refused(Crossed, match=r"members\.Person"):
        Person.objects.get_or_create(name="New", defaults={"cooperative": kilele[0]})
    with refused(Crossed, match=r"members\.Person"):
        Person.objects.update_or_create(name="New", defaults={"cooperative": kilele[0]})


def test_updating_or_creating_by_a_strangers_key_does_not_reach_the_row(
    in_linden: Cooperative, theirs: Person, unharmed: None
) -> None:
    with refused(DatabaseError):
        Person.objects.update_or_create(pk=theirs.pk, defaults={"name": "Taken", "cooperative": in_linden})


def test_updating_or_creating_changes_ones_own(in_linden: Cooperative, unharmed: None) -> None:
    row, created = Person.objects.update_or_create(name="Marta", defaults={"email": "marta@example.org"})
    assert (row.email, created, Person.objects.count()) == ("marta@example.org", False, 1)


def test_a_bulk_update_passes_strangers_by(in_linden: Cooperative, theirs: Person, unharmed: None) -> None:
    mine = Person.objects.get()
    mine.name, theirs.name = "Marta K.", "Taken"
    assert Person.objects.bulk_update([mine, theirs], ["name"]) == 1
    assert list(Person.objects.values_list("name", flat=True)) == ["Marta K."]


def test_a_bulk_update_moves_nobody(in_linden: Cooperative, kilele: Pair, unharmed: None) -> None:
    mine = Person.objects.get()
    mine.cooperative = kilele[0]
    with refused(Crossed, match="rows do not move"):
        Person.objects.bulk_update([mine], ["cooperative"])


async def upsert_soon(rows: list[Person]) -> None:
    await Person.objects.abulk_create(rows, update_conflicts=True, unique_fields=["id"], update_fields=["name"])


UPSERTS: dict[str, Callable[[list[Person]], Any]] = {
    "by keyword": lambda rows: Person.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=["name"]
    ),
    "by position": lambda rows: Person.objects.bulk_create(rows, None, False, True, ["name"], ["id"]),
    "half and half": lambda rows: Person.objects.bulk_create(rows, 10, False, True, unique_fields=["id"], update_fields=["name"]),
    "asynchronously": lambda rows: async_to_sync(upsert_soon)(rows),
    "through a filtered set": lambda rows: Person.objects.filter(name="x").bulk_create(
        rows, update_conflicts=True, unique_fields=["public_id"], update_fields=["name"]
    ),
}


@pytest.mark.parametrize("how", UPSERTS)
def test_an_upsert_cannot_overwrite_a_stranger(how: str, in_linden: Cooperative, theirs: Person, unharmed: None) -> None:
    disguised = Person(pk=theirs.pk, public_id=theirs.public_id, name="Taken", cooperative=in_linden)
    with refused(Crossed, match="unique_fields must name the cooperative"):
        UPSERTS[how]([disguised])


@pytest.mark.parametrize("column", ["cooperative", "cooperative_id"])
def test_an_upsert_that_names_the_cooperative_meets_ones_own_rows_only(column: str, in_linden: Cooperative, kilele: Pair) -> None:
    with enter([kilele[0].pk]):
        Cursor.objects.create(cooperative=kilele[0], target="mail", seq=9)
    for seq in (1, 2):
        rows = [Cursor(cooperative=in_linden, target="mail", seq=seq)]
        Cursor.objects.bulk_create(rows, update_conflicts=True, unique_fields=[column, "target"], update_fields=["seq"])
    assert list(Cursor.objects.filter(target="mail").values_list("seq", flat=True)) == [2]
    with enter([kilele[0].pk]):
        assert list(Cursor.objects.filter(target="mail").values_list("seq", flat=True)) == [9]


def test_many_rows_at_once_are_refused_whole_when_one_is_a_strangers(
    in_linden: Cooperative, kilele: Pair, unharmed: None
) -> None:
    rows = [Person(name="A", cooperative=in_linden), Person(name="B", cooperative=kilele[0])]
    with refused(Crossed):
        Person.objects.bulk_create(rows)
    assert Person.objects.count() == 1
    assert [row.name for row in Person.objects.bulk_create(rows[:1], ignore_conflicts=False)] == ["A"]


def test_looking_up_many_keys_answers_for_ones_own(in_linden: Cooperative, theirs: Person) -> None:
    mine = Person.objects.get()
    assert Person.objects.in_bulk([mine.pk, theirs.pk]) == {mine.pk: mine}
    assert Person.objects.filter(pk__in=[mine.pk, theirs.pk]).count() == 1
    assert not Person.objects.filter(pk=theirs.pk).exists()


def test_an_iterator_asked_inside_and_drawn_inside_shows_ones_own(in_linden: Cooperative, theirs: Person) -> None:
    assert [person.name for person in Person.objects.iterator(chunk_size=1)] == ["Marta"]
    assert [name for (name,) in Person.objects.values_list("name").iterator(chunk_size=1)] == ["Marta"]


def test_joined_rows_are_ones_own(in_linden: Cooperative, kilele: Pair, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(1):
        names = [row.membership.person.name for row in RoleGrant.objects.select_related("membership__person")]
    assert names == ["Marta", "Marta"]


def test_a_joined_row_of_another_cooperative_is_refused_when_it_is_loaded(in_linden: Cooperative, theirs: Person) -> None:
    columns = [field.attname for field in Person._meta.concrete_fields]
    values = [getattr(theirs, name) for name in columns]
    with refused(Crossed, match=r"members\.Person"):
        Person.from_db("default", columns, values)
    with enter([in_linden.pk, theirs.cooperative_id]):
        assert Person.from_db("default", columns, values) == theirs


def test_prefetched_rows_are_ones_own(in_linden: Cooperative, kilele: Pair) -> None:
    grants = Prefetch("grants", RoleGrant.objects.order_by("role"))
    people = Person.objects.prefetch_related(Prefetch("memberships", Membership.objects.prefetch_related(grants)))
    told = [(p.name, [g.role for m in p.memberships.all() for g in m.grants.all()]) for p in people]
    assert told == [("Marta", ["admin", "member"])]


def test_counting_and_grouping_count_ones_own(in_linden: Cooperative, kilele: Pair) -> None:
    counted = Membership.objects.annotate(n=Count("grants")).values_list("person__name", "n")
    assert list(counted) == [("Marta", 2)]
    assert RoleGrant.objects.values("role").annotate(n=Count("pk")).order_by("role").values_list("role", "n")[0] == ("admin", 1)
    assert Person.objects.aggregate(n=Count("pk")) == {"n": 1}


def test_an_update_by_expression_reaches_ones_own(in_linden: Cooperative, kilele: Pair, unharmed: None) -> None:
    renamed = Case(When(name="Marta", then=Value("M")), default=F("name"))
    assert Person.objects.update(name=renamed) == 1
    assert Person.objects.get().name == "M"


@pytest.mark.parametrize("key", ["cooperative", "cooperative_id"])
def test_no_update_moves_rows(key: str, in_linden: Cooperative, kilele: Pair, unharmed: None) -> None:
    with refused(Crossed, match=r"members\.Person: rows do not move"):
        Person.objects.filter(name="Marta").update(**{key: kilele[0].pk})


def test_a_save_moves_no_row_even_when_both_cooperatives_are_active(in_linden: Cooperative, kilele: Pair, unharmed: None) -> None:
    mine = Person.objects.get()
    mine.cooperative = kilele[0]
    with enter([in_linden.pk, kilele[0].pk]), refused(DatabaseError, match="did not affect any rows"):
        mine.save(update_fields=["cooperative", "name"])
    assert Person.objects.get().cooperative_id == in_linden.pk


def test_a_save_of_a_row_held_from_before_does_not_come_back_after_leaving(in_linden: Cooperative, theirs: Person) -> None:
    theirs.name = "Taken"
    with refused(DatabaseError, match="did not affect any rows"):
        theirs.save(update_fields=["name"])
    with pytest.raises(Person.DoesNotExist):
        theirs.refresh_from_db()


def test_deleting_a_set_takes_ones_own_rows(in_linden: Cooperative, kilele: Pair) -> None:
    assert RoleGrant.objects.all().delete() == (2, {"members.RoleGrant": 2})
    with enter([kilele[0].pk]):
        assert RoleGrant.objects.count() == 2


def test_deleting_collects_ones_own_dependents(in_linden: Cooperative, unharmed: None) -> None:
    with pytest.raises(ProtectedError) as refused:
        Person.objects.all().delete()
    assert {row.cooperative_id for row in refused.value.protected_objects} == {in_linden.pk}


def test_a_stranger_held_in_hand_is_not_deleted(in_linden: Cooperative, theirs: Person, unharmed: None) -> None:
    with refused(Crossed, match=r"members\.Person"):
        theirs.delete()
    with refused(Crossed, match=r"members\.Person"):
        async_to_sync(theirs.adelete)()


def test_raw_queries_are_refused_inside_as_well(in_linden: Cooperative) -> None:
    for ask in (Person.objects.raw, Person.objects.all().raw):
        with refused(Crossed, match="raw SQL has no wall"):
            ask("SELECT * FROM members_person")


def test_the_asynchronous_twins_stay_inside(in_linden: Cooperative, theirs: Person, unharmed: None) -> None:
    async def story() -> list[Any]:
        made = await Person.objects.acreate(name="Zofia", cooperative=in_linden)
        return [
            await Person.objects.acount(),
            await Person.objects.filter(pk=theirs.pk).aexists(),
            [person.name async for person in Person.objects.order_by("name")],
            await Person.objects.filter(pk=theirs.pk).aupdate(name="Taken"),
            await Person.objects.filter(pk=made.pk).aupdate(name="Zosia"),
            (await Person.objects.aget(name="Zosia")).pk == made.pk,
            (await Person.objects.aget_or_create(name="Zosia", cooperative=in_linden))[1],
            await Person.objects.filter(pk__in=[made.pk, theirs.pk]).adelete(),
        ]

    assert async_to_sync(story)() == [2, False, ["Marta", "Zofia"], 0, 1, True, False, (1, {"members.Person": 1})]


def test_set_operations_and_subqueries_stay_inside(in_linden: Cooperative, kilele: Pair) -> None:
    everyone, nobody = Person.objects.order_by(), Person.objects.none()
    assert [person.name for person in everyone.union(nobody, everyone)] == ["Marta"]
    assert list(everyone.intersection(everyone).values_list("name", flat=True)) == ["Marta"]
    assert Membership.objects.filter(person__in=Person.objects.filter(name="Amina")).count() == 0


def test_a_finder_never_hands_out_whole_rows_of_other_cooperatives(in_linden: Cooperative, kilele: Pair) -> None:
    with enter([in_linden.pk], kilele[1].user_id):
        assert list(Membership.mine.values_list("cooperative_id", flat=True)) == [kilele[0].pk]
        with refused(Crossed, match=r"members\.Membership"):
            list(Membership.mine.all())


def test_an_empty_set_writes_nothing(linden: Pair, django_assert_num_queries: Any) -> None:
    with enter([]), django_assert_num_queries(0):
        assert Person.objects.update(name="x") == 0
        assert Person.objects.filter(name="Marta").delete() == (0, {})
    with enter([]), refused(Crossed):
        Person.objects.create(name="x", cooperative=linden[0])


def test_the_predicate_is_written_once_for_each_query(in_linden: Cooperative) -> None:
    sql = str(Person.objects.filter(name="Marta").query)
    assert sql.count("cooperative_id") == 2, "once among the columns, once in WHERE"
    assert f"IN ({in_linden.pk})" in sql
    assert connection.vendor in {"sqlite", "postgresql"}
