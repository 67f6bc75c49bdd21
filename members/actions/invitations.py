"""Verbs of the office about invitations: invite one or everybody, send or print again, take back."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, RuleBroken, TooMany, action, check, count, expect
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import Actor

from ..codes import forget, renew
from ..events import INVITATION_RENEWED, INVITATION_REVOKED, INVITED, INVITED_MANY
from ..models import Invitation, Membership, Person
from ..queries import addresses_with_login, due_invitations, open_slips, to_invite
from ..roles import Role
from ..waking import wake
from .locking import lock_cooperative
from .register.locking import known

SPAN, LONGEST_SPAN = 14, 90  # days
MOST_USES = 200
MOST_AN_HOUR = 100  # single invitations of one cooperative
AGAIN_A_DAY = 5  # times one invitation is sent or printed again
PLAIN = frozenset({Role.MEMBER, Role.OBSERVER})
MAILER = "members.send_invitations"


class Made(NamedTuple):
    """A new invitation, and the code that goes with it where it is handed over instead of mailed."""

    invitation: Invitation
    code: str = ""


@dataclass(frozen=True)
class Many:
    """What inviting everybody came to: mails that leave, slips to print, and people who were passed over."""

    mails: int = 0
    slips: int = 0
    passed: int = 0


# --- One --------------------------------------------------------------------------------------------------------------


@action
def invite(
    actor: Actor,
    cooperative: Cooperative,
    *,
    way: str = Invitation.Way.MAIL,
    role: str = Role.MEMBER,
    email: str = "",
    person: Person | None = None,
    most_uses: int = 1,
    days: int = SPAN,
) -> Made:
    """Invite by mail to an address, by a link, or by a slip for a person of the register. A mail leaves after the commit.

    Whoever of the register has the address comes in as themselves. An office needs the right to grant it.
    Raises Conflict for who is a member with a login or waited for already, TooMany, RuleBroken naming the field.
    """
    check(actor, "members.invite", cooperative)
    if role not in PLAIN:
        check(actor, "members.grant", cooperative)
    email = email.strip().lower()
    _validate(way, role, email, person, most_uses, days)
    lock_cooperative(cooperative)
    again = actor.again()
    check(again, "members.invite" if role in PLAIN else "members.grant", cooperative)
    _throttle(f"invitations:{cooperative.pk}", MOST_AN_HOUR, 3600)
    if person is None and email:
        person = _person_of(cooperative, email)
    _refuse_twice(cooperative, email, person)
    made = Invitation(cooperative=cooperative, way=way, role=role, email=email, person=person, most_uses=most_uses)
    code = _made(again, made, days)
    record(INVITED, actor, made, invitation=str(made.public_id), way=str(way), role=str(role))
    return Made(made, code)


def _validate(way: str, role: str, email: str, person: Person | None, most_uses: int, days: int) -> None:
    known([role])
    if way not in Invitation.Way.values:
        raise RuleBroken("unknown_way", _("Choose e-mail, link or slip."), "way")
    if not 1 <= days <= LONGEST_SPAN:
        raise RuleBroken("invitation_days", _("An invitation lasts from 1 to 90 days."), "days")
    if way == Invitation.Way.MAIL:
        _validate_address(email)
    elif email:
        raise RuleBroken("needless_email", _("Only an invitation by e-mail has an address."), "email")
    if way == Invitation.Way.SLIP and person is None:
        raise RuleBroken("no_person", _("Choose whom of the register the slip is for."), "person")
    if not 1 <= most_uses <= (MOST_USES if way == Invitation.Way.LINK and person is None and role in PLAIN else 1):
        sentence = _("A link for plain members lets in up to 200 people; every other invitation lets in one.")
        raise RuleBroken("most_uses", sentence, "most_uses")


def _validate_address(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError as error:
        raise RuleBroken("no_email", _("Write the e-mail address to invite."), "email") from error


def _throttle(name: str, most: int, span: int) -> None:
    counted = count(name, most, span)
    if not counted.has_room:
        raise TooMany("throttled", _("That is a lot of invitations for now. Wait a while, then go on."), wait=counted.wait)


def _person_of(cooperative: Cooperative, email: str) -> Person | None:
    """Who of the register has this address, if that is one person."""
    found = list(Person.objects.filter(cooperative=cooperative, email__iexact=email, erased_at=None)[:2])
    return found[0] if len(found) == 1 else None


def _refuse_twice(cooperative: Cooperative, email: str, person: Person | None) -> None:
    linked = Membership.objects.filter(cooperative=cooperative, person=person, left_on=None).exclude(user=None)
    if (email and email in addresses_with_login(cooperative)) or (person is not None and linked.exists()):
        raise Conflict("already_member", _("This person is a member already and can sign in."), "email")
    rows = Invitation.objects.filter(cooperative=cooperative, revoked_at=None, uses=0)
    _clear_ended(cooperative, [person.pk] if person else [])
    waiting = rows.filter(person=person) if person else rows.filter(email=email, expires_at__gt=timezone.now())
    if (person or email) and waiting.exists():
        sentence = _("This person is invited already. Send that invitation again, or take it back first.")
        raise Conflict("already_invited", sentence, "email")


def _clear_ended(cooperative: Cooperative, persons: Iterable[int]) -> None:
    """Take back what has ended of these people: they are invited anew, and have one open invitation at a time."""
    ended = Invitation.objects.filter(cooperative=cooperative, person__in=list(persons), revoked_at=None, uses=0)
    for row in ended.filter(expires_at__lte=timezone.now()):
        _take_back(row)


def _made(actor: Actor, row: Invitation, days: int) -> str:
    """Save a new invitation and have it sent, or draw its code to be handed over."""
    standing = actor.standing(row.cooperative_id)
    row.invited_by_id = standing.membership_id if standing else None
    row.expires_at = timezone.now() + timedelta(days=days)
    if row.way == Invitation.Way.MAIL:
        row.mails_due = 1
        row.save()
        wake(MAILER, row.cooperative_id)
        return ""
    if row.way == Invitation.Way.LINK:
        row.sent_at, row.sent_count = timezone.now(), 1
        row.save()
        return renew(row)
    row.save()
    return ""  # a slip gets its code when it is printed


# --- Everybody --------------------------------------------------------------------------------------------------------


def parted(memberships: Iterable[Membership], taken: set[str]) -> tuple[list[Membership], list[Membership]]:
    """Who gets a mail and who a slip: those without an address, or with one that somebody here signs in with.

    `taken` are addresses in lower case. People who share one get a mail each, which says whom it is for: whoever is first
    to come in signs in with that address, and everybody else makes an account with another.
    """
    mails: list[Membership] = []
    slips: list[Membership] = []
    for member in memberships:
        email = member.person.email.strip().lower()
        (slips if not email or email in taken else mails).append(member)
    return mails, slips


@action
def invite_many(actor: Actor, cooperative: Cooperative, *, memberships: Iterable[Membership] | None = None) -> Many:
    """Invite these members, or everybody, who cannot sign in and whom no open invitation waits for, in one act.

    Who has an address gets a mail, also where several share one; everybody else a slip to print. Called again it invites
    nobody twice.
    Raises Conflict when there is nobody to invite.
    """
    check(actor, "members.invite", cooperative)
    chosen = None if memberships is None else {member.pk for member in memberships}
    lock_cooperative(cooperative)
    actor = actor.again()
    check(actor, "members.invite", cooperative)
    _throttle(f"invite-many:{cooperative.pk}", 20, 3600)
    open_to = to_invite(cooperative, now=timezone.now())
    waiting = list(open_to if chosen is None else open_to.filter(pk__in=chosen))
    if not waiting:
        raise Conflict("nobody_to_invite", _("Everybody can sign in already or has an open invitation. Nothing was sent."))
    _clear_ended(cooperative, [member.person_id for member in waiting])
    mails, slips = parted(waiting, addresses_with_login(cooperative))
    _make_all(actor, cooperative, mails, slips)
    record(INVITED_MANY, actor, cooperative, mails=len(mails), slips=len(slips))
    passed = 0 if chosen is None else len(chosen) - len(waiting)
    return Many(len(mails), len(slips), passed)


def _make_all(actor: Actor, cooperative: Cooperative, mails: list[Membership], slips: list[Membership]) -> None:
    standing = actor.standing(cooperative.pk)
    facts = {
        "cooperative": cooperative,
        "expires_at": timezone.now() + timedelta(days=SPAN),
        "invited_by_id": standing.membership_id if standing else None,
    }
    by_mail = [
        Invitation(way=Invitation.Way.MAIL, email=member.person.email.strip().lower(), person=member.person, mails_due=1, **facts)
        for member in mails
    ]
    by_slip = [Invitation(way=Invitation.Way.SLIP, person=member.person, **facts) for member in slips]
    Invitation.objects.bulk_create([*by_mail, *by_slip])
    if by_mail:
        wake(MAILER, cooperative.pk)


# --- Afterwards -------------------------------------------------------------------------------------------------------


def _locked(actor: Actor, invitation: Invitation) -> Invitation:
    """The invitation as it is now that nobody else can change it; the right is asked once more."""
    lock_cooperative(invitation.cooperative)
    row: Invitation = Invitation.objects.select_related("person", "cooperative").get(pk=invitation.pk)
    check(actor.again(), "members.invite", row)
    return row


def _refuse_over(row: Invitation) -> None:
    if row.revoked_at is not None:
        raise Conflict("revoked", _("This invitation was taken back. Make a new one."))
    if row.uses >= row.most_uses:
        raise Conflict("used", _("This invitation was used already."))


@action
def resend(actor: Actor, invitation: Invitation, *, version: int | None) -> Made:
    """Send or draw an invitation again, for another fourteen days; what was sent before opens nothing any more.

    A link gets its new code at once, a mail when it leaves, a slip when it is printed.
    Raises Conflict for one that was used or taken back, Stale for a second press, TooMany for more than five times a day.
    """
    check(actor, "members.invite", invitation)
    row = _locked(actor, invitation)
    expect(row, version)
    if row.role not in PLAIN:
        check(actor.again(), "members.grant", row)
    _refuse_over(row)
    return _again(actor, row)


def _again(actor: Actor, row: Invitation) -> Made:
    _throttle(f"invitation:{row.pk}", AGAIN_A_DAY, 86400)
    forget(row)
    row.expires_at = max(row.expires_at, timezone.now() + timedelta(days=SPAN))
    row.opened_at = row.failed_at = None
    row.version += 1
    code = ""
    if row.way == Invitation.Way.MAIL:
        # Not one more: asked for three times before the job runs, it is one mail.
        row.mails_due = row.sent_count + 1
        wake(MAILER, row.cooperative_id)
    elif row.way == Invitation.Way.LINK:
        row.sent_at, row.sent_count, code = timezone.now(), row.sent_count + 1, renew(row)
    row.save()
    record(INVITATION_RENEWED, actor, row, invitation=str(row.public_id))
    return Made(row, code)


@action
def print_slips(actor: Actor, cooperative: Cooperative, *, version: int | None) -> list[Made]:
    """Draw new codes for all open slips, to be printed now: codes that were printed before open nothing any more.

    `version` is the sum of theirs. Raises Conflict when there is none, or they are others by now (a second press).
    """
    check(actor, "members.invite", cooperative)
    lock_cooperative(cooperative)
    check(actor.again(), "members.invite", cooperative)
    slips = list(open_slips(cooperative))
    if not slips:
        raise Conflict("no_slips", _("There is no slip to print. Invite people without an e-mail address first."))
    if version != sum(row.version for row in slips):
        raise Conflict("printed", _("These slips were made or changed a moment ago. Look whether you need them once more."))
    return [_printed(actor, row) for row in slips]


def _printed(actor: Actor, row: Invitation) -> Made:
    if row.sent_count:
        record(INVITATION_RENEWED, actor, row, invitation=str(row.public_id))
    row.sent_at, row.sent_count, row.opened_at = timezone.now(), row.sent_count + 1, None
    row.version += 1
    row.expires_at = max(row.expires_at, timezone.now() + timedelta(days=SPAN))
    row.save()
    return Made(row, renew(row))


@action
def revoke(actor: Actor, invitation: Invitation) -> None:
    """Take an invitation back: it lets nobody in any more. Who came in by it stays. Twice is no error.

    Raises Conflict when it was used up.
    """
    check(actor, "members.invite", invitation)
    row = _locked(actor, invitation)
    if row.revoked_at is not None:
        return
    _refuse_over(row)
    _take_back(row)
    record(INVITATION_REVOKED, actor, row, invitation=str(row.public_id))


def _take_back(row: Invitation) -> None:
    # The code stays known, so that who holds it reads that it was taken back.
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])


# --- Sending ----------------------------------------------------------------------------------------------------------


@action
def claim_mail(invitation: Invitation) -> str:
    """Count a due mail as sent, before it is; its new code, or an empty string when it is not due or somebody else claimed it."""
    now = timezone.now()
    due = due_invitations(invitation.cooperative).filter(pk=invitation.pk, sent_count=invitation.sent_count)
    changed = {"sent_count": F("sent_count") + 1, "sent_at": now, "failed_at": None}
    claimed = Invitation.objects.filter(pk__in=list(due.values_list("pk", flat=True)), sent_count=invitation.sent_count)
    return renew(invitation) if claimed.update(**changed) else ""


@action
def mail_failed(invitation: Invitation) -> None:
    """Note that a mail could not be sent, so that the office sees it and sends it again."""
    Invitation.objects.filter(pk=invitation.pk).update(failed_at=timezone.now())
