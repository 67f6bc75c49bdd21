"""Plain mails that tell an owner what happened with their login."""

import logging
from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation

from .models import User

_log = logging.getLogger(__name__)


def tell(user: User, letter: str, **facts: Any) -> bool:
    """Write to the owner of a login, in their language; `letter` names two templates, subject and message.

    A mail that cannot be sent is logged and not raised: what it tells of has happened. False for one.
    """
    ways = {"keys_url": reverse("members:keys"), "password_url": reverse("account_reset_password")}
    shown = {**facts, "user": user, **{key: settings.SITE_URL + way for key, way in ways.items()}}
    return write(user.email, letter, user.locale, about=f"user {user.public_id}", **shown)


def write(email: str, letter: str, locale: str, *, about: str, **facts: Any) -> bool:
    """Write to an address in a language (empty: the installation's); False for a mail that could not be sent.

    That is logged with `about` in the place of the address, which the log does not need.
    """
    with translation.override(locale or settings.LANGUAGE_CODE):
        shown = {**facts, "site": settings.SITE_URL}
        parts = [render_to_string(f"members/letters/{letter}_{part}.txt", shown).strip() for part in ("subject", "message")]
    try:
        EmailMessage(" ".join(parts[0].split()), parts[1] + "\n", to=[email]).send()
    except OSError:
        _log.exception("the letter %s to %s could not be sent", letter, about)
        return False
    return True
