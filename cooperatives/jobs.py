"""What rank 0 does by itself: it forgets old one-time keys, and makes a backup a day where nobody else makes one."""

from datetime import timedelta

from celery import shared_task
from django.db import connection
from django.utils import timezone

from .actions import forget_keys
from .backup import keep_one_a_day
from .queries import each_user


@shared_task(name="cooperatives.back_up", every=timedelta(hours=1))
def back_up() -> None:
    """Looks every hour, because a machine that sleeps at night would miss the hour of the day."""
    # On PostgreSQL the application's role sees a part of the rows only, and the operator has better ways.
    if connection.vendor == "sqlite":
        keep_one_a_day(connection, now=timezone.now())


@shared_task(name="cooperatives.forget_keys", every=timedelta(days=1))
def forget_old_keys() -> None:
    """Remove one-time keys that no longer count."""
    for _user in each_user():
        forget_keys(now=timezone.now())
