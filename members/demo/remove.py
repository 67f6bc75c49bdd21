"""Removing the demo wholly: every row of its cooperatives in every room, then its logins."""

from django.db import models

from cooperatives.actions import erase_cooperatives, erase_personal, fences_lifted, keys_to
from cooperatives.models import Cooperative

from ..models import User


def remove() -> tuple[int, int]:
    """Remove the demo in one transaction; returns how many cooperatives and logins went.

    A demo login that has come to belong to a real cooperative stays there, switched off.
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
    demo.filter(pk__in=kept).update(is_active=False)
    gone = demo.exclude(pk__in=kept)
    count = gone.count()
    gone.delete()
    return count
