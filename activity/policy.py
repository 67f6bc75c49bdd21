"""Who may read what happened. The page is open to every member; each record has its own audience."""

from typing import Any

from django.db.models import Model, Q

from cooperatives.events import KINDS, Audience
from cooperatives.policy import Actor, Rule, has_role, member, table

from .models import Event

OFFICER_ROLES = frozenset({"admin", "treasurer", "secretary"})


def is_officer(actor: Actor, cooperative_id: int) -> bool:
    """Whether the actor reads all that happens in a cooperative."""
    standing = actor.standing(cooperative_id)
    return standing is not None and bool(standing.roles & OFFICER_ROLES)


def _kinds(audience: Audience) -> list[str]:
    return [kind.name for kind in KINDS.values() if kind.audience is audience]


class Addressed(Rule):
    """Members read what is meant for members, officers everything, a person what names that person.

    A kind that the code no longer knows is for officers.
    """

    def holds(self, actor: Actor, obj: Event) -> bool:
        """Whether this record is meant for the actor."""
        standing = actor.standing(obj.cooperative_id)
        if standing is None:
            return False
        audience = obj.what.audience if obj.what else Audience.OFFICERS
        if audience is Audience.MEMBERS or is_officer(actor, obj.cooperative_id):
            return True
        return audience is Audience.PERSON and obj.told is not None and obj.told.about == actor.user.public_id

    def rows(self, actor: Actor, model: type[Model]) -> Q:
        """The same for many: two lists of cooperatives, two lists of kinds."""
        officer = [pk for pk, standing in actor.standings.items() if standing.roles & OFFICER_ROLES]
        personal: dict[str, Any] = {"kind__in": _kinds(Audience.PERSON), "detail__about": getattr(actor.user, "public_id", None)}
        meant = Q(kind__in=_kinds(Audience.MEMBERS)) | Q(**personal)
        return Q(cooperative_id__in=officer) | Q(cooperative_id__in=actor.cooperative_ids) & meant


table(
    {
        "activity.see": member(),
        "activity.read": Addressed(),
        "activity.erase": has_role("admin"),
        "activity.replay": has_role("admin"),
    }
)
