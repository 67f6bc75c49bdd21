"""1: every row belongs to one cooperative, and what belongs together shares it. 5: what ends, ends after it begins.

2, 10, 11, 32 and 37, too, as far as the database keeps them by itself: against rows that no action wrote.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from django.utils import timezone

from activity.models import Event
from cooperatives.fences.declared import owned_models
from cooperatives.models import Cooperative, OwnedModel
from cooperatives.queries import enter
from members.models import (
    Consent,
    Guardianship,
    HouseholdMember,
    Invitation,
    InvitationUse,
    Membership,
    Occupancy,
    Occupant,
    Pause,
    Person,
    Photo,
    RoleGrant,
    Seat,
    Unit,
    UnitOffer,
    User,
    WaitingEntry,
)

from ..factories import a_cooperative, a_user
from ..homes.conftest import FEB, JAN, MARCH
from .raw import barred, built, delete, insert, kept, keys_of, update

MODELS = {model._meta.model_name: model for model in owned_models() if model._meta.app_label == "members"}
KEYS = [(name, key) for name, model in sorted(MODELS.items()) for key in keys_of(model)]


@pytest.fixture
def birch(db: None) -> Cooperative:
    """Another cooperative."""
    return a_cooperative(a_user("Sam Stranger"), "Birch Lane")


@pytest.fixture(autouse=True)
def both(alder: Cooperative, birch: Cooperative) -> Iterator[None]:
    """Both are entered: no manager stands between them."""
    with enter([alder.pk, birch.pk]):
        yield


# --- 1 -----------------------------------------------------------------------------------------------------------------


def test_every_room_of_the_register_is_looked_at() -> None:
    assert len(KEYS) >= 30
    assert {"membership", "occupancy", "occupant", "unitoffer", "invitation", "consent", "importedrow"} <= MODELS.keys()


@pytest.mark.parametrize(("name", "key"), KEYS)
def test_no_row_is_written_that_points_into_another_cooperative(
    name: str, key: str, alder: Cooperative, birch: Cooperative
) -> None:
    model = MODELS[name]
    target: type[OwnedModel] = model._meta.get_field(key).related_model
    with barred():
        insert(built(model, alder, **{key: kept(target, birch)}))
    insert(built(model, alder, **{key: kept(target, alder)}))
    assert model._base_manager.filter(**{f"{key}__cooperative": birch}, cooperative=alder).count() == 0


@pytest.mark.parametrize(("name", "key"), [pair for pair in KEYS if not MODELS[pair[0]].append_only])
def test_no_row_is_turned_to_another_cooperative(name: str, key: str, alder: Cooperative, birch: Cooperative) -> None:
    model = MODELS[name]
    field = model._meta.get_field(key)
    row = kept(model, alder, **{key: kept(field.related_model, alder)})
    theirs, own = kept(field.related_model, birch), kept(field.related_model, alder)
    with barred():
        update(row, **{field.column: theirs.pk})
    assert update(row, **{field.column: own.pk}) == 1


@pytest.mark.parametrize("name", sorted(MODELS))
def test_a_cooperative_that_is_not_entered_shows_no_row(name: str, alder: Cooperative, birch: Cooperative) -> None:
    kept(MODELS[name], alder)
    theirs = kept(MODELS[name], birch)
    with enter([alder.pk]):
        seen = MODELS[name].objects.values_list("cooperative_id", flat=True)
        assert set(seen) == {alder.pk}
        assert not MODELS[name].objects.filter(pk=theirs.pk).exists()


# --- 5, and every other span of days ------------------------------------------------------------------------------------

SPANS = [
    (Membership, "joined_on", "left_on"),
    (Pause, "starts_on", "ends_on"),
    (RoleGrant, "starts_on", "ends_on"),
    (Occupancy, "starts_on", "ends_on"),
    (Occupant, "starts_on", "ends_on"),
    (HouseholdMember, "starts_on", "ends_on"),
    (Seat, "starts_on", "ends_on"),
    (Unit, "active_from", "active_to"),
]


@pytest.mark.parametrize(("model", "starts", "ends"), SPANS)
def test_nothing_ends_before_it_begins(model: type[OwnedModel], starts: str, ends: str, alder: Cooperative) -> None:
    with barred():
        insert(built(model, alder, **{starts: FEB, ends: JAN}))
    row = kept(model, alder, **{starts: FEB, ends: MARCH})
    for wrong in ({ends: JAN}, {starts: date(2026, 3, 2)}):
        with barred():
            update(row, **wrong)
    assert update(row, **{ends: FEB}) == update(row, **{ends: None}) == 1


# --- What there is once -------------------------------------------------------------------------------------------------


def test_4_one_person_and_one_login_have_one_open_membership(alder: Cooperative, birch: Cooperative, ben: User) -> None:
    open_one = Membership.objects.get(user=ben)
    for same in ({"person": open_one.person}, {"user": ben}):
        with barred():
            insert(built(Membership, alder, **same))
    insert(built(Membership, birch, user=ben))
    update(open_one, left_on=open_one.joined_on)
    insert(built(Membership, alder, person=open_one.person, user=ben))
    assert Membership.objects.filter(user=ben, left_on=None).count() == 2


def test_4_a_number_is_one_members_and_a_role_is_held_once(alder: Cooperative, birch: Cooperative, ben: User) -> None:
    ben_is = Membership.objects.get(user=ben)
    with barred():
        insert(built(Membership, alder, number=ben_is.number))
    insert(built(Membership, birch, number=ben_is.number))
    for model, more in ((RoleGrant, {"role": "secretary"}), (Pause, {})):
        insert(built(model, alder, membership=ben_is, **more))
        with barred():
            insert(built(model, alder, membership=ben_is, **more))


def test_10_a_unit_and_a_person_have_one_open_offer(alder: Cooperative) -> None:
    offer = kept(UnitOffer, alder)
    others = {"unit": kept(WaitingEntry, alder), "entry": kept(Unit, alder)}
    for same in others:
        with barred():
            insert(built(UnitOffer, alder, **{same: getattr(offer, same)}))
    update(offer, answer="refused")
    insert(built(UnitOffer, alder, unit=offer.unit, entry=offer.entry))
    with barred():
        update(offer, answer="open")


def test_32_an_invitation_lets_in_no_more_than_it_says_and_nobody_has_two(alder: Cooperative) -> None:
    invited = kept(Invitation, alder, person=kept(Person, alder), way="mail")
    assert update(invited, uses=1) == 1
    with barred():
        update(invited, uses=2)
    update(invited, uses=0)
    with barred():
        insert(built(Invitation, alder, person=invited.person, way="slip"))
    update(invited, revoked_at=timezone.now())
    insert(built(Invitation, alder, person=invited.person, way="slip"))


@pytest.mark.parametrize(
    ("model", "wrong"),
    [
        (Occupant, {"is_holder": False, "lives_there": False}),
        (Unit, {"fewest": 3, "most": 2}),
    ],
)
def test_3_what_cannot_be_is_no_row(model: type[OwnedModel], wrong: dict[str, Any], alder: Cooperative) -> None:
    with barred():
        insert(built(model, alder, **wrong))
    with barred():
        update(kept(model, alder), **wrong)


def test_3_nobody_answers_for_themselves(alder: Cooperative) -> None:
    somebody = kept(Person, alder)
    with barred():
        insert(built(Guardianship, alder, child=somebody, guardian=somebody))
    row = kept(Guardianship, alder)
    with barred():
        insert(built(Guardianship, alder, child=row.child, guardian=row.guardian))


# --- What stays ---------------------------------------------------------------------------------------------------------

REFERRING = [(name, key) for name, key in KEYS if MODELS[name]._meta.get_field(key).related_model in (Unit, Person, Membership)]


@pytest.mark.parametrize(("name", "key"), REFERRING)
def test_7_and_11_nothing_is_deleted_to_which_something_points(name: str, key: str, alder: Cooperative) -> None:
    target = MODELS[name]._meta.get_field(key).related_model
    row = kept(target, alder)
    kept(MODELS[name], alder, **{key: row})
    with barred():
        delete(row)
    assert target.objects.filter(pk=row.pk).exists()
    assert delete(kept(target, alder)) == 1


@pytest.mark.parametrize("model", [Consent, InvitationUse])
def test_37_what_was_agreed_is_appended(model: type[OwnedModel], alder: Cooperative) -> None:
    row = kept(model, alder)
    for write in (lambda: update(row, at=timezone.now()), lambda: delete(row)):
        with barred():
            write()
    assert model.objects.get(pk=row.pk).at == row.at
    insert(built(model, alder))
    assert model.objects.filter(cooperative=alder).count() == 2


def test_35_the_record_is_nobodys_to_change(alder: Cooperative) -> None:
    row = Event.objects.filter(cooperative_id=alder.pk).earliest("seq")
    for write in (lambda: update(row, kind="members.nothing"), lambda: delete(row)):
        with barred():
            write()


def test_a_picture_is_one_of_each_person(alder: Cooperative) -> None:
    row = kept(Photo, alder)
    with barred():
        insert(built(Photo, alder, person=row.person))
    insert(built(Photo, alder))
    assert Photo.objects.count() == 2
