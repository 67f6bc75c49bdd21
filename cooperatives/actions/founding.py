"""Founding a cooperative and changing its settings."""

import re
import secrets
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from ..events import CHANGED, FOUNDED, ZONE_CHANGED, record
from ..models import Cooperative, time_zones
from ..policy import Actor
from ..tenancy import enter
from .base import RuleBroken, action, check, expect
from .sound import validate
from .words import refuse_invisible

CHANGEABLE = ("name", "description", "currency", "time_zone", "locale", "fiscal_year_start", "hue", "is_listed")


@action
def found(actor: Actor, *, name: str, kind: str, slug: str = "", is_demo: bool = False, **facts: Any) -> Cooperative:
    """Found a cooperative; the founder becomes its first admin (members hears the event).

    Raises RuleBroken naming the field that is wrong.
    """
    check(actor, "cooperatives.found")
    cooperative = Cooperative(
        name=name.strip(), kind=kind, slug=slug or _free_slug(name), creator=actor.user, is_demo=is_demo, **facts
    )
    _validate(cooperative)
    try:
        with transaction.atomic():
            cooperative.save()
    except IntegrityError:
        if slug or not Cooperative.objects.filter(slug=cooperative.slug).exists():
            raise
        # Somebody founded one of the same name at this moment and has the address.
        cooperative.slug = _further_slug(cooperative.slug)
        cooperative.save()
    with enter([cooperative.pk], actor.user_id):
        record(FOUNDED, actor, cooperative, name=cooperative.name)
    return cooperative


@action
def change_cooperative(actor: Actor, cooperative: Cooperative, *, version: int | None, **facts: Any) -> Cooperative:
    """Change settings of a cooperative. Raises Stale, or RuleBroken naming the field; kind and address stay."""
    check(actor, "cooperatives.change", cooperative)
    row = Cooperative.objects.select_for_update(no_key=True).get(pk=cooperative.pk)
    expect(row, version)
    changed = sorted(key for key in CHANGEABLE if key in facts and facts[key] != getattr(row, key))
    day = timezone.localdate(timezone=row.zone).isoformat()  # another zone may still have yesterday
    for key in changed:
        setattr(row, key, facts[key])
    if changed:
        row.version += 1
        _validate(row)
        row.save()
        record(CHANGED, actor, row, changed=changed)
    if "time_zone" in changed:
        record(ZONE_CHANGED, actor, row, day=day)
    return row


def _free_slug(name: str) -> str:
    base = slugify(name)[:50] or "cooperative"
    taken = set(Cooperative.objects.filter(slug__startswith=base).values_list("slug", flat=True)[:1000])
    return base if base not in taken else _further_slug(base)


def _further_slug(base: str) -> str:
    return f"{base}-{secrets.token_hex(4)}"


def _validate(cooperative: Cooperative) -> None:
    if cooperative.time_zone not in time_zones():
        raise RuleBroken("time_zone", _("Choose a time zone from the list, for example Africa/Nairobi."), "time_zone")
    if not re.fullmatch(r"[A-Z]{3}", cooperative.currency):
        raise RuleBroken("currency", _("Write the currency as three capital letters, for example EUR or KES."), "currency")
    if cooperative.locale not in dict(settings.LANGUAGES):
        raise RuleBroken("locale", _("Choose a language from the list."), "locale")
    validate(cooperative, exclude=("creator",))
    refuse_invisible(cooperative.name)
