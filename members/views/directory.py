"""The directory: everybody who belongs today, with what each of them shows."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_safe

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may
from cooperatives.web import CoopRequest, needs, pager, respond

from ..models import Membership, Unit
from ..queries import contact_for, directory_of, knows_home, living_in, officers_of, roles_of, today_in, words_of
from ..queries.privacy import photos_shown
from ..roles import label, offices
from .links import of_lists

MOST = 24
"""How many who hold an office stand above the directory."""


@require_safe
@needs("members.see")
def directory(request: CoopRequest) -> HttpResponse:
    """Everybody who belongs to the cooperative today, by name; `?q=` looks in names, homes and skills."""
    here, today = request.cooperative, today_in(request.cooperative.time_zone)
    text = words_of(request.GET.get("q", ""))
    whole = may(request.actor, "members.read_register", here)
    page = pager(request, directory_of(here, today, text=text, whole=whole))
    homes = living_in([member.person_id for member in page.items], today)
    officers = [] if text or page.number > 1 else list(officers_of(here, today)[:MOST])
    pictured = photos_shown(request.actor, here, [*page.items, *officers])
    context = {
        "rows": [
            _row(request.actor, here, member, homes.get(member.person_id, [])) | _photo(here, member, pictured)
            for member in page.items
        ],
        "pager": page,
        "query": text,
        "officers": [_office(member) | _photo(here, member, pictured) for member in officers],
        "may_admit": may(request.actor, "members.admit", here),
        "links": of_lists(request),
    }
    return respond(request, "members/directory.html", "members/_directory.html", context)


def _photo(here: Cooperative, member: Membership, pictured: set[int]) -> dict[str, str]:
    return {"photo": small_photo(here, member) if member.person_id in pictured else ""}


def small_photo(here: Cooperative, member: Membership) -> str:
    """The address of a member's picture, as small as lists show it."""
    return reverse("members:photo", args=[here.slug, member.person.public_id]) + "?small"


def _office(member: Membership) -> dict[str, Any]:
    held = [label(role) for role in roles_of(member) if role in offices(roles_of(member))]
    return {"member": member, "name": str(member), "roles": held}


def _row(actor: Actor, here: Cooperative, member: Membership, homes: list[Unit]) -> dict[str, Any]:
    contact = contact_for(actor, member)
    return {
        "name": str(member),
        "number": member.number,
        "roles": [label(role) for role in roles_of(member)],
        "joined": member.joined_on,
        "homes": homes if knows_home(actor, member) else [],
        "skills": contact["skills"] or "",
        "email": contact["email"] or "",
        "phone": contact["phone"] or "",
        "url": reverse("members:member", args=[here.slug, member.public_id]),
    }
