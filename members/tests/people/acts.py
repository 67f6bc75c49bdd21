"""What the tests of the register do and look at again and again."""

from typing import Any

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from members.models import Membership, User
from members.queries import standings_of


def member_of(cooperative: Cooperative, who: User | str) -> Membership:
    """The newest membership of a login or a name."""
    named: dict[str, Any] = {"person__name": who} if isinstance(who, str) else {"user": who}
    rows = Membership.objects.select_related("person", "user", "cooperative").filter(cooperative=cooperative, **named)
    found: Membership = rows.order_by("-number")[0]
    return found


def roles(cooperative: Cooperative, user: User) -> set[str]:
    """What the login may act as today."""
    standing = standings_of(user).get(cooperative.pk)
    return set(standing.roles) if standing else set()


def spans(member: Membership, role: str) -> list[tuple[Any, Any]]:
    """From when until when the member has a role."""
    with enter([member.cooperative_id]):
        grants = member.grants.filter(role=role).order_by("starts_on", "pk")
        return list(grants.values_list("starts_on", "ends_on"))
