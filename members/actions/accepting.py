"""Verbs of the invited: open an invitation, come in by it with a login or with a new one, ask for it once more.

Whoever holds a code has entered nothing yet: the code itself says which cooperative it opens.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, Invalid, NotFound, RuleBroken, action, refuse_invisible
from cooperatives.events import record
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor, may
from cooperatives.queries import enter

from ..codes import resolve
from ..endings import let_go
from ..events import INVITATION_USED, LOGIN_LINKED
from ..models import Invitation, InvitationUse, Membership, Person, User
from ..queries import grants_on, today_in
from ..roles import Role
from .invitations import PLAIN, _again
from .locking import lock_cooperative
from .register.entering import take_in
from .register.locking import public
from .register.roles import give


class Over(Conflict):
    """The invitation lets nobody in any more; the code says why: revoked, used, expired or void."""


class OtherAddress(Conflict):
    """Who is signed in has another address than the invitation: they have to say that they mean it."""

    code = "other_address"


class Opened(NamedTuple):
    """An invitation as its holder sees it: why it lets nobody in (None: it does), and whether its address has a login."""

    invitation: Invitation
    over: Over | None
    has_login: bool


class Joined(NamedTuple):
    """Who came in, and where."""

    membership: Membership
    cooperative: Cooperative
    user: User


@contextmanager
def _opened(code: str, user_id: int | None = None) -> Iterator[Invitation]:
    """Enter the cooperative of a code and give its invitation. Raises NotFound for a code that opens nothing."""
    known = resolve(code)
    if known is None:
        raise NotFound("unknown_code", _("Nobody is waiting for this code. It may have been replaced by a newer one."))
    with enter([known.cooperative_id], user_id):
        rows = Invitation.objects.select_related("person", "cooperative", "invited_by__person", "invited_by__user")
        row = rows.filter(public_id=known.invitation).first()
        if row is None:
            raise NotFound("unknown_code", _("Nobody is waiting for this code. It may have been replaced by a newer one."))
        yield row


@action
def open_invitation(code: str, *, noted: bool = True) -> Opened:
    """What a code opens, noted as opened the first time. Raises NotFound for one that opens nothing."""
    with _opened(code) as row:
        if noted and row.opened_at is None and row.revoked_at is None:
            Invitation.objects.filter(pk=row.pk, opened_at=None).update(opened_at=timezone.now())
        return Opened(row, _why_over(row), bool(row.email) and User.objects.filter(email=row.email).exists())


def _why_over(row: Invitation) -> Over | None:
    try:
        refuse_over(row)
    except Over as over:
        return over
    return None


def refuse_over(row: Invitation) -> None:
    """Raise Over unless the invitation lets somebody in now; inside its cooperative."""
    if row.revoked_at is not None or (row.person is not None and row.person.erased_at is not None):
        raise Over("revoked", _("This invitation was taken back. Ask who invited you for a new one."))
    if row.uses >= row.most_uses:
        raise Over("used", _("This invitation was used already. If that was you, sign in."))
    if row.expires_at <= timezone.now():
        raise Over("expired", _("This invitation has ended. Ask for a new one."))
    if row.role not in PLAIN and not _still_meant(row):
        raise Over("void", _("Who invited you may not give this role any more. Ask an admin for a new invitation."))


def _still_meant(row: Invitation) -> bool:
    """Whether who invited somebody to an office may grant it still: their own right may have ended since."""
    if row.invited_by is None:
        return True
    day = today_in(row.cooperative.time_zone)
    admin = row.invited_by.grants.filter(grants_on(day), role=Role.ADMIN).exists()
    return row.invited_by.is_current(on=day) and admin and bool(row.invited_by.user and row.invited_by.user.is_active)


@action
def accept(actor: Actor, code: str, *, sure: bool = False) -> Joined:
    """Come in by an invitation with the login of the actor, as the person of the register whom it names.

    `sure`: also where the invitation went to another address. Raises NotFound for an unknown code, Over with the reason,
    OtherAddress, Conflict for who is a member already, Forbidden for a key or a token of one cooperative.
    """
    if not may(actor, "members.accept"):
        raise Forbidden("forbidden", _("Sign in yourself to come in: a key, or a token of one cooperative, cannot."))
    with _opened(code, actor.user_id) as row:
        if row.email and row.email != actor.user.email and not sure:
            raise OtherAddress("other_address", _("This invitation was sent to another address. Say that you mean it."))
        return _come_in(actor, row)


@action
def join(code: str, *, name: str, password: str) -> Joined:
    """Make a login for who was invited by mail, and come in with it. The mail proves its address, so none is sent.

    Raises what `accept` raises, RuleBroken where the invitation names no address, Conflict for one that has a login,
    Invalid for a name or password that will not do.
    """
    with _opened(code) as row:
        refuse_over(row)
        if row.way != Invitation.Way.MAIL:
            raise RuleBroken("no_address", _("Make an account first, then open the invitation again."))
        user = _new_login(row.email, name.strip(), password)
        # A new login stands nowhere yet, so there is nothing to look up.
        return _come_in(Actor(user=user), row)


def _new_login(email: str, name: str, password: str) -> User:
    if not name:
        raise Invalid("no_name", _("Write the name people know you by."), "name")
    refuse_invisible(name)
    if User.objects.filter(email=email).exists():
        raise Conflict("has_login", _("There is a login for this address already. Sign in, and you can join."))
    try:
        get_adapter().clean_password(password, user=User(email=email, name=name))
    except ValidationError as error:
        raise Invalid("password", error.messages[0], "password") from error
    user = User.objects.create_user(email, password, name=name[:150])
    EmailAddress.objects.create(user=user, email=email, verified=True, primary=True)
    return user


def _come_in(actor: Actor, row: Invitation) -> Joined:
    lock_cooperative(row.cooperative)
    row.refresh_from_db(fields=["uses", "revoked_at", "expires_at"])
    refuse_over(row)
    user, day = actor.user, today_in(row.cooperative.time_zone)
    if Membership.objects.filter(cooperative=row.cooperative, user=user).exclude(left_on__lte=day).exists():
        raise Conflict("already_member", _("You belong to this cooperative already."))
    _use(row)
    member = _linked(actor, row) or _entered(actor, row)
    InvitationUse.objects.create(cooperative_id=row.cooperative_id, invitation=row, membership=member)
    record(INVITATION_USED, actor, row, invitation=str(row.public_id), user_id=public(user))
    let_go(user)
    return Joined(member, row.cooperative, user)


def _use(row: Invitation) -> None:
    """Count one more use. One statement: of many at one instant no more get through than may."""
    open_now = Invitation.objects.filter(pk=row.pk, revoked_at=None, expires_at__gt=timezone.now(), uses__lt=F("most_uses"))
    if not open_now.update(uses=F("uses") + 1):
        raise Over("used", _("This invitation was used already. If that was you, sign in."))


def _linked(actor: Actor, row: Invitation) -> Membership | None:
    """The membership of the invited person, now with the login: data and number stay. None when there is no such one."""
    rows = Membership.objects.select_related("person", "user", "cooperative")
    member: Membership | None = rows.filter(cooperative=row.cooperative, person=row.person, left_on=None).first()
    if row.person is None or member is None:
        return None
    if member.user is not None:
        raise Over("used", _("This person can sign in already. If that is you, sign in."))
    member.user = actor.user
    member.version += 1
    member.save(update_fields=["user", "version"])
    _fill_address(row.person, actor.user.email)
    record(LOGIN_LINKED, actor, member, user_id=public(actor.user))
    day = max(today_in(row.cooperative.time_zone), member.joined_on)
    if not member.grants.filter(grants_on(day), role=row.role).exists():
        give(actor, member, row.role, day)
    return member


def _fill_address(person: Person, email: str) -> None:
    if not person.email:
        person.email, person.version = email, person.version + 1
        person.save(update_fields=["email", "version"])


def _entered(actor: Actor, row: Invitation) -> Membership:
    """A new membership: of the invited person, or of somebody new under the name of the login."""
    roles = (row.role,) if row.role in PLAIN else (row.role, Role.MEMBER)
    said = {} if row.person else {"name": str(actor.user)[:150], "email": actor.user.email}
    return take_in(actor, row.cooperative, roles, person=row.person, user=actor.user, **said)


@action
def ask_again(code: str) -> Invitation:
    """Have a mailed invitation that has ended sent once more, to the same address.

    Raises Over for one that was taken back or used, Conflict for one that is open or was no mail, TooMany.
    """
    with _opened(code) as row:
        lock_cooperative(row.cooperative)
        row.refresh_from_db(fields=["uses", "revoked_at", "expires_at", "sent_count", "mails_due"])
        over = _why_over(row)
        if over is None:
            raise Conflict("still_open", _("This invitation is open. You can join now."))
        if over.code != "expired" or row.way != Invitation.Way.MAIL:
            raise over
        return _again(SYSTEM, row).invitation
