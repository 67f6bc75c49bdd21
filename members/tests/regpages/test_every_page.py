"""Every page for everybody: who is let in, who is not, and what a page of the wrong kind of cooperative answers."""

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from members.actions import found_committee, join_household, name_guardian, pause, seat_member
from members.models import Membership, Person, User
from members.roles import Role

from ..factories import a_member, a_user, days
from .conftest import House, as_, at

EVERYBODY = {"admin", "secretary", "treasurer", "member", "observer"}
SEERS = {"admin", "secretary", "treasurer"}
OFFICERS = {"admin", "secretary"}
PAGES = {
    "directory": EVERYBODY,
    "member": EVERYBODY,
    "leave": EVERYBODY,
    "committees": EVERYBODY,
    "committee": EVERYBODY,
    "homes": EVERYBODY,
    "unit": EVERYBODY,
    "register": SEERS,
    "homes_vacant": SEERS,
    "homes_under": SEERS,
    "homes_over": SEERS,
    "households": SEERS,
    "household": SEERS,
    "member_new": OFFICERS,
    "member_pause": OFFICERS,
    "member_resume": OFFICERS,
    "member_end": OFFICERS,
    "committee_new": OFFICERS,
    "committee_end": OFFICERS,
    "seat_new": OFFICERS,
    "seat_end": OFFICERS,
    "building_new": OFFICERS,
    "building": OFFICERS,
    "unit_new": OFFICERS,
    "move_in": OFFICERS,
    "move_out": OFFICERS,
    "unit_remove": OFFICERS,
    "agreement": OFFICERS,
    "transfer": OFFICERS,
    "swap": OFFICERS,
    "occupant_new": OFFICERS,
    "occupant_end": OFFICERS,
    "household_new": OFFICERS,
    "household_end": OFFICERS,
    "household_join": OFFICERS,
    "household_leave": OFFICERS,
    "guardian_new": OFFICERS,
    "guardian_end": OFFICERS,
    "role_new": {"admin"},
    "role_end": {"admin"},
}
EDITED = {"member": OFFICERS, "committee": OFFICERS, "unit": OFFICERS, "household": OFFICERS}


@pytest.fixture
def keys(alder: Cooperative, bens: Membership, house_: House) -> dict[str, tuple[object, ...]]:
    """What the addresses of the pages hold."""
    board = found_committee(SYSTEM, alder, name="Board")
    seat = seat_member(SYSTEM, board, member=bens, starts_on=bens.joined_on)
    kim = Person.objects.create(cooperative=alder, name="Kim Oduya")
    child = join_household(SYSTEM, house_.oduyas, kim, relation="child", starts_on=days(-10))
    guardian = name_guardian(SYSTEM, kim, bens.person)
    pause(SYSTEM, bens, starts_on=days(3), ends_on=days(5))
    member, home = (bens.public_id,), (house_.oduyas.public_id,)
    unit, building = (house_.n101.public_id,), (house_.north.pk,)
    return {
        **dict.fromkeys(("member", "member_pause", "member_resume", "member_end", "role_new"), member),
        "role_end": (bens.public_id, bens.grants.get().pk),
        **dict.fromkeys(("committee", "committee_end", "seat_new"), (board.pk,)),
        "seat_end": (seat.pk,),
        **dict.fromkeys(("unit", "move_in", "unit_remove"), unit),
        **dict.fromkeys(("building", "unit_new"), building),
        **dict.fromkeys(("agreement", "move_out", "transfer", "swap", "occupant_new"), (house_.agreement.public_id,)),
        "occupant_end": (house_.agreement.occupants.get().pk,),
        **dict.fromkeys(("household", "household_end", "household_join", "guardian_new"), home),
        "household_leave": (child.pk,),
        "guardian_end": (house_.oduyas.public_id, guardian.pk),
    }


@pytest.fixture
def people(alder: Cooperative, ada: User) -> dict[str, User]:
    """Somebody of every role; Ada is the admin."""
    found = {"admin": ada}
    for role in (Role.SECRETARY, Role.TREASURER, Role.MEMBER, Role.OBSERVER):
        found[role] = a_user(f"Rolf {role.title()}")
        a_member(alder, found[role], role)
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_opens_for_those_it_is_for_and_is_not_there_for_others(
    client: Client,
    alder: Cooperative,
    people: dict[str, User],
    stranger: User,
    keys: dict[str, tuple[object, ...]],
    name: str,
) -> None:
    given = keys.get(name, ())
    address = at(alder, name, *given)
    assert client.get(address).status_code == 302
    answers = {role: as_(client, user).get(address).status_code for role, user in people.items()}
    assert answers == {role: 200 if role in PAGES[name] else 403 for role in people}
    assert as_(client, stranger).get(address).status_code == 404
    nothing = [99_999_999 if isinstance(key, int) else "99999999-1231-4231-8231-999999999999" for key in given]
    if nothing:
        assert as_(client, people["admin"]).get(at(alder, name, *nothing)).status_code == 404


@pytest.mark.parametrize("name", EDITED)
def test_a_form_opens_for_those_it_is_for(
    client: Client, alder: Cooperative, people: dict[str, User], keys: dict[str, tuple[object, ...]], name: str
) -> None:
    address = at(alder, name, *keys[name]) + "?edit=1"
    answers = {role: as_(client, user).get(address).status_code for role, user in people.items()}
    assert answers == {role: 200 if role in EDITED[name] else 403 for role in people}
    posted = {role: as_(client, user).post(address, {"x": "y"}).status_code for role, user in people.items()}
    assert posted == {role: 400 if role in EDITED[name] else 403 for role in people}
