"""Who may: one table for the whole product, filled by each app's policy.py; asked by every door and again by actions."""

from collections.abc import Sequence
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from .actor import (
    ANONYMOUS,
    SYSTEM,
    Actor,
    Credential,
    Standing,
    actor_of_token,
    credential_of_token,
    register_finder,
    register_token_resolver,
)
from .rules import (
    Rule,
    anyone,
    cooperative_of,
    everywhere,
    has_role,
    in_person,
    member,
    nobody,
    own_membership,
    owner,
    signed_in,
    system_admin,
)
from .sign_in import SignIns, register_sign_ins, sign_ins

__all__ = [
    "ANONYMOUS", "RULES", "SYSTEM", "Actor", "Credential", "Rule", "SignIns", "Standing", "actor_of_token", "anyone",
    "cooperative_of", "credential_of_token", "everywhere", "has_role", "in_person", "may", "may_each", "member", "nobody",
    "own_membership", "owner", "register_finder", "register_sign_ins", "register_token_resolver", "rule_for", "sign_ins",
    "signed_in", "system_admin", "table", "visible",
]  # fmt: skip

M = TypeVar("M", bound=Model)
RULES: dict[str, Rule] = {}


def table(rules: dict[str, Rule]) -> dict[str, Rule]:
    """Add an app's rows, action name -> rule, to the one table. Raises ValueError for a name given twice."""
    twice = RULES.keys() & rules.keys()
    if twice:
        raise ValueError(f"these actions have a rule already: {sorted(twice)}")
    RULES.update(rules)
    return rules


def rule_for(action: str) -> Rule:
    """The rule of an action. Raises KeyError for a name that stands in no table: a door without a lock."""
    return RULES[action]


def may(actor: Actor, action: str, obj: Any = None) -> bool:
    """Whether the actor may do this to the object. The system may do everything it has code for."""
    return actor.is_system or rule_for(action).holds(actor, obj)


def may_each(actor: Actor, action: str, objs: Sequence[Any]) -> list[bool]:
    """The same for each of many objects, in as many statements as for one."""
    return [True] * len(objs) if actor.is_system else rule_for(action).each(actor, objs)


def visible(actor: Actor, action: str, queryset: "QuerySet[M]") -> "QuerySet[M]":
    """Those rows of `queryset` to which the actor may do this."""
    if actor.is_system:
        return queryset
    return queryset.filter(rule_for(action).rows(actor, queryset.model))


table(
    {
        "cooperatives.found": signed_in() & everywhere(),
        "cooperatives.see": member(),
        "cooperatives.change": has_role("admin") | owner("creator_id") & member(),
        "cooperatives.search": member(),
        "cooperatives.desk": has_role("admin", "treasurer", "secretary") | system_admin() & member(),
    }
)
