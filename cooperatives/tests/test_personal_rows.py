"""Rows of one user: wall (a) in every way Django offers, wall (b) on PostgreSQL, and what the checks refuse."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from django.db import DatabaseError, connection, models, transaction
from django.test.utils import isolate_apps
from django.utils import timezone

from cooperatives import checks
from cooperatives.actions import erase_personal, fences_lifted, forget_keys
from cooperatives.checks import check_owned_models, check_personal_models
from cooperatives.fences import drift
from cooperatives.fences.declared import OwnedTable, personal_models
from cooperatives.fences.postgres import wanted as on_postgres
from cooperatives.fences.sqlite import wanted as on_sqlite
from cooperatives.jobs import forget_old_keys
from cooperatives.models import OnceKey, OwnedModel, PersonalModel
from cooperatives.queries import Crossed, NotEntered, each_user, enter
from members.models import User

ON_POSTGRES = connection.vendor == "postgresql"
postgres_only = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite has no wall for raw SQL")
TABLE = OnceKey._meta.db_table


def a_key(user: User, route: str = "do") -> OnceKey:
    with enter((), user.pk):
        row: OnceKey = OnceKey.objects.create(user=user, route=route, digest="d", fingerprint="f", answer={"said": user.name})
        return row


@pytest.fixture
def marta(person: Callable[[str], User]) -> User:
    return person("Marta")


@pytest.fixture
def theirs(person: Callable[[str], User]) -> OnceKey:
    """A row of Amina's."""
    return a_key(person("Amina"))


@pytest.fixture
def as_marta(marta: User, theirs: OnceKey) -> Iterator[OnceKey]:
    """Marta is entered for the whole test, with a row of her own; Amina's is as it was afterwards."""
    mine = a_key(marta)
    with enter((), marta.pk):
        yield mine
    with enter((), theirs.user_id):
        assert list(OnceKey.objects.values_list("pk", "route")) == [(theirs.pk, "do")]


READS: dict[str, Callable[[], Any]] = {
    "list": lambda: list(OnceKey.objects.all()),
    "count": lambda: OnceKey.objects.count(),
    "values": lambda: list(OnceKey.objects.values("route")),
    "update": lambda: OnceKey.objects.update(route="x"),
    "delete": lambda: OnceKey.objects.all().delete(),
    "create": lambda: OnceKey.objects.create(user_id=1, route="x", digest="d", fingerprint="f"),
    "bulk_create": lambda: OnceKey.objects.bulk_create([OnceKey(user_id=1, route="x")]),
    "save": lambda: OnceKey(user_id=1, route="x").save(),
    "refresh": lambda: OnceKey(pk=1, user_id=1).refresh_from_db(),
    "base manager": lambda: list(OnceKey._base_manager.all()),
    "delete one": lambda: OnceKey(pk=1, user_id=1).delete(),
    "raw": lambda: list(OnceKey.objects.raw(f"SELECT * FROM {TABLE}")),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", READS)
def test_unentered_raises(what: str) -> None:
    with pytest.raises((NotEntered, Crossed)):
        READS[what]()


def test_a_system_job_that_enters_no_user_finds_nothing(theirs: OnceKey) -> None:
    with enter([1, 2, 3]):
        assert (OnceKey.objects.count(), OnceKey.objects.update(route="x"), list(OnceKey.objects.all())) == (0, 0, [])


def test_nobody_elses_row_is_there(as_marta: OnceKey, theirs: OnceKey) -> None:
    assert list(OnceKey.objects.values_list("pk", flat=True)) == [as_marta.pk]
    assert OnceKey.objects.filter(pk=theirs.pk).update(route="x") == 0
    assert OnceKey.objects.filter(pk__in=[theirs.pk]).delete()[0] == 0
    with pytest.raises(OnceKey.DoesNotExist):
        theirs.refresh_from_db()


def test_nothing_is_written_to_anybody_else(as_marta: OnceKey, theirs: OnceKey) -> None:
    stranger = theirs.user_id
    for write in (
        lambda: OnceKey.objects.create(user_id=stranger, route="x", digest="d", fingerprint="f"),
        lambda: OnceKey.objects.bulk_create([OnceKey(user_id=stranger, route="x", digest="d", fingerprint="f")]),
        lambda: OnceKey.objects.bulk_create([as_marta], update_conflicts=True, unique_fields=["id"], update_fields=["route"]),
        lambda: OnceKey.objects.bulk_create([as_marta], None, False, True, ["route"], ["id"]),
        lambda: OnceKey.objects.update(user=stranger),
        lambda: theirs.delete(),
    ):
        with pytest.raises(Crossed), transaction.atomic():
            write()
    as_marta.user_id = stranger
    with pytest.raises((Crossed, DatabaseError)), transaction.atomic():
        as_marta.save()


def test_a_loaded_row_of_somebody_else_is_refused(as_marta: OnceKey, theirs: OnceKey) -> None:
    values = [getattr(theirs, field.attname) for field in OnceKey._meta.concrete_fields]
    with pytest.raises(Crossed):
        OnceKey.from_db("default", [field.attname for field in OnceKey._meta.concrete_fields], values)


@postgres_only
def test_the_database_shows_and_takes_ones_own_rows_only(as_marta: OnceKey, theirs: OnceKey) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT id FROM "{TABLE}"')
        assert cursor.fetchall() == [(as_marta.pk,)]
        cursor.execute(f"UPDATE \"{TABLE}\" SET route = 'x' WHERE id = %s", [theirs.pk])
        assert cursor.rowcount == 0
        with enter([1]):
            cursor.execute(f'SELECT count(*) FROM "{TABLE}"')
            assert cursor.fetchone() == (0,)
        columns = "user_id, route, digest, fingerprint, cooperatives, created_at"
        with pytest.raises(DatabaseError, match="row-level security"), transaction.atomic():
            cursor.execute(f"INSERT INTO \"{TABLE}\" ({columns}) VALUES (%s, 'x', 'e', 'f', '[]', now())", [theirs.user_id])


def test_a_row_stays_with_its_user_by_raw_sql(as_marta: OnceKey, theirs: OnceKey) -> None:
    with (
        pytest.raises(DatabaseError, match=r"do not move|row-level security"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(f'UPDATE "{TABLE}" SET user_id = %s WHERE id = %s', [theirs.user_id, as_marta.pk])


@pytest.mark.django_db
def test_every_personal_table_is_fenced() -> None:
    assert [model._meta.label for model in personal_models()] == ["cooperatives.OnceKey"]
    assert drift(connection) == []
    table = OwnedTable("diary", is_personal=True)
    told = {fence.kind: fence.create for fence in on_postgres([table])}
    assert sorted(told) == ["owner", "policy"]
    assert "USING (user_id = NULLIF(current_setting('app.user', true), '')::bigint)" in told["policy"]
    (stay,) = on_sqlite([table])
    assert "BEFORE UPDATE OF user_id" in stay.create


@pytest.mark.django_db(transaction=True)
def test_what_was_a_users_own_goes_with_the_user(person: Callable[[str], User]) -> None:
    marta, amina = person("Marta"), person("Amina")
    a_key(marta), a_key(amina)
    with fences_lifted():
        erase_personal([marta.pk])
        marta.delete()
    with enter((), amina.pk):
        assert OnceKey.objects.count() == 1
    assert list(each_user()) == [amina.pk]


def test_old_keys_of_everybody_are_forgotten_and_new_ones_stay(marta: User, theirs: OnceKey) -> None:
    keys = [a_key(marta, "old"), a_key(marta, "new"), theirs]
    for key, ago in zip(keys, ("-49", "-47", "-48"), strict=True):
        with enter((), key.user_id):
            OnceKey.objects.filter(pk=key.pk).update(created_at=timezone.now() + hours(int(ago)))
    forget_old_keys()
    left = []
    for user in each_user():
        left += [(user, route) for route in OnceKey.objects.values_list("route", flat=True)]
    assert left == [(marta.pk, "new")]
    assert forget_old_keys.every.days == 1


def hours(count: int) -> timedelta:
    return timedelta(hours=count)


# --- What the checks refuse ---------------------------------------------------------------------------------------------


@pytest.fixture
def room() -> Iterator[SimpleNamespace]:
    """An empty installation with a cooperative, a login and an owned model."""
    with isolate_apps("cooperatives"):

        class Cooperative(models.Model):  # noqa: DJ008
            class Meta:
                app_label = "cooperatives"

        class User(models.Model):  # noqa: DJ008
            class Meta:
                app_label = "members"

        class Shelf(OwnedModel):
            class Meta(OwnedModel.Meta):
                app_label = "cooperatives"

        class Diary(PersonalModel):
            class Meta(PersonalModel.Meta):
                app_label = "cooperatives"

        yield SimpleNamespace(Cooperative=Cooperative, Shelf=Shelf, Diary=Diary)


def faults(monkeypatch: pytest.MonkeyPatch, *found: Any) -> list[str]:
    monkeypatch.setattr(checks, "personal_models", lambda: (model for model in found if issubclass(model, PersonalModel)))
    monkeypatch.setattr(checks, "owned_models", lambda: (model for model in found if issubclass(model, OwnedModel)))
    return [str(message.id) for message in (*check_personal_models(None), *check_owned_models(None))]


def test_a_sound_personal_model_passes(room: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    class Page(PersonalModel):
        diary = models.ForeignKey(room.Diary, models.CASCADE, related_name="pages")
        title = models.CharField(max_length=9)

        class Meta(PersonalModel.Meta):
            app_label = "cooperatives"
            indexes: ClassVar = [models.Index(fields=["user", "title"], name="by_title")]

    assert faults(monkeypatch, room.Diary, Page) == []


def test_a_personal_model_that_opens_a_way_around_is_refused(room: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    class Page(PersonalModel):
        shelf = models.ForeignKey(room.Shelf, models.CASCADE, related_name="+")
        about = models.ForeignKey(room.Cooperative, models.CASCADE)
        title = models.CharField(max_length=9)

        class Meta(PersonalModel.Meta):
            app_label = "cooperatives"
            constraints: ClassVar = [models.UniqueConstraint(fields=["title"], name="one_title")]

    class Note(OwnedModel):
        diary = models.ForeignKey(room.Diary, models.CASCADE, related_name="+")

        class Meta(OwnedModel.Meta):
            app_label = "cooperatives"

    assert faults(monkeypatch, Page, Note) == ["coop.E006", "coop.E001", "coop.E005", "coop.E006"]


@pytest.mark.django_db
def test_forgetting_answers_how_many(marta: User) -> None:
    key = a_key(marta)
    with enter((), marta.pk):
        assert forget_keys(now=key.created_at) == 0
        assert forget_keys(now=key.created_at + hours(48)) == 1
