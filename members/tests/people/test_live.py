"""Open pages follow the register: whoever is out hears nothing more, whoever planned to go hears until then."""

from typing import Any

import pytest

from activity.live.consumer import in_database
from activity.tests.conftest import quick_ticks  # noqa: F401
from activity.tests.lines import line, signed_in
from cooperatives.models import Cooperative
from members.actions import end_membership, end_role, grant_role, pause
from members.models import User
from members.roles import Role

from ..factories import a_cooperative, a_member, a_user, acting, days
from .acts import member_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("quick_ticks")]


def settled() -> tuple[Cooperative, User, User, str]:
    """A cooperative, its admin, a secretary who is signed in."""
    ada, cleo = a_user("Ada Quist"), a_user("Cleo Park")
    alder = a_cooperative(ada)
    a_member(alder, cleo, Role.SECRETARY, Role.MEMBER)
    return alder, ada, cleo, signed_in(cleo)


def act(alder: Cooperative, by: User, verb: Any, who: User, **how: Any) -> None:
    with acting(by) as actor:
        verb(actor, member_of(alder, who), **how)


@pytest.mark.parametrize("reason", ["excluded", "deceased"])
async def test_whoever_is_removed_is_cut_off_at_once(reason: str) -> None:
    alder, ada, cleo, session = await in_database(settled)
    async with line(f"/ws/cooperatives/{alder.pk}/", session=session) as socket:
        await in_database(lambda: act(alder, ada, end_membership, cleo, reason=reason))
        code, _said = await socket.code()
        assert code == 4403


async def test_whoever_leaves_later_or_rests_hears_on() -> None:
    alder, ada, cleo, session = await in_database(settled)
    async with line(f"/ws/cooperatives/{alder.pk}/", session=session) as socket:
        await in_database(lambda: act(alder, ada, grant_role, cleo, role=Role.TREASURER, starts_on=days(3)))
        await in_database(lambda: act(alder, ada, pause, cleo, ends_on=days(9)))
        await in_database(lambda: act(alder, ada, end_membership, cleo, on=days(30)))
        heard = [(await socket.hear())["type"] for _ in range(3)]
        assert heard == ["members.role_granted", "members.paused", "members.leaves"]


async def test_with_the_only_role_the_socket_goes_too() -> None:
    alder, ada, cleo, session = await in_database(settled)
    async with line(f"/ws/cooperatives/{alder.pk}/", session=session) as socket:
        await in_database(lambda: act(alder, ada, end_role, cleo, role=Role.SECRETARY))
        assert (await socket.hear())["type"] == "members.role_ended"
        await in_database(lambda: act(alder, ada, end_role, cleo, role=Role.MEMBER))
        code, _said = await socket.code()
        assert code == 4403
