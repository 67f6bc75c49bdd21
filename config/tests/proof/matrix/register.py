"""Requester by target: who may give and end roles and memberships, of whom. No page does it yet; the actions do."""

from collections.abc import Callable
from typing import Any

from cooperatives.actions import RuleBroken
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.actions import admit, change_user, end_membership, end_role, grant_role
from members.models import Membership
from members.roles import Role, foremost

from ...kept import undone
from ..world import ACTORS, HERE, World
from .tables import Table

TARGETS = ("observer", "member", "treasurer", "secretary", "admin", "system_admin")
PREFACE = """
Who may manage whom in the register: one line for each act and the member it is done to, one column for who asks. Only
what the asker is counts, never what the target is, but for two: office-holders are let go by admins alone, and the last
admin stays. `self` is the asker's own standing.
Written by `make matrix`, read by people, compared by config/tests/proof/matrix/test_register.py.

yes  done, and the register changed          a word  refused with this code
"""
Act = Callable[[Actor, Cooperative, Membership | None], Any]


def _give(role: str) -> Act:
    return lambda actor, cooperative, member: grant_role(actor, member, role=role)


def _end_foremost(actor: Actor, cooperative: Cooperative, member: Any) -> None:
    end_role(actor, member, role=foremost(member.grants.filter(ends_on=None).values_list("role", flat=True)))


def _admit(role: str) -> Act:
    return lambda actor, cooperative, member: admit(actor, cooperative, name="New Neighbour", roles=[role])


def _leave(actor: Actor, cooperative: Cooperative, member: Membership | None) -> None:
    end_membership(actor, member)


def _system_role(actor: Actor, cooperative: Cooperative, member: Any) -> None:
    change_user(actor, member.user, version=member.user.version, role="admin" if member.user.role == "member" else "member")


def acts() -> dict[str, tuple[Act, str]]:
    """Line -> the act and the target it is done to; an empty target for acts on the register itself."""
    lines: dict[str, tuple[Act, str]] = {f"admit as {role}": (_admit(role), "") for role in Role.values}
    for target in (*TARGETS, "self"):
        lines |= {f"give {role} {target}": (_give(role), target) for role in Role.values}
        lines[f"end own-role {target}"] = (_end_foremost, target)
        lines[f"end membership {target}"] = (_leave, target)
        lines[f"switch system-role {target}"] = (_system_role, target)
    return lines


def table() -> Table:
    """Acts and targets by requester."""
    return Table("register.txt", ACTORS, PREFACE)


def asked(world: World, actor: str, act: Act, target: str) -> str:
    """What comes of it when an actor does this to a target, in one word; undone."""
    name = actor if target == "self" else target
    with undone(), enter([world.here.pk, world.there.pk]):
        member = _member(world, name) if name else None
        if target and member is None:
            return "-"
        with enter([world.here.pk], world.actor(actor).user_id):
            return _word(world, actor, act, member)


def _member(world: World, name: str) -> Membership | None:
    user = world.users.get(name)
    return Membership.objects.filter(cooperative=world.here, user=user, left_on=None).first() if user else None


def _word(world: World, actor: str, act: Act, member: Membership | None) -> str:
    before = _standing()
    try:
        act(world.actor(actor), world.cooperatives[HERE], member)
    except RuleBroken as refusal:
        return refusal.code if _standing() == before else "CHANGED"
    return "yes" if _standing() != before else "nothing"


def _standing() -> list[Any]:
    """Everything the acts could change, raw."""
    people = Membership.objects.order_by("pk").values_list("pk", "left_on", "user__role")
    grants = Membership.objects.filter(grants__isnull=False).values_list("pk", "grants__role", "grants__ends_on")
    return [*people, *grants.order_by("grants__pk")]
