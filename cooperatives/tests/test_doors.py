"""The doors of rank 0 by reader: pages and forms, the resource of the API, the desk of who keeps the installation."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from cooperatives.actions import found
from cooperatives.forms import FoundingForm, SettingsForm
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import SEARCH, Found, enter, fact
from members.actions import admit
from members.models import User

Pair = tuple[Cooperative, Actor]
WHOLE = {
    "name": "Kilele", "kind": "chama", "currency": "KES", "time_zone": "Africa/Nairobi", "locale": "en",
    "fiscal_year_start": "7", "hue": "255", "description": "",
}  # fmt: skip


def entering(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 201), ("name", "nul\x00"), ("kind", "club"), ("kind", ""), ("currency", "eur"),
        ("currency", "ZZZ"),
        ("time_zone", "Mars/Olympus"), ("locale", "tlh"), ("fiscal_year_start", "13"), ("fiscal_year_start", "0"),
        ("hue", "360"), ("hue", "-1"), ("hue", "red"), ("description", "x" * 5001),
    ],
)  # fmt: skip
def test_each_wrong_field_is_named_alone(field: str, value: str) -> None:
    form = FoundingForm({**WHOLE, field: value})
    assert not form.is_valid()
    assert list(form.errors) == [field]
    assert form.errors[field][0].endswith((".", ")"))


def test_what_is_right_is_parsed_into_what_the_action_takes() -> None:
    form = FoundingForm({**WHOLE, "hue": "0"})
    assert form.is_valid()
    assert form.cleaned_data == {**WHOLE, "fiscal_year_start": 7, "hue": 0}
    zones = dict(form.fields["time_zone"].choices)
    assert (zones["UTC"], zones["America/New_York"], "EST" in zones) == ("UTC", "America/New York", False)


def test_the_settings_start_from_what_is(linden: Pair) -> None:
    form = SettingsForm.of(linden[0])
    assert {name: form.get_initial_for_field(form.fields[name], name) for name in ("name", "version", "hue", "is_listed")} == {
        "name": "Linden Court", "version": 1, "hue": 155, "is_listed": False
    }  # fmt: skip
    assert not form.is_bound


@pytest.mark.parametrize(
    ("role", "is_creator", "status"), [("admin", False, 200), ("observer", True, 200), ("secretary", False, 403)]
)
def test_who_may_open_the_settings(role: str, is_creator: bool, status: int, linden: Pair, person: Callable[[str], User]) -> None:
    user = person("Jonas")
    with enter([linden[0].pk], linden[1].user_id):
        admit(linden[1], linden[0], name="Jonas", user=user, roles=(role,))
    if is_creator:
        Cooperative.objects.filter(pk=linden[0].pk).update(creator=user)
    client = entering(user)
    assert client.get("/c/linden-court/settings/").status_code == status
    sent = {**WHOLE, "name": "Taken", "version": "1"}
    assert client.post("/c/linden-court/settings/", sent).status_code == (302 if status == 200 else 403)
    linden[0].refresh_from_db()
    assert linden[0].name == ("Taken" if status == 200 else "Linden Court")


def test_what_rooms_answer_is_on_the_overview_and_at_home(linden: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Any] = []
    figure = {"label": "Cash in bank", "value": "393,792.60", "unit": "EUR"}
    monkeypatch.setattr(fact("figures"), "_answers", [lambda **q: asked.append(q) or [figure], lambda **_: []])
    monkeypatch.setattr(fact("feed"), "_answers", [])
    monkeypatch.setattr(fact("news"), "_answers", [lambda actor: {linden[0].pk: 3}, lambda actor: {10**6: 9}])
    client = entering(linden[1].user)
    page = client.get("/c/linden-court/").content.decode()
    assert "Cash in bank" in page
    assert "Nothing has happened yet" in page
    assert [(q["actor"].user, q["cooperative"]) for q in asked] == [(linden[1].user, linden[0])]
    home = client.get("/").content.decode()
    assert "3 new since yesterday" in home
    assert "9 new" not in home


def test_who_belongs_nowhere_is_led_to_founding(person: Callable[[str], User]) -> None:
    page = entering(person("Nobody")).get("/").content.decode()
    assert "You are not in a cooperative yet" in page
    assert 'href="/cooperatives/new/"' in page


def test_hits_stand_under_their_kind_in_the_order_of_the_rooms(linden: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    hits = [[Found("Ann", "/a/", "Member"), Found("Roof", "/r/", "Task")], [Found("Bo", "/b/", "Member", "no. 2")]]
    monkeypatch.setattr(SEARCH, "_answers", [lambda answer=answer, **_: answer for answer in hits])
    answer = entering(linden[1].user).get("/c/linden-court/search/", {"q": " o "}, headers={"HX-Request": "true"})
    groups = answer.context["groups"]
    assert {kind: [hit.title for hit in found] for kind, found in groups.items()} == {"Member": ["Ann", "Bo"], "Task": ["Roof"]}
    assert answer.context["query"] == "o"
    assert b"<html" not in answer.content


@pytest.mark.parametrize("q", ["", "   ", "\x00"])
def test_nothing_is_searched_for_no_words(q: str, linden: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(SEARCH, "_answers", [lambda **_: pytest.fail("asked")])
    assert b"What are you looking for?" in entering(linden[1].user).get("/search/", {"q": q}).content


def test_a_visitor_who_searches_is_sent_to_sign_in(client: Client, linden: Pair) -> None:
    for path in ("/search/?q=x", "/c/linden-court/search/?q=x"):
        assert client.get(path)["Location"].startswith("/accounts/login/?next=")


def test_a_resource_is_replaced_by_either_of_its_names_and_keeps_kind_and_creator(linden: Pair) -> None:
    client, root = entering(linden[1].user), f"/api/v1/chamas/{linden[0].pk}/"
    for version, body in ((1, {"title": "Yard"}), (2, {"name": "Court", "time_zone": "Africa/Nairobi"})):
        answer = client.put(root, {**body, "version": version}, content_type="application/json")
        assert (answer.status_code, answer["ETag"]) == (200, f'"{version + 1}"')
    told = answer.json()
    assert (told["name"], told["title"], told["kind"], told["time_zone"]) == ("Court", "Court", "housing", "Africa/Nairobi")
    assert told["creator"] == str(linden[1].user.public_id)


def test_what_only_the_server_says_is_not_taken_from_a_body(person: Callable[[str], User]) -> None:
    user = person("Amina")
    body = {"name": "Kilele", "id": 7, "slug": "mine", "creator": "me", "created_at": "2020-01-01"}
    told = entering(user).post("/api/v1/organizations/", body, content_type="application/json").json()
    assert (told["slug"], told["version"], told["creator"]) == ("kilele", 1, str(user.public_id))
    assert not told["created_at"].startswith("2020")


@pytest.fixture
def keeper(db: Any) -> Actor:
    return Actor.of(User.objects.create_superuser("root@example.org", "a long pass phrase", name="Root"))


DESK = "/admin/cooperatives/cooperative/"


def test_the_desk_shows_a_keeper_their_own_cooperatives_and_lets_nothing_be_written(keeper: Actor, linden: Pair) -> None:
    mine = found(keeper, name="Keepers House", kind="housing")
    client = entering(keeper.user)
    page = client.get(DESK).content.decode()
    assert ("Keepers House" in page, "Linden Court" in page) == (True, False)
    assert client.get(f"{DESK}?q=keepers&kind__exact=housing").context["cl"].result_count == 1
    detail = client.get(f"{DESK}{mine.pk}/change/")
    assert (detail.status_code, b'name="_save"' in detail.content) == (200, False)
    assert client.get(f"{DESK}{linden[0].pk}/change/").status_code == 302, "as if there were none"
    for path, body in (
        (f"{DESK}add/", WHOLE),
        (f"{DESK}{mine.pk}/change/", WHOLE),
        (f"{DESK}{mine.pk}/delete/", {"post": "yes"}),
    ):
        assert client.post(path, body).status_code == 403
    mine.refresh_from_db()
    assert mine.name == "Keepers House"


def test_the_desk_is_closed_to_members_and_visitors(linden: Pair, client: Client, person: Callable[[str], User]) -> None:
    with enter([linden[0].pk], linden[1].user_id):
        admit(linden[1], linden[0], name="Jonas", user=person("Jonas"))
    for reader in (client, entering(User.objects.get(name="Jonas"))):
        for path in ("/admin/", DESK, f"{DESK}{linden[0].pk}/change/"):
            assert reader.get(path).status_code in (302, 403)


def test_the_desks_list_costs_the_same_for_one_and_four(keeper: Actor) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(DESK).status_code == 200
        return len(captured)

    client = entering(keeper.user)
    found(keeper, name="First", kind="housing")
    one = cost()
    for name in ("Second", "Third", "Fourth"):
        found(keeper, name=name, kind="chama")
    assert cost() == one
