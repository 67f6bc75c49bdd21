"""Ways in: invitations, requests to join, the waiting list with its offers."""

import uuid
from datetime import datetime
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.models import FinderManager, OwnedManager, OwnedModel, Versioned

from ..roles import Role
from .homes import Unit
from .register import Membership, Person


class Invitation(OwnedModel, Versioned):
    """A way into one cooperative with one role: by e-mail to one person, by a counted link, or on a printed slip.

    Only the SHA-256 of its code is kept, in `InvitationToken`. `person` is whom it lets in under that name; None lets
    somebody new in. `mails_due` counts how often it was asked to be sent or printed, `sent_count` how often it was: a mail
    is counted before it leaves, so that none leaves twice. Times are UTC.
    """

    class Way(models.TextChoices):
        MAIL = "mail", _("E-mail")
        LINK = "link", _("Link")
        SLIP = "slip", _("Printed slip")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    way = models.CharField(_("way"), max_length=5, choices=Way)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.MEMBER)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="invitations")
    most_uses = models.PositiveSmallIntegerField(_("how many may join"), default=1)
    uses = models.PositiveSmallIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("ends"))
    sent_at = models.DateTimeField(null=True, blank=True, editable=False)
    sent_count = models.PositiveSmallIntegerField(default=0, editable=False)
    mails_due = models.PositiveSmallIntegerField(default=0, editable=False)
    failed_at = models.DateTimeField(null=True, blank=True, editable=False)
    opened_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True, editable=False)
    invited_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta(OwnedModel.Meta):
        verbose_name = _("invitation")
        verbose_name_plural = _("invitations")
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(uses__lte=F("most_uses")), name="invitation_is_not_used_too_often"),
            models.UniqueConstraint(
                fields=["cooperative", "person"],
                condition=Q(revoked_at=None, uses=0) & ~Q(person=None),
                name="one_open_invitation_of_a_person",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["cooperative", "-created_at"], name="invitation_by_age"),
            models.Index(fields=["cooperative"], condition=Q(mails_due__gt=F("sent_count")), name="invitation_to_send"),
        ]

    def __str__(self) -> str:
        return (self.person.name if self.person else self.email) or str(self.get_way_display())

    def is_open(self, *, now: datetime) -> bool:
        """Whether it still lets somebody in."""
        return self.revoked_at is None and now < self.expires_at and self.uses < self.most_uses


class InvitationToken(models.Model):
    """Which invitation a code opens. Not an owned row: whoever holds a code has entered nothing yet.

    It holds digests and keys alone. An invitation has one at a time, so that sending it again ends what was sent before.
    """

    digest = models.CharField(max_length=64, unique=True, editable=False)
    cooperative = models.ForeignKey("cooperatives.Cooperative", models.CASCADE, related_name="+", editable=False)
    invitation = models.UUIDField(unique=True, editable=False)

    def __str__(self) -> str:
        return str(self.invitation)


class InvitationUse(OwnedModel):
    """Who came in by an invitation."""

    invitation = models.ForeignKey(Invitation, models.PROTECT, related_name="used", verbose_name=_("invitation"))
    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+", verbose_name=_("member"))
    at = models.DateTimeField(default=timezone.now, editable=False)

    append_only = True

    class Meta(OwnedModel.Meta):
        verbose_name = _("use of an invitation")
        verbose_name_plural = _("uses of invitations")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "invitation", "membership"], name="one_use_of_a_pair")
        ]


class JoinRequest(OwnedModel, Versioned):
    """Somebody with a login asks to join a listed cooperative. `answers` are the questions as they were asked, in order,
    each with its answer: [{"question", "answer"}]."""

    class State(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        APPROVED = "approved", _("Approved")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("login"))
    name = models.CharField(_("name"), max_length=150)
    answers = models.JSONField(_("answers"), default=list)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")
    reason = models.CharField(_("reason"), max_length=500, blank=True)
    membership = models.ForeignKey(Membership, models.PROTECT, null=True, blank=True, related_name="+")

    mine = FinderManager()
    objects: ClassVar[OwnedManager] = OwnedManager()
    own_rows = "user_id"

    class Meta(OwnedModel.Meta):
        verbose_name = _("request to join")
        verbose_name_plural = _("requests to join")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "user"], condition=Q(state="open"), name="one_open_request_of_a_user")
        ]

    def __str__(self) -> str:
        return self.name


class JoinQuestion(OwnedModel, Versioned):
    """What a cooperative asks who wants to join; shown in order of `position`."""

    text = models.CharField(_("question"), max_length=300)
    is_required = models.BooleanField(_("needs an answer"), default=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta(OwnedModel.Meta):
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        ordering: ClassVar = ["position", "pk"]

    def __str__(self) -> str:
        return self.text


class WaitingEntry(OwnedModel, Versioned):
    """Somebody who waits for a home. The rank follows `ranked_on`, then the order of entering; it changes by event only."""

    class State(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        HOUSED = "housed", _("Housed")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("person"))
    name = models.CharField(_("name"), max_length=150)
    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    phone = models.CharField(_("telephone"), max_length=40, blank=True)
    people = models.PositiveSmallIntegerField(_("people"), default=1)
    fewest_rooms = models.DecimalField(_("fewest rooms"), max_digits=4, decimal_places=1, null=True, blank=True)
    wishes = models.CharField(_("wishes"), max_length=500, blank=True)
    is_transfer = models.BooleanField(_("lives here already"), default=False)
    ranked_on = models.DateField(_("waits since"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    refusals = models.PositiveSmallIntegerField(default=0, editable=False)
    is_sample = models.BooleanField(default=False, editable=False)

    class Meta(OwnedModel.Meta):
        verbose_name = _("entry of the waiting list")
        verbose_name_plural = _("waiting list")
        indexes: ClassVar = [models.Index(fields=["cooperative", "state", "ranked_on", "id"], name="waiting_by_rank")]

    def __str__(self) -> str:
        return self.name


class UnitOffer(OwnedModel, Versioned):
    """A unit offered to somebody who waits, until a moment (UTC). A unit has one open offer at a time.

    What nobody answered in time has expired from that moment on, whether or not the hourly job has written it down yet.
    """

    class Answer(models.TextChoices):
        OPEN = "open", _("Waits for an answer")
        ACCEPTED = "accepted", _("Accepted")
        REFUSED = "refused", _("Refused")
        EXPIRED = "expired", _("Expired")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    entry = models.ForeignKey(WaitingEntry, models.PROTECT, related_name="offers", verbose_name=_("who waits"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="offers", verbose_name=_("unit"))
    offered_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(_("answer until"))
    answer = models.CharField(_("answer"), max_length=10, choices=Answer, default=Answer.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)

    class Meta(OwnedModel.Meta):
        verbose_name = _("offer")
        verbose_name_plural = _("offers")
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["cooperative", "unit"], condition=Q(answer="open"), name="one_open_offer_of_a_unit"),
            models.UniqueConstraint(
                fields=["cooperative", "entry"], condition=Q(answer="open"), name="one_open_offer_of_an_entry"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit.code} · {self.entry.name}"

    def is_open(self, *, now: datetime) -> bool:
        """Whether it still waits for an answer."""
        return self.answer == self.Answer.OPEN and now < self.expires_at

    def outcome(self, *, now: datetime) -> Answer:
        """What has come of it."""
        return self.Answer(self.answer) if self.answer != self.Answer.OPEN or self.is_open(now=now) else self.Answer.EXPIRED
