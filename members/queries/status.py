"""What a membership is on a day: computed from its dates and pauses, for one and for many."""

from collections.abc import Iterable, Mapping
from datetime import date

from django.db.models import Case, CharField, Exists, F, OuterRef, Prefetch, Q, QuerySet, Value, When

from cooperatives.models import Cooperative
from cooperatives.policy import Actor, may

from ..models import Membership, Pause, RoleGrant, Status
from ..names import folded
from ..roles import Role, offices
from .register import each, grants_on, pauses_on, stands, today_in, today_in_each

STANDING = (Status.ACTIVE, Status.PAUSED)


def status_on(member: Membership, day: date) -> Status:
    """What the membership is on that day in its cooperative's zone. Who left on the day of joining is former."""
    if member.left_on is not None and (member.left_on <= day or member.left_on == member.joined_on):
        return Status.FORMER
    if member.joined_on > day:
        return Status.AHEAD
    paused = any(stands((pause.starts_on, pause.ends_on), day) for pause in member.pauses.all())
    return Status.PAUSED if paused else Status.ACTIVE


def with_status(memberships: "QuerySet[Membership]", days: Mapping[date, list[int]]) -> "QuerySet[Membership]":
    """The memberships with `.status` on the day of each cooperative, as `status_on` tells it."""
    paused = Pause.objects.filter(each(days, pauses_on), membership=OuterRef("pk"))
    return memberships.annotate(
        status=Case(
            When(each(days, _former_on), then=Value(Status.FORMER)),
            When(each(days, lambda day: Q(joined_on__gt=day)), then=Value(Status.AHEAD)),
            When(Exists(paused), then=Value(Status.PAUSED)),
            default=Value(Status.ACTIVE),
            output_field=CharField(),
        )
    )


def _former_on(day: date) -> Q:
    return Q(left_on__lte=day) | Q(left_on=F("joined_on"))


def register_of(cooperative_ids: Iterable[int]) -> "QuerySet[Membership]":
    """Every membership that ever was, by number, with person, login, `.status` and the roles of today (`.standing_grants`)."""
    days = today_in_each(cooperative_ids)
    grants = Prefetch("grants", RoleGrant.objects.filter(each(days, grants_on)), to_attr="standing_grants")
    rows = Membership.objects.filter(cooperative_id__in=[pk for ids in days.values() for pk in ids])
    return (
        with_status(rows, days)
        .select_related("person", "user", "cooperative")
        .prefetch_related(grants)
        .order_by("cooperative_id", "number")
    )


def open_register(actor: Actor, cooperatives: Iterable[Cooperative]) -> "QuerySet[Membership]":
    """As much of the register as the actor may read: those who stand, and for offices also former and future members."""
    wanted = list(cooperatives)
    whole = [row.pk for row in wanted if may(actor, "members.read_register", row)]
    return register_of(row.pk for row in wanted).filter(Q(status__in=STANDING) | Q(cooperative_id__in=whole))


def holding(memberships: "QuerySet[Membership]", role: str, cooperative_ids: Iterable[int]) -> "QuerySet[Membership]":
    """Those who hold a role today."""
    days = today_in_each(cooperative_ids)
    return memberships.filter(Exists(RoleGrant.objects.filter(each(days, grants_on), role=role, membership=OuterRef("pk"))))


def offices_known_to(actor: Actor) -> "QuerySet[RoleGrant]":
    """The grants of offices that stand today or later, in the actor's cooperatives. Building it asks nothing."""
    days: dict[date, list[int]] = {}
    for standing in actor.standings.values():
        days.setdefault(today_in(standing.zone), []).append(standing.cooperative_id)
    lasting = each(days, lambda day: Q(ends_on=None) | Q(ends_on__gt=day))
    return RoleGrant.objects.filter(lasting, role__in=offices(Role.values)).exclude(ends_on=F("starts_on"))


def called(memberships: "QuerySet[Membership]", text: str) -> "QuerySet[Membership]":
    """Those whose name holds the text, with or without its accents, or whose number it is."""
    text = text.strip()
    named = Q(person__name__icontains=text) | Q(person__sort_name__contains=folded(text)) | Q(left_name__icontains=text)
    is_number = text.isascii() and text.isdigit() and len(text) < 10
    return memberships.filter(named | Q(number=int(text)) if is_number else named)
