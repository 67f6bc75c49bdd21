"""Sample data: tagged, filled in once, taken out in one act; whatever is real stays as it was."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.apps import apps
from django.test import Client

from activity.models import Event
from cooperatives.actions import Forbidden
from cooperatives.models import Cooperative, OwnedModel
from cooperatives.queries import enter
from members.actions import fill_sample, remove_sample
from members.actions.beginning import HANGING, TAGGED
from members.models import (
    Building,
    Committee,
    Household,
    HouseholdMember,
    Membership,
    Occupancy,
    Occupant,
    Person,
    Seat,
    Unit,
    UnitOffer,
    User,
    WaitingEntry,
)

from ..factories import a_cooperative, a_member, acting, days


def rows() -> dict[str, list[dict[str, Any]]]:
    """Every row of the active cooperative outside the record."""
    return {model._meta.label: list(model._base_manager.order_by("pk").values()) for model in _models()}


def _models() -> Iterator[type[OwnedModel]]:
    for model in apps.get_models():
        if issubclass(model, OwnedModel) and model._meta.app_label != "activity":
            yield model


@pytest.fixture
def real(ada: User, alder: Cooperative) -> None:
    """A real home with a real household in it, somebody who waits, a committee with a seat."""
    own = {"cooperative": alder}
    with enter([alder.pk]):
        member = a_member(alder, name="Petra Paper")
        unit = Unit.objects.create(**own, building=Building.objects.create(**own, name="Sample house"), code="S-001")
        household = Household.objects.create(**own, name="Paper")
        HouseholdMember.objects.create(**own, household=household, person=member.person)
        home = Occupancy.objects.create(**own, unit=unit, household=household, starts_on=days(-9))
        Occupant.objects.create(**own, occupancy=home, person=member.person, starts_on=days(-9))
        WaitingEntry.objects.create(**own, name="Real Wait", ranked_on=days(-9))
        board = Committee.objects.create(**own, name="Board")
        Seat.objects.create(**own, committee=board, membership=member, starts_on=days(-9))


@pytest.mark.usefixtures("real")
def test_filled_in_and_taken_out_every_real_row_is_as_it_was(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        before = rows()
        count = fill_sample(actor, alder)
        assert count == sum(model.objects.filter(is_sample=True).count() for model in TAGGED) == 23
        assert Building.objects.filter(is_sample=True).get().name == "Sample house 2", "a real one has the name"
        assert remove_sample(actor, alder) == (23, 0)
        assert rows() == before
        payloads = [
            event.told.data["payload"] for event in Event.objects.filter(kind__startswith="members.sample").order_by("seq")
        ]
        assert payloads == [{"count": 23}, {"count": 23, "kept": 0}]


def test_filled_in_twice_it_is_there_once_and_taken_out_twice_it_is_gone(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        assert fill_sample(actor, alder) == fill_sample(actor, alder) == 23
        assert remove_sample(actor, alder) == (23, 0)
        assert remove_sample(actor, alder) == (0, 0)
        assert Event.objects.filter(kind__startswith="members.sample").count() == 2


def test_people_of_the_sample_live_somewhere_and_are_no_members(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        fill_sample(actor, alder)
        assert Unit.objects.count() == 5
        assert Occupancy.objects.count() == 4
        holders = Occupant.objects.filter(is_holder=True).values_list("person__name", flat=True)
        assert sorted(holders) == ["Sample Berg", "Sample Costa", "Sample Dlamini", "Sample Eriksen"]
        assert HouseholdMember.objects.filter(relation="child").count() == 3
        assert Membership.objects.filter(person__is_sample=True).count() == 0
    assert a_member(alder, name="Petra Paper").number == 2, "no number was spent on them"


def test_a_chama_gets_groups_and_no_homes(ada: User) -> None:
    devs = a_cooperative(ada, "Devs", kind="chama")
    with acting(ada) as actor:
        assert fill_sample(actor, devs) == 2
        assert not Building.objects.exists()
        assert remove_sample(actor, devs) == (2, 0)


# --- Where something real has come to use it ----------------------------------------------------------------------------


def _household(cooperative: Cooperative) -> Household:
    made: Household = Household.objects.create(cooperative=cooperative, name="Real")
    return made


def a_real_household_moves_in(alder: Cooperative) -> set[str]:
    unit = Unit.objects.get(code="S-201")
    Occupancy.objects.create(cooperative=alder, unit=unit, household=_household(alder), starts_on=days(0))
    return {"S-201", "Sample house"}


def a_real_person_joins_a_household(alder: Cooperative) -> set[str]:
    person = a_member(alder, name="Petra Paper").person
    HouseholdMember.objects.create(cooperative=alder, household=Household.objects.get(name="Costa"), person=person)
    return {"Costa"}


def a_person_becomes_a_member(alder: Cooperative) -> set[str]:
    person = Person.objects.get(name="Sample Dlamini")
    Membership.objects.create(cooperative=alder, person=person, number=9, joined_on=days(0))
    return {"Sample Dlamini"}


def a_member_takes_a_seat(alder: Cooperative) -> set[str]:
    committee, member = Committee.objects.get(), a_member(alder, name="Petra Paper")
    Seat.objects.create(cooperative=alder, committee=committee, membership=member, starts_on=days(0))
    return {committee.name}


def a_real_entry_is_offered_a_home(alder: Cooperative) -> set[str]:
    entry = WaitingEntry.objects.create(cooperative=alder, name="Real Wait", ranked_on=days(0))
    unit = Unit.objects.get(code="S-201")
    UnitOffer.objects.create(cooperative=alder, entry=entry, unit=unit, expires_at="2099-01-01T00:00Z")
    return {"S-201", "Sample house"}


def a_sample_entry_is_offered_a_real_home(alder: Cooperative) -> set[str]:
    building = Building.objects.create(cooperative=alder, name="North")
    unit = Unit.objects.create(cooperative=alder, building=building, code="N-1")
    entry = WaitingEntry.objects.get(name="Sample Garnier")
    UnitOffer.objects.create(cooperative=alder, entry=entry, unit=unit, expires_at="2099-01-01T00:00Z")
    return {"Sample Garnier"}


USES = [
    a_real_household_moves_in,
    a_real_person_joins_a_household,
    a_person_becomes_a_member,
    a_member_takes_a_seat,
    a_real_entry_is_offered_a_home,
    a_sample_entry_is_offered_a_real_home,
]


@pytest.mark.parametrize("use", USES, ids=lambda use: use.__name__)
def test_what_something_real_uses_stays_and_is_sample_no_more(
    ada: User, alder: Cooperative, use: Callable[[Cooperative], set[str]]
) -> None:
    with acting(ada) as actor:
        fill_sample(actor, alder)
        tagged = {model: set(model.objects.filter(is_sample=True).values_list("pk", flat=True)) for model in TAGGED}
        names = use(alder)
        real = {
            model._meta.label: [row for row in model.objects.order_by("pk").values() if row["id"] not in tagged.get(model, set())]
            for model in _models()
            if model not in HANGING
        }
        gone, kept = remove_sample(actor, alder)
        stays = {str(row) for model in TAGGED for row in model.objects.filter(pk__in=tagged[model])}
        assert stays == names
        assert (gone, kept) == (23 - len(names), len(names))
        assert not any(model.objects.filter(is_sample=True).exists() for model in TAGGED)
        after = {
            model._meta.label: list(model.objects.exclude(pk__in=tagged.get(model, set())).order_by("pk").values())
            for model in _models()
            if model not in HANGING
        }
        assert after == real, "no real row is touched"
        assert remove_sample(actor, alder) == (0, 0)


def test_another_cooperatives_sample_stays(ada: User, alder: Cooperative) -> None:
    other = a_cooperative(ada, "Birch Lane")
    with acting(ada) as actor:
        with enter([other.pk], ada.pk):
            fill_sample(actor, other)
        with enter([alder.pk], ada.pk):
            fill_sample(actor, alder)
            remove_sample(actor, alder)
        with enter([other.pk], ada.pk):
            assert Unit.objects.filter(is_sample=True).count() == 5


def test_the_page_fills_in_and_takes_out_and_says_what_it_did(ada: User, alder: Cooperative) -> None:
    client = Client()
    client.force_login(ada)
    address = f"/c/{alder.slug}/first-steps/sample/"
    assert "23 sample rows are there." in client.post(address, {"sample": "fill"}, follow=True).content.decode()
    with enter([alder.pk]):
        a_person_becomes_a_member(alder)
    said = client.post(address, {"sample": "remove"}, follow=True).content.decode()
    assert "22 sample rows are removed. 1 stays, because real rows use it." in said


def test_members_fill_in_nothing(ben: User, alder: Cooperative) -> None:
    with acting(ben) as actor:
        for act in (fill_sample, remove_sample):
            with pytest.raises(Forbidden):
                act(actor, alder)
