"""Loading the demo anew, beside real cooperatives, and removing all of it."""

from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from activity.models import Event
from cooperatives.actions import Ticket, once
from cooperatives.fences import drift
from cooperatives.fences.declared import owned_models
from cooperatives.models import Cooperative, OnceKey
from cooperatives.policy import Actor
from cooperatives.queries import enter, fact
from members.demo.load import PASSWORD, load
from members.demo.people import LOGINS
from members.models import Membership, Person, User
from members.queries import standings_of

from .factories import a_cooperative, a_member, a_user, acting

ENTER = "/demo/enter/"


def run(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def rows() -> dict[str, int]:
    """How many rows every model has, owned ones in all cooperatives."""
    with enter(Cooperative.objects.values_list("pk", flat=True)):
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


def test_other_rooms_are_asked_for_their_part_inside_each_cooperative(
    db: None, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.DEMO = True
    asked: list[tuple[str, str, int]] = []

    def part(*, cooperative: Cooperative, actor: Actor) -> None:
        asked.append((cooperative.slug, actor.name, Person.objects.count()))

    monkeypatch.setattr(fact("demo"), "_answers", [part])
    load()
    assert asked == [("linden-court", "Aoife Brennan", 71 + 29 + 4), ("kilele-dev-chama", "Amina Yusuf", 12)]


def test_an_interrupted_load_is_completed_by_the_next(db: None, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True

    def fail(**_: Any) -> None:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr("members.demo.load._populate", lambda *_args: fail())
        with pytest.raises(RuntimeError):
            load()
    load()
    with enter(Cooperative.objects.values_list("pk", flat=True)):
        assert Membership.objects.count() == 83


def test_a_real_cooperative_at_a_demo_address_is_left_alone(db: None, settings: Any) -> None:
    settings.DEMO = True
    real = a_cooperative(a_user(), slug="linden-court", name="The real one")
    with pytest.raises(CommandError, match="linden-court"):
        run("load_demo")
    real.refresh_from_db()
    assert (real.name, real.is_demo) == ("The real one", False)


def test_the_commands_say_what_they_did(db: None, settings: Any) -> None:
    settings.DEMO = True
    said = run("load_demo")
    assert "Linden Court Housing Co-operative: /c/linden-court/" in said
    assert PASSWORD in said
    assert all(email in said for email in LOGINS)


def test_where_the_demo_is_not_shown_no_password_is_set_or_told(db: None, settings: Any) -> None:
    settings.DEMO = False
    assert PASSWORD not in run("load_demo")
    assert not any(user.has_usable_password() for user in User.objects.all())


@pytest.mark.django_db(transaction=True)
def test_removing_leaves_nothing_of_the_demo_and_all_of_the_rest(settings: Any) -> None:
    settings.DEMO = True
    ada = a_user()
    alder = a_cooperative(ada)
    before = rows()
    load()
    assert rows() != before
    assert "Removed 2 demo cooperatives" in run("remove_demo")
    assert rows() == before
    assert drift(connection) == []
    assert standings_of(ada)[alder.pk].roles == {"admin", "member"}
    assert list(owned_models())


@pytest.mark.django_db(transaction=True)
def test_a_demo_person_who_came_to_belong_to_a_real_cooperative_stays_there_switched_off(settings: Any) -> None:
    settings.DEMO = True
    alder = a_cooperative(a_user())
    load()
    marta = User.objects.get(name="Marta Lindqvist")
    a_member(alder, marta)
    run("remove_demo")
    assert list(User.objects.filter(is_demo=True)) == [marta]
    marta.refresh_from_db()
    assert marta.is_active is False
    with enter([alder.pk]):
        assert Membership.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_the_last_admin_of_a_real_cooperative_is_not_switched_off(settings: Any) -> None:
    settings.DEMO = True
    load()
    marta = User.objects.get(name="Marta Lindqvist")
    alder = a_cooperative(marta)
    before = rows()
    with pytest.raises(CommandError, match="only admin of Alder Yard"):
        run("remove_demo")
    assert rows() == before
    a_member(alder, a_user(), "admin")
    run("remove_demo")
    marta.refresh_from_db()
    assert marta.is_active is False


@pytest.mark.django_db(transaction=True)
def test_removing_twice_is_quiet_and_loading_again_works(settings: Any) -> None:
    settings.DEMO = True
    load()
    run("remove_demo")
    assert "Removed 0 demo cooperatives and 0 demo logins." in run("remove_demo")
    load()
    assert Cooperative.objects.filter(is_demo=True).count() == 2


@pytest.mark.django_db(transaction=True)
def test_after_removing_the_record_is_walled_again(settings: Any) -> None:
    settings.DEMO = True
    ada = a_user()
    alder = a_cooperative(ada)
    load()
    run("remove_demo")
    with enter([alder.pk]):
        count = Event.objects.count()
        assert count > 0
        with pytest.raises(DatabaseError), transaction.atomic():
            Event.objects.all().delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            Event.objects.update(kind="forged")
        assert Event.objects.count() == count


@pytest.mark.django_db(transaction=True)
def test_a_removal_that_fails_removes_nothing(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.DEMO = True
    load()
    before = rows()

    def fail() -> int:
        raise RuntimeError("power cut")

    with monkeypatch.context() as broken:
        broken.setattr("members.demo.remove._logins", fail)
        with pytest.raises(RuntimeError):
            run("remove_demo")
    assert rows() == before
    assert drift(connection) == []


@pytest.mark.django_db(transaction=True)
def test_what_demo_people_did_under_one_time_keys_goes_with_them(settings: Any) -> None:
    settings.DEMO = True
    load()
    marta = User.objects.get(name="Marta Lindqvist")
    with acting(marta) as actor:
        once(actor, Ticket("here", "key", ""), lambda: None, lambda _: {"said": "yes"})
    run("remove_demo")
    assert not User.objects.exists()
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{OnceKey._meta.db_table}"')
        assert cursor.fetchone() == (0,)
