"""Questions about ways in: invitations with what came of them, whom to invite, requests to join."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Count, F, Q, QuerySet, Value, When
from django.utils.translation import gettext_lazy as _

from cooperatives.models import Cooperative

from ..models import Invitation, JoinQuestion, JoinRequest, Membership, User
from .register import memberships_on, today_in


class InvitationState(models.TextChoices):
    """What came of an invitation. Computed, never written; the first that fits counts."""

    REVOKED = "revoked", _("Taken back")
    JOINED = "joined", _("Joined")
    EXPIRED = "expired", _("Ended")
    FAILED = "failed", _("Could not be sent")
    OPENED = "opened", _("Opened")
    SENT = "sent", _("Sent")
    WAITING = "waiting", _("Not sent yet")


def with_state(rows: "QuerySet[Any]", *, now: datetime) -> "QuerySet[Any]":
    """Invitations with `.state`, an InvitationState."""
    conditions = {
        InvitationState.REVOKED: ~Q(revoked_at=None),
        InvitationState.JOINED: Q(uses__gte=F("most_uses")),
        InvitationState.EXPIRED: Q(expires_at__lte=now),
        InvitationState.FAILED: ~Q(failed_at=None),
        InvitationState.OPENED: ~Q(opened_at=None),
        InvitationState.SENT: ~Q(sent_at=None),
    }
    whens = [When(condition, then=Value(str(state))) for state, condition in conditions.items()]
    return rows.annotate(state=Case(*whens, default=Value(str(InvitationState.WAITING)), output_field=models.CharField()))


def open_on(now: datetime) -> Q:
    """The condition for invitations that still let somebody in, as `Invitation.is_open` says it of one."""
    return Q(revoked_at=None, expires_at__gt=now, uses__lt=F("most_uses"))


def invitations_of(cooperative: Cooperative, *, now: datetime) -> "QuerySet[Any]":
    """All invitations with their state, the newest first."""
    return invitations_in([cooperative.pk], now=now)


def invitations_in(cooperative_ids: Iterable[int], *, now: datetime) -> "QuerySet[Any]":
    """All invitations of these cooperatives with their state, the newest first."""
    rows = Invitation.objects.filter(cooperative_id__in=list(cooperative_ids))
    shown = rows.select_related("cooperative", "person", "invited_by__person")
    return with_state(shown, now=now).order_by("-created_at", "-pk")


def counts_by_state(invitations: "QuerySet[Any]") -> dict[str, int]:
    """How many of these invitations are in each state; those in which none is are left out."""
    return dict(invitations.order_by().values_list("state").annotate(n=Count("pk")).order_by())


def due_invitations(cooperative: Cooperative) -> "QuerySet[Invitation]":
    """Mails that were asked for and have not been sent."""
    rows = Invitation.objects.filter(cooperative=cooperative, way=Invitation.Way.MAIL, revoked_at=None, uses=0)
    found: QuerySet[Invitation] = rows.filter(mails_due__gt=F("sent_count"))
    return found.select_related("person", "cooperative", "invited_by__person").order_by("pk")


def open_slips(cooperative: Cooperative) -> "QuerySet[Invitation]":
    """Slips that nobody has come in by yet, by name; printed or not."""
    rows = Invitation.objects.filter(cooperative=cooperative, way=Invitation.Way.SLIP, revoked_at=None, uses=0)
    found: QuerySet[Invitation] = rows.select_related("person", "cooperative").order_by("person__sort_name", "pk")
    return found


def to_invite(cooperative: Cooperative, *, now: datetime) -> "QuerySet[Membership]":
    """Members of today who cannot sign in and whom no open invitation waits for, by name. Sample people stay out."""
    rows = Membership.objects.filter(memberships_on(today_in(cooperative.time_zone)), cooperative=cooperative, user=None)
    open_now = Invitation.objects.filter(cooperative=cooperative, revoked_at=None, uses=0, expires_at__gt=now)
    waited_for = open_now.exclude(person=None).values("person_id")
    kept: QuerySet[Membership] = rows.filter(person__erased_at=None, person__is_sample=False).exclude(person__in=waited_for)
    return kept.select_related("person").order_by("person__sort_name", "pk")


def addresses_with_login(cooperative: Cooperative) -> set[str]:
    """The addresses, in lower case, of today's members who can sign in: a mailbox is one login, and belongs once."""
    today = memberships_on(today_in(cooperative.time_zone))
    members = Membership.objects.filter(today, cooperative=cooperative).exclude(user=None)
    return set(User.objects.filter(pk__in=list(members.values_list("user_id", flat=True))).values_list("email", flat=True))


# --- Requests to join -------------------------------------------------------------------------------------------------


def listed_cooperative(slug: str) -> Cooperative | None:
    """The cooperative at an address, if it lists itself. One that does not is as good as none."""
    return Cooperative.objects.filter(slug=slug, is_listed=True).first()


def requests_of(cooperative_ids: Any) -> "QuerySet[JoinRequest]":
    """Requests to join these cooperatives: those that wait first, then the newest."""
    waits = Case(When(state=JoinRequest.State.OPEN, then=Value(0)), default=Value(1))
    rows = JoinRequest.objects.filter(cooperative_id__in=list(cooperative_ids)).select_related("user", "decided_by__person")
    found: QuerySet[JoinRequest] = rows.order_by(waits, "-created_at", "-pk")
    return found


def open_request_of(user: User | None, cooperative: Cooperative) -> JoinRequest | None:
    """The request of a user that waits for an answer; the cooperative has to be entered."""
    if user is None:
        return None
    waiting = JoinRequest.objects.filter(cooperative=cooperative, user=user, state=JoinRequest.State.OPEN)
    found: JoinRequest | None = waiting.first()
    return found


def questions_of(cooperative: Cooperative) -> "QuerySet[JoinQuestion]":
    """What who wants to join is asked, in order."""
    found: QuerySet[JoinQuestion] = JoinQuestion.objects.filter(cooperative=cooperative).order_by("position", "pk")
    return found


@dataclass(frozen=True)
class Asked:
    """The questions of a cooperative, and the version that they share."""

    pk: int
    questions: list[JoinQuestion]

    @property
    def version(self) -> int:
        """One more with each change; 1 where nothing is asked."""
        return max((question.version for question in self.questions), default=1)


def asked_by(cooperative_id: int) -> Asked:
    """What a cooperative asks, as one thing that is changed as a whole."""
    questions = JoinQuestion.objects.filter(cooperative_id=cooperative_id).order_by("position", "pk")
    return Asked(cooperative_id, list(questions))
