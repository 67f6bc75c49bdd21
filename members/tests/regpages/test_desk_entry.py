"""Who enters the desk, and what stays shut to officers: the installation's own tables, and every other cooperative."""

import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings as project
from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from activity.models import DeadLetter, Event
from cooperatives.desk import OwnedAdmin
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import pause
from members.models import HouseholdMember, ImportBatch, Invitation, Membership, Occupancy, Person, User
from members.roles import Role

from ..factories import PASSWORD, a_cooperative, a_member, a_user, days
from .conftest import as_, member_of
from .test_desk import at, more, rows

__all__ = ["rows"]
START = f"/{project.ADMIN_PATH}"
OWNED = {model for model, desk in admin.site._registry.items() if isinstance(desk, OwnedAdmin)}
OFFICES = {  # and which desks each of them has no use for
    Role.ADMIN: set[Any](),
    Role.SECRETARY: {DeadLetter},
    Role.TREASURER: {DeadLetter, ImportBatch, HouseholdMember},
}
ELSEWHERE = re.compile(r"(Nora|West|New|Board|Wanda|Jo) [89]|(?<![\w-])([WF]-[89]|guest\.[89]|list-[89])(?!\w)|Birch|Cedar")


@pytest.fixture(params=OFFICES)
def office(request: Any, alder: Cooperative) -> tuple[User, str]:
    """An officer of Alder Yard, who is a plain member of Cedar Row and a stranger to Birch Lane."""
    user, founder = a_user("Olga Officer"), a_user("Fay Founder")
    a_member(alder, user, request.param)
    for n, name in ((8, "Cedar Row"), (9, "Birch Lane")):
        other = a_cooperative(founder, name)
        with enter([other.pk]):
            more(other, n)
            if n == 8:
                a_member(other, user)
    return user, request.param


def walked(client: Client, start: str) -> dict[str, str]:
    """Every kind of page of the admin that links lead to, and what it says: one row of each kind is enough."""
    seen, pages, todo = {""}, {}, [start]
    while todo:
        address = todo.pop()
        kind = re.sub(r"\d+", "N", address)
        if kind not in seen:
            seen.add(kind)
            answer = client.get(address)
            assert answer.status_code == 200, address
            pages[kind] = answer.content.decode()
            links = (unescape(link) for link in re.findall(r'href="([^"#]+)"', pages[kind]))
            todo += [link for link in links if link.startswith(START) and "password_change" not in link]
    return pages


# --- Who enters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", Role.values)
def test_officers_enter_and_find_the_way_in_their_menu(client: Client, alder: Cooperative, role: str) -> None:
    a_member(alder, user := a_user("Kim Reader"), role)
    enters = role in OFFICES
    assert as_(client, user).get(START).status_code == (200 if enters else 302)
    assert client.get(START, follow=True).status_code == (200 if enters else 403)
    assert client.get(reverse("admin:login")).status_code == (302 if enters else 403)
    assert (f'href="{START}"' in client.get("/").content.decode()) is enters


def test_who_keeps_the_installation_finds_it_too(client: Client, keeper: User) -> None:
    assert f'href="{START}"' in as_(client, keeper).get("/").content.decode()


def test_an_office_that_rests_opens_nothing(client: Client, sue: User, inside: None) -> None:
    assert as_(client, sue).get(START).status_code == 200
    pause(SYSTEM, member_of(sue), starts_on=days(0))
    assert client.get(START).status_code == 302


def test_passwords_are_taken_at_the_front_door_alone(client: Client, sue: User, keeper: User) -> None:
    as_(client, sue).post(reverse("admin:login"), {"username": keeper.email, "password": PASSWORD})
    assert client.session["_auth_user_id"] == str(sue.pk)
    body = {"old_password": PASSWORD, "new_password1": "brass-meadow-82", "new_password2": "brass-meadow-82"}
    assert client.post(reverse("admin:password_change"), body).url == reverse("account_change_password")
    assert client.get(reverse("admin:password_change_done")).url == reverse("account_change_password")
    sue.refresh_from_db()
    assert sue.check_password(PASSWORD)


# --- What opens -------------------------------------------------------------------------------------------------------


def test_every_link_opens_and_none_shows_another_cooperative(client: Client, office: tuple[User, str], rows: Any) -> None:
    pages = walked(as_(client, office[0]), START)
    lists = {model for model in admin.site._registry if address(model, "changelist") in pages}
    assert lists == OWNED - OFFICES[office[1]]
    assert {kind: found[0] for kind, page in pages.items() if (found := ELSEWHERE.search(page))} == {}
    assert "/admin/members/membership/N/change/" in pages
    assert "Recent actions" not in pages[START]


def address(model: Any, what: str, *keys: Any) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{what}", args=keys)


def test_what_belongs_to_no_cooperative_stays_with_who_keeps_the_installation(client: Client, office: tuple[User, str]) -> None:
    as_(client, office[0])
    others = admin.site._registry.keys() - OWNED
    assert User in others
    for model in others | OFFICES[office[1]]:
        names = (("changelist", ()), ("add", ()), ("change", (office[0].pk,)), ("history", (office[0].pk,)), ("delete", (1,)))
        for page in (address(model, name, *keys) for name, keys in names):
            expected = {403} if model in others else {403, 302}  # rows that one may not see are none
            assert {client.get(page).status_code, client.post(page, {"post": "yes"}).status_code} <= expected, page
    for label in {model._meta.app_label for model in others} - {model._meta.app_label for model in OWNED}:
        assert client.get(reverse("admin:app_list", args=[label])).status_code == 404


def test_nothing_is_told_at_the_side_doors(client: Client, office: tuple[User, str], rows: Any) -> None:
    as_(client, office[0])
    users = {"app_label": "members", "model_name": "membership", "field_name": "user", "term": ""}
    assert client.get(reverse("admin:autocomplete"), users).status_code == 403
    for pk in (office[0].pk, 10**9):
        told = client.get(reverse("admin:view_on_site", args=[ContentType.objects.get_for_model(User).pk, pk]))
        assert (told.status_code, b"get_absolute_url" in told.content) == (404, False)
    for model, asked in (
        (Membership, "user__password__startswith=p"), (Membership, "person__note__contains=x"), (Person, "note__contains=x"),
        (Invitation, "token__digest__startswith=a"), (Event, "commitment__startswith=a"), (Occupancy, "_to_field=note"),
    ):  # fmt: skip
        assert client.get(f"{address(model, 'changelist')}?{asked}").status_code == 400, asked
    with enter(Cooperative.objects.filter(name="Cedar Row").values_list("pk", flat=True)):
        foreign = Membership.objects.get(user=office[0])
    page = client.get(f"{at(Membership, 'change', foreign.pk)}?_popup=1&_changelist_filters=cooperative%3D1", follow=True)
    assert (page.redirect_chain[0][0], ELSEWHERE.search(page.content.decode())) == (START, None)
