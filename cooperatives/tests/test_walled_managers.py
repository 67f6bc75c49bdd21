"""The wall is built once for each model and copied for each query: no copy may remember anything of another."""

from typing import Any, ClassVar

import pytest
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.test.utils import isolate_apps

from cooperatives.models import Cooperative
from cooperatives.models.owned import OwnedManager, OwnedModel, OwnedQuerySet
from cooperatives.policy import Actor
from cooperatives.queries import NotEntered, enter
from members.models import Membership, Person, RoleGrant

Pair = tuple[Cooperative, Actor]


def names(rows: Any) -> list[str]:
    return sorted(rows.values_list("name", flat=True))


def another(pair: Pair, name: str) -> Person:
    with enter([pair[0].pk]):
        made: Person = Person.objects.create(cooperative=pair[0], name=name)
        return made


def test_one_query_after_the_other_stands_in_another_cooperative(linden: Pair, kilele: Pair) -> None:
    seen = []
    for inside in ([linden[0].pk], [kilele[0].pk], [linden[0].pk, kilele[0].pk], [], [linden[0].pk]):
        with enter(inside):
            seen.append(names(Person.objects))
    assert seen == [["Marta"], ["Amina"], ["Amina", "Marta"], [], ["Marta"]]


def test_the_wall_is_bound_where_the_sql_is_written_and_not_where_the_query_was_made(linden: Pair, kilele: Pair) -> None:
    with enter([linden[0].pk]):
        made = Person.objects.exclude(name="Nobody").order_by("name")
        counted = made.count()
    with enter([kilele[0].pk]):
        assert (counted, names(made)) == (1, ["Amina"])
        sql, params = made.query.sql_with_params()
    assert (kilele[0].pk in params, linden[0].pk in params) == (True, False)
    with pytest.raises(NotEntered):
        made.count()
    with enter([]), pytest.raises(EmptyResultSet):
        made.query.sql_with_params()
    assert "IN" in sql


def test_a_subquery_has_the_wall_of_where_it_runs(linden: Pair, kilele: Pair) -> None:
    with enter([linden[0].pk]):
        members = Membership.objects.filter(person__in=Person.objects.all())
    with enter([kilele[0].pk]):
        assert [member.person.name for member in members] == ["Amina"]
        outside = Person.objects.filter(pk__in=Membership.objects.values("person")).union(Person.objects.all())
        assert [person.name for person in outside] == ["Amina"]


def test_what_narrows_one_query_narrows_no_other(in_linden: Cooperative) -> None:
    before = str(Person.objects.all().query)
    Person.objects.create(cooperative=in_linden, name="Otto")
    narrowed = Person.objects.filter(name="Otto").order_by("-name").select_related("cooperative").defer("email")[:1]
    narrowed = [*narrowed, *Person.objects.annotate(length=models.functions.Length("name")).distinct()]
    Person.objects.get_queryset().query.add_q(models.Q(name="Otto"))  # in place, as Django's own parts do
    Person.objects.get_queryset().query.set_limits(0, 1)
    assert len(narrowed) == 3
    assert str(Person.objects.all().query) == before
    assert names(Person.objects) == ["Marta", "Otto"]


def test_rows_that_were_read_are_read_anew_by_the_next_query(in_linden: Cooperative) -> None:
    first = Person.objects.all()
    assert [person.name for person in first] == ["Marta"]
    Person.objects.create(cooperative=in_linden, name="Otto")
    assert [person.name for person in first] == ["Marta"]
    assert names(Person.objects) == ["Marta", "Otto"]
    assert Person.objects.get_queryset() is not Person.objects.get_queryset()
    assert Person.objects.get_queryset().query is not Person.objects.get_queryset().query


def test_rows_behind_one_row_are_not_those_behind_another(linden: Pair) -> None:
    otto = another(linden, "Otto")
    with enter([linden[0].pk]):
        marta = Person.objects.get(name="Marta")
        sat = Membership.objects.create(cooperative=linden[0], person=otto, number=2, joined_on="2024-01-01")
        RoleGrant.objects.create(cooperative=linden[0], membership=sat, role="observer", starts_on="2024-01-01")
        managers = [marta.memberships, otto.memberships]  # made before either is asked
        assert [[row.number for row in manager.all()] for manager in managers] == [[1], [2]]
        assert next(iter(otto.memberships.all())).person is otto  # known, not read again
        assert [row.person for row in Membership.objects.order_by("number")] == [marta, otto]
        assert list(sat.grants.values_list("role", flat=True)) == ["observer"]
        assert RoleGrant.objects.count() == 3
        prefetched = Person.objects.prefetch_related("memberships__grants").order_by("name")
        assert [[len(row.grants.all()) for row in one.memberships.all()] for one in prefetched] == [[2], [1]]


def test_rows_behind_a_row_of_elsewhere_stay_behind_the_wall(linden: Pair, kilele: Pair) -> None:
    with enter([kilele[0].pk]):
        amina = Person.objects.get()
    with enter([linden[0].pk]):
        assert list(amina.memberships.all()) == []
        assert amina.memberships.count() == 0


def test_which_database_and_which_hints_are_the_managers_own(in_linden: Cooperative) -> None:
    marta = Person.objects.get()
    elsewhere = Person.objects.db_manager("elsewhere", hints={"instance": marta})
    assert elsewhere.all().db == Person.objects.using("elsewhere").db == "elsewhere"
    assert elsewhere.get_queryset()._hints == {"instance": marta}
    assert marta.memberships.all()._hints == {"instance": marta}
    assert (Person.objects.all().db, Person.objects.all()._hints) == (connection.alias, {})
    assert Person.objects.db_manager(connection.alias).count() == 1


def test_two_kinds_of_queries_of_one_model_and_two_models_keep_apart(in_linden: Cooperative) -> None:
    class Otherwise(OwnedQuerySet):
        def called(self, name: str) -> Any:
            return self.filter(name=name)

    class OtherManager(OwnedManager.from_queryset(Otherwise)):  # type: ignore[misc]
        pass

    other: Any = OtherManager()
    other.model, other.name = Person, "other"
    assert type(Person.objects.all()) is OwnedQuerySet
    assert (type(other.all()), names(other.called("Marta")), names(other.called("Otto"))) == (Otherwise, ["Marta"], [])
    assert type(Person.objects.all()) is OwnedQuerySet
    assert (Person.objects.all().model, Membership.objects.all().model) == (Person, Membership)


@isolate_apps("members")
def test_a_model_that_looks_the_same_has_a_wall_of_its_own(in_linden: Cooperative) -> None:
    class Resident(Person):
        walls: ClassVar[int] = 0

        class Meta:
            proxy = True
            app_label = "members"

    assert issubclass(Resident, OwnedModel)
    assert [type(row) for row in Resident.objects.all()] == [Resident]
    assert [type(row) for row in Person.objects.all()] == [Person]
