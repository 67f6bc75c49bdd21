"""Uploaded files: out of MEDIA_ROOT into a backup, and back without ever leaving it."""

import os
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from .errors import Refused

_STAGE = ".restoring-"
_PLAIN = re.compile(r"[^\0\\\ud800-\udfff]+")  # no separator of another system, nothing that is not UTF-8


def stored_files(root: Path) -> Iterator[tuple[str, Path]]:
    """Every file below MEDIA_ROOT, by its name there. Raises Refused for a link: what it leads to may be anything."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if not name.startswith(_STAGE))
        for name in sorted(names):
            path = Path(folder, name)
            if path.is_symlink():
                raise Refused(f"{path} is a link. A backup holds files only. Cure: put the file itself there.")
            check_name(stored := path.relative_to(root).as_posix())
            yield stored, path


def check_name(name: str) -> None:
    """Raise Refused for a name that would lead out of the folder, or that is spelled in an odd way."""
    path = PurePosixPath(name)
    odd = not path.parts or path.is_absolute() or ".." in path.parts or str(path) != name or path.parts[0].startswith(_STAGE)
    if odd or not _PLAIN.fullmatch(name):
        raise Refused(f"{name!r:.300} is no name of a file below MEDIA_ROOT that a backup takes.")


class Stage:
    """Files on their way back: written beside their places, moved there when everything else is proved."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._stage = root / f"{_STAGE}{secrets.token_hex(4)}"
        self._moved: list[Path] = []

    def write(self, name: str, chunks: Iterable[bytes]) -> None:
        """Write one file. Raises Refused for a name that leads elsewhere."""
        check_name(name)
        place = self._stage / name
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as opened:
            for chunk in chunks:
                opened.write(chunk)
            opened.flush()
            os.fsync(opened.fileno())

    def move_in(self) -> None:
        """Put all of it in its place, which is empty."""
        if not self._stage.exists():
            return
        for path in sorted(self._stage.iterdir()):
            place = self._root / path.name
            if place.is_dir():
                place.rmdir()  # an empty one that was there before
            path.rename(place)
            self._moved.append(place)

    def undo(self) -> None:
        """Leave nothing behind."""
        for place in self._moved:
            shutil.rmtree(place) if place.is_dir() else place.unlink()
        self.clean()

    def clean(self) -> None:
        """Remove what is not needed once all is in its place."""
        shutil.rmtree(self._stage, ignore_errors=True)


def refuse_unless_empty(root: Path) -> None:
    """Raise Refused when there are files already: a restore mixes with nothing."""
    for name, _path in stored_files(root):
        raise Refused(
            f"{root} is not empty: {name} is there. Cure: restore into an installation without files, or move them away."
        )
