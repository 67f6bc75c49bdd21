"""What must be true of the machine, the settings and the services around the database."""

import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import django
from django.apps import apps
from django.conf import settings
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.checks import ERROR, run_checks
from django.core.mail import get_connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.utils.module_loading import module_has_submodule

from ..backup import newest
from ..checkups import Finding, checkup, doubtful, wrong

_ONE_PROCESS = {"cache", "broker", "beat"}  # these live inside the server's process, where no command can see them
LEAST_FREE, LITTLE_FREE = 20 * 1024 * 1024, 500 * 1024 * 1024
SKEW, LARGE_SKEW = timedelta(seconds=5), timedelta(minutes=1)
OLD_BACKUP = timedelta(days=3)
PYTHONS, DJANGO = ((3, 11), (3, 14)), (5, 2)


@checkup("versions", "Python, Django and the database are of versions that are tested", "host")
def versions_are_known(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """The versions below us."""
    if not PYTHONS[0] <= sys.version_info[:2] <= PYTHONS[1]:
        yield doubtful(f"Python {sys.version.split()[0]} is not tested", "Use 3.11 to 3.14.")
    if django.VERSION[:2] != DJANGO:
        yield wrong(f"Django {django.get_version()} is installed, 5.2 is wanted", "Run `make install`.")
    connection.ensure_connection()
    connection.check_database_version_supported()


@checkup("settings", "the settings are safe to serve with", "host")
def settings_are_safe(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Django's own deployment checks and ours."""
    for message in run_checks(include_deployment_checks=True):
        say = wrong if message.level >= ERROR else doubtful
        first, _, rest = message.msg.partition(". ")
        yield say(f"{first} ({message.id})", message.hint or rest)


@checkup("services", "database, rules, cache, broker and schedule answer as they should", "host")
def services_answer(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """What `/readyz` asks, asked from here."""
    for name, probe in _probes():
        if name in _ONE_PROCESS and not settings.REDIS_URL:
            continue
        try:
            fault = probe()
        except Exception as error:  # noqa: BLE001 - every client library has its own
            fault = f"does not answer ({type(error).__name__})"
        if fault:
            yield wrong(f"{name}: {fault}", "See docs/operations.md, When something is wrong.")


def _probes() -> Iterator[tuple[str, Any]]:
    for label in settings.ROOMS:
        app = apps.get_app_config(label)
        if app.module is not None and module_has_submodule(app.module, "probes"):
            yield from import_module(f"{app.name}.probes").PROBES.items()


@checkup("mail", "mails can be handed over", "host")
def mail_is_taken(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Whether the mail server lets us in; nothing is sent."""
    if not settings.EMAIL_HOST:
        yield doubtful("no mail leaves this machine: they are written as files under var/mail", "Set EMAIL_HOST.")
        return
    if settings.DEFAULT_FROM_EMAIL.endswith("localhost>"):
        yield doubtful("mails say that they come from localhost", "Set EMAIL_FROM.")
    line = get_connection()
    try:
        line.open()
    except OSError as error:  # of which smtplib's errors are some
        yield wrong(f"the mail server {settings.EMAIL_HOST} does not take us: {error}", "Look at EMAIL_HOST and its neighbours.")
    finally:
        line.close()


@checkup("disk", "there is room on the disks", "host")
def disk_has_room(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Where the database (when it is a file), the uploads and the backups lie."""
    places = {settings.MEDIA_ROOT, settings.BACKUP_DIR}
    if connection.vendor == "sqlite":
        places.add(Path(connection.settings_dict["NAME"]).parent)
    for place in sorted({_existing(Path(place)) for place in places}):
        free = shutil.disk_usage(place).free
        if free < LITTLE_FREE:
            say = wrong if free < LEAST_FREE else doubtful
            yield say(f"{free // 1024**2} MB are free at {place}", "Free some space.")


def _existing(place: Path) -> Path:
    return next(folder for folder in (place, *place.parents) if folder.exists())


@checkup("clocks", "the clocks agree", "host")
def clocks_agree(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """This machine's clock against the database's."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        skew = abs(cursor.fetchone()[0] - datetime.now(UTC))
    if skew > SKEW:
        say = wrong if skew > LARGE_SKEW else doubtful
        yield say(f"the database's clock is {skew.total_seconds():.0f} s away from this machine's", "Let both keep time by NTP.")


@checkup("static files", "the static files are collected", "host")
def static_files_are_there(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """Whether there is a list of hashed names, where pages need one."""
    name = getattr(staticfiles_storage, "manifest_name", None)
    if name and not Path(settings.STATIC_ROOT, name).is_file():
        yield wrong("the static files are not collected: pages have no style", "Run `manage.py prepare`.")


@checkup("last backup", "there is a fresh backup", "host")
def backup_is_fresh(*, connection: BaseDatabaseWrapper) -> Iterator[Finding]:
    """How old the newest backup in BACKUP_DIR is; another way of backing up is not seen from here."""
    last = newest(Path(settings.BACKUP_DIR))
    cure = "Run `manage.py backup`, or have it run: docs/backup.md. If you back up in another way, pass over this."
    if last is None:
        yield doubtful(f"there is no backup in {settings.BACKUP_DIR}", cure)
    elif datetime.now(UTC) - last > OLD_BACKUP:
        yield doubtful(f"the newest backup in {settings.BACKUP_DIR} is of {last:%Y-%m-%d %H:%M} UTC", cure)
