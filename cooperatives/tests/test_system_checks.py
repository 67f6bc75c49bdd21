"""System checks: a model that opens a way around the walls is refused by name; a sound one passes in silence."""

from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any, ClassVar

import pytest
from django.contrib.contenttypes.fields import GenericForeignKey
from django.db import DatabaseError, models
from django.test.utils import isolate_apps

from cooperatives import checks
from cooperatives.checks import check_fences, check_owned_models, check_role
from cooperatives.models import OwnedModel

Faults = Callable[..., list[str]]


@pytest.fixture
def room() -> Iterator[SimpleNamespace]:
    """An empty installation with one cooperative model, one stranger and one sound owned model."""
    with isolate_apps("cooperatives"):

        class Cooperative(models.Model):  # noqa: DJ008
            class Meta:
                app_label = "cooperatives"

        class Login(models.Model):  # noqa: DJ008
            class Meta:
                app_label = "cooperatives"

        class Shelf(OwnedModel):
            class Meta(OwnedModel.Meta):
                app_label = "cooperatives"

        yield SimpleNamespace(Cooperative=Cooperative, Login=Login, Shelf=Shelf)


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """The ids of what the check says of these models."""

    def of(*found: type[OwnedModel]) -> list[str]:
        monkeypatch.setattr(checks, "owned_models", lambda: iter(found))
        messages = check_owned_models(None)
        assert all(message.obj in found and message.is_serious() for message in messages)
        return [str(message.id) for message in messages]

    return of


def test_a_sound_model_passes(room: SimpleNamespace, faults: Faults) -> None:
    class Book(OwnedModel):
        shelf = models.ForeignKey(room.Shelf, models.PROTECT, related_name="books")
        lender = models.ForeignKey(room.Login, models.PROTECT, null=True, related_name="+")
        title = models.CharField(max_length=9)

        class Meta(OwnedModel.Meta):
            app_label = "cooperatives"
            constraints: ClassVar = [
                models.UniqueConstraint(fields=["cooperative", "title"], name="one_title"),
                models.CheckConstraint(condition=~models.Q(title=""), name="has_title"),
            ]
            indexes: ClassVar = [models.Index(fields=["cooperative", "shelf"], name="by_shelf")]

    assert faults(room.Shelf, Book) == []


def test_a_key_to_an_unowned_model_hides_its_way_back(room: SimpleNamespace, faults: Faults) -> None:
    class Book(OwnedModel):
        lender = models.ForeignKey(room.Login, models.PROTECT)
        owner = models.ForeignKey(room.Login, models.PROTECT, related_name="books")
        hidden = models.ForeignKey(room.Login, models.PROTECT, related_name="hidden+")

        class Meta(OwnedModel.Meta):
            app_label = "cooperatives"

    assert faults(Book) == ["coop.E001", "coop.E001"]
    assert [str(message.msg).split()[0].rpartition(".")[2] for message in check_owned_models(None)] == ["lender", "owner"]


def test_a_one_to_one_key_to_an_unowned_model_hides_its_way_back_too(room: SimpleNamespace, faults: Faults) -> None:
    class Card(OwnedModel):
        login = models.OneToOneField(room.Login, models.PROTECT)

        class Meta(OwnedModel.Meta):
            app_label = "cooperatives"

    assert faults(Card) == ["coop.E001"]


def test_an_automatic_link_has_no_cooperative(room: SimpleNamespace, faults: Faults) -> None:
    class Book(OwnedModel):
        shelves = models.ManyToManyField(room.Shelf)

        class Meta(OwnedModel.Meta):
            app_label = "cooperatives"

    assert faults(Book) == ["coop.E002"]


def test_a_link_that_is_itself_an_owned_model_passes(room: SimpleNamespace, faults: Faults) -> None:
    class Book(OwnedModel):
        shelves = models.ManyToManyField(room.Shelf, through="Standing")

        class Meta(OwnedModel.Meta):
            app_label = "cooperatives"

    class Standing(OwnedModel):
        book = models.ForeignKey(Book, models.PROTECT)
        shelf = models.ForeignKey(room.Shelf, models.PROTECT)

        class Meta(OwnedModel.Meta):
            app_label = "cooperatives"

    assert faults(Book, Standing) == []


def test_an_owned_row_is_not_split_over_two_tables(room: SimpleNamespace, faults: Faults) -> None:
    class Tall(room.Shelf):  # type: ignore[misc, name-defined]
        height = models.IntegerField(default=3)

        class Meta(OwnedModel.Meta):
            app_label = "cooperatives"

    assert faults(Tall) == ["coop.E003"]


def test_a_generic_key_reaches_across(room: SimpleNamespace, faults: Faults) -> None:
    class Note(OwnedModel):
        what = models.CharField(max_length=9)
        key = models.IntegerField()
        about = GenericForeignKey("what", "key")

        class Meta(OwnedModel.Meta):
            app_label = "cooperatives"

    assert faults(Note) == ["coop.E004"]


@pytest.mark.parametrize(
    ("declared", "ids"),
    [
        ({"constraints": [models.UniqueConstraint(fields=["title"], name="a")]}, ["coop.E005"]),
        ({"constraints": [models.UniqueConstraint(fields=["title", "cooperative"], name="b")]}, ["coop.E005"]),
        ({"constraints": [models.UniqueConstraint(fields=["cooperative", "title"], name="c")]}, []),
        ({"indexes": [models.Index(fields=["title"], name="d")]}, ["coop.E005"]),
        ({"indexes": [models.Index(fields=["cooperative"], name="e")]}, []),
        (
            {
                "indexes": [models.Index(fields=["title"], name="f"), models.Index(fields=["cooperative", "title"], name="g")],
                "constraints": [models.UniqueConstraint(fields=["title"], name="h")],
            },
            ["coop.E005", "coop.E005"],
        ),
    ],
)
def test_the_cooperative_leads_every_index(
    declared: dict[str, Any], ids: list[str], room: SimpleNamespace, faults: Faults
) -> None:
    meta = type("Meta", (OwnedModel.Meta,), {"app_label": "cooperatives", "abstract": False, **declared})
    fields = {"title": models.CharField(max_length=9), "Meta": meta, "__module__": __name__}
    assert faults(type("Book", (OwnedModel,), fields)) == ids


def test_every_fault_of_a_model_is_told_at_once(room: SimpleNamespace, faults: Faults) -> None:
    class Worst(OwnedModel):
        login = models.ForeignKey(room.Login, models.PROTECT)
        shelves = models.ManyToManyField(room.Shelf)
        what = models.CharField(max_length=9)
        key = models.IntegerField()
        about = GenericForeignKey("what", "key")

        class Meta(OwnedModel.Meta):
            app_label = "cooperatives"
            indexes: ClassVar = [models.Index(fields=["login"], name="by_login")]

    assert faults(Worst) == ["coop.E001", "coop.E002", "coop.E004", "coop.E005"]


def test_the_models_of_this_installation_have_no_fault() -> None:
    assert check_owned_models(None) == []


def test_a_database_that_is_not_asked_about_is_not_touched() -> None:
    assert check_fences(None) == []
    assert check_fences(None, databases=[]) == []
    assert check_role(None) == []


@pytest.mark.django_db
def test_each_line_of_drift_is_an_error_that_names_the_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "drift", lambda connection: ["missing: a b", "unwanted: c d"])
    messages = check_fences(None, databases=["default"])
    assert [(message.id, message.msg) for message in messages] == [("coop.E010", "missing: a b"), ("coop.E010", "unwanted: c d")]
    assert {message.hint for message in messages} == {"Run migrate: it settles the fences."}


@pytest.mark.django_db
def test_fences_that_cannot_be_read_are_an_error_not_a_crash(monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(connection: Any) -> list[str]:
        raise DatabaseError("server closed the connection")

    monkeypatch.setattr(checks, "drift", gone)
    told = [str(message.msg) for message in check_fences(None, databases=["default"])]
    assert told == ["cannot be read: server closed the connection"]


def test_a_role_that_could_walk_through_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    lines = {"default": SimpleNamespace(vendor="postgresql"), "local": SimpleNamespace(vendor="sqlite")}
    monkeypatch.setattr(checks, "connections", lines)
    monkeypatch.setattr(checks, "unbound_role", lambda connection: "postgres")
    (message,) = check_role(None, databases=["default", "local"])
    assert (message.id, message.msg) == ("coop.E011", "the role postgres of the database default could walk through the walls")
    assert "DATABASE_OWNER_URL" in str(message.hint)
    monkeypatch.setattr(checks, "unbound_role", lambda connection: "")
    assert check_role(None, databases=["default", "local"]) == []
