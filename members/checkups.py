"""What must be true of the register of each cooperative, and of what opens doors."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Count, F, Q
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.queries import LEFT_OUT, Finding, checkup, doubtful, wrong

from .models import Membership, RefreshToken, RoleGrant, User
from .queries import admins_of
from .tokens import REFRESH_SPAN

GRACE = timedelta(days=3)  # the job that forgets runs every day


@LEFT_OUT.answer
def keys_to_the_doors() -> dict[str, str]:
    """A backup opens nothing: what was ended after it was made would live again."""
    return {
        "members.TokenFamily": "everybody signs in again",
        "members.RefreshToken": "everybody signs in again",
        "members.ApiKey": "everybody makes new keys: one that was ended since would live again",
        "members.InvitationToken": "open invitations are sent or printed again: one that was taken back would open again",
    }


@checkup("admins", "somebody can let people in")
def has_an_admin(*, cooperative: Cooperative) -> Iterator[Finding]:
    """At least one admin of today who can sign in; a cooperative that nobody has entered yet needs none."""
    if Membership.objects.filter(cooperative=cooperative).exists() and not admins_of(cooperative).exists():
        yield wrong("nobody is admin today", "Grant the role to a member in the Django admin.")


@checkup("grants", "no right reaches beyond its membership")
def grants_end_with_memberships(*, cooperative: Cooperative) -> Iterator[Finding]:
    """Grants that begin before their membership or outlive it: they give no right, but they say so."""
    ended = Q(membership__left_on__isnull=False) & (Q(ends_on=None) | Q(ends_on__gt=F("membership__left_on")))
    outside = ended | Q(starts_on__lt=F("membership__joined_on"))
    beyond = RoleGrant.objects.filter(outside, cooperative=cooperative).exclude(ends_on=F("starts_on"))
    for role, number in beyond.order_by("pk").values_list("role", "membership__number").iterator():
        yield doubtful(f"the role {role} of member {number} does not lie within the membership", "End the role.")


@checkup("old tokens", "tokens that are over are forgotten", "rows")
def old_tokens_are_gone(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Refresh tokens that expired long ago."""
    number = RefreshToken.objects.filter(expires_at__lt=timezone.now() - REFRESH_SPAN - GRACE).count()
    if number:
        yield doubtful(f"{number} refresh tokens are over for long", "Is beat running? The job is members.forget_tokens.")


@checkup("keeper", "somebody keeps the installation", "rows")
def somebody_keeps_it(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Whether anybody can open the Django admin, and no two logins share an address."""
    if not User.objects.filter(role=User.Role.ADMIN, is_active=True).exists():
        yield doubtful("nobody can open the Django admin", "Run `manage.py createsuperuser`.")
    twice = User.objects.order_by().values("email").annotate(number=Count("pk")).filter(number__gt=1)
    for row in twice.iterator():
        yield wrong(f"{row['number']} logins share one address", "Change one of them.")
