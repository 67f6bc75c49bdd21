"""Users through the API: who sees whom, who may change what, and which version is meant."""

from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor, may, visible
from cooperatives.queries import enter
from members import tokens
from members.actions import change_user, end_membership
from members.models import Membership, User

from .factories import a_member, a_user, acting, bearer, days, refused

PROFILE = "/api/v1/auth/profile/"


def url(user: User) -> str:
    return f"/api/v1/users/{user.public_id}/"


@pytest.fixture
def ask(client: Client) -> Any:
    """Ask the API as a user: ask(user, "get", url, body)."""
    held: dict[int, str] = {}

    def asking(user: User | None, method: str, address: str, body: Any = None, **headers: str) -> Any:
        if user is not None:
            headers |= bearer(held.setdefault(user.pk, tokens.issue(user).access))
        if method == "get":
            return client.get(address, headers=headers)
        return getattr(client, method)(address, body, content_type="application/json", headers=headers)

    return asking


# --- Who sees whom --------------------------------------------------------------------------------------------------


def test_members_of_one_cooperative_see_each_others_public_profile(ask: Any, ada: User, ben: User, alder: Cooperative) -> None:
    answer = ask(ada, "get", url(ben))
    assert answer.status_code == 200
    assert answer.json() == {
        "id": str(ben.public_id),
        "name": "Ben Oduya",
        "about": "Grows tomatoes.",
        "email": None,
        "locale": None,
        "role": None,
        "is_active": None,
        "cooperatives": [{"id": alder.pk, "slug": alder.slug, "name": "Alder Yard", "member_role": "member"}],
        "version": 1,
    }


def test_one_sees_ones_own_profile_whole(ask: Any, ben: User) -> None:
    mine = ask(ben, "get", url(ben))
    assert (mine.json()["email"], mine.json()["role"], mine.json()["is_active"]) == (ben.email, "member", True)
    assert mine["ETag"] == '"1"'
    assert ask(ben, "get", PROFILE).json() == mine.json()


def test_an_unknown_person_and_a_stranger_answer_the_same(ask: Any, ada: User, alder: Cooperative, stranger: User) -> None:
    hidden = ask(ada, "get", url(stranger))
    unknown = ask(ada, "get", f"/api/v1/users/{uuid4()}/")
    assert (hidden.status_code, unknown.status_code) == (404, 404)
    assert hidden.json() == unknown.json()
    assert {**hidden.headers, "X-Request-ID": ""} == {**unknown.headers, "X-Request-ID": ""}


@pytest.mark.parametrize("name", ["1", "me", "0" * 36, "%00", "../profile", "é", "9" * 400])
def test_an_id_that_is_none_is_a_404(ask: Any, ada: User, name: str) -> None:
    assert ask(ada, "get", f"/api/v1/users/{name}/").status_code == 404


def test_who_keeps_the_installation_sees_everybody_but_no_cooperatives(
    ask: Any, keeper: User, ben: User, alder: Cooperative
) -> None:
    shown = ask(keeper, "get", url(ben)).json()
    assert (shown["email"], shown["cooperatives"]) == (ben.email, [])


def test_nobody_is_seen_without_signing_in(ask: Any, ben: User) -> None:
    assert ask(None, "get", url(ben)).status_code == 401
    assert ask(None, "get", PROFILE).status_code == 401


def test_who_has_left_is_not_seen_any_more(ask: Any, ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        end_membership(actor, Membership.objects.select_related("person", "cooperative").get(user=ben))
    assert ask(ada, "get", url(ben)).status_code == 404
    assert ask(ben, "get", url(ada)).status_code == 404


def test_only_shared_cooperatives_are_named(ask: Any, ada: User, ben: User, stranger: User, alder: Cooperative) -> None:
    birch = Cooperative.objects.get(name="Birch Lane")
    a_member(birch, ben)
    assert [row["name"] for row in ask(ada, "get", url(ben)).json()["cooperatives"]] == ["Alder Yard"]
    assert [row["name"] for row in ask(ben, "get", url(ben)).json()["cooperatives"]] == ["Alder Yard", "Birch Lane"]


def test_a_profile_takes_the_same_queries_for_one_cooperative_and_for_three(
    client: Client, ada: User, ben: User, alder: Cooperative, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    headers = bearer(tokens.issue(ada).access)
    with django_assert_max_num_queries(20) as first:
        client.get(url(ben), headers=headers)
    for name in ("Cedar Court", "Dogwood Row"):
        other = Cooperative.objects.create(name=name, slug=name.lower().replace(" ", "-"), kind="chama")
        a_member(other, ada)
        a_member(other, ben)
    with django_assert_max_num_queries(len(first)) as second:
        client.get(url(ben), headers=headers)
    assert len(second) == len(first)


def test_the_two_faces_of_the_rule_agree(ada: User, ben: User, stranger: User, keeper: User, alder: Cooperative) -> None:
    a_member(alder, a_user("Future Fay"), on=days(30))
    everybody = list(User.objects.all())
    for viewer in everybody:
        with acting(viewer) as actor:
            for action in ("members.see_user", "members.change_user"):
                listed = set(visible(actor, action, User.objects.all()))
                assert listed == {user for user in everybody if may(actor, action, user)}, (viewer, action)


# --- Who may change what --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["own", "profile"])
def test_one_changes_ones_own_profile(ask: Any, ben: User, address: str) -> None:
    target = url(ben) if address == "own" else PROFILE
    answer = ask(ben, "put", target, {"name": "  Benedict  ", "about": "", "locale": "en", "version": 1})
    assert (answer.status_code, answer["ETag"]) == (200, '"2"')
    ben.refresh_from_db()
    assert (ben.name, ben.about, ben.locale, ben.version) == ("Benedict", "", "en", 2)


def test_a_whole_profile_can_be_put_back_as_it_came(ask: Any, ben: User) -> None:
    shown = ask(ben, "get", PROFILE).json()
    answer = ask(ben, "put", PROFILE, shown)
    assert (answer.status_code, answer.json()) == (200, shown)


def test_a_patch_changes_what_it_names(ask: Any, ben: User) -> None:
    answer = ask(ben, "patch", PROFILE, {"about": "Grows beans."}, **{"If-Match": '"1"'})
    assert (answer.json()["name"], answer.json()["about"], answer.json()["version"]) == ("Ben Oduya", "Grows beans.", 2)


def test_a_member_without_the_right_is_told_so(ask: Any, ada: User, ben: User, alder: Cooperative) -> None:
    answer = ask(ada, "patch", url(ben), {"name": "Bob", "version": 1})
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/problem+json")
    ben.refresh_from_db()
    assert ben.name == "Ben Oduya"


def test_a_stranger_cannot_be_changed_and_is_not_there(ask: Any, ada: User, stranger: User) -> None:
    assert ask(ada, "patch", url(stranger), {"name": "Bob", "version": 1}).status_code == 404


@pytest.mark.parametrize("facts", [{"role": "admin"}, {"is_active": False}])
def test_nobody_gives_themselves_more(ask: Any, ben: User, facts: dict[str, Any]) -> None:
    answer = ask(ben, "patch", PROFILE, {**facts, "name": "Boss", "version": 1})
    assert answer.status_code == 403
    ben.refresh_from_db()
    assert (ben.role, ben.is_active, ben.name, ben.version) == ("member", True, "Ben Oduya", 1)


@pytest.mark.parametrize(
    "field", ["id", "email", "cooperatives", "public_id", "password", "is_staff", "is_superuser", "is_demo", "pk", "user"]
)
def test_no_other_field_can_be_written(ask: Any, ben: User, field: str) -> None:
    before = User.objects.filter(pk=ben.pk).values().get()
    answer = ask(ben, "patch", PROFILE, {field: "x", "version": 1})
    assert answer.status_code in (200, 400)
    assert (answer.status_code == 200) is (field in ("id", "email", "cooperatives"))
    assert User.objects.filter(pk=ben.pk).values().get() == before


@pytest.mark.parametrize(
    ("body", "field", "status"),
    [
        ({"name": ""}, "name", 400),
        ({"name": "N" * 10_000}, "name", 400),
        ({"name": "a\x00b"}, "name", 400),
        ({"name": None}, "name", 400),
        ({"name": {"a": 1}}, "name", 400),
        ({"about": "x" * 2001}, "about", 400),
        ({"locale": "tlh"}, "locale", 422),
        ({"role": "king"}, "role", 400),
        ({"is_active": "perhaps"}, "is_active", 400),
        ({"version": "one"}, "version", 400),
        ({"version": 2**40}, "version", 400),
    ],
)
def test_what_is_wrong_is_named(ask: Any, ben: User, body: dict[str, Any], field: str, status: int) -> None:
    answer = ask(ben, "patch", PROFILE, {"version": 1, **body})
    assert (answer.status_code, list(answer.json()["errors"])) == (status, [field])


@pytest.mark.parametrize("name", ["עברית", "Ayşe 🌻", "<script>alert(1)</script>", "O'Brien & Co"])
def test_names_of_every_kind_are_kept_as_they_are(ask: Any, ben: User, name: str) -> None:
    assert ask(ben, "patch", PROFILE, {"name": name, "version": 1}).json()["name"] == name


# --- Versions ---------------------------------------------------------------------------------------------------------


def test_a_write_says_which_version_it_means(ask: Any, ben: User) -> None:
    answer = ask(ben, "patch", PROFILE, {"name": "Bob"})
    assert (answer.status_code, answer.json()["code"]) == (428, "version_required")


def test_a_stale_version_is_refused_with_what_is_stored(ask: Any, ben: User) -> None:
    ask(ben, "patch", PROFILE, {"name": "Bob", "version": 1})
    body = ask(ben, "patch", PROFILE, {"name": "Rob", "version": 1})
    header = ask(ben, "patch", PROFILE, {"name": "Rob"}, **{"If-Match": '"1"'})
    assert (body.status_code, header.status_code) == (409, 412)
    assert body.json()["current"]["name"] == header.json()["current"]["name"] == "Bob"


# --- Who keeps the installation -------------------------------------------------------------------------------------


def test_the_keeper_changes_role_and_switches_off(ask: Any, keeper: User, ben: User) -> None:
    assert ask(ben, "get", PROFILE).status_code == 200
    answer = ask(keeper, "patch", url(ben), {"role": "admin", "is_active": False, "version": 1})
    assert (answer.status_code, answer.json()["role"], answer.json()["is_active"]) == (200, "admin", False)
    assert ask(ben, "get", PROFILE).status_code == 401


def test_the_last_keeper_stays(ask: Any, keeper: User) -> None:
    for body in ({"role": "member"}, {"is_active": False}):
        answer = ask(keeper, "patch", PROFILE, {**body, "version": 1})
        assert (answer.status_code, answer.json()["code"]) == (409, "last_keeper")
    a_user("Kay Keeper", role=User.Role.ADMIN)
    assert ask(keeper, "patch", PROFILE, {"role": "member", "version": 1}).status_code == 200


def test_the_system_may_switch_a_login_off_where_nobody_keeps_the_installation(ben: User) -> None:
    assert change_user(SYSTEM, ben, version=1, is_active=False).is_active is False


def test_a_keeper_who_was_switched_off_meanwhile_switches_nobody_off(keeper: User, ben: User) -> None:
    with acting(keeper) as actor:
        User.objects.filter(pk=keeper.pk).update(is_active=False)
        with refused("forbidden"):
            change_user(actor, ben, version=1, is_active=False)


@pytest.mark.django_db(transaction=True)
def test_two_keepers_who_switch_each_other_off_at_once_never_leave_none(at_once: Any) -> None:
    keepers = [a_user(f"Keeper {number}", role=User.Role.ADMIN) for number in range(2)]
    for _round in range(12):
        User.objects.update(is_active=True, version=1)
        actors = [Actor.of(User.objects.get(pk=keeper.pk)) for keeper in keepers]
        results = at_once(partial(_switch_the_other_off, actors), 2)
        assert results.count(None) == 1, results
        assert [result.code for result in results if result is not None] == ["forbidden"]
        assert User.objects.filter(role=User.Role.ADMIN, is_active=True).count() == 1


def _switch_the_other_off(actors: list[Actor], index: int) -> None:
    change_user(actors[index], actors[1 - index].user, version=1, is_active=False)


# --- Sockets -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("facts", "let_go"), [({"is_active": False}, True), ({"role": "admin"}, True), ({"name": "Benedict"}, False)]
)
def test_open_sockets_are_asked_again_when_a_right_changes(
    keeper: User,
    ben: User,
    asked: list[str],
    django_capture_on_commit_callbacks: Any,
    facts: dict[str, Any],
    let_go: bool,
) -> None:
    with acting(keeper) as actor, django_capture_on_commit_callbacks(execute=True):
        change_user(actor, ben, version=1, **facts)
        assert asked == []
    assert asked == ([str(ben.public_id)] if let_go else [])


def test_ending_a_sign_in_asks_the_sockets_of_that_user(
    ben: User, asked: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    pair = tokens.issue(ben)
    with django_capture_on_commit_callbacks(execute=True):
        tokens.rotate(pair.refresh)
    assert asked == []
    with django_capture_on_commit_callbacks(execute=True):
        tokens.rotate(pair.refresh)
    assert asked == [str(ben.public_id)]


def test_an_actor_outside_any_request_may_be_asked_too(ada: User, ben: User, alder: Cooperative) -> None:
    with enter([alder.pk]):
        assert may(Actor.of(ada), "members.see_user", ben)
