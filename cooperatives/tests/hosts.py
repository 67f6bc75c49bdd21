"""Other installations for tests of backup and restore: the same code on a database file and a folder of their own."""

import hashlib
import io
import tarfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connections
from django.db.utils import load_backend

from config.stores import database
from cooperatives.backup import Backup
from cooperatives.backup.manifest import Manifest

Members = dict[str, bytes]


@contextmanager
def other_host(folder: Path, start: Path | None = None) -> Iterator[Path]:
    """Until the end, the default connection is a SQLite file in this folder, a copy of `start`; uploads lie there too."""
    folder.mkdir(parents=True, exist_ok=True)
    if start is not None:
        (folder / "db.sqlite3").write_bytes(start.read_bytes())
    mine, media = connections["default"], settings.MEDIA_ROOT
    entry = connections.configure_settings({"default": database(f"sqlite:///{folder / 'db.sqlite3'}")})["default"]
    connections["default"] = load_backend(entry["ENGINE"]).DatabaseWrapper(entry, "default")
    settings.MEDIA_ROOT = folder / "media"
    try:
        yield folder
    finally:
        connections["default"].close()
        connections["default"], settings.MEDIA_ROOT = mine, media


def manifest_of(path: Path) -> Manifest:
    """What a whole backup says of itself."""
    with Backup(path) as backup:
        backup.check()
        return backup.manifest


def told(manifest: Manifest) -> dict[str, Any]:
    """What two backups of the same rows have in common, whichever engine they are of."""
    return {
        "rows": {table.name: (table.rows, table.sha256, table.last_id) for table in manifest.tables},
        "chains": manifest.chains,
        "files": manifest.files,
        "migrations": manifest.migrations,
    }


def rebuilt(whole: Path, change: Callable[[Members], Any], *, odd: tarfile.TarInfo | None = None, twice: bool = False) -> Path:
    """A backup with other members and a last line that agrees with them: by somebody who knows the format."""
    with tarfile.open(whole) as opened:
        members = {info.name: opened.extractfile(info).read() for info in opened}  # type: ignore[union-attr]
    change(members)
    room = io.BytesIO()
    with tarfile.open(fileobj=room, mode="w") as written:
        for name, content in [*members.items(), *(list(members.items())[:1] if twice else [])]:
            info = tarfile.TarInfo(name)
            info.size = len(content)
            written.addfile(info, io.BytesIO(content))
        if odd is not None:
            written.addfile(odd)
    body = room.getvalue()
    path = whole.with_name("rebuilt.tar")
    path.write_bytes(body + b"\nsha256 " + hashlib.sha256(body).hexdigest().encode() + b"\n")
    return path
