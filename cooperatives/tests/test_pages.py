"""Pages of rank 0: who is shown what, and that everything works without JavaScript."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cooperatives.actions import found
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import SEARCH, Found, enter, fact
from members.actions import admit
from members.models import User

Pair = tuple[Cooperative, Actor]


@pytest.fixture
def marta(linden: Pair) -> Client:
    client = Client()
    client.force_login(linden[1].user)
    return client


def text(answer: Any) -> str:
    return answer.content.decode()


@pytest.mark.django_db
def test_a_visitor_sees_what_it_is(client: Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    assert "/accounts/login/" in text(answer)


def test_home_lists_my_cooperatives_only(marta: Client, kilele: Pair) -> None:
    page = text(marta.get("/"))
    assert "Linden Court" in page
    assert "Kilele" not in page


def test_home_costs_the_same_for_one_and_three(marta: Client, linden: Pair) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert marta.get("/").status_code == 200
        return len(captured)

    one = cost()
    for name in ("Second", "Third"):
        found(linden[1], name=name, kind="chama")
    assert cost() <= one


@pytest.mark.parametrize("page", ["", "settings/", "search/?q=x"])
def test_a_stranger_and_a_typo_get_the_same_page(page: str, marta: Client, kilele: Pair) -> None:
    foreign = marta.get(f"/c/{kilele[0].slug}/{page}")
    missing = marta.get(f"/c/no-such-place/{page}")
    assert (foreign.status_code, missing.status_code) == (404, 404)
    scrub = text(foreign).replace(kilele[0].slug, "no-such-place")
    assert strip_nonce(scrub) == strip_nonce(text(missing))


def strip_nonce(page: str) -> str:
    """Without what differs between any two answers: nonces, CSRF tokens, references, the clock."""
    return re.sub(r'nonce="[^"]*"|content="\w{64}"|value="\w{64}"|r-[0-9a-f]{6}|\d\d:\d\d', "", page)


def test_a_visitor_is_sent_to_sign_in_and_back(client: Client, linden: Pair) -> None:
    for slug in (linden[0].slug, "no-such-place"):
        answer = client.get(f"/c/{slug}/settings/?x=1")
        assert answer.status_code == 302
        assert answer["Location"] == f"/accounts/login/?next=/c/{slug}/settings/%3Fx%3D1"


@pytest.mark.parametrize(
    ("sent_from", "back"),
    [
        ("http://testserver/c/linden-court/work/3/?mine=1", "/c/linden-court/work/3/%3Fmine%3D1"),
        ("http://elsewhere.example/c/linden-court/", "/c/linden-court/settings/"),
        ("javascript:alert(1)", "/c/linden-court/settings/"),
        ("", "/c/linden-court/settings/"),
    ],
)
def test_who_was_signed_out_while_writing_comes_back_to_the_page(client: Client, linden: Pair, sent_from: str, back: str) -> None:
    answer = client.post("/c/linden-court/settings/", {"name": "Lost"}, headers={"referer": sent_from})
    assert (answer.status_code, answer["Location"]) == (302, f"/accounts/login/?next={back}")


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_script_of_who_was_signed_out_gets_no_page_for_an_answer(client: Client, linden: Pair, method: str) -> None:
    answer = getattr(client, method)("/c/linden-court/settings/", headers={"hx-request": "true"})
    assert (answer.status_code, answer.json()["code"]) == (401, "signed_out")
    assert "Reload the page and sign in" in answer.json()["detail"]
    boosted = client.get("/c/linden-court/settings/", headers={"hx-request": "true", "hx-boosted": "true"})
    assert boosted.status_code == 302, "it wants a whole page"


def test_founding_by_form(person: Callable[[str], User], client: Client) -> None:
    client.force_login(person("Amina"))
    form = {"name": "Kilele", "kind": "chama", "currency": "KES", "time_zone": "Africa/Nairobi", "locale": "en"}
    answer = client.post("/cooperatives/new/", {**form, "fiscal_year_start": "1", "hue": "255"})
    assert (answer.status_code, answer["Location"]) == (302, "/c/kilele/")
    page = text(client.get("/c/kilele/"))
    assert "Kilele is founded. You are its first admin." in page
    assert 'class="hue-255"' in page


def test_a_wrong_form_names_the_field_and_keeps_the_rest(person: Callable[[str], User], client: Client) -> None:
    client.force_login(person("Amina"))
    answer = client.post("/cooperatives/new/", {"name": "", "description": "Kept <b>text</b>"})
    page = text(answer)
    assert answer.status_code == 400
    assert 'aria-invalid="true"' in page
    assert "Kept &lt;b&gt;text&lt;/b&gt;" in page
    assert Cooperative.objects.count() == 0


def test_broken_utf_8_is_refused_at_its_field(person: Callable[[str], User], client: Client) -> None:
    client.force_login(person("Amina"))
    body = "name=Kil%FFele&kind=chama&currency=KES&time_zone=UTC&locale=en&fiscal_year_start=1&hue=9"
    answer = client.post("/cooperatives/new/", body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert answer.context["form"].errors == {"name": ["Part of this cannot be read: \ufffd. Write it anew."]}
    assert Cooperative.objects.count() == 0


def test_what_was_stored_unreadable_does_not_stand_in_the_way(marta: Client, linden: Pair) -> None:
    Cooperative.objects.filter(pk=linden[0].pk).update(description="an old \ufffd import")
    linden[0].refresh_from_db()
    assert marta.post("/c/linden-court/settings/", settings_form(linden[0], name="Linden Yard")).status_code == 302


@pytest.mark.parametrize("version", ["x", "-1", "9" * 40])
def test_a_version_that_is_none_is_told_without_its_hidden_name(marta: Client, linden: Pair, version: str) -> None:
    answer = marta.post("/c/linden-court/settings/", settings_form(linden[0], version=version))
    assert answer.status_code == 400
    assert "Nobody can tell which version of this you were shown. Reload the page" in text(answer)


def settings_form(cooperative: Cooperative, **changed: Any) -> dict[str, Any]:
    names = ("name", "description", "currency", "time_zone", "locale", "fiscal_year_start", "hue", "version")
    return {**{name: getattr(cooperative, name) for name in names}, **changed}


def test_an_admin_changes_settings(marta: Client, linden: Pair) -> None:
    answer = marta.post("/c/linden-court/settings/", settings_form(linden[0], name="Linden Yard", currency="EUR"))
    assert answer.status_code == 302
    linden[0].refresh_from_db()
    assert (linden[0].name, linden[0].version) == ("Linden Yard", 2)


def test_a_stale_form_says_so_and_saves_nothing(marta: Client, linden: Pair) -> None:
    answer = marta.post("/c/linden-court/settings/", settings_form(linden[0], name="Mine", version=9))
    assert answer.status_code == 409
    assert "Somebody changed this in the meantime" in text(answer)
    linden[0].refresh_from_db()
    assert linden[0].name == "Linden Court"


def test_a_member_without_the_right_is_told(linden: Pair, person: Callable[[str], User]) -> None:
    user = person("Hassan")
    with enter([linden[0].pk], linden[1].user_id):
        admit(linden[1], linden[0], name="Hassan", user=user, roles=("observer",))
    client = Client()
    client.force_login(user)
    assert client.get("/c/linden-court/settings/").status_code == 403
    page = text(client.get("/c/linden-court/"))
    assert "/c/linden-court/settings/" not in page, "a menu shows only what the actor may use"


def test_search_shows_what_rooms_answer(marta: Client, monkeypatch: pytest.MonkeyPatch, linden: Pair) -> None:
    asked: list[Any] = []

    def answer(**question: Any) -> list[Found]:
        asked.append((question["cooperative_ids"], question["text"]))
        return [Found("Roof <i>repair</i>", "/somewhere/", "Tasks")]

    monkeypatch.setattr(SEARCH, "_answers", [answer])
    page = text(marta.get("/c/linden-court/search/?q=%00roof"))
    assert "Roof &lt;i&gt;repair&lt;/i&gt;" in page
    assert asked == [((linden[0].pk,), "roof")]
    assert marta.get("/search/?q=roof").status_code == 200
    assert marta.get("/search/").status_code == 200


def test_the_components_page_is_for_those_who_build(marta: Client, settings: Any) -> None:
    settings.DEBUG = False
    assert marta.get("/components/").status_code == 404
    settings.DEBUG = True
    assert marta.get("/components/").status_code == 200


def test_pages_are_not_for_other_peoples_caches(marta: Client) -> None:
    assert marta.get("/c/linden-court/")["Cache-Control"] == "private, no-store"


def test_facts_are_asked_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    question = fact("test_only")
    monkeypatch.setattr(question, "_answers", [])
    question.answer(lambda **_: 1)
    question.answer(lambda **_: 2)
    assert fact("test_only").ask(x=1) == [1, 2]


@pytest.mark.parametrize("odd", ["²", "9" * 5000, "-1", "360", "1.5", "x", "", "\x00", "١" * 4])
@pytest.mark.parametrize("field", ["hue", "fiscal_year_start", "version"])
def test_an_odd_number_in_the_settings_is_a_message(marta: Client, linden: Pair, field: str, odd: str) -> None:
    facts = {"name": "Linden", "currency": "EUR", "time_zone": "UTC", "locale": "en", "fiscal_year_start": "1", "hue": "10"}
    answer = marta.post("/c/linden-court/settings/", {**facts, "version": "1", field: odd})
    expected = (400, 409) if field == "version" else (400,)
    assert answer.status_code in expected
    assert Cooperative.objects.get(pk=linden[0].pk).name == "Linden Court"
