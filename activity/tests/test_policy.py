"""Who may read a record: both faces of the rule agree, for every kind of reader and of record."""

import pytest

from activity.models import Event
from cooperatives.events import KINDS
from cooperatives.policy import ANONYMOUS, SYSTEM, Actor, may, visible
from cooperatives.queries import enter
from members.actions import admit, grant_role
from members.models import Membership

from .acts import SEALED, WHISPERED, note

pytestmark = pytest.mark.django_db


@pytest.fixture
def everyone(linden, kilele, marta, jonas, amina, person):
    """One actor of each sort."""

    def joins(name, *roles):
        user = person(name)
        with enter([linden.pk], marta.pk):
            admit(Actor.of(marta), linden, name=name, user=user, roles=roles or ("member",))
        return Actor.of(user)

    keeper = person("Kim")
    keeper.role = "admin"
    keeper.save()
    return {
        "admin": Actor.of(marta),
        "treasurer": joins("Tess", "treasurer"),
        "secretary": joins("Sam", "secretary"),
        "member": Actor.of(jonas),
        "observer": joins("Olu", "observer"),
        "stranger": Actor.of(amina),
        "keeper": Actor.of(keeper),
        "visitor": ANONYMOUS,
        "system": SYSTEM,
    }


@pytest.fixture
def records(linden, jonas, everyone):
    """One record of each audience, one about Jonas, one of a forgotten kind, one about Jonas whose detail is gone."""
    note(linden, "members")
    note(linden, "officers", what=SEALED)
    note(linden, "jonas", what=WHISPERED, user_id=str(jonas.public_id))
    note(linden, "nobody", what=WHISPERED, user_id="")
    with enter([linden.pk]):
        rows = {event.detail.data["payload"]["text"]: event for event in Event.objects.filter(kind__startswith="trial.")}
        yield rows


READERS = {
    "members": {"admin", "treasurer", "secretary", "member", "observer", "system"},
    "officers": {"admin", "treasurer", "secretary", "system"},
    "jonas": {"admin", "treasurer", "secretary", "member", "system"},
    "nobody": {"admin", "treasurer", "secretary", "system"},
}


def test_the_table_holds_for_one_record_and_for_many(linden, everyone, records):
    for name, event in records.items():
        one = {who for who, actor in everyone.items() if may(actor, "activity.read", event)}
        many = {who for who, actor in everyone.items() if visible(actor, "activity.read", Event.objects.filter(pk=event.pk))}
        assert one == many == READERS[name], name


def test_a_kind_that_the_code_forgot_is_for_officers(linden, everyone, records, monkeypatch):
    monkeypatch.delitem(KINDS, "trial.noted")
    event = records["members"]
    one = {who for who, actor in everyone.items() if may(actor, "activity.read", event)}
    many = {who for who, actor in everyone.items() if visible(actor, "activity.read", Event.objects.filter(pk=event.pk))}
    assert one == many == READERS["officers"]


def test_an_erased_personal_record_is_for_officers(linden, everyone, records):
    event = records["jonas"]
    event.detail.delete()
    event = Event.objects.get(pk=event.pk)
    one = {who for who, actor in everyone.items() if may(actor, "activity.read", event)}
    many = {who for who, actor in everyone.items() if visible(actor, "activity.read", Event.objects.filter(pk=event.pk))}
    assert one == many == READERS["officers"]


def test_a_new_office_opens_what_is_for_officers(linden, marta, jonas, records):
    assert not may(Actor.of(jonas), "activity.read", records["officers"])
    with enter([linden.pk], marta.pk):
        grant_role(Actor.of(marta), Membership.objects.get(user=jonas), role="secretary")
    assert may(Actor.of(jonas), "activity.read", records["officers"])


@pytest.mark.parametrize(("action", "who"), [("activity.erase", {"admin", "system"}), ("activity.replay", {"admin", "system"})])
def test_only_admins_erase_and_replay(linden, everyone, action, who):
    assert {name for name, actor in everyone.items() if may(actor, action, linden)} == who


def test_every_member_sees_the_page(linden, everyone):
    who = {name for name, actor in everyone.items() if may(actor, "activity.see", linden)}
    assert who == {"admin", "treasurer", "secretary", "member", "observer", "system"}
