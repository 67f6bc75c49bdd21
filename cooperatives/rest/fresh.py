"""What asks for a fresh sign-in in the API: roles, exports, money."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from ..actions import RuleBroken
from ..policy import sign_ins


class SignInAgain(RuleBroken):
    """Right person, but it is too long ago that they proved it."""

    status, code = 403, "sign_in_again"


def prove(request: Any) -> None:
    """Raise SignInAgain unless who acts signed in within the last minutes; refreshing tokens does not count, keys never do."""
    if not sign_ins().is_fresh(request):
        raise SignInAgain(
            "sign_in_again", _("This needs a sign-in of the last five minutes, not a key. Sign in again, then repeat it.")
        )
