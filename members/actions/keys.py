"""Verbs about personal API keys. A login belongs to no cooperative, so these leave no event in one; the owner is mailed."""

import logging
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import Conflict, Forbidden, RuleBroken, TooMany, action, count
from cooperatives.policy import Actor, may

from ..endings import let_go
from ..keys import mint
from ..letters import tell
from ..models import ApiKey, Scope, User

SPAN, LONGEST_SPAN = 90, 365  # days
MOST_OPEN = 20
MOST_AN_HOUR = 20
_log = logging.getLogger(__name__)


@action
def create_key(
    actor: Actor, *, name: str, scope: str = Scope.READ, cooperative_id: int | None = None, days: int = SPAN
) -> tuple[ApiKey, str]:
    """Make a key for the actor; the second of the pair is its text, which nobody can ask for again.

    Raises Forbidden for whoever acts with a key or for one cooperative only, RuleBroken naming the field that is wrong,
    Conflict for a name in use, TooMany for more than twenty in an hour.
    """
    may_handle(actor)
    counted = count(f"keys:{actor.user_id}", MOST_AN_HOUR, 3600)
    if not counted.has_room:
        raise TooMany("throttled", _("You have made many keys within an hour. Wait a while."), wait=counted.wait)
    name = name.strip()
    _validate(actor, name, scope, cooperative_id, days)
    _make_room(actor, name)
    text, prefix, digest = mint()
    end = timezone.now() + timedelta(days=days)
    kept = {"name": name, "scope": scope, "cooperative_id": cooperative_id, "expires_at": end}
    key = ApiKey.objects.create(user=actor.user, prefix=prefix, digest=digest, **kept)
    transaction.on_commit(lambda: tell(actor.user, "new_key", key=key))
    _log.warning("user %s made the key %s", actor.user.public_id, prefix)
    return key, text


def may_handle(actor: Actor) -> None:
    """Raise Forbidden for whoever did not sign in themselves, or for one cooperative only."""
    if not may(actor, "members.keys"):
        raise Forbidden("forbidden", _("Sign in yourself to handle keys: a key, or a token of one cooperative, cannot."))


def _validate(actor: Actor, name: str, scope: str, cooperative_id: int | None, days: int) -> None:
    if not name or len(name) > 80 or not name.isprintable():
        raise RuleBroken("key_name", _("Write what the key is for, in at most 80 characters."), "name")
    if scope not in Scope.values:
        raise RuleBroken("key_scope", _("Choose whether it may read only, or read and change."), "scope")
    if cooperative_id is not None and actor.standing(cooperative_id) is None:
        raise RuleBroken("key_cooperative", _("Choose one of your cooperatives."), "cooperative")
    if not 1 <= days <= LONGEST_SPAN:
        raise RuleBroken("key_days", _("A key lasts from 1 to 365 days."), "days")


def _make_room(actor: Actor, name: str) -> None:
    """End what is over and has this name; raise Conflict when the name, or every place, is in use."""
    # One writer for each login, so that two at once do not both see the last free place.
    User.objects.select_for_update(no_key=True).get(pk=actor.user.pk)
    mine, now = ApiKey.objects.filter(user=actor.user, ended_at=None), timezone.now()
    mine.filter(name=name, expires_at__lte=now).update(ended_at=now)
    if mine.filter(name=name).exists():
        sentence = _("You have a key of this name. Choose another name, or end that key first.")
        raise Conflict("key_name_taken", sentence, "name")
    if mine.filter(expires_at__gt=now).count() >= MOST_OPEN:
        raise Conflict("too_many_keys", _("You have twenty keys. End one that you do not need any more."))


@action
def end_key(actor: Actor, key: ApiKey) -> None:
    """End a key of one's own, at once and for good; ending it twice is no error."""
    if not may(actor, "members.end_key", key):
        may_handle(actor)
        raise Forbidden("forbidden", _("This key is somebody else's."))
    if ApiKey.objects.filter(pk=key.pk, ended_at=None).update(ended_at=timezone.now()):
        _log.warning("user %s ended the key %s", actor.user.public_id, key.prefix)
    let_go(key.user)
