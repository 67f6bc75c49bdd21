"""What tests of signing in share: an app that shows codes, a browser that is signed in, addresses."""

from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from members.models import User
from members.tests.browser import LOGIN
from members.tests.factories import PASSWORD

SECURITY, ELSEWHERE, GO_ON = "/profile/security/", "/profile/security/elsewhere/end/", "/profile/go-on/"
FACTORS = "/accounts/2fa/"
STEP, AGAIN, AGAIN_BY_CODE = f"{FACTORS}authenticate/", "/accounts/reauthenticate/", f"{FACTORS}reauthenticate/"
ACTIVATE, DEACTIVATE = f"{FACTORS}totp/activate/", f"{FACTORS}totp/deactivate/"
CODES, NEW_CODES = f"{FACTORS}recovery-codes/", f"{FACTORS}recovery-codes/generate/"
NOON = datetime(2034, 3, 2, 12, 0, 0, tzinfo=UTC)  # later than anything the factories enter as of today
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 Version/18.5 Mobile/15E148 Safari/604.1"


def at(**later: float) -> Any:
    """Stand still at a moment after noon."""
    return time_machine.travel(NOON + timedelta(**later), tick=False)


def an_app(user: User) -> str:
    """Set up an authenticator app for a user; gives its secret."""
    secret = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def codes_of(user: User) -> list[str]:
    """The user's recovery codes."""
    return RecoveryCodes.activate(user).get_unused_codes()


def code_at(secret: str, moment: datetime) -> str:
    """What the app shows at that moment."""
    return format_hotp_value(hotp_value(secret, int(moment.timestamp()) // 30))


def now_on(secret: str) -> str:
    """What the app shows now."""
    return code_at(secret, datetime.now(UTC))


def signed_in(user: User, **headers: str) -> Client:
    """A browser in which the user gave address and password at the real door."""
    client = Client(headers=headers or {"user-agent": FIREFOX})
    client.post(LOGIN, {"login": user.email, "password": PASSWORD})
    return client
