"""The daily backup of an installation that nobody operates: the newest few are kept."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.backends.base.base import BaseDatabaseWrapper

from .errors import Refused
from .making import STAMP, make, name_at

RHYTHM = timedelta(days=1)
LEAST_FREE = 50 * 1024 * 1024


def kept(folder: Path) -> list[tuple[datetime, Path]]:
    """The backups in a folder that carry a name of ours, with their time, the oldest first."""
    found = []
    for path in folder.glob("cooperator-*.tar"):
        try:
            found.append((datetime.strptime(path.stem.removeprefix("cooperator-"), STAMP).replace(tzinfo=UTC), path))
        except ValueError:
            continue  # somebody's own name
    return sorted(found)


def newest(folder: Path) -> datetime | None:
    """When the newest one was made."""
    return max((moment for moment, _path in kept(folder)), default=None)


def keep_one_a_day(connection: BaseDatabaseWrapper, *, now: datetime) -> Path | None:
    """Make a backup when the newest is a day old, then remove the oldest beyond BACKUP_KEEP; what was made.

    Raises Refused when the disk has no room for another one: the old ones stay.
    """
    folder = Path(settings.BACKUP_DIR)
    last = newest(folder)
    if not settings.BACKUP_KEEP or (last is not None and now - last < RHYTHM):
        return None
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    room, size = shutil.disk_usage(folder).free, max((path.stat().st_size for _moment, path in kept(folder)), default=0)
    if room < 2 * size + LEAST_FREE:
        raise Refused(f"There is no room for another backup in {folder}. Cure: free some space, or lower BACKUP_KEEP.")
    path = folder / name_at(now)
    make(connection, path)
    for _moment, old in kept(folder)[: -settings.BACKUP_KEEP]:
        old.unlink()
    return path
