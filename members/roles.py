"""Roles: the only place that knows their names and what they are called. Everything else asks the policy."""

from collections.abc import Iterable

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A dated right in one cooperative."""

    ADMIN = "admin", _("Admin")
    TREASURER = "treasurer", _("Treasurer")
    SECRETARY = "secretary", _("Secretary")
    MEMBER = "member", _("Member")
    OBSERVER = "observer", _("Observer")


RANK = {role: position for position, role in enumerate(Role.values)}


def foremost(roles: Iterable[str]) -> str:
    """The role to name first when a member holds several; an empty string for none."""
    return min(roles, key=lambda role: RANK.get(role, len(RANK)), default="")


def label(role: str) -> str:
    """The role as people read it."""
    return str(Role(role).label) if role in RANK else role


def while_paused(roles: Iterable[str]) -> frozenset[str]:
    """What a member who is paused may still act as: who holds offices alone reads as an observer does."""
    return frozenset(roles) & {Role.MEMBER, Role.OBSERVER} or frozenset({Role.OBSERVER})


def offices(roles: Iterable[str]) -> frozenset[str]:
    """Those of the roles that give more than being a member does."""
    return frozenset(roles) - {Role.MEMBER, Role.OBSERVER}


SEE_HOMES = frozenset({Role.ADMIN, Role.SECRETARY, Role.TREASURER})
"""Who knows who lives where. Everybody else knows what people show to fellow members."""
