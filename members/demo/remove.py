"""Removing the demo wholly: every row of its cooperatives in every room, then its logins."""

from django.db import models
from django.utils.translation import gettext as _

from cooperatives.actions import Conflict, erase_cooperatives, erase_personal, fences_lifted, keys_to
from cooperatives.models import Cooperative

from ..actions import hold
from ..models import Membership, User
from ..queries import admin_days, first_lost, today_in


def remove() -> tuple[int, int]:
    """Remove the demo in one transaction; returns how many cooperatives and logins went.

    A demo login that has come to belong to a real cooperative stays there, switched off. Raises Conflict where that would
    leave a real cooperative without an admin who can sign in.
    """
    with fences_lifted():
        ids = list(Cooperative.objects.filter(is_demo=True).values_list("pk", flat=True))
        erase_cooperatives(ids)
        return len(ids), _logins()


def _logins() -> int:
    demo = User.objects.filter(is_demo=True)
    erase_personal(demo.values_list("pk", flat=True))
    kept = {
        pk
        for model, name in keys_to(User)
        if model._meta.get_field(name).remote_field.on_delete is models.PROTECT  # type: ignore[union-attr]
        for pk in model._base_manager.filter(**{f"{name}__in": demo}).values_list(name, flat=True)
    }
    _switch_off(demo.filter(pk__in=kept))
    gone = demo.exclude(pk__in=kept)
    count = gone.count()
    gone.delete()
    return count


def _switch_off(logins: "models.QuerySet[User]") -> None:
    held = Membership._base_manager.filter(user__in=logins).values_list("cooperative_id", flat=True)
    real = list(Cooperative.objects.filter(pk__in=set(held)).order_by("pk"))
    hold([row.pk for row in real])
    before = {row.pk: admin_days(row, since=today_in(row.time_zone)) for row in real}
    logins.update(is_active=False)
    for row in real:
        if before[row.pk] and first_lost(before[row.pk], admin_days(row, since=today_in(row.time_zone))) is not None:
            sentence = _("A demo login is the only admin of %(name)s. Make somebody else admin there first.")
            raise Conflict("last_admin", sentence % {"name": row.name})
