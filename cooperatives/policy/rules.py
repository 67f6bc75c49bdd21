"""Rules: who may do a thing to an object, and which rows that holds for. The two faces must agree."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Model, Q

from ..models import Cooperative
from .actor import Actor

ALL = ~Q(pk__in=[])
NONE = Q(pk__in=[])


def cooperative_of(obj: Any) -> int | None:
    """The key of the cooperative an object belongs to; the object itself when it is a cooperative."""
    if isinstance(obj, Cooperative):
        return obj.pk
    return getattr(obj, "cooperative_id", None)


class Rule(ABC):
    """One rule. Combine with `&`, `|` and `~`."""

    @abstractmethod
    def holds(self, actor: Actor, obj: Any) -> bool:
        """Whether the actor may, for this object (None: for an act without one)."""

    @abstractmethod
    def rows(self, actor: Actor, model: type[Model]) -> Q:
        """The condition under which rows of `model` satisfy the rule."""

    def each(self, actor: Actor, objs: Sequence[Any]) -> list[bool]:
        """For each of the objects whether the actor may: a rule that asks the database asks once for all of them."""
        return [self.holds(actor, obj) for obj in objs]

    def __and__(self, other: "Rule") -> "Rule":
        return _Both(self, other)

    def __or__(self, other: "Rule") -> "Rule":
        return _Either(self, other)

    def __invert__(self) -> "Rule":
        return _Not(self)


def _asked_on(rule: Rule, actor: Actor, objs: Sequence[Any], so_far: list[bool], *, where: bool) -> list[bool]:
    """The answers so far, with the rule's own `where` they decide nothing yet."""
    further = iter(rule.each(actor, [obj for obj, found in zip(objs, so_far, strict=True) if found is where]))
    return [next(further) if found is where else found for found in so_far]


class _Both(Rule):
    def __init__(self, left: Rule, right: Rule) -> None:
        self.left, self.right = left, right

    def holds(self, actor: Actor, obj: Any) -> bool:
        return self.left.holds(actor, obj) and self.right.holds(actor, obj)

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return self.left.rows(actor, model) & self.right.rows(actor, model)

    def each(self, actor: Actor, objs: Sequence[Any]) -> list[bool]:
        return _asked_on(self.right, actor, objs, self.left.each(actor, objs), where=True)


class _Either(_Both):
    def holds(self, actor: Actor, obj: Any) -> bool:
        return self.left.holds(actor, obj) or self.right.holds(actor, obj)

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return self.left.rows(actor, model) | self.right.rows(actor, model)

    def each(self, actor: Actor, objs: Sequence[Any]) -> list[bool]:
        return _asked_on(self.right, actor, objs, self.left.each(actor, objs), where=False)


class _Not(Rule):
    def __init__(self, rule: Rule) -> None:
        self.rule = rule

    def holds(self, actor: Actor, obj: Any) -> bool:
        return not self.rule.holds(actor, obj)

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return ~self.rule.rows(actor, model)

    def each(self, actor: Actor, objs: Sequence[Any]) -> list[bool]:
        return [not held for held in self.rule.each(actor, objs)]


class _Whoever(Rule):
    """A rule that looks at the actor alone."""

    def __init__(self, test: Any) -> None:
        self.test = test

    def holds(self, actor: Actor, obj: Any) -> bool:
        return bool(self.test(actor))

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return ALL if self.test(actor) else NONE


class _HasRole(Rule):
    def __init__(self, roles: frozenset[str]) -> None:
        self.roles = roles

    def holds(self, actor: Actor, obj: Any) -> bool:
        standing = actor.standing(cooperative_of(obj))
        return standing is not None and (not self.roles or bool(standing.roles & self.roles))

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        ids = [pk for pk, standing in actor.standings.items() if not self.roles or standing.roles & self.roles]
        return Q(**{f"{'pk' if model is Cooperative else 'cooperative_id'}__in": ids})


class _Owner(Rule):
    """The actor is the user, or the membership, that a column of the object names."""

    def __init__(self, column: str, *, membership: bool) -> None:
        self.column, self.membership = column, membership

    def holds(self, actor: Actor, obj: Any) -> bool:
        named = getattr(obj, self.column, None)
        return named is not None and named in self._mine(actor)

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        return Q(**{f"{self.column}__in": self._mine(actor)})

    def _mine(self, actor: Actor) -> list[int]:
        if self.membership:
            return [standing.membership_id for standing in actor.standings.values()]
        return [actor.user_id] if actor.user_id else []


def member() -> Rule:
    """Anyone who stands in the object's cooperative, observers included."""
    return _HasRole(frozenset())


def has_role(*roles: str) -> Rule:
    """Anyone who holds one of these roles in the object's cooperative now."""
    return _HasRole(frozenset(roles))


def owner(column: str) -> Rule:
    """The user whose key stands in `column` of the object."""
    return _Owner(column, membership=False)


def own_membership(column: str) -> Rule:
    """The member whose membership key stands in `column` of the object."""
    return _Owner(column, membership=True)


def signed_in() -> Rule:
    """Anyone with a login."""
    return _Whoever(lambda actor: actor.is_signed_in)


def system_admin() -> Rule:
    """Those who keep the installation."""
    return _Whoever(lambda actor: actor.is_system_admin)


def everywhere() -> Rule:
    """Those who act in all of their cooperatives, not with a token that was narrowed to one."""
    return _Whoever(lambda actor: actor.within is None)


def in_person() -> Rule:
    """Those who signed in themselves: nobody who acts with a key."""
    return _Whoever(lambda actor: not actor.by_key)


def anyone() -> Rule:
    """Everyone, visitors included."""
    return _Whoever(lambda actor: True)


def nobody() -> Rule:
    """Nobody: the action exists but has no door."""
    return _Whoever(lambda actor: False)


def until(actor: Actor, cooperative_id: int) -> datetime | None:
    """When (UTC) the earliest dated right of the actor in this cooperative ends; None: open end."""
    standing = actor.standing(cooperative_id)
    return standing.until if standing else None
