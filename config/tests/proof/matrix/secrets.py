"""What must not be read: values of columns that nobody may see, and addresses that only some may."""

import re
from collections.abc import Iterator

from allauth.account.models import EmailAddress
from django.apps import apps
from django.db import connection
from django.db.models import Field, Model

from cooperatives.queries import enter

from ..ledger import past_the_walls
from ..world import HERE, World
from .stock import NEW_ADDRESS

# A column whose name sounds like this is a secret, or somebody's address, or has a reason to be neither.
SOUNDS = re.compile(r"password|secret|seal|digest|salt|token|hash|key|mail|phone|code|credential|session|prefix|agent|^ip$|data$")
NEVER = {
    "account.emailconfirmation.key",
    "activity.detail.salt",
    "cooperatives.oncekey.digest",
    "members.apikey.digest",
    "members.invitationtoken.digest",
    "members.refreshtoken.digest",
    "members.tokenfamily.seal",
    "members.user.password",
    "mfa.authenticator.data",
    "sessions.session.session_data",
    "sessions.session.session_key",
    "socialaccount.socialtoken.token",
    "socialaccount.socialtoken.token_secret",
    "tasks.calendarfeed.digest",
    "usersessions.usersession.session_key",
}
ADDRESSES = {
    "account.emailaddress.email", "members.invitation.email", "members.person.email", "members.user.email",
    "members.waitingentry.email",
}  # fmt: skip
OFFICE = ("admin", "secretary", "stranger_admin", "treasurer", "system_admin")
"""Who sees whom the cooperative invites, who asks to join and who waits for a home."""
OPEN = {
    "activity.event.hash": "the chain is there to be checked",
    "activity.head.hash": "the end of that chain",
    "auth.permission.codename": "Django's own names of things",
    "members.importbatch.digest": "tells that a file is the one that was looked at; never drawn",
    "members.invitation.mails_due": "a number of mails",
    "members.person.phone": "shown as the person chose, and to the office",
    "members.person.other_phones": "the same",
    "members.photo.digest": "names a picture that is shown to whoever may see it",
    "members.unit.code": "what is written on the door",
    "members.waitingentry.phone": "how the office reaches who waits for a home; shown to it alone",
    "members.apikey.prefix": "the beginning of a key, by which its owner knows it; the rest is kept as a digest",
    "usersessions.usersession.data": "empty: allauth keeps it for those who add to it",
    "usersessions.usersession.ip": "shown to its owner alone, on the page of sign-ins",
    "usersessions.usersession.user_agent": "the same",
    "django_celery_beat.periodictask.routing_key": "how the broker sorts jobs; the keeper sets it",
    "socialaccount.socialaccount.extra_data": "the keeper's desk does not show it, see members/admin.py",
    "socialaccount.socialapp.key": "the keeper sets it at the desk",
    "socialaccount.socialapp.secret": "the keeper sets it at the desk",
    "tasks.project.key": "begins the references of tasks",
}


def columns() -> Iterator[tuple[str, type[Model], "Field"]]:
    """Every column of the database by its label."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            yield f"{model._meta.label_lower}.{field.name}", model, field


def sounding() -> set[str]:
    """The labels of all columns whose names sound secret or personal."""
    return {label for label, _model, field in columns() if SOUNDS.search(field.name) and not field.is_relation}


def values(label: str) -> set[str]:
    """What a column holds on all sides, past every manager."""
    model, field = next((model, field) for name, model, field in columns() if name == label)
    quoted = connection.ops.quote_name
    with past_the_walls() as cursor:
        cursor.execute(f"SELECT {quoted(field.column)} FROM {quoted(model._meta.db_table)}")
        return {str(value) for (value,) in cursor.fetchall() if value not in (None, "")}


def _of_the_office(world: World, side: str) -> set[str]:
    """The addresses on the pages about ways in; those of the register stand on the page that invites everybody."""
    with enter([world.cooperatives[side].pk]):
        rows = [
            apps.get_model(label).objects.values_list(column, flat=True)
            for label, column in (
                ("members.Invitation", "email"),
                ("members.JoinRequest", "user__email"),
                ("members.Person", "email"),
                ("members.WaitingEntry", "email"),
            )
        ]
        return {address for found in rows for address in found}


class Secrets:
    """The values themselves, looked for in everything that is sent to one actor."""

    def __init__(self, world: World, actor: str) -> None:
        self.never = {label: values(label) for label in NEVER}
        self.mine = self._allowed(world, actor)
        self.known = set().union(*(values(label) for label in ADDRESSES))

    def _allowed(self, world: World, actor: str) -> set[str]:
        user = world.users.get(actor)
        mine = set(EmailAddress.objects.filter(user=user).values_list("email", flat=True)) if user else set()
        if user is not None and user.is_staff:
            mine |= values("members.user.email")  # logins are the keeper's
        if actor in OFFICE:
            mine |= _of_the_office(world, world.home(actor) or HERE)
        if actor == "system_admin":  # who is a member, too: the desk shows the register
            with enter([world.here.pk]):
                mine |= set(apps.get_model("members.Person").objects.values_list("email", flat=True))
        return mine

    def found_in(self, text: str, besides: set[str] = frozenset()) -> set[str]:
        """What stands in a text that this actor may not read: labels of columns, and addresses."""
        leaked = {label for label, held in self.never.items() if any(value in text for value in held)}
        addresses = {address for address in self.known if address in text} if "@" in text else set()
        return leaked | (addresses - self.mine - besides)


def entered_as(world: World, door_name: str) -> set[str]:
    """Whose address an answer may hold besides, because the request proved to be theirs."""
    if door_name == "account_confirm_email":
        return {NEW_ADDRESS}
    return {world.row(HERE, "members.user").email} if door_name in ("auth-login", "auth-refresh") else set()
