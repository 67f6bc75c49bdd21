"""What this room puts into the world of the proofs (config/tests/proof/world.py)."""

from typing import Any

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.test import Client

from members.actions import admit, create_key, end_membership, grant_role
from members.models import ApiKey, TokenFamily, User
from members.roles import Role
from members.tokens import issue

from .homes import filling as homes
from .importing import filling as importing
from .people import filling as people
from .privacy import filling as privacy
from .regpages import filling as regpages
from .ways import filling as ways

PARAMS = {
    **ways.PARAMS,
    "members:person": {"public_id": "members.user"},
    "members:key_end": {"pk": "members.apikey"},
    "members:end_place": {"key": "usersessions.usersession"},
    "members:end_program": {"family": "members.tokenfamily"},
    **regpages.PARAMS,
    **importing.PARAMS,
    **privacy.PARAMS,
}

REFERENCES = {
    "members:key_new": {"cooperative_id": "cooperatives.cooperative"},
    **regpages.REFERENCES,
    **ways.REFERENCES,
}


def fill(world: Any, side: str) -> None:
    """A person without a login, one who holds an office, one who has left; a key and two sign-ins of the admin."""
    cooperative = world.cooperatives[side]
    with world.inside(side) as actor:
        mark = world.say(side, "").strip().lower()
        admit(actor, cooperative, name=world.say(side, "Grace Baker"), email=f"grace.{mark}@example.org")
        officer = admit(actor, cooperative, name=world.say(side, "Otto Lang"))
        grant_role(actor, officer, role=Role.SECRETARY)
        end_membership(actor, admit(actor, cooperative, name=world.say(side, "Gone Again")))
        if not ApiKey.objects.filter(user=actor.user).exists():
            world.choose(side, create_key(actor, name=world.say(side, "Wall screen"))[0])
        world.choose(side, _signed_in_elsewhere(world, side, actor.user))
        issue(actor.user)
        world.choose(side, TokenFamily.objects.filter(user=actor.user).latest("created_at"))
    homes.fill(world, side)
    people.fill(world, side)
    regpages.fill(world, side)
    ways.fill(world, side)
    privacy.fill(world, side)
    importing.fill_imports(world, side)  # last: what comes after an import keeps it from being undone


def _signed_in_elsewhere(world: Any, side: str, user: User) -> UserSession:
    browser = Client()
    browser.force_login(user)
    key = browser.cookies[settings.SESSION_COOKIE_NAME].value
    facts = {"ip": "192.0.2.7", "user_agent": world.say(side, "Browser"), "session_key": key}
    return UserSession.objects.get_or_create(user=user, session_key=key, defaults=facts)[0]
