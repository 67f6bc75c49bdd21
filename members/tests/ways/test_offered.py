"""A home that is offered to a member: where they see it, how they answer, who else may not."""

from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, visible
from members.actions import change_waiting, enter_waiting
from members.models import Membership, Person, UnitOffer, User, WaitingEntry
from members.queries import offers_to
from members.tests.factories import a_member, a_user, acting, an_offer, refused

from .conftest import said

pytestmark = pytest.mark.usefixtures("inside")
PLACE, OVERVIEW = "/c/alder-yard/homes/my-place/", "/c/alder-yard/"
Browser = Callable[[User], Client]


@pytest.fixture
def offer(alder: Cooperative, ben: User, inside: None) -> UnitOffer:
    """N-901 is offered to Ben."""
    return an_offer(alder, Membership.objects.select_related("person").get(user=ben))


@pytest.fixture
def cleo(alder: Cooperative) -> User:
    """Cleo is a member to whom nothing is offered."""
    user = a_user("Cleo Park")
    a_member(alder, user)
    return user


def pages(offer: UnitOffer) -> list[str]:
    return [PLACE, OVERVIEW, "/", f"/c/alder-yard/homes/units/{offer.unit.public_id}/", "/c/alder-yard/homes/"]


def test_who_is_offered_a_home_sees_it_where_they_look_and_nobody_else_does(
    ben: User, cleo: User, offer: UnitOffer, signed_in: Browser
) -> None:
    seen = {user.name: [PLACE in said(signed_in(user).get(page)) for page in pages(offer)[1:]] for user in (ben, cleo)}
    assert seen == {"Ben Oduya": [True] * 4, "Cleo Park": [False] * 4}
    mine, theirs = (said(signed_in(user).get(PLACE)) for user in (ben, cleo))
    told = ["N-901, Garden house", "960.00", "Rank 1", f"offers/{offer.pk}/accept/", f"offers/{offer.pk}/decline/"]
    assert [text for text in told if text not in mine] == []
    assert "You do not wait for a home" in theirs and "N-901" not in theirs
    assert 'id="my-place"' in said(signed_in(ben).get(PLACE, headers={"HX-Request": "true"}))


@pytest.mark.parametrize(("answer", "stored", "state"), [("accept", "accepted", "housed"), ("decline", "refused", "waiting")])
def test_their_answer_counts_once_and_the_office_sees_it_at_once(
    ben: User, ada: User, offer: UnitOffer, signed_in: Browser, answer: str, stored: str, state: str
) -> None:
    door, office = f"{PLACE}offers/{offer.pk}/{answer}/", f"/c/alder-yard/members/waiting/{offer.entry.public_id}/"
    browser = signed_in(ben)
    assert f"{answer.title()} N-901, Garden house?" in said(browser.get(door))
    assert browser.post(door, {"version": "9"}).status_code == 409
    assert browser.post(door, {"version": "1"})["Location"] == PLACE
    offer.refresh_from_db()
    assert (offer.answer, offer.entry.state) == (stored, state)
    again = browser.post(door, {"version": "2"})
    assert (again.status_code, "answered already" in said(again)) == (409, True)
    page = said(signed_in(ada).get(office))
    assert ("Start the agreement" in page, f">{stored.title()}</span>" in page) == (stored == "accepted", True)
    assert PLACE not in said(browser.get(OVERVIEW)) and PLACE not in said(browser.get("/"))


def test_nobody_answers_for_somebody_else_but_the_office(
    ben: User, cleo: User, ada: User, stranger: User, offer: UnitOffer, signed_in: Browser
) -> None:
    door = f"{PLACE}offers/{offer.pk}/accept/"
    assert [signed_in(user).get(door).status_code for user in (ben, cleo, ada, stranger)] == [200, 403, 200, 404]
    there = door.replace("alder-yard", "birch-lane")
    assert signed_in(stranger).post(there, {"version": "1"}).status_code == 404
    assert signed_in(cleo).post(door, {"version": "1"}).status_code == 403
    assert signed_in(ben).post(f"/c/alder-yard/members/offers/{offer.pk}/", {"answer": "withdrawn"}).status_code == 403
    Membership.objects.filter(user=ben).update(left_on=Membership.objects.get(user=ben).joined_on)
    assert signed_in(ben).post(door, {"version": "1"}).status_code == 404
    offer.refresh_from_db()
    assert offer.answer == "open"


def test_the_record_tells_of_an_offer_to_whom_it_was_made(ben: User, cleo: User, offer: UnitOffer, ada: User) -> None:
    told = {}
    for user in (ben, cleo, ada):
        with acting(user) as actor:
            told[user.name] = visible(actor, "activity.read", Event.objects.filter(kind="members.unit_offered")).count()
    assert told == {"Ben Oduya": 1, "Cleo Park": 0, "Ada Quist": 1}


def test_an_offer_that_has_run_out_is_gone_for_the_member_too(ben: User, offer: UnitOffer, signed_in: Browser) -> None:
    with time_machine.travel(offer.expires_at, tick=False):
        assert not [page for page in pages(offer)[1:4] if PLACE in said(signed_in(ben).get(page))]
        page = said(signed_in(ben).get(PLACE))
        assert "Offered before" in page and "Expired" in page and "/accept/" not in page
        late = signed_in(ben).post(f"{PLACE}offers/{offer.pk}/accept/", {"version": "1"})
        assert (late.status_code, "This offer has ended" in said(late)) == (409, True)


def test_what_is_offered_is_asked_once_for_one_and_for_three(
    alder: Cooperative, ben: User, offer: UnitOffer, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        with acting(ben) as actor, django_assert_num_queries(1):
            assert [row.unit.building.name for row in offers_to(actor)] == ["Garden house"] * (number + 1)
        WaitingEntry.objects.update(state="withdrawn")
        an_offer(alder, Membership.objects.select_related("person").get(user=ben), code=f"N-91{number}")


def test_who_waits_is_tied_to_one_person_of_the_register(alder: Cooperative, ada: User, ben: User, signed_in: Browser) -> None:
    bens = Person.objects.get(memberships__user=ben)
    form = {"person": bens.pk, "name": "", "people": "2"}
    browser = signed_in(ada)
    assert browser.post("/c/alder-yard/members/waiting/new/", form).status_code == 302
    entry = WaitingEntry.objects.get()
    assert (entry.person, entry.name) == (bens, bens.name)
    twice = browser.post("/c/alder-yard/members/waiting/new/", form)
    assert (twice.status_code, list(twice.context["form"].errors)) == (409, ["person"])
    door = f"/c/alder-yard/members/waiting/{entry.public_id}/"
    assert browser.get(f"{door}?edit=1").context["form"]["person"].value() == bens.pk
    assert browser.post(door, {**form, "person": "", "name": "Ben", "version": "1"}).status_code == 302
    assert WaitingEntry.objects.get().person is None
    bens.erased_at = timezone.now()
    bens.save()
    with refused("erased"):
        change_waiting(SYSTEM, entry, version=2, person=bens)
    birch = Cooperative.objects.create(name="Birch", slug="birch", kind="housing")
    with refused("other_cooperative"):
        enter_waiting(SYSTEM, alder, name="X", person=Person(pk=7, cooperative=birch))
