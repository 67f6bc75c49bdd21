"""What allauth's second factors ask us: names, keys under lock, whether one factor may go."""

import base64
from typing import Any
from urllib.parse import urlsplit

from allauth.account.adapter import get_adapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.crypto import salted_hmac
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from .devices import device

_LOST = _("This installation has lost the key to your second factor. Ask who keeps it to reset your factors.")


class Unreadable(ImmediateHttpResponse, ValidationError):
    """A stored secret that no key of ours opens: a form's error, nothing in a template, a way back from a page."""

    silent_variable_failure = True

    def __init__(self) -> None:
        ValidationError.__init__(self, _LOST, code="unreadable")

    @property
    def response(self) -> Any:
        """Where a page leads that would have shown the secret."""
        messages.error(context.request, str(_LOST))
        return redirect("members:security")


class Adapter(DefaultMFAAdapter):
    """Stored secrets are encrypted: who reads the database, or a backup, holds nobody's second factor."""

    error_messages: dict[str, str | Promise] = {
        **DefaultMFAAdapter.error_messages,
        "add_email_blocked": _("Remove your second factors before you add an address; then set them up again."),
        "cannot_generate_recovery_codes": _("Set up an app or a passkey first: recovery codes stand in for those."),
        "incorrect_code": _("This code is not right, or was used before. Wait for the next one and try again."),
        "unverified_email": _("Confirm all your e-mail addresses first; the mails with the links are on their way."),
    }

    def encrypt(self, text: str) -> str:
        """The text as it is stored."""
        return _locks().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """The text again, also when it was stored under a former key. Raises Unreadable under a foreign one."""
        try:
            return _locks().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise Unreadable from error

    def get_totp_issuer(self) -> str:
        """What an authenticator app writes above the code: several installations must be told apart."""
        return f"Cooperator {urlsplit(settings.SITE_URL).netloc}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """A passkey belongs to the public host name, whichever name this request came by."""
        return {"id": urlsplit(settings.SITE_URL).hostname or "localhost", "name": self.get_totp_issuer()}

    def generate_authenticator_name(self, user: Any, type: Authenticator.Type) -> str:  # noqa: A002
        """What a new passkey is called unless its owner says otherwise: the device it is made on."""
        return device(get_adapter().get_http_user_agent(context.request))


def _locks() -> MultiFernet:
    return MultiFernet([_lock(secret) for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)])


def _lock(secret: str) -> Fernet:
    digest = salted_hmac("members.security.factors", "", secret=secret, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(digest))
