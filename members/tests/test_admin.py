"""The desk: logins are switched through actions, the register is only shown, and only one's own."""

from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members import tokens
from members.actions import grant_role
from members.models import User

from .factories import a_member, a_user

USERS = "admin:members_user_changelist"


def switch(client: Client, action: str, *users: User) -> str:
    body = {"action": action, "_selected_action": [user.pk for user in users]}
    return str(client.post(reverse(USERS), body, follow=True).content.decode())


@pytest.mark.parametrize("name", ["user", "person", "membership", "rolegrant"])
def test_every_list_is_shown_to_who_keeps_the_installation_and_to_no_plain_member(
    client: Client, keeper: User, ben: User, name: str
) -> None:
    address = reverse(f"admin:members_{name}_changelist")
    client.force_login(ben)
    assert client.get(address).status_code in (302, 403)
    client.force_login(keeper)
    assert client.get(address).status_code == 200


def test_keeping_the_installation_opens_nobodys_register(
    client: Client, keeper: User, ada: User, alder: Cooperative, stranger: User
) -> None:
    client.force_login(keeper)
    address = reverse("admin:members_membership_changelist")
    assert "Ada Quist" not in client.get(address).content.decode()
    mine = a_member(alder, keeper)
    assert "Ada Quist" not in client.get(address).content.decode(), "the register is the office's"
    with enter([alder.pk]):
        grant_role(SYSTEM, mine, role="treasurer")
    shown = client.get(address).content.decode()
    assert "Ada Quist" in shown
    assert "Sam Stranger" not in shown


def test_a_login_is_switched_off_and_on_again(client: Client, keeper: User, ben: User) -> None:
    client.force_login(keeper)
    pair = tokens.issue(ben)
    switch(client, "switch_off", ben)
    ben.refresh_from_db()
    assert (ben.is_active, ben.version) == (False, 2)
    assert tokens.resolve(pair.access) is None
    switch(client, "switch_on", ben)
    ben.refresh_from_db()
    assert (ben.is_active, ben.version) == (True, 3)


def test_the_role_is_given_and_taken(client: Client, keeper: User, ben: User) -> None:
    client.force_login(keeper)
    switch(client, "make_keeper", ben)
    assert User.objects.get(pk=ben.pk).is_staff
    switch(client, "make_member", ben)
    assert not User.objects.get(pk=ben.pk).is_staff


def test_the_last_keeper_stays_and_the_desk_says_why(client: Client, keeper: User, ben: User) -> None:
    client.force_login(keeper)
    said = switch(client, "switch_off", keeper, ben)
    assert "Somebody has to keep the installation" in said
    assert User.objects.get(pk=keeper.pk).is_active
    assert not User.objects.get(pk=ben.pk).is_active


def test_nothing_is_added_changed_or_deleted_by_forms(client: Client, keeper: User, ben: User, alder: Cooperative) -> None:
    client.force_login(keeper)
    before = User.objects.filter(pk=ben.pk).values().get()
    change = reverse("admin:members_user_change", args=[ben.pk])
    assert client.get(change).status_code == 200
    client.post(change, {"email": "x@example.org", "name": "X", "role": "admin", "password": "x"})
    assert User.objects.filter(pk=ben.pk).values().get() == before
    for name in ("user", "person", "membership", "rolegrant"):
        assert client.get(reverse(f"admin:members_{name}_add")).status_code == 403
    assert client.post(reverse("admin:members_user_delete", args=[ben.pk]), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("words", ["ada", "%", "'; DROP TABLE"])
def test_the_desk_searches_by_name_and_address(client: Client, keeper: User, ada: User, words: str) -> None:
    client.force_login(keeper)
    answer: Any = client.get(reverse(USERS), {"q": words})
    assert answer.status_code == 200
    assert ("ada.quist@example.org" in answer.content.decode()) is (words == "ada")


def test_searching_logins_finds_none_for_a_stranger_to_the_desk(client: Client, db: None) -> None:
    client.force_login(a_user())
    assert client.get(reverse(USERS), {"q": "ada"}).status_code in (302, 403)


@pytest.mark.parametrize(
    "path",
    [
        "account/emailaddress",
        "socialaccount/socialaccount",
        "socialaccount/socialtoken",
        "mfa/authenticator",
        "usersessions/usersession",
        "auth/group",
    ],
)
def test_who_keeps_the_installation_cannot_become_somebody_else(client: Client, keeper: User, ben: User, path: str) -> None:
    client.force_login(keeper)
    address = EmailAddress.objects.get(user=ben)
    for page in (f"/admin/{path}/", f"/admin/{path}/add/", f"/admin/{path}/{address.pk}/change/"):
        mine = {"user": ben.pk, "email": keeper.email, "verified": "on", "primary": "on"}
        assert client.get(page).status_code == client.post(page, mine).status_code == 404
    assert EmailAddress.objects.get(pk=address.pk).email == ben.email
