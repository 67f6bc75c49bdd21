"""What was planned is taken back before its day: a leaving with the roles it had cut, the end of a role."""

from typing import Any

import pytest
from django.test import Client

from cooperatives.events import Occurrence
from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.actions import admit, end_membership, end_role, grant_role, keep_role, withdraw_leaving
from members.models import Leaving, Membership, User
from members.roles import Role

from ..factories import acting, days, refused
from .acts import member_of, roles, spans
from .conftest import Call, told


def stay(user: User, member: Membership) -> Membership:
    with acting(user) as actor:
        return withdraw_leaving(actor, member)


@pytest.fixture
def bens(alder: Cooperative, ben: User) -> Membership:
    """Ben in the register."""
    with enter([alder.pk]):
        return member_of(alder, ben)


def test_roles_last_on_as_they_were_given(ada: User, alder: Cooperative, ben: User, bens: Membership) -> None:
    with acting(ada) as actor:
        grant_role(actor, bens, role=Role.SECRETARY, ends_on=days(90))
        grant_role(actor, bens, role=Role.TREASURER, ends_on=days(10))
        grant_role(actor, bens, role=Role.OBSERVER, starts_on=days(40), ends_on=days(60))
        end_role(actor, bens, role=Role.TREASURER, on=days(5))
        end_membership(actor, bens, on=days(30), reason=Leaving.MOVED, note="To the coast")
        end_membership(actor, bens, on=days(20), reason=Leaving.MOVED)
        assert spans(bens, Role.SECRETARY)[0][1] == spans(bens, Role.MEMBER)[0][1] == days(20)
        stays = withdraw_leaving(actor, bens)
    assert (stays.left_on, stays.left_name, stays.left_reason, stays.left_note) == (None, "", "", "")
    last = [spans(bens, role)[0][1] for role in (Role.MEMBER, Role.SECRETARY, Role.TREASURER, Role.OBSERVER)]
    assert last == [None, days(90), days(5), days(60)]
    assert roles(alder, ben) == {"member", "secretary", "treasurer"}


def test_it_is_recorded_and_done_once(ada: User, alder: Cooperative, bens: Membership, written: list[Occurrence]) -> None:
    with acting(ada) as actor:
        end_membership(actor, bens, on=days(30))
        withdraw_leaving(actor, bens)
        assert told(written)[-1] == ("members.stays", {"user_id": str(bens.user.public_id), "on": days(30).isoformat()})
        with refused("not_leaving"):
            withdraw_leaving(actor, bens)
        end_membership(actor, bens)
        with refused("not_leaving"):
            withdraw_leaving(actor, bens)


def test_members_take_back_what_they_planned_themselves(ada: User, alder: Cooperative, ben: User, bens: Membership) -> None:
    with acting(ben) as actor:
        end_membership(actor, bens, on=days(30))
    assert stay(ben, bens).left_on is None
    with acting(ada) as actor:
        end_membership(actor, bens, on=days(30), reason=Leaving.EXCLUDED)
    with refused("forbidden"):
        stay(ben, bens)
    with refused("not_found"):
        stay(User.objects.create_user("sam@example.org", None, name="Sam"), bens)
    assert stay(ada, bens).left_on is None


def test_who_comes_back_by_then_does_not_stay(ada: User, alder: Cooperative, bens: Membership) -> None:
    with acting(ada) as actor:
        end_membership(actor, bens, on=days(30))
        admit(actor, alder, person=bens.person, user=bens.user, on=days(40))
        with refused("already_member"):
            withdraw_leaving(actor, bens)


def test_the_end_of_a_role_is_taken_back_by_who_gives_roles(
    ada: User, alder: Cooperative, ben: User, bens: Membership, written: list[Occurrence]
) -> None:
    with acting(ada) as actor:
        end_role(actor, bens, role=Role.MEMBER, on=days(30))
        keep_role(actor, bens, role=Role.MEMBER)
        assert spans(bens, Role.MEMBER)[0][1] is None
        assert told(written)[-1][0] == "members.role_kept"
        for role in (Role.MEMBER, Role.SECRETARY):
            with refused("not_ending"):
                keep_role(actor, bens, role=role)
        end_role(actor, bens, role=Role.MEMBER, on=days(30))
        end_membership(actor, bens, on=days(60))
        keep_role(actor, bens, role=Role.MEMBER)
        assert spans(bens, Role.MEMBER)[0][1] == days(60)
        withdraw_leaving(actor, bens)
        assert spans(bens, Role.MEMBER)[0][1] is None
        end_role(actor, bens, role=Role.MEMBER, on=days(30))
    with acting(ben) as actor, refused("forbidden"):
        keep_role(actor, bens, role=Role.MEMBER)


def test_by_api_and_page(ada: User, alder: Cooperative, ben: User, bens: Membership, call: Call) -> None:
    address, page = f"/api/v1/memberships/{bens.public_id}/", f"/c/{alder.slug}/members/{bens.public_id}/"

    def plan() -> None:
        with acting(ada) as actor:
            end_role(actor, member_of(alder, ben), role=Role.MEMBER, on=days(20))
            end_membership(actor, member_of(alder, ben), on=days(30))

    plan()
    assert call(ben, "post", f"{address}stay/", {}).status_code == 403
    assert call(ada, "post", f"{address}roles/member/keep/", {}).json()["roles"] == ["member"]
    assert call(ada, "post", f"{address}stay/", {}).json()["left_date"] is None
    assert call(ada, "post", f"{address}stay/", {}).json()["code"] == "not_leaving"
    plan()
    browser = Client()
    browser.force_login(ada)
    shown: Any = browser.get(page).content.decode()
    grant = bens.grants.get
    with enter([alder.pk]):
        keep = f"{page}roles/{grant().pk}/keep/"
    for way in (f"{page}stay/", keep):
        assert way in shown
        assert browser.get(way).status_code == 200
        assert browser.post(way).status_code == 302
    with enter([alder.pk]):
        assert (member_of(alder, ben).left_on, grant().ends_on) == (None, None)
    with acting(ben) as actor:
        end_membership(actor, bens, on=days(30))
    browser.force_login(ben)
    assert f"/c/{alder.slug}/members/leave/?stay" in browser.get(page).content.decode()
    assert [browser.post(f"/c/{alder.slug}/members/leave/?stay").status_code for _press in range(2)] == [302, 409]
