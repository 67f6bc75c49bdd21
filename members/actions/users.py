"""Verbs about logins. A login belongs to no cooperative, so these leave no event in one."""

import logging
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, RuleBroken, action, check, expect, refuse_invisible
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter

from ..endings import let_go
from ..keys import end_keys
from ..models import Membership, User
from ..queries import Days, admin_days, today_in
from ..tokens import end_families
from .register.locking import hold, refuse_lost

OWN = ("name", "about", "locale")
KEPT = ("role", "is_active")
_log = logging.getLogger(__name__)


@action
def change_user(actor: Actor, user: User, *, version: int | None, **facts: Any) -> User:
    """Change what a login says about its person; who keeps the installation may also change role and is_active.

    Switching a login off, or its role, ends its open sockets, and switching it off all its tokens and keys.
    Raises Stale, Forbidden, Conflict for the last keeper of the installation and for the last admin of a cooperative,
    RuleBroken naming the field.
    """
    check(actor, "members.change_user", user)
    offices = _hold_registers(user) if facts.get("is_active") is False else {}
    row = _lock(user)
    expect(row, version)
    changed = [key for key in (*OWN, *KEPT) if key in facts and facts[key] != getattr(row, key)]
    if set(changed) & set(KEPT):
        _may_keep(actor)
    kept_before = row.is_staff
    for key in changed:
        setattr(row, key, facts[key])
    _validate(row)
    if changed:
        row.version += 1
        row.save(update_fields=[*changed, "version"])
    if kept_before and not row.is_staff:
        _keep_a_keeper()
    if set(changed) & set(KEPT):
        _follow(actor, row, changed)
    if "is_active" in changed:
        _keep_the_registers(row, offices)
    return row


def _hold_registers(user: User) -> dict[int, list[Days]]:
    """Hold the registers in which the login is somebody, before any login is held; on which days each has an admin."""
    ids = _registers_of(user)
    hold(ids)
    days = {}
    for cooperative in Cooperative.objects.filter(pk__in=ids):
        with enter([cooperative.pk], user.pk):
            days[cooperative.pk] = admin_days(cooperative, since=today_in(cooperative.time_zone))
    return days


def _registers_of(user: User) -> list[int]:
    with enter((), user.pk):
        return sorted(set(Membership.mine.values_list("cooperative_id", flat=True)))


def _keep_the_registers(user: User, offices: dict[int, list[Days]]) -> None:
    """Raise Conflict when the login was the last admin of a cooperative on any day from today on."""
    if user.is_active:
        return
    if _registers_of(user) != sorted(offices):  # somebody has just let them in
        raise Conflict("gave_way", _("Somebody has just admitted this person somewhere. Try again."))
    for cooperative in Cooperative.objects.filter(pk__in=offices):
        with enter([cooperative.pk], user.pk):
            refuse_lost(cooperative, offices[cooperative.pk], "is_active")


def _lock(user: User) -> User:
    # Every keeper in one order: two who switch each other off at once must not both succeed.
    keepers = User.objects.filter(role=User.Role.ADMIN, is_active=True) | User.objects.filter(pk=user.pk)
    return {row.pk: row for row in keepers.order_by("pk").select_for_update()}[user.pk]


def _may_keep(actor: Actor) -> None:
    # The actor was read before the lock; whoever has just been switched off switches nobody off.
    keepers = User.objects.filter(role=User.Role.ADMIN, is_active=True)
    if actor.is_system or (actor.is_system_admin and keepers.filter(pk=actor.user_id or 0).exists()):
        return
    raise Forbidden("forbidden", _("Only who keeps the installation may change the role or switch a login off."), "role")


def _validate(row: User) -> None:
    row.name = row.name.strip()
    if not row.name:
        raise RuleBroken("no_name", _("Write the name people know you by."), "name")
    refuse_invisible(row.name)
    if row.locale and row.locale not in dict(settings.LANGUAGES):
        raise RuleBroken("locale", _("Choose a language from the list."), "locale")
    if row.role not in User.Role.values:
        raise RuleBroken("role", _("Choose one of the roles from the list."), "role")


def _keep_a_keeper() -> None:
    if not User.objects.filter(role=User.Role.ADMIN, is_active=True).exists():
        raise Conflict("last_keeper", _("Somebody has to keep the installation. Give somebody else the role first."), "role")


def _follow(actor: Actor, row: User, changed: list[str]) -> None:
    if row.is_active:
        let_go(row)
    else:
        end_keys(row)
        end_families(row)
    _log.warning("user %s: %s changed by user %s", row.public_id, ", ".join(changed), actor.user_id or "system")
