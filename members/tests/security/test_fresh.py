"""Proving again who one is: for five minutes after signing in or proving it, and nothing typed is lost over it."""

from typing import Any

import pytest
from django.conf import settings as project
from django.http import HttpResponse
from django.test import Client
from django.urls import path
from django.utils import timezone

from cooperatives.web import needs
from members import tokens
from members.models import TokenFamily, User
from members.tests.browser import LOGIN, NEW, is_in
from members.tests.factories import PASSWORD, a_user, bearer

from .ways import ACTIVATE, AGAIN, AGAIN_BY_CODE, ELSEWHERE, GO_ON, STEP, an_app, at, now_on, signed_in

SENT: list[dict[str, Any]] = []


@needs("members.profile", fresh=True)
def pay(request: Any) -> HttpResponse:
    """A form as a later room has them: it moves money."""
    if request.method == "POST":
        SENT.append(request.POST.dict())
        return HttpResponse("paid")
    return HttpResponse("the form")


@pytest.fixture
def paying(settings: Any) -> str:
    """The address of that form."""
    SENT.clear()
    base = __import__(project.ROOT_URLCONF, fromlist=["urlpatterns"])
    settings.ROOT_URLCONF = type("urls", (), {"urlpatterns": [path("pay/", pay), *base.urlpatterns]})
    return "/pay/"


def test_for_five_minutes_after_signing_in_nothing_is_asked(ada: User, paying: str) -> None:
    with at():
        client = signed_in(ada)
    with at(minutes=4, seconds=59):
        assert client.get(paying).content == b"the form"
    with at(minutes=5):
        assert client.get(paying)["Location"] == f"{AGAIN}?next=%2Fpay%2F"


def test_the_password_opens_it_for_five_minutes_more_and_leads_back(ada: User, paying: str) -> None:
    with at():
        client = signed_in(ada)
    with at(minutes=10):
        asked = client.get(paying)["Location"]
        assert "Confirm that it is you" in client.get(asked).content.decode()
        assert client.post(asked, {"password": "wrong-guess-1", "next": paying}).status_code == 200
        assert client.get(paying).status_code == 302
        answer = client.post(asked, {"password": PASSWORD, "next": paying})
        assert answer["Location"] == paying
        assert client.get(paying).content == b"the form"
    with at(minutes=15):
        assert client.get(paying).status_code == 302


def test_a_code_opens_it_too_once(ada: User, paying: str) -> None:
    secret = an_app(ada)
    with at():
        client = signed_in(ada)
        client.post(STEP, {"code": now_on(secret)})
    with at(minutes=10):
        code = now_on(secret)
        client.post(AGAIN_BY_CODE, {"code": code, "next": paying})
        assert client.get(paying).status_code == 200
    with at(minutes=15, seconds=5):
        client.post(AGAIN_BY_CODE, {"code": code, "next": paying})
        assert client.get(paying).status_code == 302


def test_guessing_there_is_throttled(ada: User, paying: str) -> None:
    with at():
        client = signed_in(ada)
    with at(minutes=10):
        codes = [client.post(AGAIN, {"password": f"wrong-guess-{number}"}).status_code for number in range(11)]
        assert codes == [200] * 10 + [429]
        client.post(AGAIN, {"password": PASSWORD})
        assert client.get(paying).status_code == 302


# --- What was typed --------------------------------------------------------------------------------------------------------


def test_a_form_sent_too_late_is_kept_and_sent_with_one_more_press(ada: User, paying: str) -> None:
    typed = {"amount": "125.00", "note": "Roof <b>& gutters</b>", "who": ["1", "2"]}
    with at():
        client = signed_in(ada)
    with at(minutes=10):
        asked = client.post(paying, typed, headers={"referer": "http://testserver/pay/?from=desk"})["Location"]
        assert asked == f"{AGAIN}?next=%2Fprofile%2Fgo-on%2F"
        assert SENT == []
        assert client.post(asked, {"password": PASSWORD, "next": GO_ON})["Location"] == GO_ON
        page = client.get(GO_ON)
        kept = page.context["kept"]
        assert (kept.path, kept.back) == ("/pay/", "/pay/?from=desk")
        assert "Roof &lt;b&gt;&amp; gutters" in page.content.decode()
        again: dict[str, list[str]] = {}
        for name, value in kept.fields:
            again.setdefault(name, []).append(value)
        assert client.post(kept.path, again).content == b"paid"
        assert again == {"amount": ["125.00"], "note": ["Roof <b>& gutters</b>"], "who": ["1", "2"]}
        assert client.get(GO_ON)["Location"] == "/"


@pytest.mark.parametrize("typed", [{"oldpassword": "kettle"}, {"note": "x" * 100_001}])
def test_secrets_and_mountains_are_not_kept(ada: User, paying: str, typed: dict[str, str]) -> None:
    with at():
        client = signed_in(ada)
    with at(minutes=10):
        asked = client.post(paying, typed, headers={"referer": "http://testserver/pay/"})["Location"]
        assert asked == f"{AGAIN}?next=%2Fpay%2F"
        client.post(asked, {"password": PASSWORD, "next": paying})
        assert client.get(GO_ON)["Location"] == "/"


def test_one_is_led_back_only_within_the_house(ada: User, paying: str) -> None:
    with at():
        client = signed_in(ada)
    with at(minutes=10):
        client.post(paying, {"a": "b"}, headers={"referer": "https://evil.example/profile/"})
        client.post(AGAIN, {"password": PASSWORD, "next": "https://evil.example/"})
        assert client.get(GO_ON).context["kept"].back == "/"
        assert client.get("/profile/sign-in-again/?next=https://evil.example/profile/").context["login"] == f"{LOGIN}?next=%2F"


def test_a_fragment_is_led_as_a_whole_page(ada: User, paying: str) -> None:
    with at():
        client = signed_in(ada)
    with at(minutes=10):
        answer = client.post(paying, {"a": "b"}, headers={"HX-Request": "true"})
        assert (answer.status_code, answer["HX-Redirect"]) == (200, f"{AGAIN}?next=%2Fprofile%2Fgo-on%2F")


# --- Where ----------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address", [ACTIVATE, ELSEWHERE, "/accounts/2fa/webauthn/add/", "/accounts/2fa/recovery-codes/generate/"]
)
def test_what_changes_ones_sign_in_wants_a_fresh_one(ada: User, address: str) -> None:
    with at():
        client = signed_in(ada)
        assert client.get(address).status_code == 200
    with at(minutes=6):
        assert client.get(address)["Location"].startswith(AGAIN)
        client.post(address, {"code": "000000"})
        assert is_in(client)


def test_an_address_is_added_only_with_a_fresh_sign_in(ada: User) -> None:
    with at():
        client = signed_in(ada)
    with at(minutes=6):
        asked = client.post("/accounts/email/", {"action_add": "", "email": "evil@example.org"})["Location"]
        assert asked.startswith(AGAIN)
        assert not ada.emailaddress_set.filter(email="evil@example.org").exists()


def test_who_has_nothing_to_prove_with_signs_in_anew(db: None, paying: str) -> None:
    user = a_user("Sona Social", password=None)
    client = Client()
    with at():
        client.force_login(user)
        assert client.get(paying).status_code == 200
    with at(minutes=6):
        for address in (paying, ACTIVATE, "/accounts/password/set/"):
            assert client.get(address)["Location"].startswith("/profile/sign-in-again/"), address
        page = client.get(client.get(paying)["Location"])
        assert page.context["login"] == f"{LOGIN}?next=%2Fpay%2F"
        client.post("/accounts/password/set/", {"password1": NEW, "password2": NEW})
        user.refresh_from_db()
        assert not user.has_usable_password()


def test_a_demo_person_has_nothing_to_prove(settings: Any, db: None, paying: str) -> None:
    settings.DEMO = True
    client = Client()
    with at():
        client.force_login(a_user("Demo Person", is_demo=True))
    with at(hours=1):
        assert client.get(paying).status_code == 200


# --- Programs -------------------------------------------------------------------------------------------------------------


def change(client: Client, user: User, token: str, **facts: Any) -> tuple[int, str]:
    body = {"version": User.objects.get(pk=user.pk).version, **facts}
    answer = client.patch(f"/api/v1/users/{user.public_id}/", body, content_type="application/json", headers=bearer(token))
    return answer.status_code, answer.json().get("code", "")


def test_a_role_is_given_through_the_api_only_by_a_fresh_sign_in(client: Client, keeper: User, ben: User) -> None:
    pair = tokens.issue(keeper)
    assert change(client, ben, pair.access, role="admin") == (200, "")
    TokenFamily.objects.update(created_at=timezone.now() - timezone.timedelta(minutes=6))
    assert change(client, ben, pair.access, role="member") == (403, "sign_in_again")
    assert change(client, ben, pair.access, is_active=False) == (403, "sign_in_again")
    assert change(client, ben, pair.access, role="admin", name="Ben O.") == (200, "")  # as it is: nothing is given


def test_refreshing_does_not_make_a_sign_in_fresh(client: Client, keeper: User, ben: User) -> None:
    pair = tokens.issue(keeper)
    TokenFamily.objects.update(created_at=timezone.now() - timezone.timedelta(minutes=6))
    newer = tokens.rotate(pair.refresh)
    assert newer is not None
    assert change(client, ben, newer.access, role="admin") == (403, "sign_in_again")


def test_the_admin_desk_asks_too(keeper: User, ben: User) -> None:
    desk = f"/{project.ADMIN_PATH}members/user/"
    press = {"action": "make_keeper", "_selected_action": [str(ben.pk)]}
    with at():
        client = signed_in(keeper)
    with at(minutes=6):
        asked = client.post(desk, press)["Location"]
        ben.refresh_from_db()
        assert (asked.startswith(AGAIN), ben.role) == (True, "member")
        client.post(asked, {"password": PASSWORD})
        client.post(desk, press)
        ben.refresh_from_db()
        assert ben.role == "admin"
