"""The pages of API keys: listed, made after proving who one is, shown once, ended after a question."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import credential_of_token
from members.actions import create_key
from members.models import ApiKey, User
from members.security.sessions import BEGUN

from .browser import LOGIN
from .factories import PASSWORD, acting, bearer

KEYS, NEW = "/profile/keys/", "/profile/keys/new/"
FORM = {"name": "Sheet", "scope": "read", "cooperative_id": "0", "days": "90"}


@pytest.fixture
def browser(client: Client, ada: User, alder: Cooperative) -> Client:
    """Ada has just signed in."""
    client.post(LOGIN, {"login": ada.email, "password": PASSWORD})
    return client


def shown_in(page: str) -> str:
    found = re.search(r"coop_\w{8}_\w{46}", page)
    assert found, page
    return found[0]


def made(user: User, name: str = "Sheet", **facts: Any) -> tuple[ApiKey, str]:
    with acting(user) as actor:
        return create_key(actor, name=name, **facts)


def test_from_the_empty_list_to_a_key_that_opens_and_back(browser: Client, ada: User, alder: Cooperative) -> None:
    assert "You have no API keys" in browser.get(KEYS).content.decode()
    answer = browser.post(NEW, FORM | {"scope": "write", "cooperative_id": str(alder.pk), "days": "30"})
    assert (answer.status_code, answer["Cache-Control"]) == (201, "private, no-store")
    page = answer.content.decode()
    text = shown_in(page)
    assert "it is shown this once" in page
    key = ApiKey.objects.get()
    assert (key.scope, key.cooperative, key.prefix) == ("write", alder, text[:13])
    assert Client().get("/api/v1/auth/profile/", headers=bearer(text)).status_code == 200
    listed = browser.get(KEYS).content.decode()
    assert text not in listed
    for said in ("Sheet", key.prefix, "Read and change", "Alder Yard", "last used"):
        assert said in listed
    question = browser.get(f"{KEYS}{key.pk}/end/").content.decode()
    assert "End the key Sheet?" in question
    assert credential_of_token(text) is not None
    assert browser.post(f"{KEYS}{key.pk}/end/")["Location"] == KEYS
    assert credential_of_token(text) is None
    assert browser.get(f"{KEYS}{key.pk}/end/").status_code == 404


def test_what_is_chosen_first_is_the_least(browser: Client) -> None:
    form = browser.get(NEW).context["form"]
    assert (form["scope"].value(), form["days"].value(), form["cooperative_id"].value()) == ("read", 90, 0)


def test_sending_the_form_again_makes_no_second_key(browser: Client) -> None:
    browser.post(NEW, FORM)
    again = browser.post(NEW, FORM)
    assert (again.status_code, again.context["form"].broken.code) == (409, "key_name_taken")
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "N" * 81}, "name"),
        ({"scope": "root"}, "scope"),
        ({"days": "366"}, "days"),
        ({"days": ""}, "days"),
        ({"cooperative_id": "999999"}, "cooperative_id"),
        ({"cooperative_id": "x"}, "cooperative_id"),
    ],
)
def test_what_is_wrong_is_named(browser: Client, changed: dict[str, str], field: str) -> None:
    answer = browser.post(NEW, FORM | changed)
    assert answer.status_code == 400
    assert list(answer.context["form"].errors) == [field]
    assert not ApiKey.objects.exists()


def test_only_cooperatives_of_mine_are_offered(browser: Client, stranger: User, alder: Cooperative) -> None:
    offered = [value for value, _label in browser.get(NEW).context["form"].fields["cooperative_id"].choices]
    assert offered == [0, alder.pk]


def test_who_signed_in_long_ago_proves_it_before_making_one_and_not_before_ending_one(browser: Client, ada: User) -> None:
    key, _text = made(ada)
    session = browser.session
    session[BEGUN] -= 3600
    session.save()
    asked = [browser.get(NEW), browser.post(NEW, FORM)]
    assert [(answer.status_code, answer["Location"].partition("?")[0]) for answer in asked] == [
        (302, "/accounts/reauthenticate/")
    ] * 2
    assert ApiKey.objects.count() == 1
    assert browser.get(KEYS).status_code == 200
    assert browser.post(f"{KEYS}{key.pk}/end/").status_code == 302
    assert not ApiKey.objects.filter(ended_at=None).exists()


def test_others_keys_are_not_there(browser: Client, stranger: User) -> None:
    key, text = made(stranger)
    for method in ("get", "post"):
        assert getattr(browser, method)(f"{KEYS}{key.pk}/end/").status_code == 404
    assert str(key.prefix) not in browser.get(KEYS).content.decode()
    assert credential_of_token(text) is not None


def test_a_visitor_is_led_to_sign_in(client: Client, db: None) -> None:
    for path in (KEYS, NEW, f"{KEYS}00000000-0000-4000-8000-000000000000/end/"):
        assert client.get(path)["Location"] == f"{LOGIN}?next={path}"


def test_a_key_that_is_over_says_so(browser: Client, ada: User) -> None:
    key, _text = made(ada)
    ApiKey.objects.filter(pk=key.pk).update(expires_at=timezone.now() - timedelta(days=1))
    page = browser.get(KEYS).content.decode()
    assert "It ended on" in page
    assert "never used" in page


def test_hostile_names_stay_text(browser: Client, ada: User) -> None:
    hostile = "<script>alert(1)</script> {{ 1|add:1 }}"
    key, _text = made(ada, hostile)
    for path in (KEYS, f"{KEYS}{key.pk}/end/"):
        page = browser.get(path).content.decode()
        assert "<script>alert(1)" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt; {{ 1|add:1 }}" in page


def test_a_key_is_mailed_of_over_the_page_too(browser: Client, ada: User, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        text = shown_in(browser.post(NEW, FORM).content.decode())
    assert mail.outbox[-1].to == [ada.email]
    assert text not in mail.outbox[-1].body


def test_the_list_asks_as_many_questions_for_three_keys_as_for_one(browser: Client, ada: User, alder: Cooperative) -> None:
    counts = []
    for names in (["One"], ["Two", "Three"]):
        for name in names:
            made(ada, name, cooperative_id=alder.pk)
        with CaptureQueriesContext(connection) as asked:
            browser.get(KEYS)
        counts.append(len(asked))
    assert counts[0] == counts[1]
