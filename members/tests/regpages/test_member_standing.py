"""The page of a member with its dates and records; forms of roles, pauses and leaving, as they are refused."""

import re
from typing import Any

import pytest
from django.test import Client

from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM
from members.actions import end_membership, end_occupancy, end_role, grant_role, pause
from members.models import Membership, Pause, RoleGrant, User

from ..browser import plain
from ..factories import a_member, a_user, days
from .conftest import House, as_, at, member_of

pytestmark = pytest.mark.usefixtures("inside")


@pytest.fixture
def fay(alder: Cooperative) -> User:
    """Fay is another plain member."""
    user = a_user("Fay Fellow")
    a_member(alder, user)
    return user


def day(count: int) -> str:
    """A day as a browser sends it."""
    return days(count).isoformat()


def shown(client: Client, user: User, member: Membership) -> Any:
    """The page of a member as somebody gets it."""
    answer = as_(client, user).get(at(member.cooperative, "member", member.public_id))
    assert answer.status_code == 200
    return answer


def bad_fields(answer: Any) -> tuple[int, list[str]]:
    """How a form was refused."""
    return answer.status_code, list(answer.context["form"].errors)


# --- The page -------------------------------------------------------------------------------------------------------


def test_history_is_for_the_office_and_oneself(client: Client, sue: User, ben: User, fay: User, bens: Membership) -> None:
    grant_role(SYSTEM, bens, role="treasurer")
    for user in (sue, ben):
        page = plain(shown(client, user, bens))
        assert ">History</h2>" in page
        assert 'class="feed flush"' in page
    page = plain(shown(client, fay, bens))
    assert ">History</h2>" not in page
    assert "records" not in shown(client, fay, bens).context


def test_history_begins_with_the_latest_and_ends_after_twenty(client: Client, sue: User, bens: Membership) -> None:
    for number in range(12):
        pause(SYSTEM, bens, starts_on=days(10 * number + 5), ends_on=days(10 * number + 6), reason="x")
        grant_role(SYSTEM, bens, role="observer", starts_on=days(10 * number + 5), ends_on=days(10 * number + 6))
    first = [row.seq for row in shown(client, sue, bens).context["records"]]
    assert (len(first), first) == (20, sorted(first, reverse=True))
    end_membership(SYSTEM, bens, on=days(300), reason="moved", despite="x")
    then = shown(client, sue, bens).context["records"]
    assert len(then) == 20
    assert then[0].seq > first[0]
    assert then[0].kind == "members.leaves"


def test_only_roles_of_today_stand_in_the_head(client: Client, sue: User, bens: Membership) -> None:
    grant_role(SYSTEM, bens, role="treasurer", starts_on=days(3), ends_on=days(9))
    grant_role(SYSTEM, bens, role="secretary")
    end_role(SYSTEM, bens, role="secretary", on=days(0))
    answer = shown(client, sue, bens)
    assert answer.context["role_labels"] == ["Member"]
    dated = {(name, grant.starts_on, grant.ends_on) for name, grant in answer.context["grants"]}
    assert dated == {("Member", days(0), None), ("Treasurer", days(3), days(9)), ("Secretary", days(0), days(0))}


def test_what_can_end_has_a_button_and_what_has_ended_has_none(client: Client, ada: User, sue: User, bens: Membership) -> None:
    planned = grant_role(SYSTEM, bens, role="treasurer", starts_on=days(3))
    RoleGrant.objects.create(cooperative=bens.cooperative, membership=bens, role="observer", starts_on=days(-9), ends_on=days(-1))
    over = RoleGrant.objects.get(role="observer", membership=bens)
    page = plain(shown(client, ada, bens))
    doors = [at(bens.cooperative, "role_end", bens.public_id, grant.pk) in page for grant in (planned, over)]
    assert doors == [True, False]
    assert "/roles/" not in plain(shown(client, sue, bens))


def test_a_pause_can_end_until_it_is_over(client: Client, sue: User, ben: User, bens: Membership) -> None:
    door = at(bens.cooperative, "member_resume", bens.public_id)
    Pause.objects.create(cooperative=bens.cooperative, membership=bens, starts_on=days(-9), ends_on=days(0), reason="Abroad")
    assert door not in plain(shown(client, sue, bens))
    pause(SYSTEM, bens, starts_on=days(1), reason="Parents")
    page = plain(shown(client, sue, bens))
    assert door in page
    assert page.index("Parents") < page.index("Abroad")
    own = plain(shown(client, ben, bens))
    assert ("Parents" in own, door in own) == (True, False)


@pytest.mark.parametrize(
    ("who", "may"),
    [
        ("ada", {"roles/new", "pause", "end", "edit"}),
        ("sue", {"pause", "end", "edit"}),
        ("tom", set()),
        ("fay", set()),
        ("ben", {"leave", "edit"}),
    ],
)
def test_who_is_offered_what_about_a_plain_member(
    client: Client, ada: User, sue: User, tom: User, fay: User, ben: User, bens: Membership, who: str, may: set[str]
) -> None:
    users = {"ada": ada, "sue": sue, "tom": tom, "fay": fay, "ben": ben}
    page = plain(shown(client, users[who], bens))
    own = at(bens.cooperative, "member", bens.public_id)
    doors = {"roles/new": f"{own}roles/new/", "pause": f"{own}pause/", "end": f"{own}end/"}
    doors |= {"edit": "?edit=1", "leave": at(bens.cooperative, "leave")}
    assert {name for name, door in doors.items() if f'href="{door}"' in page} == may


def test_nothing_is_offered_about_who_has_left(client: Client, ada: User, bens: Membership) -> None:
    end_membership(SYSTEM, bens, reason="moved")
    page = plain(shown(client, ada, bens))
    assert [door for door in ("roles/new/", "/pause/", "/end/") if door in page] == []


# --- Roles ----------------------------------------------------------------------------------------------------------


def test_a_role_that_is_not_held_is_chosen_first(client: Client, ada: User, sue: User, bens: Membership) -> None:
    first = as_(client, ada).get(at(bens.cooperative, "role_new", bens.public_id)).context["form"]
    assert (first["role"].value() not in ("", "member"), first["starts_on"].value()) == (True, days(0))
    held = set(member_of(ada).grants.values_list("role", flat=True))
    own = client.get(at(bens.cooperative, "role_new", member_of(ada).public_id)).context["form"]
    assert own["role"].value() not in held


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"role": "king"}, 400, "role"),
        ({"role": ""}, 400, "role"),
        ({"role": "member"}, 409, "role"),
        ({"starts_on": ""}, 400, "starts_on"),
        ({"starts_on": "today"}, 400, "starts_on"),
        ({"starts_on": day(-1)}, 422, "starts_on"),
        ({"starts_on": day(800)}, 422, "starts_on"),
        ({"ends_on": day(0)}, 422, "ends_on"),
        ({"ends_on": day(-5)}, 422, "ends_on"),
        ({"ends_on": "2026-06-31"}, 400, "ends_on"),
    ],
)
def test_a_bad_role_is_named_at_its_field_and_shown_again(
    client: Client, ada: User, bens: Membership, changed: dict[str, str], status: int, field: str
) -> None:
    form = {"role": "treasurer", "starts_on": day(0), "ends_on": ""} | changed
    answer = as_(client, ada).post(at(bens.cooperative, "role_new", bens.public_id), form)
    assert bad_fields(answer) == (status, [field])
    assert str(answer.context["form"][field].value()) == form[field]
    assert list(bens.grants.values_list("role", flat=True)) == ["member"]


def test_a_role_is_given_once_however_often_one_presses(client: Client, ada: User, bens: Membership) -> None:
    address = at(bens.cooperative, "role_new", bens.public_id)
    form = {"role": "treasurer", "starts_on": day(0), "once_key": as_(client, ada).get(address).context["form"].once_key}
    assert [client.post(address, form).status_code for _ in range(2)] == [302, 302]
    assert bens.grants.filter(role="treasurer").count() == 1


@pytest.mark.parametrize(("on", "status"), [("", 400), ("x", 400), (day(-1), 422)])
def test_a_bad_end_of_a_role_is_named(client: Client, ada: User, bens: Membership, on: str, status: int) -> None:
    grant = grant_role(SYSTEM, bens, role="treasurer")
    answer = as_(client, ada).post(at(bens.cooperative, "role_end", bens.public_id, grant.pk), {"on": on})
    assert bad_fields(answer) == (status, ["on"])
    grant.refresh_from_db()
    assert grant.ends_on is None


def test_a_planned_role_is_taken_back_on_its_first_day(client: Client, ada: User, bens: Membership) -> None:
    grant = grant_role(SYSTEM, bens, role="treasurer", starts_on=days(30))
    address = at(bens.cooperative, "role_end", bens.public_id, grant.pk)
    assert as_(client, ada).get(address).context["form"]["on"].value() == days(30)
    assert client.post(address, {"on": day(30)}).status_code == 302
    grant.refresh_from_db()
    assert grant.ends_on == days(30)
    again = client.post(address, {"on": day(30)})
    assert again.status_code == 409
    assert "does not hold that role" in plain(again)


# --- Pauses ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"starts_on": ""}, 400, "starts_on"),
        ({"starts_on": "2026-13-01"}, 400, "starts_on"),
        ({"ends_on": day(0)}, 422, "ends_on"),
        ({"ends_on": day(-3)}, 422, "ends_on"),
        ({"reason": "x" * 301}, 400, "reason"),
    ],
)
def test_a_bad_pause_is_named_at_its_field_and_shown_again(
    client: Client, sue: User, bens: Membership, changed: dict[str, str], status: int, field: str
) -> None:
    form = {"starts_on": day(0), "ends_on": day(9), "reason": "Abroad"} | changed
    answer = as_(client, sue).post(at(bens.cooperative, "member_pause", bens.public_id), form)
    assert bad_fields(answer) == (status, [field])
    assert str(answer.context["form"][field].value()) == form[field]
    assert not Pause.objects.exists()


def test_two_pauses_do_not_share_a_day(client: Client, sue: User, bens: Membership) -> None:
    address = at(bens.cooperative, "member_pause", bens.public_id)
    assert as_(client, sue).post(address, {"starts_on": day(5), "ends_on": day(9)}).status_code == 302
    assert client.post(address, {"starts_on": day(8), "ends_on": day(12)}).status_code == 409
    assert client.post(address, {"starts_on": day(9), "ends_on": day(12)}).status_code == 302
    assert list(Pause.objects.order_by("starts_on").values_list("starts_on", "ends_on")) == [
        (days(5), days(9)),
        (days(9), days(12)),
    ]


def test_who_is_not_paused_does_not_come_back(client: Client, sue: User, bens: Membership) -> None:
    answer = as_(client, sue).post(at(bens.cooperative, "member_resume", bens.public_id), {"on": day(0)})
    assert bad_fields(answer) == (409, ["__all__"])


# --- Leaving --------------------------------------------------------------------------------------------------------


def test_with_nothing_open_the_list_before_leaving_says_so(client: Client, sue: User, bens: Membership) -> None:
    answer = as_(client, sue).get(at(bens.cooperative, "member_end", bens.public_id))
    assert answer.context["obstacles"] == []
    page = plain(answer)
    assert "Nothing is open" in page
    assert "can end once this is settled" not in page
    assert answer.context["form"]["on"].value() == days(0)


def test_who_may_let_somebody_go_in_spite_is_asked_why(
    client: Client, ada: User, sue: User, ben: User, bens: Membership, house_: House
) -> None:
    door, own = at(bens.cooperative, "member_end", bens.public_id), at(bens.cooperative, "leave")
    asked = {user: "despite" in as_(client, user).get(door).context["form"].fields for user in (ada, sue)}
    assert asked == {ada: True, sue: False}
    mine = as_(client, ben).get(own)
    assert "despite" not in mine.context["form"].fields
    assert "can end once this is settled" in plain(mine)
    assert client.post(own, {"on": day(0), "despite": "I want to"}).status_code == 422
    assert as_(client, ada).post(door, {"on": day(0), "despite": "  "}).status_code == 422
    assert member_of(ben).left_on is None


def test_once_the_agreement_has_ended_one_may_leave(client: Client, ben: User, bens: Membership, house_: House) -> None:
    own = at(bens.cooperative, "leave")
    end_occupancy(SYSTEM, house_.agreement, version=house_.agreement.version, on=days(20))
    assert as_(client, ben).post(own, {"on": day(19)}).status_code == 422
    answer = client.post(own, {"on": day(20), "reason": "moved", "note": "To the coast"})
    assert answer["Location"] == at(bens.cooperative, "member", bens.public_id)
    gone = member_of(ben)
    assert (gone.left_on, gone.left_reason, gone.left_note) == (days(20), "moved", "To the coast")
    assert client.get(at(bens.cooperative, "directory")).status_code == 200


@pytest.mark.parametrize(
    ("changed", "status", "field"),
    [
        ({"on": ""}, 400, "on"),
        ({"on": "soon"}, 400, "on"),
        ({"on": day(-1000)}, 422, "on"),
        ({"reason": "bored"}, 400, "reason"),
        ({"note": "x" * 501}, 400, "note"),
    ],
)
def test_a_bad_end_of_a_membership_is_named_at_its_field(
    client: Client, sue: User, ben: User, bens: Membership, changed: dict[str, str], status: int, field: str
) -> None:
    form = {"on": day(0), "reason": "moved", "note": ""} | changed
    answer = as_(client, sue).post(at(bens.cooperative, "member_end", bens.public_id), form)
    assert bad_fields(answer) == (status, [field])
    assert str(answer.context["form"][field].value()) == form[field]
    assert member_of(ben).left_on is None


def test_a_membership_ends_once(client: Client, sue: User, ben: User, bens: Membership) -> None:
    door = at(bens.cooperative, "member_end", bens.public_id)
    assert as_(client, sue).post(door, {"on": day(0), "reason": "moved"}).status_code == 302
    late = client.post(door, {"on": day(5), "reason": "other"})
    assert late.status_code == 409
    gone = member_of(ben)
    assert (gone.left_on, gone.left_reason) == (days(0), "moved")
    assert re.search(r'data-state="[^"]*">Former<', plain(shown(client, sue, bens)))
