"""Ways from one page to the next that depend on who reads: lists to take away, and what is kept about a person."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cooperatives.policy import may
from cooperatives.web import CoopRequest

from ..models import Membership, SavedView

MOST_VIEWS = 10


@dataclass(frozen=True)
class Link:
    """One way: what it is called, its sign, where it leads."""

    label: str | Promise
    icon: str
    url: str


def of_lists(request: CoopRequest) -> list[Link]:
    """What can be taken away of the register, and one's own views of it."""
    return list(_of_lists(request))


def _of_lists(request: CoopRequest) -> Iterator[Link]:
    here, actor = request.cooperative, request.actor
    yield Link(_("Address book"), "download", reverse("members:contacts", args=[here.slug]))
    if may(actor, "members.export", here):
        export = reverse("members:export", args=[here.slug])
        yield Link(_("Export a list"), "download", export)
        standing = actor.standing(here.pk)
        views = SavedView.objects.filter(membership=standing.membership_id if standing else 0).order_by("name")
        yield from (Link(view.name, "filter", f"{export}?view={view.pk}") for view in views[:MOST_VIEWS])
    if may(actor, "members.erase", here):
        yield Link(_("Erasures"), "shield", reverse("members:erasures", args=[here.slug]))


def of_member(request: CoopRequest, row: Membership, *, own: bool, is_over: bool) -> list[Link]:
    """What the reader may see or do about what is kept of a member; `is_over`: the membership has ended."""
    return list(_of_member(request, row, own=own, is_over=is_over))


def _of_member(request: CoopRequest, row: Membership, *, own: bool, is_over: bool) -> Iterator[Link]:
    slug, person = request.cooperative.slug, row.person
    if own:
        yield Link(_("What I show and agree to"), "shield", reverse("members:mine", args=[slug]))
        yield Link(_("My data"), "download", reverse("members:my_data"))
    elif may(request.actor, "members.hand_over", person):
        yield Link(_("Hand over their data"), "download", reverse("members:person_data", args=[slug, person.public_id]))
    if is_over and person.erased_at is None and may(request.actor, "members.erase", person):
        yield Link(_("Erase their data"), "trash", reverse("members:erase", args=[slug, person.public_id]))
