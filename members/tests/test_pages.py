"""Pages about people: profile, somebody else's profile, directory; what they show, to whom, and at what cost."""

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from cooperatives.models import Cooperative
from cooperatives.policy import ANONYMOUS, Actor
from cooperatives.queries import SEARCH, enter, fact
from cooperatives.web import places_for
from members.actions import end_membership, grant_role
from members.models import Membership, User
from members.roles import Role

from .browser import plain
from .factories import a_cooperative, a_member, a_user, acting, days

HOSTILE = "<img src=x onerror=alert(1)>"


def directory_of(cooperative: Cooperative) -> str:
    return reverse("members:directory", args=["x"]).replace("/x/", f"/{cooperative.slug}/")


def page_of(user: User) -> str:
    return reverse("members:person", args=[user.public_id])


def member_page(member: Membership) -> str:
    return reverse("members:member", args=[member.cooperative.slug, member.public_id])


# --- Directory ------------------------------------------------------------------------------------------------------


def test_the_directory_names_everybody_with_number_role_and_day(client: Client, ada: User, ben: User, alder: Cooperative) -> None:
    a_member(alder, None, Role.TREASURER, Role.MEMBER, name="Petra Paper", on=days(-800))
    client.force_login(ben)
    response = client.get(directory_of(alder))
    assert response.status_code == 200
    assert [(row["name"], row["number"], row["roles"]) for row in response.context["rows"]] == [
        ("Ada Quist", 1, ["Admin", "Member"]),
        ("Ben Oduya", 2, ["Member"]),
        ("Petra Paper", 3, ["Treasurer", "Member"]),
    ]
    with enter([alder.pk]):
        pages = {row.number: member_page(row) for row in Membership.objects.select_related("cooperative")}
    assert [row["url"] for row in response.context["rows"]] == [pages[1], pages[2], pages[3]]
    assert response.context["rows"][2]["joined"] == days(-800)
    assert response["Cache-Control"] == "private, no-store"


def test_strangers_and_unknown_addresses_answer_the_same(client: Client, alder: Cooperative, stranger: User) -> None:
    client.force_login(stranger)
    foreign = client.get(directory_of(alder))
    unknown = client.get("/c/no-such-place/members/")
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert plain(foreign).replace(alder.slug, "") == plain(unknown).replace("no-such-place", "")


def test_visitors_are_sent_to_sign_in_and_back(client: Client, alder: Cooperative) -> None:
    answer = client.get(directory_of(alder))
    assert answer.status_code == 302
    assert answer["Location"] == f"/accounts/login/?next={directory_of(alder)}"


def test_who_has_left_is_out_at_the_next_click(client: Client, ada: User, ben: User, alder: Cooperative) -> None:
    client.force_login(ben)
    assert client.get(directory_of(alder)).status_code == 200
    with acting(ada) as actor:
        end_membership(actor, Membership.objects.select_related("person", "cooperative").get(user=ben))
    assert client.get(directory_of(alder)).status_code == 404


def test_the_directory_takes_the_same_queries_for_one_row_and_for_three(
    client: Client, ada: User, alder: Cooperative, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    client.force_login(ada)
    with django_assert_max_num_queries(16) as one:
        assert len(client.get(directory_of(alder)).context["rows"]) == 1
    for number in range(2):
        a_member(alder, a_user(f"Person {number}"), Role.MEMBER, Role.SECRETARY)
    with django_assert_max_num_queries(16) as three:
        assert len(client.get(directory_of(alder)).context["rows"]) == 3
    assert len(three) == len(one)


@pytest.mark.parametrize("page", ["2", "last", "-1", "99", "x", "9" * 40])
def test_the_directory_is_paged_and_any_page_number_is_answered(
    client: Client, ada: User, alder: Cooperative, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(52):
        a_member(alder, None, name=f"Person {number:02}")
    client.force_login(ada)
    response = client.get(directory_of(alder), {"page": page})
    assert response.status_code == 200
    assert response.context["pager"].total == 53
    assert len(response.context["rows"]) in (3, 50)


def test_htmx_gets_the_list_alone_and_a_boosted_click_the_page(client: Client, ada: User, alder: Cooperative) -> None:
    client.force_login(ada)
    part = plain(client.get(directory_of(alder), headers={"HX-Request": "true"}))
    whole = plain(client.get(directory_of(alder), headers={"HX-Request": "true", "HX-Boosted": "true"}))
    assert 'id="directory"' in part
    assert "<html" not in part
    assert "<html" in whole


def test_names_are_shown_as_plain(client: Client, ada: User, alder: Cooperative) -> None:
    user = a_user("Hank", about=HOSTILE)
    User.objects.filter(pk=user.pk).update(name=HOSTILE)
    a_member(alder, User.objects.get(pk=user.pk))
    client.force_login(ada)
    for address in (directory_of(alder), page_of(user)):
        shown = plain(client.get(address))
        assert HOSTILE not in shown
        assert "&lt;img" in shown


def test_only_reading_is_offered(client: Client, ada: User, alder: Cooperative) -> None:
    client.force_login(ada)
    assert client.post(directory_of(alder)).status_code == 405
    assert client.post(page_of(ada)).status_code == 405
    assert client.delete("/profile/").status_code == 405


# --- People -----------------------------------------------------------------------------------------------------------


def test_a_fellow_sees_name_words_and_shared_cooperatives(client: Client, ada: User, ben: User, alder: Cooperative) -> None:
    other = a_cooperative(ben, "Cedar Court")
    client.force_login(ada)
    response = client.get(page_of(ben))
    shown = plain(response)
    assert response.status_code == 200
    assert "Ben Oduya" in shown
    assert "Grows tomatoes." in shown
    assert "Alder Yard" in shown
    assert other.name not in shown
    assert ben.email not in shown


def test_strangers_and_nobody_answer_the_same(client: Client, ada: User, alder: Cooperative, stranger: User) -> None:
    client.force_login(ada)
    hidden, nobody = client.get(page_of(stranger)), client.get(f"/people/{uuid4()}/")
    assert (hidden.status_code, nobody.status_code) == (404, 404)
    assert plain(hidden) == plain(nobody)
    assert client.get("/people/1/").status_code == 404


def test_a_visitor_sees_no_person(client: Client, ben: User) -> None:
    assert client.get(page_of(ben)).status_code == 302


# --- My profile -----------------------------------------------------------------------------------------------------


def test_i_change_what_i_say_about_myself(client: Client, ben: User) -> None:
    client.force_login(ben)
    assert client.get("/profile/").context["form"].initial["version"] == 1
    answer = client.post("/profile/", {"name": "Benedict", "about": "Beans now.", "locale": "en", "version": 1})
    assert (answer.status_code, answer["Location"]) == (302, "/profile/")
    ben.refresh_from_db()
    assert (ben.name, ben.about, ben.locale, ben.version) == ("Benedict", "Beans now.", "en", 2)
    assert "Saved." in plain(client.get("/profile/"))


def test_my_profile_lists_where_i_belong(client: Client, ben: User, alder: Cooperative) -> None:
    client.force_login(ben)
    shown = client.get("/profile/").context["memberships"]
    assert [(row["cooperative"], row["role_label"], row["number"]) for row in shown] == [(alder, "Member", 2)]


def test_a_stale_form_shows_both_values_and_changes_nothing(client: Client, ben: User) -> None:
    client.force_login(ben)
    client.post("/profile/", {"name": "Benedict", "version": 1})
    answer = client.post("/profile/", {"name": "Benjamin", "version": 1})
    assert answer.status_code == 409
    assert "Benjamin" in plain(answer)
    assert "Benedict" in plain(answer)
    ben.refresh_from_db()
    assert ben.name == "Benedict"


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "N" * 151}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"about": "x" * 2001}, "about"),
        ({"locale": "tlh"}, "locale"),
        ({"version": ""}, "version"),
        ({"version": "x"}, "version"),
    ],
)
def test_the_form_names_the_field_that_is_wrong(client: Client, ben: User, changed: dict[str, str], field: str) -> None:
    client.force_login(ben)
    answer = client.post("/profile/", {"name": "Ben", "version": 1, **changed})
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    ben.refresh_from_db()
    assert ben.version == 1


def test_role_and_others_cannot_be_changed_by_the_form(client: Client, ben: User) -> None:
    client.force_login(ben)
    client.post("/profile/", {"name": "Ben", "version": 1, "role": "admin", "is_active": "", "email": "x@example.org"})
    ben.refresh_from_db()
    assert (ben.role, ben.is_active, ben.email) == ("member", True, "ben.oduya@example.org")


def test_a_visitor_has_no_profile(client: Client, db: None) -> None:
    assert client.get("/profile/")["Location"] == "/accounts/login/?next=/profile/"


# --- What other rooms are told --------------------------------------------------------------------------------------


def test_the_place_is_shown_to_members(ada: User, ben: User, alder: Cooperative, stranger: User) -> None:
    assert "members" in [place.key for place in places_for(Actor.of(ben), alder)]
    assert "members" not in [place.key for place in places_for(Actor.of(stranger), alder)]


def test_a_role_is_called_by_its_foremost_word(ada: User, ben: User, alder: Cooperative) -> None:
    def said(actor: Actor, cooperative: Cooperative | None) -> Any:
        return next(iter(fact("role_label").ask(actor=actor, cooperative=cooperative)))

    assert said(Actor.of(ada), alder) == "Admin"
    assert said(Actor.of(ben), alder) == "Member"
    assert said(Actor.of(ben), None) == ""
    assert said(ANONYMOUS, alder) == ""


def found(actor: Actor, words: str, *cooperatives: Cooperative) -> list[str]:
    with enter([cooperative.pk for cooperative in cooperatives], actor.user_id):
        answers = SEARCH.ask(actor=actor, cooperative_ids=[row.pk for row in cooperatives], text=words, limit=20)
        return [hit.url for hits in answers for hit in hits if hit.icon == "user"]


def test_people_are_found_by_part_of_their_name(ada: User, ben: User, alder: Cooperative) -> None:
    petra = a_member(alder, None, name="Petra Paper")
    actor = Actor.of(ada)
    with acting(ada):
        bens = Membership.objects.select_related("cooperative").get(user=ben)
    assert found(actor, "oduy", alder) == [member_page(bens)]
    assert found(actor, "PETRA", alder) == [member_page(petra)]
    assert found(actor, "%", alder) == []
    assert found(actor, "nobody", alder) == []


def test_people_of_other_cooperatives_are_not_found(ada: User, ben: User, alder: Cooperative, stranger: User) -> None:
    assert found(Actor.of(stranger), "oduya", alder) == []
    birch = Cooperative.objects.get(name="Birch Lane")
    assert found(Actor.of(ada), "stranger", alder, birch) == []


def test_search_takes_the_same_queries_however_many_are_found(
    ada: User, alder: Cooperative, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    actor = Actor.of(ada)
    found(actor, "e", alder)
    counts = []
    for number in range(3):
        a_member(alder, a_user(f"Pete {number}"))
        with django_assert_max_num_queries(12) as taken:
            found(actor, "pete", alder)
        counts.append(len(taken))
    assert len(set(counts)) == 1


def test_granting_a_role_shows_in_the_directory(client: Client, ada: User, ben: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        member = Membership.objects.select_related("person", "user", "cooperative").get(user=ben)
        grant_role(actor, member, role=Role.SECRETARY)
    client.force_login(ben)
    rows = client.get(directory_of(alder)).context["rows"]
    assert [row["roles"] for row in rows] == [["Admin", "Member"], ["Secretary", "Member"]]


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["login/", "signup/", "password/reset/", "login/code/"])
def test_an_address_is_called_e_mail_at_every_door(client: Client, address: str) -> None:
    page = client.get(f"/accounts/{address}").content.decode()
    assert ">E-mail" in page
    assert "Email" not in page
