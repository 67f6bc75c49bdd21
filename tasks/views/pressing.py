"""What the press of a button does, where there is no form to show a refusal in."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.utils.translation import gettext as _

from cooperatives.actions import RuleBroken, Stale
from cooperatives.web import CoopRequest, as_page


def pressed(request: CoopRequest, act: Callable[..., Any], *args: Any, **facts: Any) -> bool:
    """Act; a refusal becomes a message, and what is not there or not allowed its page. True when it is done."""
    try:
        act(request.actor, *args, **facts)
    except Stale:
        messages.error(request, _("Somebody changed this in the meantime, so nothing was done. Look at it and press again."))
    except RuleBroken as broken:
        as_page(broken)
        messages.error(request, broken.sentence)
    else:
        return True
    return False
