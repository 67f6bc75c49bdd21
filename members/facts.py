"""What this room answers when others ask: roles in words, people for the search box, demo logins, its place."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localtime
from django.utils.translation import gettext as _, gettext_lazy

from activity.web import address
from cooperatives.desk import FIGURES, Figure
from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from cooperatives.queries import SEARCH, Found, fact
from cooperatives.web import panel, place

from .demo.people import LOGINS
from .figures import REGISTER_FIGURES
from .models import Membership, User
from .queries import LEAVING_OBSTACLES, Obstacle, held_homes, members_now, offers_to
from .queries.beginning import FIRST_STEPS, Step, own_steps
from .roles import foremost, label
from .tabs import tab

place("members", gettext_lazy("Members"), "members", "members:directory", "members.see", 0, 40, bar=True, also="members:homes")

# Sub-pages of “Members”: one line each.
tab("directory", gettext_lazy("Directory"), "members:directory", "members.see", 10)
tab("register", gettext_lazy("Register"), "members:register", "members.read_register", 20)
tab("homes", gettext_lazy("Homes"), "members:homes", "members.see_homes", 30)
tab("committees", gettext_lazy("Committees"), "members:committees", "members.see_committees", 40)
tab("ways", gettext_lazy("Ways in"), "members:invitations", "members.see_ways", 50)
tab("import", gettext_lazy("Import"), "members:import", "members.import", 60)

address("members.committee", "members:committee")
# On the overview: what waits for an answer, then the first steps as long as they are shown, then what other rooms show.
panel("offers", gettext_lazy("A home is offered to you"), "members:my_place", "members.offered", "overview", -20)
panel("beginning", gettext_lazy("First steps"), "members:beginning", "members.begins", "overview", -10)


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
            title=str(member),
            url=page_of(member),
            kind=_("Member"),
            detail=_("%(cooperative)s, no. %(number)s") % {"cooperative": member.cooperative.name, "number": member.number},
            icon="user",
        )
        for member in found.filter(person__name__icontains=text)[:limit]
    ]


def page_of(member: Any) -> str:
    """The page about a member."""
    return reverse("members:member", args=[member.cooperative.slug, member.public_id])


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


# --- People: the register ---------------------------------------------------------------------------------------------


@LEAVING_OBSTACLES.answer
def agreements(*, member: Membership, on: date) -> list[Obstacle]:
    """Homes whose agreement the member still holds on that day."""
    sentence = gettext_lazy("The agreement for %(unit)s is open: end it or let somebody else of the household hold it.")
    return [Obstacle("agreement", sentence % {"unit": unit}) for unit in held_homes(member, on=on)]


@fact("my_work").answer
def offered_homes(*, actor: Actor, limit: int) -> list[dict[str, Any]]:
    """Homes that are offered to the actor: each waits for an answer."""
    return [
        {
            "id": f"offer-{row.pk}",
            "title": _("%(unit)s, %(building)s is offered to you") % {"unit": row.unit.code, "building": row.unit.building.name},
            "url": reverse("members:my_place", args=[row.cooperative.slug]),
            "detail": _("Accept or decline"),
            "cooperative": row.cooperative,
            "due_date": localtime(row.expires_at, row.cooperative.zone).date(),
        }
        for row in offers_to(actor)[:limit]
    ]


# --- Privacy and first steps ------------------------------------------------------------------------------------------


@FIRST_STEPS.answer
def steps(*, actor: Actor, cooperative: Cooperative) -> list[Step]:
    """The first steps of the register."""
    return list(own_steps(cooperative))


# --- The admin's start page -------------------------------------------------------------------------------------------


@FIGURES.answer
def figures(*, actor: Actor, cooperatives: Sequence[Cooperative]) -> dict[int, list[Figure]]:
    """What waits in the register, and how large it is: one query for each figure, however many cooperatives."""
    found: dict[int, list[Figure]] = {}
    for figure in REGISTER_FIGURES:
        told = [row for row in cooperatives if may(actor, figure.needs, row)]
        counts = figure.counts([row.pk for row in told]) if told else {}
        for row in told:
            found.setdefault(row.pk, []).append(Figure(figure.label, counts.get(row.pk, 0), figure.address(row)))
    return found
