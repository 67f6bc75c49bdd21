"""Memberships through the API: who belongs, shown to those who belong too."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from members import tokens
from members.models import Membership, User
from members.roles import Role

from .factories import a_cooperative, a_member, acting, bearer, days

URL = "/api/v1/memberships/"


def get(client: Client, user: User, address: str = URL) -> Any:
    return client.get(address, headers=bearer(tokens.issue(user).access))


def test_what_a_membership_shows(client: Client, ada: User, ben: User, alder: Cooperative) -> None:
    a_member(alder, None, Role.TREASURER, Role.MEMBER, name="Petra Paper")
    answer = get(client, ben)
    assert answer.status_code == 200
    assert answer.json()["count"] == 3
    with acting(ben):
        rows = list(Membership.objects.order_by("number"))
    shown = ("id", "cooperative", "user", "name", "number", "status", "member_role", "roles", "joined_date", "left_date")
    assert [[row[field] for field in shown] for row in answer.json()["results"]] == [
        [
            str(row.public_id), alder.pk, user and str(user.public_id), name, number, "active", roles[0], roles,
            row.joined_on.isoformat(), None,
        ]
        for number, (row, user, name, roles) in enumerate(
            zip(
                rows,
                (ada, ben, None),
                ("Ada Quist", "Ben Oduya", "Petra Paper"),
                (["admin", "member"], ["member"], ["treasurer", "member"]),
                strict=True,
            ),
            start=1,
        )
    ]  # fmt: skip


def test_one_membership_by_its_public_id(client: Client, ada: User, alder: Cooperative) -> None:
    row = get(client, ada).json()["results"][0]
    answer = get(client, ada, f"{URL}{row['id']}/")
    assert (answer.status_code, answer.json()) == (200, row)


def test_strangers_see_none_and_a_foreign_id_is_an_unknown_one(
    client: Client, ada: User, alder: Cooperative, stranger: User
) -> None:
    theirs = get(client, stranger).json()["results"]
    assert [row["name"] for row in theirs] == ["Sam Stranger"]
    foreign = get(client, ada, f"{URL}{theirs[0]['id']}/")
    unknown = get(client, ada, f"{URL}{uuid4()}/")
    assert (foreign.status_code, foreign.json()) == (unknown.status_code, unknown.json()) == (404, foreign.json())


def test_filtered_by_cooperative(client: Client, ada: User, alder: Cooperative, stranger: User) -> None:
    second = a_cooperative(ada, "Cedar Court")
    birch = Cooperative.objects.get(name="Birch Lane")
    assert get(client, ada).json()["count"] == 2
    only = get(client, ada, f"{URL}?cooperative={second.pk}").json()
    assert [row["cooperative"] for row in only["results"]] == [second.pk]
    assert get(client, ada, f"{URL}?cooperative={birch.pk}").json()["results"] == []
    assert get(client, ada, f"{URL}?cooperative=999999").json()["results"] == []


@pytest.mark.parametrize("value", ["x", "1.5", "-1", "9" * 30, "%00", "1 OR 1=1"])
def test_a_filter_that_is_no_key_is_named(client: Client, ada: User, alder: Cooperative, value: str) -> None:
    answer = get(client, ada, f"{URL}?cooperative={value}")
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["cooperative"])


def test_who_has_left_or_not_begun_is_not_listed(client: Client, ada: User, alder: Cooperative) -> None:
    a_member(alder, None, name="Fay Future", on=days(9))
    gone = a_member(alder, None, name="Gil Gone", on=days(-9))
    with acting(ada):
        Membership.objects.filter(pk=gone.pk).update(left_on=days(-2))
    assert [row["name"] for row in get(client, ada).json()["results"]] == ["Ada Quist"]


def test_nothing_is_written_here(client: Client, ada: User, alder: Cooperative) -> None:
    headers = bearer(tokens.issue(ada).access)
    for method in ("post", "put", "patch", "delete"):
        assert getattr(client, method)(URL, {}, content_type="application/json", headers=headers).status_code == 405


def test_nobody_is_listed_without_signing_in(client: Client, db: None) -> None:
    assert client.get(URL).status_code == 401


def test_the_list_takes_the_same_queries_for_one_row_and_for_many(
    client: Client, ada: User, alder: Cooperative, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    headers = bearer(tokens.issue(ada).access)
    with django_assert_max_num_queries(12) as first:
        client.get(URL, headers=headers)
    for number in range(5):
        a_member(alder, None, Role.MEMBER, Role.SECRETARY, name=f"Person {number}")
    with django_assert_max_num_queries(12) as second:
        assert client.get(URL, headers=headers).json()["count"] == 6
    assert len(second) == len(first)


def test_pages_have_at_most_a_hundred_rows(client: Client, ada: User, alder: Cooperative) -> None:
    for number in range(3):
        a_member(alder, None, name=f"Person {number}")
    first = get(client, ada, f"{URL}?page_size=2").json()
    assert (len(first["results"]), first["count"], first["previous"]) == (2, 4, None)
    assert "page=2" in first["next"]
    assert get(client, ada, f"{URL}?page=99").status_code == 404
    assert len(get(client, ada, f"{URL}?page_size=100000").json()["results"]) == 4
