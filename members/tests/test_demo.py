"""The demo: who is in it, that loading twice changes nothing, that removing leaves nothing."""

from collections import Counter
from io import BytesIO, StringIO
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from PIL import Image

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.demo.load import PASSWORD
from members.demo.people import DEMO, LOGINS
from members.facts import demo_logins
from members.models import Person, Photo, RoleGrant, User
from members.queries import members_now, roles_of, standings_of, today_in

from .factories import a_user

ENTER = "/demo/enter/"


@pytest.fixture
def demo(loaded: list[Cooperative], db: None, settings: Any) -> list[Cooperative]:
    """Both demo cooperatives on a demo installation."""
    settings.DEMO = True
    return loaded


@pytest.fixture
def marta(demo: list[Cooperative]) -> User:
    """The first of the demo people."""
    return User.objects.get(name="Marta Lindqvist")


def run(command: str) -> str:
    out = StringIO()
    call_command(command, stdout=out)
    return out.getvalue()


def standing(slug: str, email: str) -> set[str]:
    cooperative = Cooperative.objects.get(slug=slug)
    return set(standings_of(User.objects.get(email=email))[cooperative.pk].roles)


def rows() -> dict[str, int]:
    """How many rows every model has, owned ones in all cooperatives."""
    with enter(Cooperative.objects.values_list("pk", flat=True)):
        return {model._meta.label: model._default_manager.count() for model in apps.get_models()}


# --- What is in it ----------------------------------------------------------------------------------------------------


def test_linden_court_has_71_adult_members_and_a_board_of_seven(demo: list[Cooperative]) -> None:
    linden = demo[0]
    assert (linden.slug, linden.kind, linden.currency, linden.is_demo) == ("linden-court", "housing", "EUR", True)
    with enter([linden.pk]):
        members = list(members_now([linden.pk]).order_by("number"))
        assert [member.number for member in members] == list(range(1, 72))
        assert len({member.person.name for member in members}) == 71
        assert sum(not member.person.email for member in members) == 9
        assert Counter(role for member in members for role in roles_of(member)) == {
            "member": 71, "admin": 1, "treasurer": 1, "secretary": 1,
        }  # fmt: skip
        joined = [member.joined_on for member in members]
        assert joined == sorted(joined)
        today = today_in(linden.time_zone)
        assert (today - joined[0]).days >= 365 * 6 - 31
        assert joined[-1] < today
        grants = RoleGrant.objects.select_related("membership")
        assert all(grant.starts_on == grant.membership.joined_on for grant in grants)
    assert linden.creator is not None
    assert linden.creator.name == "Aoife Brennan"


def test_kilele_has_twelve_developers(demo: list[Cooperative]) -> None:
    kilele = demo[1]
    assert (kilele.slug, kilele.kind, kilele.currency, kilele.time_zone) == (
        "kilele-dev-chama", "chama", "KES", "Africa/Nairobi",
    )  # fmt: skip
    with enter([kilele.pk]):
        members = {member.person.name: member for member in members_now([kilele.pk])}
        assert len(members) == 12
        assert members["Otieno Ochieng"].number == 2
        assert roles_of(members["Hassan Abdi"]) == ["observer"]
        assert all(member.user for member in members.values())


def test_demo_people_stand_by_family_name_and_show_what_they_like(demo: list[Cooperative]) -> None:
    with enter([demo[0].pk]):
        people = list(Person.objects.exclude(memberships=None).order_by("sort_name"))
        assert [person.name for person in people][:2] == ["Aino Aalto", "Henrik Aalto"]
        assert {person.given_name: person.family_name for person in people}["Sanne"] == "de Vries"
        assert all(f"{person.given_name} {person.family_name}" == person.name for person in people)
        shown = Counter(tuple(person.shown) for person in people)
        assert len(shown) >= 5 and shown[()] >= 10
        assert all(person.email or "email" not in person.shown for person in people)
        assert all(person.phone.startswith("+49 30 23125 ") for person in people if "phone" in person.shown)
        photos = dict(Photo.objects.values_list("person__name", "content"))
        assert photos.keys() == {person.name for person in people if "photo" in person.shown}
        assert len({bytes(content) for content in photos.values()}) == len(photos) > 20
        assert {Image.open(BytesIO(content)).size for content in photos.values()} == {(256, 256)}
        chosen = Photo.objects.order_by("pk")[0].delete()
        call_command("load_demo", stdout=StringIO())
        assert chosen[0] == 1 and Photo.objects.count() == len(photos) - 1


def test_the_five_demo_people_stand_as_the_sign_in_page_says(demo: list[Cooperative]) -> None:
    assert standing("linden-court", "marta.lindqvist@linden-court.example") == {"secretary", "member"}
    assert standing("linden-court", "tomasz.zielinski@linden-court.example") == {"treasurer", "member"}
    assert standing("linden-court", "wanjiru.kamau@linden-court.example") == {"member"}
    assert standing("kilele-dev-chama", "wanjiru.kamau@linden-court.example") == {"member"}
    assert standing("kilele-dev-chama", "amina.yusuf@kilele.example") == {"admin", "member"}
    assert standing("kilele-dev-chama", "hassan.abdi@kilele.example") == {"observer"}
    assert [login["name"] for login in demo_logins()] == [
        "Marta Lindqvist", "Tomasz Zieliński", "Wanjiru Kamau", "Amina Yusuf", "Hassan Abdi",
    ]  # fmt: skip


def test_every_demo_address_is_one_that_can_never_be_real(demo: list[Cooperative]) -> None:
    emails = set(User.objects.values_list("email", flat=True)) | set(EmailAddress.objects.values_list("email", flat=True))
    assert emails
    assert all(email.endswith(".example") for email in emails)
    assert not User.objects.filter(is_demo=False).exists()


def test_loading_twice_changes_nothing(demo: list[Cooperative]) -> None:
    before = rows()
    run("load_demo")
    assert rows() == before


# --- Entering -------------------------------------------------------------------------------------------------------


def test_a_demo_person_is_entered_by_one_press(client: Client, demo: list[Cooperative]) -> None:
    answer = client.post(ENTER, {"key": demo_logins()[0]["key"]})
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.get("/c/linden-court/members/").status_code == 200
    assert client.get("/c/kilele-dev-chama/members/").status_code == 404


def test_the_sign_in_page_shows_the_demo_people_only_in_a_demo(client: Client, marta: User, settings: Any) -> None:
    assert "Marta Lindqvist" in client.get(reverse("account_login")).content.decode()
    settings.DEMO = False
    assert "Marta Lindqvist" not in client.get(reverse("account_login")).content.decode()


def test_entering_is_a_post(client: Client, marta: User) -> None:
    assert client.get(ENTER).status_code == 405


@pytest.mark.parametrize("key", ["", "1", "rubbish", "\x00", "9" * 500])
def test_an_unknown_demo_person_is_a_404(client: Client, marta: User, key: str) -> None:
    assert client.post(ENTER, {"key": key}).status_code == 404


def test_nobody_real_and_no_other_demo_person_is_entered(client: Client, marta: User) -> None:
    for user in (a_user(), a_user("Pedro Almeida", is_demo=True)):
        assert client.post(ENTER, {"key": str(user.public_id)}).status_code == 404
    assert "sessionid" not in client.cookies


def test_without_a_demo_the_door_is_not_there_and_those_inside_are_out(client: Client, marta: User, settings: Any) -> None:
    key = demo_logins()[0]["key"]
    client.post(ENTER, {"key": key})
    assert client.get("/profile/").status_code == 200
    settings.DEMO = False
    assert client.get("/profile/").status_code == 302
    assert Client().post(ENTER, {"key": key}).status_code == 404
    assert demo_logins() == []


def test_a_demo_password_is_good_only_where_the_demo_is_shown(client: Client, marta: User, settings: Any) -> None:
    body = {"email": "marta.lindqvist@linden-court.example", "password": PASSWORD}
    assert client.post("/api/v1/auth/login/", body, content_type="application/json").status_code == 200
    settings.DEMO = False
    assert client.post("/api/v1/auth/login/", body, content_type="application/json").status_code == 403
    page = client.post(reverse("account_login"), {"login": body["email"], "password": PASSWORD})
    assert page["Location"] == reverse("account_inactive")


def test_what_the_demo_leaves_in_the_record_is_whole(demo: list[Cooperative]) -> None:
    call_command("verify_activity", stdout=StringIO())
    for cooperative, members in zip(demo, (71, 12), strict=True):
        with enter([cooperative.pk]):
            kinds = Counter(Event.objects.values_list("kind", flat=True))
        assert (kinds["cooperatives.founded"], kinds["members.joined"]) == (1, members)


def test_the_plan_of_the_demo_adds_up() -> None:
    linden, kilele = DEMO
    assert (len(linden.people), len(kilele.people)) == (71, 12)
    assert set(LOGINS) <= {person.email(spec.domain) for spec in DEMO for person in spec.people}
