"""What the ways in keep of a person: invitations to them, their requests to join, their place on the waiting list."""

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..codes import forget
from ..models import Invitation, JoinRequest, Membership, Person, UnitOffer, WaitingEntry
from .finding import Needles
from .part import Part


def ways_in(person: Person, members: "QuerySet[Membership]", needles: Needles) -> list[Part]:
    """The parts of a person's data that the ways in hold. What waits still, ends."""
    theirs = _theirs(person, needles)
    users = list(members.exclude(user=None).values_list("user", flat=True))
    requests = JoinRequest.objects.filter(user__in=users)
    waiting = WaitingEntry.objects.filter(theirs)
    return [
        Part("invitations", _("Addresses of invitations, which end"), Invitation.objects.filter(theirs), _revoke),
        Part("requests", _("Name and answers of requests to join"), requests, _close),
        Part("waiting", _("Name, contact data and wishes on the waiting list"), waiting, _withdraw),
    ]


def _theirs(person: Person, needles: Needles) -> Q:
    """The condition for rows of this person, or to an address of theirs and of nobody else: people share mailboxes."""
    addresses = [Q(email__iexact=word) for word in needles.words if "@" in word]
    own = Q(person=person)
    return own | Q(person=None) & Q(*addresses, _connector=Q.OR) if addresses else own


def _revoke(rows: "QuerySet[Invitation]") -> None:
    chosen = list(rows)
    for invitation in chosen:
        forget(invitation)
    found = Invitation.objects.filter(pk__in=[row.pk for row in chosen])
    found.filter(revoked_at=None).update(revoked_at=timezone.now())
    found.update(email="")


def _close(rows: "QuerySet[JoinRequest]") -> None:
    rows.filter(state=JoinRequest.State.OPEN).update(state=JoinRequest.State.WITHDRAWN)
    rows.update(name="", answers=[], reason="")


def _withdraw(rows: "QuerySet[WaitingEntry]") -> None:
    found = WaitingEntry.objects.filter(pk__in=list(rows.values_list("pk", flat=True)))
    offers = UnitOffer.objects.filter(entry__in=found, answer=UnitOffer.Answer.OPEN)
    offers.update(answer=UnitOffer.Answer.WITHDRAWN, answered_at=timezone.now())
    found.filter(state=WaitingEntry.State.WAITING).update(state=WaitingEntry.State.WITHDRAWN)
    found.update(name="", email="", phone="", wishes="")
