"""Second factors: who has one, who needs one, and a code that proves it once."""

import re
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.mfa.utils import decrypt, is_mfa_enabled
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.core.checks import CheckMessage, Error
from django.db import transaction

from cooperatives.policy import Actor

from ..roles import Role

APP, PASSKEY, CODES = Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN, Authenticator.Type.RECOVERY_CODES
_LAST = "last_counter"


def has_factor(user: AbstractBaseUser) -> bool:
    """Whether a second factor is set up. Recovery codes alone are none."""
    return bool(is_mfa_enabled(user, [APP, PASSKEY]))


def needs_factor(actor: Actor) -> bool:
    """Whether the actor holds, in any cooperative, a role that this installation wants proved twice.

    Who keeps the installation counts as admin.
    """
    wanted = frozenset(settings.REQUIRE_FACTOR_FOR)
    if actor.is_system_admin and Role.ADMIN in wanted:
        return True
    return any(standing.roles & wanted for standing in actor.standings.values())


def lacks_factor(actor: Actor) -> bool:
    """Whether the actor must set up a second factor before acting. Asks the database only where one is needed."""
    return needs_factor(actor) and not has_factor(actor.user)


def spend(factor: Authenticator, code: str) -> bool:
    """Whether this code of an authenticator app is newer than all that were used; from now on it is not.

    allauth remembers used codes in the cache for 30 seconds, ours live for 90 and a cache may be lost: so the row
    itself remembers, under its lock.
    """
    with transaction.atomic():
        row = Authenticator.objects.select_for_update().get(pk=factor.pk)
        secret, typed = decrypt(row.data["secret"]), re.sub(r"[\W_]", "", code)
        spent = row.data.get(_LAST, -1)
        counters = [it for it in yield_hotp_counters_from_time() if format_hotp_value(hotp_value(secret, it)) == typed]
        fresh = [counter for counter in counters if counter > spent]
        if fresh:
            row.data[_LAST] = min(fresh)
            row.save(update_fields=["data"])
    return bool(fresh)


def refuse_unknown_roles(app_configs: Any, **_: Any) -> list[CheckMessage]:
    """System check: a misspelt role would protect nobody and say nothing."""
    unknown = sorted(set(settings.REQUIRE_FACTOR_FOR) - set(Role.values))
    known = ", ".join(Role.values)
    return (
        [Error(f"REQUIRE_FACTOR_FOR names no role: {', '.join(unknown)}. Roles are {known}.", id="members.E001")]
        if unknown
        else []
    )
