"""The first steps of a cooperative, each a fact that is looked up and not ticked off by hand."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import fact

from ..models import Beginning, Committee, Invitation, Membership, Person, RoleGrant, Unit
from ..roles import Role
from .register import grants_on, today_in

FIRST_STEPS = fact("first_steps")
"""Asked with actor=, cooperative=; each answer is a list of Step. Together they are seven."""


@dataclass(frozen=True)
class Step:
    """One of the first steps: what to do, why, where, and whether it is done."""

    key: str
    label: str | Promise
    why: str | Promise
    url: str
    is_done: bool


def first_steps(actor: Actor, cooperative: Cooperative) -> list[Step]:
    """All steps of all rooms, in order."""
    return [step for steps in FIRST_STEPS.ask(actor=actor, cooperative=cooperative) for step in steps]


def is_dismissed(cooperative: Cooperative) -> bool:
    """Whether an admin has put the first steps away."""
    return Beginning.objects.filter(cooperative=cooperative).exists()


def has_sample(cooperative: Cooperative) -> bool:
    """Whether there are sample data."""
    return any(model.objects.filter(cooperative=cooperative, is_sample=True).exists() for model in (Person, Committee))


def page(cooperative: Cooperative, name: str) -> str:
    """The address of a page of this cooperative."""
    return reverse(name, args=[cooperative.slug])


def own_steps(cooperative: Cooperative) -> Iterator[Step]:
    """The steps of the register."""
    yield Step(
        "basics",
        _("Say what it is called, counts in and looks like"),
        _("Name, currency, time zone, colour."),
        page(cooperative, "cooperatives:settings"),
        cooperative.version > 1,
    )
    is_filled = Membership.objects.filter(cooperative=cooperative, person__is_sample=False).count() > 1
    yield Step(
        "register",
        _("Fill the register"),
        _("From the spreadsheet you have, as it is, or by hand."),
        page(cooperative, "members:import"),
        is_filled,
    )
    yield _roles(cooperative)
    if cooperative.kind == Cooperative.Kind.HOUSING:
        yield Step(
            "homes",
            _("Enter the homes"),
            _("Buildings and units, and who lives where."),
            page(cooperative, "members:homes"),
            Unit.objects.filter(cooperative=cooperative, is_sample=False).exists(),
        )
    else:
        yield Step(
            "joined",
            _("See the first member come in"),
            _("Whoever accepts an invitation is in the register at once."),
            page(cooperative, "members:directory"),
            Membership.objects.filter(cooperative=cooperative).exclude(user=None).count() > 1,
        )
    yield Step(
        "invited",
        _("Invite your people"),
        _("By e-mail, by a link, or on a printed slip."),
        page(cooperative, "members:invite_everyone" if is_filled else "members:invitations"),
        Invitation.objects.filter(cooperative=cooperative).exists(),
    )


def _roles(cooperative: Cooperative) -> Step:
    day = today_in(cooperative.time_zone)
    given = RoleGrant.objects.filter(grants_on(day), cooperative=cooperative, role__in=[Role.TREASURER, Role.SECRETARY])
    return Step(
        "roles",
        _("Share the work: make somebody treasurer or secretary"),
        _("An admin decides, a treasurer keeps the money, a secretary the register."),
        page(cooperative, "members:register"),
        given.exists(),
    )
