"""Asking for an erasure, calling it off, the hold; one run erases few; its pages."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from activity.models import Event
from cooperatives.actions import Forbidden, NotFound
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.actions import (
    add_building,
    add_occupant,
    add_unit,
    ask_erasure,
    cancel_erasure,
    carry_out_erasure,
    carry_out_erasures,
    end_membership,
    end_occupancy,
    grant_role,
    house,
    make_household,
)
from members.erasing import Needles
from members.models import (
    Erasure,
    Membership,
    Occupancy,
    Person,
    User,
)
from members.roles import Role

from ..factories import a_cooperative, a_member, a_user, acting, days, refused
from .leaving import LATER, NAME, erased

# --- Asking -------------------------------------------------------------------------------------------------------------


def test_members_are_not_erased_and_the_last_admin_is_told_why(ada: User, zdz: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        for user, code in ((zdz, "still_member"), (ada, "last_admin")):
            with refused(code):
                ask_erasure(actor, Membership.objects.get(user=user).person)
        grant_role(actor, Membership.objects.get(user=zdz), role=Role.ADMIN)
        with refused("still_member"):
            ask_erasure(actor, Membership.objects.get(user=ada).person)
        later = a_member(alder, name="Nia Next", on=days(30))
        with refused("still_member"):
            ask_erasure(actor, later.person)
        assert not Erasure.objects.exists()


@pytest.mark.parametrize("lives", [True, False], ids=["lives here", "holds the agreement"])
def test_who_has_a_home_here_is_not_erased_before_that_has_ended(
    ada: User, alder: Cooperative, gone: Person, lives: bool
) -> None:
    with acting(ada) as actor:
        flat = add_unit(actor, add_building(actor, alder, name="Gate house"), code="G-1")
        home = house(actor, flat, make_household(actor, alder, name="Lee"), starts_on=days(-9))
        add_occupant(actor, home, gone, starts_on=days(-5), is_holder=not lives, lives_there=lives)
        with refused("lives_here"):
            ask_erasure(actor, gone)
        end_occupancy(actor, home, version=Occupancy.objects.get(pk=home.pk).version, on=days(1))
        with refused("lives_here"):
            ask_erasure(actor, gone)
        end_occupancy(actor, home, version=Occupancy.objects.get(pk=home.pk).version, on=days(0))
        assert ask_erasure(actor, gone).person == gone


def test_admins_ask_and_members_do_not(ada: User, ben: User, gone: Person, alder: Cooperative, stranger: User) -> None:
    with acting(ben) as actor, pytest.raises(Forbidden):
        ask_erasure(actor, gone)
    with acting(stranger) as actor, enter([alder.pk], stranger.pk), pytest.raises(NotFound):
        ask_erasure(actor, gone)
    with acting(ada) as actor:
        first = ask_erasure(actor, gone)
        assert first.due_on == days(14)
        assert ask_erasure(actor, gone) == first, "asked twice, it is one"
        assert Event.objects.filter(kind="members.erasure_asked").count() == 1


@pytest.mark.django_db(transaction=True)
def test_asked_for_many_times_at_once_it_is_one(
    ada: User, gone: Person, alder: Cooperative, at_once: Callable[..., list[Any]]
) -> None:
    def ask(_index: int) -> int:
        with acting(ada) as actor:
            return ask_erasure(actor, gone).pk

    assert len(set(at_once(ask, 3))) == 1


@pytest.mark.django_db(transaction=True)
def test_carried_out_by_two_at_once_it_happens_once(
    ada: User, gone: Person, alder: Cooperative, at_once: Callable[..., list[Any]]
) -> None:
    with acting(ada) as actor:
        asked = ask_erasure(actor, gone)
        Erasure.objects.update(due_on=days(0))

    def carry_out(_index: int) -> None:
        with enter([alder.pk]):
            carry_out_erasure(Erasure.objects.select_related("person__cooperative").get(pk=asked.pk))

    assert at_once(carry_out, 2) == [None, None]
    with enter([alder.pk]):
        assert Event.objects.filter(kind="members.erased").count() == 1
        assert Erasure.objects.get().version == 2


def test_nothing_happens_before_the_hold_is_over_or_once_it_is_called_off(ada: User, gone: Person, alder: Cooperative) -> None:
    with acting(ada) as actor:
        asked = ask_erasure(actor, gone)
    with time_machine.travel(timezone.now() + timedelta(days=13), tick=False):
        assert carry_out_erasures(now=timezone.now()) == 0
        with enter([alder.pk]):
            assert carry_out_erasure(asked).done_at is None, "nor by who calls the action itself"
    with acting(ada) as actor:
        cancel_erasure(actor, asked)
        cancel_erasure(actor, asked)
        assert Event.objects.filter(kind="members.erasure_cancelled").count() == 1
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert carry_out_erasures(now=timezone.now()) == 0
    with acting(ada) as actor:
        assert Person.objects.get(pk=gone.pk).name == NAME
        assert ask_erasure(actor, gone).pk != asked.pk


def test_what_is_done_cannot_be_called_off_or_asked_for_again(ada: User, gone: Person) -> None:
    row = erased(ada, gone)
    with acting(ada) as actor:
        with refused("erased"):
            cancel_erasure(actor, row)
        with refused("erased"):
            ask_erasure(actor, gone)


def test_who_came_back_meanwhile_is_not_erased(ada: User, zdz: User, gone: Person, alder: Cooperative) -> None:
    with acting(ada) as actor:
        ask_erasure(actor, gone)
        Membership.objects.create(cooperative=alder, person=gone, user=zdz, number=9, joined_on=days(0))
    with time_machine.travel(timezone.now() + LATER, tick=False):
        carry_out_erasures(now=timezone.now())
    with enter([alder.pk]):
        row = Erasure.objects.get()
        assert (row.done_at, row.receipt) == (None, {"refused": "still_member"})
        assert row.cancelled_at is not None
        assert Person.objects.get(pk=gone.pk).name == NAME


def test_one_run_erases_few_and_one_that_fails_holds_up_nobody(
    ada: User, alder: Cooperative, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = []
    with acting(ada) as actor:
        for name in ("One Gone", "Two Gone", "Three Gone"):
            member = a_member(alder, name=name)
            end_membership(actor, member)
            people.append(member.person)
            ask_erasure(actor, member.person)
        Erasure.objects.filter(person=people[0]).update(due_on=days(-1))
    real = Needles.of

    def fails(person: Person) -> Needles:
        if person.pk == people[0].pk:
            raise ZeroDivisionError
        return real(person)

    monkeypatch.setattr(Needles, "of", fails)
    with time_machine.travel(timezone.now() + LATER, tick=False):
        assert carry_out_erasures(now=timezone.now(), most=2) == 2
    with enter([alder.pk]):
        assert [person.name for person in Person.objects.filter(pk__in=[one.pk for one in people]).order_by("pk")] == [
            "One Gone",
            "",
            "Three Gone",
        ]


# --- Pages --------------------------------------------------------------------------------------------------------------


def browser(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def test_an_admin_sees_what_would_go_asks_calls_off_and_gets_the_receipt(ada: User, gone: Person, alder: Cooperative) -> None:
    client, place = browser(ada), f"/c/{alder.slug}/members"
    page = client.get(f"{place}/{gone.public_id}/erase/").content.decode()
    assert "Erase the data of" in page
    assert page.count(">goes<") >= 8
    assert page.count(">stays<") >= 5
    listed = client.post(f"{place}/{gone.public_id}/erase/", follow=True).content.decode()
    assert "waits" in listed
    with enter([alder.pk]):
        asked = Erasure.objects.get()
    assert (
        "The erasure is called off." in client.post(f"{place}/erasures/{asked.public_id}/cancel/", follow=True).content.decode()
    )
    row = erased(ada, gone)
    assert "Former member 2" in client.get(f"{place}/erasures/").content.decode()
    answer = client.get(f"{place}/erasures/{row.public_id}/receipt/")
    assert answer["Content-Disposition"] == f'attachment; filename="erasure-{row.public_id}.json"'
    assert answer.json()["called"] == "Former member 2"
    late = client.post(f"{place}/erasures/{row.public_id}/cancel/", follow=True).content.decode()
    assert "The data of this person were erased." in late


def test_a_member_cannot_be_erased_on_the_page_either(ada: User, ben: User, alder: Cooperative) -> None:
    with enter([alder.pk]):
        person = Membership.objects.get(user=ben).person
    answer = browser(ada).post(f"/c/{alder.slug}/members/{person.public_id}/erase/")
    assert answer.status_code == 409
    assert "End the membership first" in answer.content.decode()
    assert browser(ben).get(f"/c/{alder.slug}/members/erasures/").status_code == 403


def test_who_has_left_asks_and_calls_off_by_themselves(ada: User, zdz: User, gone: Person, alder: Cooperative, ben: User) -> None:
    client = browser(zdz)
    address = f"/profile/data/erase/{gone.public_id}/"
    mine = client.get("/profile/data/").content.decode()
    assert address in mine
    assert alder.name not in mine, "what it is called is not theirs to read any more"
    assert "Erase my data?" in client.get(address).content.decode()
    assert "Until then you can call it off" in client.post(address, follow=True).content.decode()
    with enter([alder.pk]):
        assert Erasure.objects.get().asked_by is None
    assert "Call it off" in client.get(address).content.decode()
    assert "called off" in client.post(address, {"cancel": "yes"}, follow=True).content.decode()
    with enter([alder.pk]):
        assert Erasure.objects.get().cancelled_at is not None
    assert browser(ben).get(address).status_code == 403, "who has left nowhere has nothing to erase"
    other = a_user("Lea Left")
    with acting(ada) as actor:
        end_membership(actor, a_member(alder, other))
    assert browser(other).get(address).status_code == 404, "what is not one's own is not there"
    assert Actor.of(zdz).standings == {}


def test_a_member_of_today_has_no_such_page(ben: User, alder: Cooperative) -> None:
    with enter([alder.pk]):
        person = Membership.objects.get(user=ben).person
    assert browser(ben).get(f"/profile/data/erase/{person.public_id}/").status_code == 403


def test_lists_cost_the_same_for_one_and_for_many(ada: User, alder: Cooperative, django_assert_max_num_queries: Any) -> None:
    other = a_cooperative(ada, "Birch Lane 2")
    client = browser(ada)
    counts = []
    for name in ("One Gone", "Two Gone", "Three Gone"):
        with acting(ada) as actor:
            member = a_member(other, name=name)
            end_membership(actor, member)
            ask_erasure(actor, member.person)
        with django_assert_max_num_queries(40) as asked:
            client.get(f"/c/{other.slug}/members/erasures/")
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]
