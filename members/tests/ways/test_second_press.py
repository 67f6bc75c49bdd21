"""Pages that were open while the world moved on: a second press says what has happened, and does nothing twice."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from members.actions import enter_waiting, invite, offer_unit, request_to_join, revoke, withdraw_request
from members.models import Building, Invitation, JoinRequest, Membership, Unit, UnitOffer, User
from members.tests.factories import acting

from .conftest import said

pytestmark = pytest.mark.usefixtures("inside")
Browser = Callable[[User], Client]


def follow(browser: Client, door: str, **body: str) -> str:
    """What is said after pressing, wherever that leads."""
    return said(browser.post(door, body, follow=True))


@pytest.mark.parametrize(
    ("state", "sentence"), [("open", "You can join now"), ("revoked", "taken back"), ("used", "used already")]
)
def test_who_asks_for_an_invitation_again_that_is_no_mail_of_the_past_is_told(
    ada: User, alder: Cooperative, posted: Callable[[], list[str]], state: str, sentence: str
) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, email="new@example.org").invitation
        [code] = posted()
        if state == "revoked":
            revoke(actor, made)
    if state == "used":
        Invitation.objects.update(uses=1)
    events = Event.objects.count()
    assert sentence in follow(Client(), f"/join/with/{code}/", again="yes")
    assert (posted(), Event.objects.count()) == ([], events)


def test_who_accepts_twice_is_in_once_and_is_told(stranger: User, ada: User, alder: Cooperative, signed_in: Browser) -> None:
    with acting(ada) as actor:
        code = invite(actor, alder, way="link", most_uses=5).code
    browser, door = signed_in(stranger), f"/join/with/{code}/"
    assert browser.post(door)["Location"] == "/c/alder-yard/"
    again = browser.post(door)
    assert (again.status_code, "You belong to Alder Yard already." in said(again)) == (200, True)
    assert Membership.objects.filter(user=stranger).count() == Invitation.objects.get().uses == 1


def test_a_request_that_somebody_answered_meanwhile_is_not_taken_back(
    stranger: User, ada: User, alder: Cooperative, signed_in: Browser
) -> None:
    Cooperative.objects.filter(pk=alder.pk).update(is_listed=True)
    request = request_to_join(Actor.of(stranger), alder, answers=[])
    browser, door = signed_in(stranger), "/join/alder-yard/"
    assert "changed this in the meantime" in follow(browser, door, withdraw="yes", version="9")
    assert JoinRequest.objects.get(pk=request.pk).state == "open"
    withdraw_request(Actor.of(stranger), request, version=1)
    assert "took your request back" not in follow(browser, door, withdraw="yes", version="1")
    assert Event.objects.filter(kind="members.request_withdrawn").count() <= 1


@pytest.mark.parametrize("answer", ["accepted", "refused", "withdrawn"])
def test_an_answer_is_noted_once_by_the_office(ada: User, alder: Cooperative, signed_in: Browser, answer: str) -> None:
    house = Building.objects.create(cooperative=alder, name="Rear house")
    unit = Unit.objects.create(cooperative=alder, building=house, code="R-1")
    offer = offer_unit(SYSTEM, enter_waiting(SYSTEM, alder, name="Nora"), version=1, unit=unit)
    browser, door = signed_in(ada), f"/c/alder-yard/members/offers/{offer.pk}/"
    assert "changed this in the meantime" in follow(browser, door, answer=answer, version="7")
    done = {"withdrawn": "The offer is taken back"}.get(answer, "Noted.")
    assert done in follow(browser, door, answer=answer, version="1")
    events = Event.objects.count()
    for other, version in ((answer, "1"), ("refused", "2"), ("withdrawn", "2")):
        assert done not in follow(browser, door, answer=other, version=version)
    assert (UnitOffer.objects.get().answer, UnitOffer.objects.get().version, Event.objects.count()) == (answer, 2, events)


def test_the_desk_takes_back_what_it_can_and_names_the_rest(ada: User, alder: Cooperative, signed_in: Browser) -> None:
    User.objects.filter(pk=ada.pk).update(role=User.Role.ADMIN)
    with acting(ada) as actor:
        rows: list[Any] = [invite(actor, alder, email=f"{name}@example.org").invitation for name in ("used", "open")]
    Invitation.objects.filter(pk=rows[0].pk).update(uses=1, opened_at=timezone.now())
    body = {"action": "revoke_chosen", "_selected_action": [row.pk for row in rows]}
    answer = signed_in(ada).post("/admin/members/invitation/", body, follow=True)
    assert sorted(str(message) for message in answer.context["messages"]) == [
        "1 invitation is taken back.",
        "used@example.org: This invitation was used already.",
    ]
    assert [row.revoked_at is None for row in Invitation.objects.order_by("pk")] == [True, False]
