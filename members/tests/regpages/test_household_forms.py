"""Forms of households: who comes, who goes, who answers for a child, and when a household ends."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from activity.models import Event
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from cooperatives.queries import enter
from members.actions import end_household, join_household, leave_household, make_household, name_guardian
from members.models import Guardianship, Household, HouseholdMember, Membership, Occupant, Person, User

from ..browser import plain
from ..factories import a_cooperative, days
from .conftest import House, as_, at

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def kim(alder: Cooperative, house_: House) -> Person:
    """Kim is a child of the Oduyas."""
    found = a_person(alder, "Kim Oduya")
    join_household(SYSTEM, house_.oduyas, found, relation="child", starts_on=days(-400))
    return found


def a_person(alder: Cooperative, name: str, **facts: Any) -> Person:
    """Somebody whom only the register knows."""
    found: Person = Person.objects.create(cooperative=alder, name=name, **facts)
    return found


def day(count: int) -> str:
    """A day as a browser sends it."""
    return days(count).isoformat()


def bad_fields(answer: Any) -> tuple[int, list[str]]:
    """How a form was refused."""
    return answer.status_code, list(answer.context["form"].errors)


def choices(answer: Any, field: str) -> list[str]:
    """What a list of choices offers."""
    return [str(name) for key, name in answer.context["form"].fields[field].choices if key]


# --- The list -------------------------------------------------------------------------------------------------------


def test_households_stand_by_name_without_those_that_ended(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    for name in ("Zimt", "Abel", "Lee"):
        make_household(SYSTEM, alder, name=name)
    lee = Household.objects.get(name="Lee")
    end_household(SYSTEM, lee, version=lee.version, on=days(-1))
    zimt = Household.objects.get(name="Zimt")
    end_household(SYSTEM, zimt, version=zimt.version, on=days(1))
    answer = as_(client, sue).get(at(alder, "households"))
    assert [row.name for row in answer.context["rows"]] == ["Abel", "Oduya", "Zimt"]
    assert "3 households" in plain(answer)


def test_a_list_of_households_shows_who_is_in_them_today(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    gone, later = a_person(alder, "Gone Early"), a_person(alder, "Later On")
    join_household(SYSTEM, house_.oduyas, gone, starts_on=days(-300), ends_on=days(0))
    join_household(SYSTEM, house_.oduyas, later, starts_on=days(1))
    [row] = as_(client, sue).get(at(alder, "households")).context["rows"]
    assert [str(one.person) for one in row.present] == ["Ben Oduya"]
    page = plain(client.get(at(alder, "households")))
    assert [name for name in ("Gone Early", "Later On") if name in page] == []


def test_many_households_are_paged_and_the_search_stays(client: Client, sue: User, alder: Cooperative) -> None:
    Household.objects.bulk_create([Household(cooperative=alder, name=f"Row {number:03}") for number in range(120)])
    first = as_(client, sue).get(at(alder, "households"), {"q": "row"})
    pager = first.context["pager"]
    assert (pager.total, first.context["rows"][0].name) == (120, "Row 000")
    second = client.get(at(alder, "households"), {"q": "row", "page": "2"})
    assert second.context["rows"][0].name == f"Row {pager.size:03}"
    assert "q=row" in plain(second)
    assert client.get(at(alder, "households"), {"q": "nothing like it"}).context["rows"] == []


def test_the_list_of_households_is_for_offices(client: Client, ben: User, tom: User, alder: Cooperative, house_: House) -> None:
    assert as_(client, ben).get(at(alder, "households")).status_code == 403
    answer = as_(client, tom).get(at(alder, "households"))
    assert answer.status_code == 200
    assert at(alder, "household_new") not in plain(answer)


# --- Entering one ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "status"), [("", 400), ("   ", 400), ("\u200b", 400), ("x" * 151, 400)])
def test_a_household_without_a_name_is_not_entered(client: Client, sue: User, alder: Cooperative, name: str, status: int) -> None:
    answer = as_(client, sue).post(at(alder, "household_new"), {"name": name})
    assert bad_fields(answer) == (status, ["name"])
    assert not Household.objects.exists()


def test_a_household_is_entered_once_however_often_one_presses(client: Client, sue: User, alder: Cooperative) -> None:
    address = at(alder, "household_new")
    form = {"name": "  The   Marshes ", "once_key": as_(client, sue).get(address).context["form"].once_key}
    answers = [client.post(address, form) for _ in range(2)]
    made = Household.objects.get()
    assert made.name == "The Marshes"
    assert [answer["Location"] for answer in answers] == [at(alder, "household", made.public_id)] * 2


def test_a_household_that_others_changed_is_not_overwritten(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    address = at(alder, "household", house_.oduyas.public_id)
    version = Household.objects.get().version
    form = {"name": "Oduya and Lee", "external_id": "17", "version": version}
    assert as_(client, sue).post(address, form).status_code == 302
    answer = client.post(address, form | {"name": "Lee"})
    assert answer.status_code == 409
    assert "Oduya and Lee" in plain(answer)
    assert answer.context["form"]["name"].value() == "Lee"
    kept = Household.objects.get()
    assert (kept.name, kept.external_id, kept.version) == ("Oduya and Lee", "17", version + 1)


def test_the_number_in_the_old_system_is_for_the_office(
    client: Client, sue: User, ben: User, alder: Cooperative, house_: House
) -> None:
    Household.objects.update(external_id="OLD-17")
    address = at(alder, "household", house_.oduyas.public_id)
    assert "OLD-17" in plain(as_(client, sue).get(address))
    page = plain(as_(client, ben).get(address))
    assert "OLD-17" not in page
    assert "?edit=1" not in page
    assert client.get(address + "?edit=1").status_code == 403
    assert client.post(address, {"name": "Mine", "version": "1"}).status_code == 403


# --- Who comes ------------------------------------------------------------------------------------------------------


def test_who_comes_is_chosen_from_the_register(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    a_person(alder, "Ida Known")
    with enter([(cedar := a_cooperative(None, "Cedar Court")).pk]):
        a_person(cedar, "Far Away")
    answer = as_(client, sue).get(at(alder, "household_join", house_.oduyas.public_id))
    offered = choices(answer, "person")
    assert [name for name in ("Ida Known", "Ben Oduya") if not any(name in one for one in offered)] == []
    assert not any("Far Away" in one for one in offered)
    assert answer.context["form"]["starts_on"].value() == days(0)


def test_somebody_new_comes_once_however_often_one_presses(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    address = at(alder, "household_join", house_.oduyas.public_id)
    form = {"name": "Mia", "relation": "child", "starts_on": day(0), "person": ""}
    form["once_key"] = as_(client, sue).get(address).context["form"].once_key
    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert Person.objects.filter(name="Mia").count() == 1
    assert house_.oduyas.people.filter(relation="child").count() == 1
    assert Event.objects.filter(kind="members.household_joined").count() == 2


def test_nobody_belongs_twice_to_a_household_on_one_day(
    client: Client, sue: User, alder: Cooperative, bens: Membership, house_: House
) -> None:
    address = at(alder, "household_join", house_.oduyas.public_id)
    form = {"person": str(bens.person_id), "name": "", "relation": "adult", "starts_on": day(0)}
    answer = as_(client, sue).post(address, form)
    assert bad_fields(answer) == (409, ["person"])
    assert "Ben Oduya belongs to this household in these days already" in plain(answer)
    leave_household(SYSTEM, HouseholdMember.objects.get(), on=days(0))
    assert client.post(address, form).status_code == 302
    assert list(HouseholdMember.objects.order_by("starts_on").values_list("starts_on", "ends_on")) == [
        (days(-400), days(0)),
        (days(0), None),
    ]


def test_nobody_comes_into_a_household_that_has_ended(client: Client, sue: User, alder: Cooperative) -> None:
    lees = make_household(SYSTEM, alder, name="Lee")
    end_household(SYSTEM, lees, version=lees.version, on=days(-3))
    form = {"name": "Mia", "relation": "child", "starts_on": day(-1), "person": ""}
    answer = as_(client, sue).post(at(alder, "household_join", lees.public_id), form)
    assert answer.status_code == 422
    assert "This household ends on" in plain(answer)
    assert not Person.objects.filter(name="Mia").exists()
    page = plain(client.get(at(alder, "household", lees.public_id)))
    assert at(alder, "household_join", lees.public_id) not in page
    assert "?edit=1" not in page


def test_who_comes_does_not_by_that_live_in_the_home(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    form = {"name": "Mia", "relation": "child", "starts_on": day(0), "person": ""}
    as_(client, sue).post(at(alder, "household_join", house_.oduyas.public_id), form)
    answer = client.get(at(alder, "unit", house_.n101.public_id), {"on": day(0)})
    assert [str(one.person) for one in answer.context["lived"]] == ["Ben Oduya"]


# --- Who goes -------------------------------------------------------------------------------------------------------


def test_who_leaves_a_household_moves_out_of_its_home_that_day(
    client: Client, sue: User, alder: Cooperative, house_: House
) -> None:
    ben = HouseholdMember.objects.get()
    address = at(alder, "household_leave", ben.pk)
    form = as_(client, sue).get(address).context["form"]
    assert form["on"].value() == days(0)
    answer = client.post(address, {"on": day(2)})
    assert answer["Location"] == at(alder, "household", house_.oduyas.public_id)
    ben.refresh_from_db()
    assert (ben.ends_on, Occupant.objects.get().ends_on) == (days(2), days(2))
    lived = [client.get(at(alder, "unit", house_.n101.public_id), {"on": day(on)}).context["lived"] for on in (1, 2)]
    assert [len(people) for people in lived] == [1, 0]


@pytest.mark.parametrize(
    ("on", "status"), [("", 400), ("tomorrow", 400), ("2024-02-30", 400), (day(-401), 422), ("0000-01-01", 400)]
)
def test_a_bad_day_of_leaving_is_named(
    client: Client, sue: User, alder: Cooperative, house_: House, on: str, status: int
) -> None:
    answer = as_(client, sue).post(at(alder, "household_leave", HouseholdMember.objects.get().pk), {"on": on})
    assert bad_fields(answer) == (status, ["on"])
    assert HouseholdMember.objects.get().ends_on is None


def test_leaving_twice_is_said_so_and_changes_nothing(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    address = at(alder, "household_leave", HouseholdMember.objects.get().pk)
    assert as_(client, sue).post(address, {"on": day(-2)}).status_code == 302
    again = client.post(address, {"on": day(0)})
    assert bad_fields(again) == (409, ["on"])
    assert HouseholdMember.objects.get().ends_on == days(-2)
    assert address not in plain(client.get(at(alder, "household", house_.oduyas.public_id)))


# --- Who answers for a child ----------------------------------------------------------------------------------------


def test_only_children_of_the_household_get_somebody_who_answers(
    client: Client, sue: User, alder: Cooperative, house_: House, kim: Person
) -> None:
    lees = make_household(SYSTEM, alder, name="Lee", children=[a_person(alder, "Lou Lee")])
    address = at(alder, "guardian_new", house_.oduyas.public_id)
    assert choices(as_(client, sue).get(address), "child") == ["Kim Oduya"]
    lou = lees.people.get().person_id
    answer = client.post(address, {"child": str(lou), "guardian": str(kim.pk)})
    assert bad_fields(answer) == (400, ["child"])
    assert not Guardianship.objects.exists()


@pytest.mark.parametrize(
    ("child", "guardian", "status", "field"),
    [
        ("", "ben", 400, "child"),
        ("kim", "", 400, "guardian"),
        ("kim", "nobody", 400, "guardian"),
        ("kim", "kim", 422, "guardian"),
    ],
)
def test_a_bad_guardian_is_named_at_its_field(
    client: Client,
    sue: User,
    alder: Cooperative,
    bens: Membership,
    house_: House,
    kim: Person,
    child: str,
    guardian: str,
    status: int,
    field: str,
) -> None:
    keys = {"": "", "ben": str(bens.person_id), "kim": str(kim.pk), "nobody": "999999"}
    form = {"child": keys[child], "guardian": keys[guardian]}
    answer = as_(client, sue).post(at(alder, "guardian_new", house_.oduyas.public_id), form)
    assert bad_fields(answer) == (status, [field])
    assert not Guardianship.objects.exists()


def test_one_answers_for_a_child_once_and_never_both_ways(
    client: Client, sue: User, alder: Cooperative, bens: Membership, house_: House, kim: Person
) -> None:
    address = at(alder, "guardian_new", house_.oduyas.public_id)
    form = {"child": str(kim.pk), "guardian": str(bens.person_id)}
    assert as_(client, sue).post(address, form).status_code == 302
    assert bad_fields(client.post(address, form)) == (409, ["guardian"])
    HouseholdMember.objects.filter(person=bens.person).update(relation="child")
    other_way = client.post(address, {"child": str(bens.person_id), "guardian": str(kim.pk)})
    assert bad_fields(other_way) == (422, ["guardian"])
    assert "It cannot be both ways" in plain(other_way)
    assert Guardianship.objects.count() == 1


def test_who_answered_is_taken_back_after_a_question(
    client: Client, sue: User, alder: Cooperative, bens: Membership, house_: House, kim: Person
) -> None:
    named = name_guardian(SYSTEM, kim, bens.person)
    address = at(alder, "guardian_end", house_.oduyas.public_id, named.pk)
    page = plain(as_(client, sue).get(address))
    assert "Ben Oduya no longer answers for Kim Oduya?" in page
    assert Guardianship.objects.exists()
    assert client.post(address)["Location"] == at(alder, "household", house_.oduyas.public_id)
    assert not Guardianship.objects.exists()
    assert client.post(address).status_code == 404
    event = Event.objects.filter(kind="members.guardian_ended").get()
    assert "Ben Oduya" in event.detail.text


# --- The end --------------------------------------------------------------------------------------------------------


def test_a_household_with_a_home_ends_after_its_agreement(client: Client, sue: User, alder: Cooperative, house_: House) -> None:
    address = at(alder, "household_end", house_.oduyas.public_id)
    form = {"on": day(0), "version": str(Household.objects.get().version)}
    answer = as_(client, sue).post(address, form)
    assert bad_fields(answer) == (409, ["on"])
    assert "This household has N-101" in plain(answer)
    out = {"on": day(0), "version": str(house_.agreement.version)}
    assert client.post(at(alder, "move_out", house_.agreement.public_id), out).status_code == 302
    assert client.post(address, form | {"version": str(Household.objects.get().version)}).status_code == 302
    assert Household.objects.get().ended_on == days(0)
    assert HouseholdMember.objects.get().ends_on == days(0)


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [({"on": ""}, 400, "on"), ({"on": "x"}, 400, "on"), ({"version": ""}, 400, "version"), ({"version": "77"}, 409, "version")],
)
def test_a_bad_end_of_a_household_is_named(
    client: Client, sue: User, alder: Cooperative, changed: dict[str, str], status: int, field: str
) -> None:
    lees = make_household(SYSTEM, alder, name="Lee")
    form = {"on": day(0), "version": str(lees.version)} | changed
    assert bad_fields(as_(client, sue).post(at(alder, "household_end", lees.public_id), form)) == (status, [field])
    assert Household.objects.get().ended_on is None


def test_who_would_have_come_later_never_comes_to_an_ended_household(client: Client, sue: User, alder: Cooperative) -> None:
    lees = make_household(SYSTEM, alder, name="Lee", adults=[a_person(alder, "Ina Lee")], on=days(-9))
    join_household(SYSTEM, lees, a_person(alder, "Late Lee"), starts_on=days(9))
    lees.refresh_from_db()
    address = at(alder, "household_end", lees.public_id)
    assert as_(client, sue).post(address, {"on": day(3), "version": str(lees.version)}).status_code == 302
    ends: list[tuple[str, date | None]] = list(lees.people.values_list("person__name", "ends_on"))
    assert ends == [("Ina Lee", days(3))]
    lees.refresh_from_db()
    later = client.post(address, {"on": day(5), "version": str(lees.version)})
    assert bad_fields(later) == (409, ["on"])


@pytest.mark.parametrize("name", ["household_new", "household_join", "household_end", "household_leave", "guardian_new"])
def test_forms_of_households_are_for_the_office(
    client: Client, tom: User, ben: User, alder: Cooperative, house_: House, name: str
) -> None:
    own = house_.oduyas.public_id
    keys: dict[str, tuple[Any, ...]] = {"household_new": (), "household_leave": (HouseholdMember.objects.get().pk,)}
    address = at(alder, name, *keys.get(name, (own,)))
    assert {as_(client, user).get(address).status_code for user in (tom, ben)} == {403}
    assert {as_(client, user).post(address, {"name": "Mia", "on": day(0)}).status_code for user in (tom, ben)} == {403}
    assert (Household.objects.count(), HouseholdMember.objects.count()) == (1, 1)


def test_a_bigger_household_takes_no_more_queries(
    client: Client,
    sue: User,
    alder: Cooperative,
    house_: House,
    bens: Membership,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    address, counts = at(alder, "household", house_.oduyas.public_id), []
    as_(client, sue)
    for more in (1, 2, 8):
        for number in range(more):
            child = a_person(alder, f"Kid {more} {number}")
            join_household(SYSTEM, house_.oduyas, child, relation="child")
            name_guardian(SYSTEM, child, bens.person)
        with django_assert_max_num_queries(24) as taken:
            assert client.get(address).status_code == 200
        counts.append(len(taken))
    assert len(set(counts)) == 1, counts
