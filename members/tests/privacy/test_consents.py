"""What people show and agree to: their own choice, appended and never overwritten, on one page with its history."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from activity.models import Event
from cooperatives.actions import Forbidden, NotFound
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may, visible
from cooperatives.queries import enter
from members.actions import consent, correct_person
from members.models import Consent, Membership, Person, Shown, User
from members.queries.privacy import WORDINGS, agreements, latest, own_person
from members.roles import Role

from ..factories import a_cooperative, a_member, acting, refused


def person_of(user: User, cooperative: Cooperative) -> Person:
    with enter([cooperative.pk]):
        found: Person = Membership.objects.select_related("person").get(user=user).person
        return found


@pytest.fixture
def mine(ben: User, alder: Cooperative) -> Client:
    """Ben's browser."""
    client = Client()
    client.force_login(ben)
    return client


def address(cooperative: Cooperative, part: str = "") -> str:
    return f"/c/{cooperative.slug}/me/{part}"


# --- Consents -----------------------------------------------------------------------------------------------------------


def test_consents_are_appended_and_the_newest_counts(ben: User, alder: Cooperative) -> None:
    person = person_of(ben, alder)
    with acting(ben) as actor:
        for is_given in (True, False, True):
            consent(actor, person, kind="newsletter", is_given=is_given)
        rows = Consent.objects.filter(person=person).order_by("pk")
        assert [row.is_given for row in rows] == [True, False, True]
        assert latest(person)["newsletter"].is_given
        assert {row.wording for row in rows} == {WORDINGS[Consent.Kind.NEWSLETTER]}
        kinds = [event.told.data["payload"] for event in Event.objects.filter(kind="members.consented").order_by("seq")]
    assert [payload["is_given"] for payload in kinds] == [True, False, True]
    assert kinds[0] == {"user_id": str(ben.public_id), "kind": "newsletter", "is_given": True}


def test_what_stands_already_is_not_said_twice(ben: User, alder: Cooperative) -> None:
    person = person_of(ben, alder)
    with acting(ben) as actor:
        first = consent(actor, person, kind="data", is_given=True)
        assert consent(actor, person, kind="data", is_given=True) == first
        assert consent(actor, person, kind="photo", is_given=False).is_given is False
        assert Consent.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_pressed_many_times_at_once_it_is_one_consent(ben: User, alder: Cooperative, at_once: Callable[..., list[Any]]) -> None:
    person = person_of(ben, alder)

    def press(_index: int) -> None:
        with acting(ben) as actor:
            consent(actor, person, kind="data", is_given=True)

    assert at_once(press, 4) == [None] * 4
    with enter([alder.pk]):
        assert Consent.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_the_database_itself_keeps_what_was_agreed(ben: User, alder: Cooperative) -> None:
    person = person_of(ben, alder)
    with acting(ben) as actor:
        row = consent(actor, person, kind="data", is_given=True)
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.filter(pk=row.pk).update(is_given=False)
        with pytest.raises(DatabaseError), transaction.atomic():
            Consent.objects.filter(pk=row.pk).delete()
        assert Consent.objects.get().is_given


def test_officers_note_what_was_signed_on_paper_and_nobody_else_does(ada: User, ben: User, alder: Cooperative) -> None:
    other = a_member(alder, name="Petra Paper").person
    with acting(ada) as actor:
        consent(actor, other, kind="data", is_given=True)
    with acting(ben) as actor:
        with pytest.raises(Forbidden):
            consent(actor, other, kind="data", is_given=False)
        with pytest.raises(Forbidden):
            correct_person(actor, other, shown=["email"], version=other.version)
        with refused("consent_kind"):
            consent(actor, person_of(ben, alder), kind="kidney", is_given=True)


def test_strangers_find_nobody(stranger: User, ben: User, alder: Cooperative) -> None:
    person = person_of(ben, alder)
    with acting(stranger) as actor, enter([alder.pk], stranger.pk), pytest.raises(NotFound):
        consent(actor, person, kind="data", is_given=True)


def test_both_faces_of_the_rule_agree(ada: User, ben: User, alder: Cooperative) -> None:
    a_member(alder, name="Petra Paper")
    for user, count in ((ada, 3), (ben, 1)):
        with acting(user) as actor:
            rows = list(visible(actor, "members.show", Person.objects.order_by("pk")))
            assert len(rows) == count
            assert rows == [person for person in Person.objects.order_by("pk") if may(actor, "members.show", person)]


# --- Shown --------------------------------------------------------------------------------------------------------------


def test_what_is_shown_is_chosen_by_its_person(ada: User, ben: User, alder: Cooperative) -> None:
    person = person_of(ben, alder)
    with acting(ben) as actor:
        changed = correct_person(actor, person, shown=["phone", "email", "email"], version=1)
        assert (changed.shown, changed.version) == (["email", "phone"], 2)
        assert correct_person(actor, person, shown=["email", "phone"], version=2).version == 2, "nothing new is no change"
        with refused("stale"):
            correct_person(actor, person, shown=[], version=1)
        with refused("unknown_choice"):
            correct_person(actor, person, shown=["note"], version=2)
        event = Event.objects.get(kind="members.corrected")
        assert event.told.data["payload"] == {"user_id": str(ben.public_id), "changed": ["shown"]}
    with acting(ada) as actor, refused("not_yours"):
        correct_person(actor, person, shown=[], version=2)


# --- The page -----------------------------------------------------------------------------------------------------------


def test_the_page_shows_choices_consents_and_history(mine: Client, ben: User, alder: Cooperative) -> None:
    page = mine.get(address(alder))
    assert page.content.decode().count("not answered") == 4
    mine.post(address(alder, "consent/"), {"kind": "photo", "is_given": "yes"})
    mine.post(address(alder, "consent/"), {"kind": "photo", "is_given": "no"})
    shown = mine.get(address(alder)).content.decode()
    assert "History: 2 entries" in shown
    assert shown.count(f"“{WORDINGS[Consent.Kind.PHOTO]}”") == 2
    assert shown.index("Withdrawn <time") < shown.index("Given <time"), "the newest first"
    said = mine.post(address(alder, "shown/"), {"shown": ["unit"], "version": 1}, follow=True)
    assert "Saved." in said.content.decode()
    assert person_of(ben, alder).shown == [Shown.UNIT]


@pytest.mark.parametrize(
    ("part", "body", "status"),
    [
        ("consent/", {"kind": "kidney", "is_given": "yes"}, 400),
        ("consent/", {}, 400),
        ("shown/", {"shown": ["note"], "version": 1}, 400),
        ("shown/", {"shown": ["email"], "version": 9}, 409),
        ("photo/", {}, 400),
    ],
)
def test_what_cannot_be_is_said_on_the_page(
    mine: Client, alder: Cooperative, part: str, body: dict[str, Any], status: int
) -> None:
    answer = mine.post(address(alder, part), body)
    assert answer.status_code == status
    assert "note" in answer.content.decode()


def test_each_cooperative_has_its_own_entry(ben: User, alder: Cooperative, mine: Client) -> None:
    other = a_cooperative(ben, "Birch Lane")
    mine.post(address(other, "shown/"), {"shown": ["email"], "version": 1})
    assert person_of(ben, alder).shown == []
    assert person_of(ben, other).shown == ["email"]
    with acting(ben) as actor:
        assert own_person(actor, alder.pk) != own_person(actor, other.pk)
        assert own_person(Actor.of(a_user_of(alder)), other.pk) is None


def a_user_of(cooperative: Cooperative) -> User:
    user = User.objects.create_user("eve@example.org", "kettle-lantern-47", name="Eve")
    a_member(cooperative, user, Role.OBSERVER)
    return user


def test_history_costs_no_more_queries(ben: User, alder: Cooperative, mine: Client) -> None:
    counts = []
    for is_given in ("yes", "no", "yes"):
        mine.post(address(alder, "consent/"), {"kind": "data", "is_given": is_given})
        mine.get(address(alder))
        with CaptureQueriesContext(connection) as asked:
            mine.get(address(alder))
        counts.append(len(asked))
    assert counts[0] == counts[1] == counts[2]
    with acting(ben):
        assert [len(row["history"]) for row in agreements(person_of(ben, alder))] == [3, 0, 0, 0]


def test_nothing_is_decided_for_who_was_erased(ada: User, ben: User, alder: Cooperative) -> None:
    person = person_of(ben, alder)
    with acting(ada) as actor:
        Person.objects.filter(pk=person.pk).update(erased_at="2030-01-01T00:00Z")
        with refused("erased"):
            consent(actor, person, kind="data", is_given=True)
