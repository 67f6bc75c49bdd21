"""No text of the register that stands beside other words turns them: at every action, page, API, desk, and in files."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.socialaccount.models import SocialAccount, SocialLogin
from django.test import Client, RequestFactory
from django.urls import reverse

from cooperatives.actions import Invalid
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from members import tokens
from members.actions import (
    add_building,
    add_unit,
    admit,
    approve_request,
    change_building,
    change_committee,
    change_household,
    change_unit,
    change_waiting,
    correct_person,
    decline_request,
    end_membership,
    enter_waiting,
    found_committee,
    house,
    keep_view,
    make_household,
    pause,
    rank_waiting,
    request_to_join,
    set_questions,
    start_import,
)
from members.adapters import SocialAdapter
from members.importing import Weight, sentence
from members.models import JoinRequest, Membership, User
from members.queries import plan_of

from .factories import a_user, acting, bearer, days

pytestmark = pytest.mark.django_db
TURNED = "Oak\u202e"
Doors = dict[str, Callable[[], Any]]


@pytest.fixture
def actor(ada: User, alder: Cooperative) -> Iterator[Actor]:
    """Ada, inside Alder Yard for the whole test."""
    with acting(ada) as found:
        yield found


@pytest.fixture
def doors(actor: Actor, alder: Cooperative, ben: User) -> Doors:
    """What writes a text of one line: "action field" and how."""
    north = add_building(actor, alder, name="North")
    flat = add_unit(actor, north, code="N-1")
    lees = make_household(actor, alder, name="Lee")
    garden = found_committee(actor, alder, name="Garden")
    entry = enter_waiting(actor, alder, name="Ida")
    bens = Membership.objects.select_related("person").get(user=ben)
    person = bens.person
    asker = a_user("Otto Other")
    asked = JoinRequest.objects.create(cooperative=alder, user=asker, name=asker.name)
    doors: Doors = {
        "add_building name": lambda: add_building(actor, alder, name=TURNED),
        "add_building address": lambda: add_building(actor, alder, name="West", address=TURNED),
        "change_building name": lambda: change_building(actor, north, version=1, name=TURNED),
        "add_unit code": lambda: add_unit(actor, north, code=TURNED),
        "change_unit type": lambda: change_unit(actor, flat, version=1, type=TURNED),
        "house note": lambda: house(actor, flat, lees, starts_on=days(0), note=TURNED),
        "make_household name": lambda: make_household(actor, alder, name=TURNED),
        "change_household external_id": lambda: change_household(actor, lees, version=1, external_id=TURNED),
        "found_committee name": lambda: found_committee(actor, alder, name=TURNED),
        "change_committee purpose": lambda: change_committee(actor, garden, version=1, purpose=TURNED),
        "enter_waiting name": lambda: enter_waiting(actor, alder, name=TURNED),
        "change_waiting wishes": lambda: change_waiting(actor, entry, version=1, wishes=TURNED),
        "rank_waiting reason": lambda: rank_waiting(actor, entry, version=1, ranked_on=days(-1), reason=TURNED),
        "pause reason": lambda: pause(actor, bens, starts_on=days(0), reason=TURNED),
        "end_membership despite": lambda: end_membership(actor, bens, on=days(0), despite=TURNED),
        "decline_request reason": lambda: decline_request(actor, asked, version=1, reason=TURNED),
        "end_membership note": lambda: end_membership(actor, bens, on=days(0), reason="moved", note=TURNED),
        "set_questions questions": lambda: set_questions(actor, alder, questions=[(TURNED, False)]),
        "keep_view name": lambda: keep_view(actor, alder, name=TURNED, columns=["name"]),
    }
    for field in ("name", "given_name", "family_name", "contact_person", "skills", "external_id"):
        doors[f"admit {field}"] = lambda field=field: admit(actor, alder, **{"name": "Oak", field: TURNED})  # type: ignore[misc]
        doors[f"correct_person {field}"] = lambda field=field: correct_person(  # type: ignore[misc]
            actor, person, version=1, **{field: TURNED}
        )
    return doors


def test_every_action_refuses_it_and_names_the_field(doors: Doors) -> None:
    for name, write in doors.items():
        with pytest.raises(Invalid) as refusal:
            write()
        assert (refusal.value.status, refusal.value.code, refusal.value.field) == (400, "turning", name.split()[1]), name


def test_the_page_says_it_at_the_field(client: Client, ada: User, alder: Cooperative) -> None:
    client.force_login(ada)
    sent = {"given_name": "Nora", "family_name": TURNED, "on": days(0).isoformat(), "role": "member"}
    page = client.post(reverse("members:member_new", args=[alder.slug]), sent)
    assert page.status_code == 400
    assert ["Type it anew" in error for error in page.context["form"].errors["family_name"]] == [True]


def test_the_api_names_the_field(client: Client, ada: User, alder: Cooperative) -> None:
    body = {"cooperative": alder.pk, "name": TURNED}
    answer = client.post("/api/v1/buildings/", body, "application/json", headers=bearer(tokens.issue(ada).access))
    assert (answer.status_code, answer.json()["code"], answer.json()["field"]) == (400, "turning", "name")


def test_the_desk_says_it_at_the_field(client: Client, ada: User, alder: Cooperative) -> None:
    client.force_login(ada)
    User.objects.filter(pk=ada.pk).update(role=User.Role.ADMIN)
    address = reverse("admin:members_building_add")
    page = client.post(address, {"cooperative": alder.pk, "name": "North", "address": TURNED, "built_in": ""})
    assert page.status_code == 400
    assert "Type it anew" in str(page.context["adminform"].form.errors["address"])


def test_a_row_of_a_file_with_such_a_name_is_wrong(actor: Actor, alder: Cooperative) -> None:
    content = f"Unit;Name;Phone\nN-1;{TURNED} Abel;\n{TURNED};Bo Berg;\nN-3;Cem Demir;\u202a+49 30 1234567\u202c\nN-4;\u200b;\n"
    batch = start_import(actor, alder, name=f"li\u202evsc.csv {TURNED}", content=content.encode(), decided={"country": "DE"})
    assert batch.name == "livsc.csv Oak"
    plan = plan_of(batch)
    wrong = [(one.row, one.column, one.kind) for one in plan.reading.problems if one.weight == Weight.ERROR]
    assert wrong == [(2, "Name", "turning_sign"), (3, "Unit", "turning_sign")]
    assert plan.rows[-1].names == []  # what nobody sees is nobody
    assert "Type it anew" in sentence(plan.reading.problems[0])
    assert [one.facts["phone"] for one in plan.people.values()] == ["+49301234567"]


def test_numbers_to_call_are_kept_without_what_copying_took_along(actor: Actor, alder: Cooperative) -> None:
    copied = "\u202a+49 30 1234567\u202c"
    member = admit(actor, alder, name="Nora", phone=copied, other_phones=f"{copied}, {copied}")
    person = correct_person(actor, member.person, version=1, phone=f"{copied} 8")
    assert (person.phone, person.other_phones) == ("+49 30 1234567 8", "+49 30 1234567, +49 30 1234567")
    assert enter_waiting(actor, alder, name="Ida", phone=copied).phone == "+49 30 1234567"


def test_the_name_of_a_login_is_written_anew_where_nobody_can_type_it(
    rf: RequestFactory, actor: Actor, alder: Cooperative
) -> None:
    login = SocialLogin(user=User(), account=SocialAccount(provider="github", uid="1"))
    assert SocialAdapter().populate_user(rf.get("/"), login, {"name": TURNED, "email": "o@example.org"}).name == "Oak"
    old = a_user("Oak")
    old.name = TURNED  # from before such names were refused
    old.save()
    alder.is_listed = True
    alder.save()
    request = request_to_join(Actor.of(old), alder, answers={})
    assert request.name == "Oak"
    assert approve_request(actor, request, version=1).membership.person.name == "Oak"
