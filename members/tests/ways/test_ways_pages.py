"""The pages of the ways in, as the office, the invited and the curious see them."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.actions import grant_role, invite, invite_many, resend
from members.jobs import send_invitations
from members.models import Invitation, JoinQuestion, JoinRequest, Membership, User
from members.queries import standings_of
from members.roles import Role
from members.tests.browser import is_in
from members.tests.factories import PASSWORD, a_cooperative, a_member, a_user, acting

from .conftest import code_in, said

Browser = Callable[[User], Client]
Posted = Callable[[], list[str]]
LIST = "/c/alder-yard/members/invitations/"


def once_key(page: Any) -> str:
    found = re.search(r'name="once_key" value="([^"]+)"', said(page))
    assert found
    return found[1]


# --- The office -------------------------------------------------------------------------------------------------------


def test_the_office_invites_by_mail_and_sees_what_comes_of_it(
    ada: User, alder: Cooperative, signed_in: Browser, posted: Posted
) -> None:
    browser = signed_in(ada)
    assert "Nobody was invited yet" in said(browser.get(LIST))
    sent = browser.post(f"{LIST}new/", {"email": "new@example.org", "role": "member", "days": "14"})
    assert (sent.status_code, sent["Location"]) == (302, LIST)
    page = said(browser.get(LIST))
    assert "new@example.org" in page and "Not sent yet" in page
    [code] = posted()
    assert "Sent" in said(browser.get(f"{LIST}?state=sent"))
    Client().get(f"/join/with/{code}/")
    assert "new@example.org" in said(browser.get(f"{LIST}?state=opened"))
    assert "new@example.org" not in said(browser.get(f"{LIST}?state=joined"))


def test_what_is_wrong_stands_at_its_field(ada: User, alder: Cooperative, signed_in: Browser, ben: User) -> None:
    browser = signed_in(ada)
    wrong = browser.post(f"{LIST}new/", {"email": "nothing", "role": "member", "days": "14"})
    assert wrong.status_code == 400
    taken = browser.post(f"{LIST}new/", {"email": ben.email, "role": "member", "days": "14"})
    assert taken.status_code == 409 and "is a member already" in said(taken)


def test_an_office_asks_who_gives_it_to_sign_in_again(ada: User, alder: Cooperative, signed_in: Browser) -> None:
    browser = signed_in(ada)
    body = {"email": "new@example.org", "role": "admin", "days": "14"}
    with time_machine.travel(timezone.now() + timedelta(minutes=30)):
        asked = browser.post(f"{LIST}new/", body)
        assert asked.status_code == 302 and "reauthenticate" in asked["Location"]
        assert browser.post(f"{LIST}new/", {**body, "role": "member"})["Location"] == LIST
    with enter([alder.pk]):
        assert list(Invitation.objects.values_list("role", flat=True)) == ["member"]


def test_a_link_is_shown_once_with_its_picture(ada: User, alder: Cooperative, signed_in: Browser) -> None:
    browser = signed_in(ada)
    form = browser.get(f"{LIST}link/")
    body = {"most_uses": "3", "role": "member", "days": "7", "once_key": once_key(form)}
    show = browser.post(f"{LIST}link/", body)["Location"]
    assert browser.post(f"{LIST}link/", body)["Location"] == show
    assert "/join/with/" not in said(browser.get(show))
    made = browser.post(show, {"version": "1"})
    code = code_in(said(made))
    assert made.status_code == 201 and '<svg class="qr"' in said(made)
    again = browser.post(show, {"version": "1"})
    assert again.status_code == 409 and "nothing was done" in said(again) and "/join/with/" not in said(again)
    assert code not in said(browser.get(LIST)) and "Alder Yard" in said(Client().get(f"/join/with/{code}/"))
    with enter([alder.pk]):
        assert Invitation.objects.get().most_uses == 3


def test_everybody_is_named_before_and_invited_once_on_a_double_click(
    ada: User, alder: Cooperative, register: dict[str, Membership], signed_in: Browser
) -> None:
    browser = signed_in(ada)
    preview = browser.get(f"{LIST}everyone/")
    assert "Invite: 2 mails, 1 slip" in " ".join(said(preview).split())
    assert {"Cleo Park", "Dora Lund", "Emil Rask"} <= set(re.findall(r"<b dir=\"auto\">([^<]+)</b>", said(preview)))
    body = {"once_key": once_key(preview)}
    answers = [browser.post(f"{LIST}everyone/", body) for _press in range(2)]
    assert [(each.status_code, each["Location"]) for each in answers] == [(302, LIST)] * 2
    late = browser.post(f"{LIST}everyone/", {"once_key": "another"})
    assert late.status_code == 409 and "Nothing was sent" in said(late)
    with enter([alder.pk]):
        assert Invitation.objects.count() == 3
    send_invitations(alder.pk)
    assert len(mail.outbox) == 2


def test_slips_are_printed_with_code_and_short_address(
    ada: User, alder: Cooperative, register: dict[str, Membership], signed_in: Browser
) -> None:
    browser = signed_in(ada)
    with acting(ada) as actor:
        invite_many(actor, alder)
    assert "Emil Rask" in said(browser.get(f"{LIST}slips/"))
    page = said(browser.post(f"{LIST}slips/", {"version": "1"}))
    assert browser.post(f"{LIST}slips/", {"version": "1"}).status_code == 409
    [code] = re.findall(r"([0-9A-Z]{5}(?:-[0-9A-Z]{5}){4}-[0-9A-Z])<", page)
    assert "Emil Rask" in page and "localhost:8000/join/" in page and page.count('class="qr"') == 1
    gone_on = Client().post("/join/", {"code": code.lower().replace("-", " ")})
    assert gone_on["Location"] == f"/join/with/{code.lower().replace('-', '')}/"
    assert "Alder Yard" in said(Client().get(gone_on["Location"]))


def test_sent_again_and_taken_back_by_buttons(ada: User, alder: Cooperative, signed_in: Browser, posted: Posted) -> None:
    browser = signed_in(ada)
    with acting(ada) as actor:
        made = invite(actor, alder, email="new@example.org").invitation
        link = invite(actor, alder, way="link").invitation
    posted()
    presses = [browser.post(f"{LIST}{made.public_id}/again/", {"version": "1"}).status_code for _press in range(2)]
    assert presses == [302, 409]
    assert len(posted()) == 1
    assert code_in(said(browser.post(f"{LIST}{link.public_id}/again/", {"version": "1"})))
    assert browser.post(f"{LIST}{made.public_id}/revoke/")["Location"] == LIST
    assert posted() == []
    page = said(browser.get(LIST))
    assert "Taken back" in page and f"{made.public_id}/revoke/" not in page
    late = browser.post(f"{LIST}{made.public_id}/again/", {"version": "2"})
    assert late.status_code == 409 and "was taken back" in said(late)


def test_a_treasurer_sees_and_does_nothing_a_member_sees_nothing(
    ada: User, ben: User, alder: Cooperative, signed_in: Browser
) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, email="new@example.org").invitation
        browser = signed_in(ben)
        doors = [LIST, f"{LIST}new/", f"{LIST}link/", f"{LIST}everyone/", f"{LIST}slips/"]
        assert [browser.get(door).status_code for door in doors] == [403] * 5
        grant_role(actor, Membership.objects.get(user=ben), role=Role.TREASURER)
    assert [browser.get(door).status_code for door in doors] == [200, 403, 403, 403, 403]
    assert "again/" not in said(browser.get(LIST))
    assert browser.post(f"{LIST}{made.public_id}/revoke/").status_code == 403


def test_the_invitation_of_another_cooperative_is_not_there(
    ada: User, stranger: User, alder: Cooperative, signed_in: Browser
) -> None:
    with acting(stranger) as actor:
        foreign = invite(actor, Cooperative.objects.get(name="Birch Lane"), email="new@example.org").invitation
    browser = signed_in(ada)
    nothing = "99999999-1231-4231-8231-999999999999"
    for step in ("again", "revoke"):
        answers = [browser.post(f"{LIST}{pk}/{step}/") for pk in (foreign.public_id, nothing)]
        assert [each.status_code for each in answers] == [404, 404]
    assert "new@example.org" not in said(browser.get(LIST))


def test_lists_cost_the_same_for_one_and_for_three(ada: User, alder: Cooperative, signed_in: Browser) -> None:
    browser = signed_in(ada)
    counts = []
    for number in range(3):
        with acting(ada) as actor:
            invite(actor, alder, email=f"p{number}@example.org")
        a_member(alder, name=f"Person {number}")
        for page in (LIST, f"{LIST}everyone/"):
            with CaptureQueriesContext(connection) as found:
                assert browser.get(page).status_code == 200
            counts.append(len(found))
    assert counts[0::2] == [counts[0]] * 3 and counts[1::2] == [counts[1]] * 3


# --- The invited ------------------------------------------------------------------------------------------------------


def test_a_newcomer_joins_with_name_and_password(ada: User, alder: Cooperative, posted: Posted) -> None:
    with acting(ada) as actor:
        invite(actor, alder, email="new@example.org")
    [code] = posted()
    browser, door = Client(), f"/join/with/{code}/"
    page = said(browser.get(door))
    assert "Alder Yard" in page and "Ada Quist invites you" in page and 'value="new@example.org"' in page
    assert page.count("<input") - page.count('type="hidden"') == 3  # name, address that is fixed, password
    assert browser.post(door, {"name": "Nora", "password": "short"}).status_code == 400
    done = browser.post(door, {"name": "Nora New", "password": PASSWORD, "email": "evil@example.org"})
    assert (done.status_code, done["Location"]) == (302, "/c/alder-yard/")
    assert "Welcome to Alder Yard" in said(browser.get("/c/alder-yard/")) and is_in(browser)
    assert User.objects.get(name="Nora New").email == "new@example.org"
    assert "You belong to Alder Yard already" in said(browser.get(door))


def test_a_known_address_is_asked_to_sign_in(ada: User, stranger: User, alder: Cooperative, posted: Posted) -> None:
    with acting(ada) as actor:
        invite(actor, alder, email=stranger.email)
    [code] = posted()
    browser, door = Client(), f"/join/with/{code}/"
    page = said(browser.get(door))
    assert f"/accounts/login/?next={door}" in page and 'name="password"' not in page
    there = browser.post(f"/accounts/login/?next={door}", {"login": stranger.email, "password": PASSWORD})
    assert there["Location"] == door
    assert "Join as Sam Stranger?" in said(browser.get(door))
    assert browser.post(door)["Location"] == "/c/alder-yard/"
    assert alder.pk in standings_of(stranger)


def test_another_login_is_asked_first(ada: User, stranger: User, alder: Cooperative, posted: Posted, signed_in: Browser) -> None:
    with acting(ada) as actor:
        invite(actor, alder, email="new@example.org")
    [code] = posted()
    browser, door = signed_in(stranger), f"/join/with/{code}/"
    page = said(browser.get(door))
    assert "went to new@example.org" in page and 'name="sure" value="yes"' in page
    assert browser.post(door).status_code == 409 and alder.pk not in standings_of(stranger)
    assert browser.post(door, {"sure": "yes"})["Location"] == "/c/alder-yard/"


def test_a_member_reads_that_they_are_in(ada: User, ben: User, alder: Cooperative, signed_in: Browser) -> None:
    with acting(ada) as actor:
        code = invite(actor, alder, way="link").code
    for answer in (signed_in(ben).get(f"/join/with/{code}/"), signed_in(ben).post(f"/join/with/{code}/")):
        assert answer.status_code == 200 and "You belong to Alder Yard already" in said(answer)
    with enter([alder.pk]):
        assert Invitation.objects.get().uses == 0


def test_an_ended_link_explains_and_sends_again(ada: User, alder: Cooperative, posted: Posted) -> None:
    with acting(ada) as actor:
        invite(actor, alder, email="new@example.org")
    [code] = posted()
    with time_machine.travel(timezone.now() + timedelta(days=15)):
        page = Client().get(f"/join/with/{code}/")
        assert page.status_code == 410 and "has ended" in said(page) and 'name="again"' in said(page)
        assert "new@example.org" not in said(page)
        assert "on its way" in said(Client().post(f"/join/with/{code}/", {"again": "yes"}))
        [new] = posted()
        assert Client().get(f"/join/with/{new}/").status_code == 200


def test_unknown_and_replaced_codes_look_alike(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        made = invite(actor, alder, way="link")
        resend(actor, made.invitation, version=1)
    pages = [Client().get(f"/join/with/{code}/") for code in (made.code, "0" * 26, "nonsense", "%00")]
    assert {each.status_code for each in pages} == {404}
    assert len({re.sub(r'(content|value|nonce)="[\w+/=-]{22,}"', "", said(each)) for each in pages}) == 1
    assert "Alder" not in said(pages[0])


def test_looking_at_the_head_alone_opens_nothing(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        code = invite(actor, alder, way="link").code
    Client().head(f"/join/with/{code}/")
    with enter([alder.pk]):
        assert Invitation.objects.get().opened_at is None


def test_who_has_a_slip_makes_an_account_and_comes_back(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        code = invite(actor, alder, way="link").code
    browser, door = Client(), f"/join/with/{code}/"
    assert f"/accounts/signup/?next={door}" in said(browser.get(door))
    form = {"name": "Nora New", "email": "nora@example.org", "password1": PASSWORD, "password2": PASSWORD, "next": door}
    browser.post("/accounts/signup/", form)
    found = re.search(r"http://testserver(/\S+)", str(mail.outbox[-1].body))
    assert found
    assert browser.post(found[1])["Location"] == door
    assert browser.post(door)["Location"] == "/c/alder-yard/"


# --- Asking -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(alder: Cooperative) -> Cooperative:
    """Alder Yard, where people can ask, with one question."""
    Cooperative.objects.filter(pk=alder.pk).update(is_listed=True, description="Twelve homes.")
    with enter([alder.pk]):
        JoinQuestion.objects.create(cooperative=alder, text="Why us?")
    return alder


def test_an_unlisted_cooperative_is_no_other_than_none(alder: Cooperative, ben: User, signed_in: Browser) -> None:
    for browser in (Client(), signed_in(ben)):
        pages = [browser.get(f"/join/{slug}/") for slug in ("alder-yard", "no-such-place")]
        assert [each.status_code for each in pages] == [404, 404]


def test_a_visitor_reads_and_signs_in_to_ask(listed: Cooperative) -> None:
    page = said(Client().get("/join/alder-yard/"))
    assert "Twelve homes." in page and "Sign in and ask" in page and "Why us?" not in page
    assert Client().post("/join/alder-yard/", {})["Location"] == "/accounts/login/?next=/join/alder-yard/"


def test_asking_answering_and_coming_in(listed: Cooperative, ada: User, stranger: User, signed_in: Browser) -> None:
    browser, office = signed_in(stranger), signed_in(ada)
    form = browser.get("/join/alder-yard/")
    [name] = re.findall(r'name="(answer_\d+)"', said(form))
    assert browser.post("/join/alder-yard/", {name: ""}).status_code == 400
    body = {name: "I <b>like</b> it."}
    assert [browser.post("/join/alder-yard/", body).status_code for _press in range(2)] == [302, 302]
    assert "Take my request back" in said(browser.get("/join/alder-yard/"))
    with enter([listed.pk]):
        row = JoinRequest.objects.get()
    assert "Sam Stranger" in said(office.get("/c/alder-yard/members/requests/"))
    door = f"/c/alder-yard/members/requests/{row.public_id}/"
    page = said(office.get(door))
    assert "I &lt;b&gt;like&lt;/b&gt; it." in page and stranger.email in page
    assert office.post(door, {"decision": "approve", "version": "7"}).status_code == 409
    assert office.post(door, {"decision": "approve", "version": "1"})["Location"] == "/c/alder-yard/members/requests/"
    assert "You belong here" in said(browser.get("/join/alder-yard/"))
    assert 'value="approve"' not in said(office.get(door))


def test_declining_and_taking_back(listed: Cooperative, ada: User, stranger: User, signed_in: Browser) -> None:
    browser, office = signed_in(stranger), signed_in(ada)
    name = re.findall(r'name="(answer_\d+)"', said(browser.get("/join/alder-yard/")))[0]
    browser.post("/join/alder-yard/", {name: "Yes"})
    browser.post("/join/alder-yard/", {"withdraw": "yes", "version": "1"})
    browser.post("/join/alder-yard/", {name: "Yes"})
    with enter([listed.pk]):
        first, second = JoinRequest.objects.order_by("pk")
    assert (first.state, second.state) == ("withdrawn", "open")
    door = f"/c/alder-yard/members/requests/{second.public_id}/"
    assert office.post(door, {"decision": "decline", "reason": "Full", "version": "1"}).status_code == 302
    assert "Full" in said(office.get(door))


def test_requests_of_another_cooperative_are_not_there(
    listed: Cooperative, ada: User, stranger: User, signed_in: Browser
) -> None:
    other = a_cooperative(a_user("Olga Other"), "Cedar Row", is_listed=True)
    signed_in(stranger).post("/join/cedar-row/", {})
    with enter([other.pk]):
        row = JoinRequest.objects.get()
    assert signed_in(ada).get(f"/c/alder-yard/members/requests/{row.public_id}/").status_code == 404


def test_an_admin_says_what_is_asked(listed: Cooperative, ada: User, ben: User, signed_in: Browser) -> None:
    browser, door = signed_in(ada), "/c/alder-yard/members/questions/"
    assert "Why us?" in said(browser.get(door))
    assert browser.post(door, {"text_0": "Pets?", "text_1": "", "text_2": "Car?", "required_2": "on"}).status_code == 302
    with enter([listed.pk]):
        assert list(JoinQuestion.objects.values_list("text", "is_required", "position")) == [
            ("Pets?", False, 0),
            ("Car?", True, 1),
        ]
    assert signed_in(ben).get(door).status_code == 403
    assert browser.post(door, {"text_0": "x" * 301}).status_code == 400
