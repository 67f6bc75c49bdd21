"""The file of a backup: a tar of compressed tables and of files, the manifest last, and after its end one line with the
SHA-256 of every byte before it. Written beside its place and put there whole, or not at all."""

import errno
import gzip
import hashlib
import io
import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from .errors import Refused
from .manifest import NAME, Manifest

CHUNK = 1024 * 1024
FOOTER = re.compile(rb"\nsha256 ([0-9a-f]{64})\n")
FOOTER_LENGTH = 73


class _Hashed:
    """A file that is only written forward; knows the SHA-256 of what went into it."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.sha256 = hashlib.sha256()

    def write(self, data: bytes) -> int:
        """Write all of it."""
        self.sha256.update(data)
        return self._raw.write(data)

    def tell(self) -> int:
        """How far it has come: asked once, at the start."""
        return self._raw.tell()


class Lines:
    """The lines of one table on their way into the archive: compressed at once, so that they need little room."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._packed = gzip.GzipFile(fileobj=raw, mode="wb", compresslevel=5, mtime=0)
        self._sha256 = hashlib.sha256()
        self.size = 0

    def add(self, line: bytes) -> None:
        """One more."""
        self._sha256.update(line)
        self.size += len(line)
        self._packed.write(line)

    def close(self) -> str:
        """The SHA-256 of all lines, not compressed."""
        self._packed.close()
        return self._sha256.hexdigest()


class Writer:
    """Writes a backup. Raises Refused when there is already something at its place, or no room for it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._partial = path.with_name(f".{path.name}.partial")

    def __enter__(self) -> Self:
        if self._path.exists():
            raise Refused(f"{self._path} exists already, and a backup never overwrites. Cure: give another name.")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            self._partial.unlink(missing_ok=True)  # of a backup that was killed
            self._raw = os.fdopen(os.open(self._partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb")
        except OSError as error:
            raise _unwritten(error) from error
        self._hashed = _Hashed(self._raw)
        self._tar = tarfile.TarFile(fileobj=self._hashed, mode="w", format=tarfile.PAX_FORMAT)  # type: ignore[arg-type]
        return self

    @contextmanager
    def lines(self, member: str) -> Iterator[Lines]:
        """Collect the lines of a table, then add them."""
        with tempfile.TemporaryFile(dir=self._path.parent) as room:
            lines = Lines(room)
            yield lines
            size = room.tell()
            room.seek(0)
            self._add(member, size, room)

    def file(self, member: str, source: Path) -> tuple[int, str]:
        """Add a file; its size and SHA-256."""
        with source.open("rb") as opened:
            size = os.fstat(opened.fileno()).st_size
            hashing = _HashedReading(opened)
            self._add(member, size, hashing)
        return size, hashing.sha256.hexdigest()

    def finish(self, manifest: Manifest) -> None:
        """Add the manifest and the last line, and put the file in its place."""
        text = manifest.text()
        self._add(NAME, len(text), io.BytesIO(text))
        self._tar.close()
        self._raw.write(b"\nsha256 " + self._hashed.sha256.hexdigest().encode() + b"\n")
        self._raw.flush()
        os.fsync(self._raw.fileno())
        self._raw.close()
        _put(self._partial, self._path)

    def _add(self, member: str, size: int, content: Any) -> None:
        info = tarfile.TarInfo(member)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, content)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            self._raw.close()
        except OSError:  # what was buffered finds no room either
            error = error or OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        self._partial.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritten(error) from error


class _HashedReading:
    """A file that is read forward; knows the SHA-256 of what came out of it."""

    def __init__(self, raw: IO[bytes]) -> None:
        self._raw = raw
        self.sha256 = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """The next bytes."""
        data = self._raw.read(size)
        self.sha256.update(data)
        return data


def _unwritten(error: OSError) -> Refused:
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    what = "The disk is full." if full else f"The backup cannot be written: {error.strerror or error}."
    return Refused(f"{what} No half backup was left." + (" Cure: free some space, or write it elsewhere." if full else ""))


def _put(partial: Path, path: Path) -> None:
    try:
        os.link(partial, path)  # unlike a rename this never overwrites
    except FileExistsError as error:
        raise Refused(f"{path} has come into being meanwhile, and a backup never overwrites.") from error
    except OSError:  # a file system without hard links, as sticks have
        partial.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
