"""What is kept of people is reached by links: lists to take away, a member's data, one's own."""

import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from cooperatives.models import Cooperative
from members.actions import end_membership, keep_view
from members.models import Membership, User
from members.tests.factories import a_member, acting

from .conftest import as_, at


def links(client: Client, user: User, address: str) -> set[str]:
    """Where a page leads."""
    page = as_(client, user).get(address)
    assert page.status_code == 200
    return set(re.findall(r'href="([^"]+)"', page.content.decode()))


@pytest.mark.parametrize("page", ["directory", "register"])
def test_lists_lead_to_what_can_be_taken_away(page: str, client: Client, ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        view = keep_view(actor, alder, name="Telephones", columns=["name"])
    book, export = at(alder, "contacts"), at(alder, "export")
    assert {book, export, f"{export}?view={view.pk}", at(alder, "erasures")} <= links(client, ada, at(alder, page))


def test_a_plain_member_finds_the_address_book_and_their_own_data(
    client: Client, ben: User, bens: Membership, alder: Cooperative
) -> None:
    found = links(client, ben, at(alder, "directory"))
    assert (at(alder, "contacts") in found, at(alder, "export") in found) == (True, False)
    own = links(client, ben, at(alder, "member", bens.public_id))
    data = reverse("members:my_data")
    assert {at(alder, "mine"), data} <= own
    assert data in links(client, ben, at(alder, "mine"))
    assert {at(alder, "mine"), at(alder, "contacts")} <= links(client, ben, data)


def test_the_office_finds_what_it_may_do_about_a_persons_data(
    client: Client, ada: User, ben: User, bens: Membership, alder: Cooperative
) -> None:
    def ways(user: User, member: Membership) -> tuple[Any, ...]:
        found = links(client, user, at(alder, "member", member.public_id))
        return tuple(at(alder, page, member.person.public_id) in found for page in ("person_data", "erase"))

    gone = a_member(alder, name="Gus Gone")
    with acting(ada) as actor:
        end_membership(actor, gone)
    assert (ways(ada, bens), ways(ada, gone)) == ((True, False), (True, True))
    fay = a_member(alder, name="Fay Fellow")
    assert ways(ben, fay) == (False, False)
