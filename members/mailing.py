"""Sends the invitations that are due. Each is counted as sent before it leaves, so that a crash sends none twice."""

from django.conf import settings
from django.urls import reverse

from cooperatives.models import Cooperative

from .actions import claim_mail, mail_failed
from .letters import write
from .models import Invitation
from .queries import due_invitations


def send_due(cooperative: Cooperative) -> int:
    """Send what is due in a cooperative that is entered; returns how many mails left."""
    return sum(_send(invitation) for invitation in list(due_invitations(cooperative)))


def _send(invitation: Invitation) -> bool:
    code = claim_mail(invitation)
    if not code:
        return False
    cooperative, person = invitation.cooperative, invitation.person
    sent = write(
        invitation.email,
        "invitation",
        (person.locale if person else "") or cooperative.locale,
        about=f"invitation {invitation.public_id}",
        invitation=invitation,
        cooperative=cooperative,
        name=person.name if person else "",
        inviter=str(invitation.invited_by) if invitation.invited_by else "",
        url=address(code),
    )
    if not sent:
        mail_failed(invitation)
    return sent


def address(code: str) -> str:
    """Where a code is opened."""
    return settings.SITE_URL + reverse("members:invitation", args=[code])
