"""Two cooperatives with every kind of row in them, made by real actions, and the people who knock at their doors.

A room adds what it owns in `<room>/tests/filling.py`, found by name:
    fill(world, side)   makes real rows of the room on one side ("here" or "there"); called again, it makes more
    PARAMS              route name -> {parameter of its address -> model label}, where it is no viewset or admin page
    REFERENCES          route name -> {field of a form that holds an id -> model label}, where no valid body has it
"""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress
from django.apps import apps
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import UUIDField
from django.test import Client
from django.utils import timezone

from config.rooms import modules
from cooperatives.actions import found
from cooperatives.fences.declared import owned_models
from cooperatives.models import Cooperative, OwnedModel
from cooperatives.policy import ANONYMOUS, SYSTEM, Actor
from cooperatives.queries import enter
from members.actions import admit, end_membership
from members.models import Membership, User
from members.roles import Role
from members.tokens import issue
from tasks.models import Task

from .numbering import numbered_from
from .surface import Door

HERE, THERE, NOWHERE = "here", "there", "nowhere"
SIDES = (HERE, THERE)
MARK = {HERE: "Amberdun", THERE: "Quillfen"}
"""The word in every text of a side. The one of `there` must never reach an actor of `here`."""
PASSWORD = "kettle-lantern-47"
ACTORS = (
    "visitor", "outsider", "observer", "member", "treasurer", "secretary", "admin", "removed", "stranger_admin",
    "system_admin", "keeper",
)  # fmt: skip
"""`system_admin` keeps the installation and is an admin of here; `keeper` keeps it and belongs nowhere."""
HOME = {"stranger_admin": THERE, **dict.fromkeys(("visitor", "outsider", "keeper", "removed"))}
"""Where an actor stands; all others stand here."""
OWNERS = ("admin", "stranger_admin")
"""Whose keys and sign-ins the addresses of each side name."""
_ROLES = {
    "observer": [Role.OBSERVER],
    "member": [Role.MEMBER],
    "treasurer": [Role.TREASURER, Role.MEMBER],
    "secretary": [Role.SECRETARY, Role.MEMBER],
    "system_admin": [Role.ADMIN, Role.MEMBER],
    "removed": [Role.ADMIN, Role.MEMBER],
}
# What addresses hold that means no row.
_WORDS = {"app_label": "tasks", "url": "no/such/page", "role": "member"}
_KEYS = {"object_id": "tasks.task", "slug": "cooperatives.cooperative", "cooperative_pk": "cooperatives.cooperative"}
_NUMBERS = {HERE: 31_000_000, THERE: 57_000_000, NOWHERE: 83_000_000}
_NO_ROW = {"slug": "no-such-place", "pk": 99_123_123, "public_id": uuid.UUID("99999999-1231-4231-8231-999999999999")}


@dataclass
class World:
    """Everything the crawl and the matrix walk in."""

    cooperatives: dict[str, Cooperative] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    rows: dict[str, dict[str, Any]] = field(default_factory=lambda: {HERE: {}, THERE: {}})
    made_at: datetime = field(default_factory=timezone.now)

    @property
    def here(self) -> Cooperative:
        """The cooperative whose people knock."""
        return self.cooperatives[HERE]

    @property
    def there(self) -> Cooperative:
        """The cooperative that nobody of here may ever see."""
        return self.cooperatives[THERE]

    # --- For those who fill ------------------------------------------------------------------------------------------

    def say(self, side: str, words: str) -> str:
        """A text of one side: it holds the side's mark, so that it is known wherever it turns up."""
        return f"{words} {MARK[side]}"

    @contextmanager
    def inside(self, side: str) -> Iterator[Actor]:
        """Act as the admin of one side, inside its cooperative."""
        actor = self.actor("admin" if side == HERE else "stranger_admin")
        with enter([self.cooperatives[side].pk], actor.user_id):
            yield actor

    def choose(self, side: str, row: Any) -> Any:
        """Let this row be the one that addresses of its model name."""
        self.rows[side][row._meta.label_lower] = row
        return row

    # --- For those who knock -----------------------------------------------------------------------------------------

    def actor(self, name: str) -> Actor:
        """The actor as every door would resolve them now."""
        return Actor.of(self.users[name]) if name in self.users else ANONYMOUS

    def client(self, name: str) -> Client:
        """A browser in which this actor has signed in; the visitor's has not."""
        client = Client(raise_request_exception=False)
        if name in self.sessions:
            client.cookies[settings.SESSION_COOKIE_NAME] = self.sessions[name]
        return client

    def token(self, name: str) -> str:
        """An access token of this actor; an empty string for the visitor."""
        return self.tokens.get(name, "")

    def home(self, name: str) -> str | None:
        """The side where this actor stands; None for those who stand nowhere."""
        return HOME.get(name, HERE)

    def people(self, side: str) -> list[str]:
        """The actors who stand on a side."""
        return [name for name in self.users if self.home(name) == side]

    def foreign(self, name: str) -> tuple[str, ...]:
        """The sides of which this actor may see nothing."""
        return {"stranger_admin": (HERE,), "removed": (HERE, THERE)}.get(name, (THERE,))

    def row(self, side: str, label: str) -> Any:
        """The row of a model that addresses name on one side; None where it has none."""
        return self.rows[side].get(label.lower())

    def ids(self, door: Door, side: str) -> dict[str, Any]:
        """Values for the parameters of a door: of here, of there, or of no row at all (`nowhere`)."""
        return {name: self._value(door, name, side) for name in door.params}

    def _value(self, door: Door, name: str, side: str) -> Any:
        if name in _WORDS:
            return _WORDS[name]
        if door.kind == "page" and not door.is_ours:
            return "abc"  # a library's own address: a provider, a key that is none
        if name == "content_type_id":
            return ContentType.objects.get_for_model(Task).pk
        label, attribute = named_by(door, name)
        row = None if side == NOWHERE else self.row(side, label)
        return no_row(label, attribute) if row is None else getattr(row, attribute)


def no_row(label: str, attribute: str) -> Any:
    """What names no row of a model at all, but could."""
    field = apps.get_model(label)._meta.pk if attribute == "pk" else None
    return _NO_ROW["public_id" if isinstance(field, UUIDField) else attribute]


def named_by(door: Door, param: str) -> tuple[str, str]:
    """The model that a parameter of a door names, and by which attribute. Raises KeyError when nobody says it."""
    said = next((room.PARAMS[door.name] for room in modules("tests.filling") if door.name in room.PARAMS), {})
    model = door.model._meta.label_lower if door.model else ""
    label = said.get(param) or (_KEYS.get(param, model) if param != "object_id" else model or _KEYS[param])
    if not label:
        raise KeyError(f"PARAMS in tests/filling.py does not say what {param} of {door.name} names")
    if param == "slug":
        return label, "slug"
    lookup = getattr(door.viewset, "lookup_field", "") if door.kind == "api" else ""
    by_public_id = param == "public_id" or (lookup == "public_id" and param != "cooperative_pk")
    return label, "public_id" if by_public_id else "pk"


def is_personal(door: Door) -> bool:
    """Whether the address names what belongs to one login or one member, and to nobody else of its cooperative."""
    models = [apps.get_model(named_by(door, param)[0]) for param in door.params if door.is_ours]
    return any(hasattr(model, "owner") or (hasattr(model, "user") and not issubclass(model, OwnedModel)) for model in models)


def build() -> World:
    """Make the world. Runs inside a transaction of the caller, who rolls it back."""
    world = World()
    with numbered_from(_NUMBERS) as number:
        number(HERE)
        for name in ACTORS[1:]:
            if name != "stranger_admin":
                world.users[name] = _login(world, HERE, name)
        _settle(world, HERE, "admin", "Linden Court", "housing")
        number(THERE)
        world.users["stranger_admin"] = _login(world, THERE, "stranger_admin")
        _settle(world, THERE, "stranger_admin", "Kilele Chama", "chama")
        number(NOWHERE)
        _sign_in(world)
    _remove(world)
    world.made_at = timezone.now()
    return world


def _login(world: World, side: str, name: str) -> User:
    # Who stands nowhere has nothing of a side.
    marked = name not in HOME or HOME[name] is not None
    facts: dict[str, Any] = {"about": world.say(side, "Grows tomatoes.") if marked else "Grows nothing."}
    called = name.replace("_", " ").title()
    if name in ("system_admin", "keeper"):
        facts["role"] = User.Role.ADMIN
    address = f"{name.replace('_', '-')}.{MARK[side].lower() if marked else 'nowhere'}@example.org"
    user = User.objects.create_user(address, PASSWORD, name=world.say(side, called) if marked else called, **facts)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def _settle(world: World, side: str, founder: str, name: str, kind: str) -> None:
    """Found the cooperative of one side, admit its people, let every room fill it."""
    text = world.say(side, "What we are.")
    facts = {"name": world.say(side, name), "kind": kind, "description": text, "time_zone": "Africa/Nairobi"}
    world.cooperatives[side] = world.choose(side, found(world.actor(founder), **facts))
    world.choose(side, world.users[founder])
    if side == HERE:
        _admit(world)
    fill(world, side)
    with enter([world.cooperatives[side].pk]):
        for model in owned_models():
            if model._meta.label_lower not in world.rows[side] and (row := model.objects.order_by("pk").first()):
                world.choose(side, row)


def fill(world: World, side: str) -> None:
    """Let every room fill one side. A second time there is more of everything, and addresses name what they named."""
    named = dict(world.rows[side])
    for room in modules("tests.filling"):
        room.fill(world, side)
    if set(named) > {Cooperative._meta.label_lower, User._meta.label_lower}:
        world.rows[side] = named


def _admit(world: World) -> None:
    with enter([world.here.pk]):
        for name, roles in _ROLES.items():
            user = world.users[name]
            since = timezone.now().date() - timedelta(days=30)
            admit(SYSTEM, world.here, name=world.say(HERE, name), user=user, roles=roles, on=since)


def _sign_in(world: World) -> None:
    for name, user in world.users.items():
        client = Client()
        client.force_login(user)
        world.sessions[name] = client.cookies[settings.SESSION_COOKIE_NAME].value
        world.tokens[name] = issue(user).access


def _remove(world: World) -> None:
    """End the membership of the one who was removed: their session and token are older than that."""
    with enter([world.here.pk]):
        end_membership(SYSTEM, Membership.objects.get(user=world.users["removed"]))
