"""Verbs about second factors that are done for somebody else; their owner uses the page Security."""

import logging

from allauth.mfa.models import Authenticator
from django.db import transaction

from cooperatives.actions import action
from cooperatives.events import record
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter

from ..events import FACTORS_RESET
from ..letters import tell
from ..models import Membership, User

_log = logging.getLogger(__name__)


@action
def reset_factors(user: User) -> int:
    """Take every second factor from a login whose owner lost them, and sign it out everywhere; returns how many factors.

    Recorded in each of its cooperatives, and told to the owner: it opens a door that was shut twice. The password stays.
    """
    found = Authenticator.objects.filter(user=user)
    count = found.exclude(type=Authenticator.Type.RECOVERY_CODES).count()
    found.delete()  # which ends every sign-in: see sessions.factors_changed
    standings = Actor.of(user).standings
    with enter(standings):
        for member in Membership.objects.select_related("person").filter(pk__in=[it.membership_id for it in standings.values()]):
            record(FACTORS_RESET, SYSTEM, member, user_id=str(user.public_id), factors=count)
    _log.warning("user %s: %d second factors were reset", user.public_id, count)
    transaction.on_commit(lambda: tell(user, "factors_reset"))
    return count
