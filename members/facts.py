"""What this room answers when others ask: roles in words, people for the search box, demo logins, its place."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _, gettext_lazy

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import SEARCH, Found, fact
from cooperatives.web import place

from .demo.people import LOGINS
from .models import User
from .queries import members_now
from .roles import foremost, label

place("members", gettext_lazy("Members"), "members", "members:directory", "members.see", 0, 40, bar=True)


@fact("role_label").answer
def role_label(*, actor: Actor, cooperative: Cooperative | None) -> str:
    """What the actor is in a cooperative, in a word."""
    standing = actor.standing(cooperative.pk) if cooperative else None
    return label(foremost(standing.roles)) if standing else ""


@SEARCH.answer
def people(*, actor: Actor, cooperative_ids: Iterable[int], text: str, limit: int) -> list[Found]:
    """Members whose name holds the text, in cooperatives where the actor stands."""
    within = [pk for pk in cooperative_ids if actor.standing(pk)]
    found = members_now(within).select_related("cooperative").prefetch_related(None)
    return [
        Found(
            title=member.person.name,
            url=page_of(member),
            kind=_("Member"),
            detail=_("%(cooperative)s, no. %(number)s") % {"cooperative": member.cooperative.name, "number": member.number},
            icon="user",
        )
        for member in found.filter(person__name__icontains=text)[:limit]
    ]


def page_of(member: Any) -> str:
    """The page about a member: their profile when they have a login, else the directory they stand in."""
    if member.user_id:
        return reverse("members:person", args=[member.user.public_id])
    return reverse("members:directory", args=[member.cooperative.slug])


@fact("demo_logins").answer
def demo_logins() -> list[dict[str, Any]]:
    """Who may be entered without a password, as the sign-in page shows them; nobody where the demo is not shown."""
    if not settings.DEMO:
        return []
    stored = {user.email: user for user in User.objects.filter(is_demo=True, is_active=True, email__in=LOGINS)}
    return [
        {
            "key": str(stored[email].public_id),
            "name": stored[email].name,
            "detail": str(login.detail),
            "short": login.short,
            "hue": f"hue-{login.hue}",
        }
        for email, login in LOGINS.items()
        if email in stored
    ]
