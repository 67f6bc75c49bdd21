"""What must be true of the rows of the whole installation, whichever room they are of."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from ..backup.files import stored_files
from ..checkups import Finding, checkup, doubtful, wrong
from ..references import crossing, dangling

SILENCE = timedelta(minutes=15)  # the schedule notes what it did every few minutes
GRACE = timedelta(days=3)  # the job that clears sessions runs every day
_AROUND = "Something wrote around the database's rules. Compare with a backup, then mend the rows as the owner."


@checkup("file of the database", "the database's file is whole", "rows")
def file_is_whole(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """SQLite's own examination, and the switches that its promises rest on."""
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA quick_check(20)")
        faults = [line for (line,) in cursor.fetchall() if line != "ok"]
        switches = {}
        for name in ("foreign_keys", "recursive_triggers", "journal_mode"):
            cursor.execute(f"PRAGMA {name}")
            switches[name] = cursor.fetchone()[0]
    for line in faults:
        yield wrong(f"the database's file is damaged: {line}", "Restore the last backup.")
    if switches != {"foreign_keys": 1, "recursive_triggers": 1, "journal_mode": "wal"}:
        yield wrong(f"the database runs with other switches than promised: {switches}", "Start it as config/stores.py says.")


@checkup("keys", "every key leads to a row", "rows")
def keys_lead_somewhere(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Keys whose row is gone."""
    for fault in dangling(connection):
        yield wrong(fault, _AROUND)


@checkup("walls", "no key leads into another cooperative", "rows")
def keys_stay_inside(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Keys from a row of one cooperative to a row of another."""
    for fault in crossing(connection):
        yield wrong(fault, _AROUND)


@checkup("files", "every uploaded file has its row, and every row its file", "rows")
def files_and_rows_agree(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Rows without their file are a loss; files without a row only take room."""
    root, claimed = Path(settings.MEDIA_ROOT), _file_columns()
    for model, name in claimed:
        named: models.QuerySet[Any] = models.QuerySet(model).exclude(**{name: ""}).exclude(**{name: None}).order_by()
        for file in named.values_list(name, flat=True).iterator():
            if not (root / file).is_file():
                yield wrong(f"{model._meta.db_table}.{name}: the file {file} is gone", "Restore it from a backup.")
    for file, _path in stored_files(root):
        if not any(models.QuerySet(model).filter(**{name: file}).exists() for model, name in claimed):
            yield doubtful(f"no row speaks of the file {file}", "Remove it, if nobody misses it.")


def _file_columns() -> list[tuple[type[models.Model], str]]:
    return [
        (model, field.name)
        for model in apps.get_models()
        if model._meta.managed and not model._meta.proxy
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.FileField)
    ]


@checkup("schedule", "what is to be done regularly is done", "rows")
def schedule_runs(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """When beat last noted down that it did something, and sessions that it should have cleared."""
    last = PeriodicTask.objects.aggregate(last=models.Max("last_run_at"))["last"]
    if last is None or timezone.now() - last > SILENCE:
        since = f"since {last:%Y-%m-%d %H:%M} UTC" if last else "ever"
        yield doubtful(f"the schedule has not run {since}", "Start the server, or beat and a worker.")
    if over := Session.objects.filter(expire_date__lt=timezone.now() - GRACE).count():
        yield doubtful(f"{over} sessions are over for long", "Is beat running? The job is activity.tidy.")
