"""What the walk needs besides the world: rows of tables that no room owns, and sessions that were proved just now."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from typing import Any

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress, EmailConfirmation, EmailConfirmationHMAC
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django_celery_beat.models import ClockedSchedule, CrontabSchedule, IntervalSchedule, PeriodicTask, SolarSchedule

from members.models import User

from ..surface import Door
from ..world import HERE, World

SessionStore = import_module(settings.SESSION_ENGINE).SessionStore
NEW_ADDRESS = "outsider-too@example.org"


def stock(world: World) -> None:
    """Rows for every desk, and a secret in every column that holds one."""
    _schedules(world)
    _providers(world)
    EmailAddress.objects.create(user=world.users["outsider"], email=NEW_ADDRESS)
    for name, key in world.sessions.items():
        _prove(world.users[name], key)
        address = EmailAddress.objects.get(user=world.users[name], primary=True)
        EmailConfirmation.objects.create(email_address=address, key=f"confirmation-of-{name}", sent=timezone.now())


def values_for(world: World, door: Door) -> dict[str, Any]:
    """What stands in the address of a door: rows of here, and a key where a mail would have brought one."""
    values = world.ids(door, HERE)
    if door.name == "account_confirm_email":
        values["key"] = EmailConfirmationHMAC.create(EmailAddress.objects.get(email=NEW_ADDRESS)).key
    return values


def desk_body(world: World, door: Door) -> dict[str, Any] | None:
    """A valid form for a desk of a library, which writes its own tables."""
    if door.model is None or door.model._meta.label_lower not in DESKS:
        return None
    row = world.row(HERE, door.model._meta.label_lower)
    acts = {
        "changelist": {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"},
        "delete": {"post": "yes"},
    }
    inline = {"periodictask_set-TOTAL_FORMS": 0, "periodictask_set-INITIAL_FORMS": 0}
    return acts.get(door.name.rpartition("_")[2], DESKS[door.model._meta.label_lower](world) | inline)


def _task_form(world: World) -> dict[str, Any]:
    interval = world.row(HERE, "django_celery_beat.intervalschedule")
    return {"name": "Anew", "task": "activity.jobs.sweep", "interval": interval.pk, "args": "[]", "kwargs": "{}", "headers": "{}"}


DESKS: dict[str, Callable[[World], dict[str, Any]]] = {
    "django_celery_beat.clockedschedule": lambda world: {"clocked_time_0": "2040-01-02", "clocked_time_1": "03:04"},
    "django_celery_beat.crontabschedule": lambda world: {
        **dict.fromkeys(("hour", "day_of_month", "month_of_year", "day_of_week"), "*"), "minute": "9", "timezone": "UTC",
    },
    "django_celery_beat.intervalschedule": lambda world: {"every": 11, "period": "days"},
    "django_celery_beat.periodictask": _task_form,
    "django_celery_beat.solarschedule": lambda world: {"event": "sunrise", "latitude": 3, "longitude": 4},
    "socialaccount.socialapp": lambda world: {
        "provider": "google", "name": "Google", "client_id": "anew", "secret": "t" * 40, "settings": "{}",
    },
}  # fmt: skip


def _schedules(world: World) -> None:
    interval = IntervalSchedule.objects.create(every=9, period="days")
    rows: list[Any] = [
        interval,
        ClockedSchedule.objects.create(clocked_time=timezone.now() + timedelta(days=9)),
        CrontabSchedule.objects.create(minute="7"),
        SolarSchedule.objects.create(event="sunset", latitude=1, longitude=2),
        PeriodicTask.objects.create(name="Nine days", task="activity.jobs.sweep", interval=interval),
    ]
    for row in rows:
        world.choose(HERE, row)


def _providers(world: World) -> None:
    app = SocialApp.objects.create(provider="github", name="GitHub", client_id="cooperator", secret="s" * 40)
    world.choose(HERE, app)
    # Nobody who knocks, so that no cell asks for a code.
    user = User.objects.create_user("devices@example.org", None, name="Somebody With Devices")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"})
    account = SocialAccount.objects.create(user=user, provider="github", uid="uid-of-somebody")
    SocialToken.objects.create(account=account, token="provider-token-1", token_secret="provider-secret-1")
    UserSession.objects.create(user=user, session_key="session-key-of-somebody", ip="192.0.2.7", user_agent="Elsewhere")


def _prove(user: Any, session_key: str) -> None:
    """As if the password had been typed a moment ago."""
    request = HttpRequest()
    request.session = SessionStore(session_key)
    record_authentication(request, user, method="password", reauthenticated=True)
    request.session.save()
