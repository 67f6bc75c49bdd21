"""Reading a backup, trusting nothing in it: every reason for which it is refused has its own sentence."""

import gzip
import hashlib
import json
import os
import tarfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from types import TracebackType
from typing import IO, Any, Self

from . import manifest as manifests
from .archive import CHUNK, FOOTER, FOOTER_LENGTH
from .errors import Refused
from .files import check_name
from .manifest import FileEntry, Manifest, TableEntry
from .reading import Digest

LONGEST_LINE = 256 * 1024 * 1024  # bytes of one row
Say = Callable[[str], None]


class Backup:
    """An opened backup. `manifest` is there from the start; `check()` proves that the rest agrees with it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Self:
        try:
            self._raw = self._path.open("rb")
        except OSError as error:
            raise Refused(f"{self._path} cannot be read: {error.strerror}.") from error
        try:
            self._check_bytes()
            self._members = self._list_members()
            self.manifest = self._read_manifest()
        except BaseException:
            self._raw.close()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._raw.close()

    def check(self, say: Say = lambda line: None) -> None:
        """Read every row and every file. Raises Refused for the first thing that is not as the manifest says."""
        wanted = {table.member for table in self.manifest.tables} | {file.member for file in self.manifest.files}
        wanted.add(manifests.NAME)
        if missing := sorted(wanted - self._members.keys()):
            raise Refused(f"The backup lacks {missing[0]}, which its manifest names.")
        if extra := sorted(self._members.keys() - wanted):
            raise Refused(f"The backup holds {extra[0]}, which its manifest does not name.")
        for table in self.manifest.tables:
            self._check_table(table)
            say(f"{table.name}: {table.rows} rows")
        for file in self.manifest.files:
            check_name(file.name)
            deque(self.chunks(file), maxlen=0)

    def rows(self, table: TableEntry) -> Iterator[tuple[list[Any], bytes]]:
        """The rows of a table with their lines. Raises Refused at the first one that is none."""
        width, left = len(table.columns), table.size
        with gzip.GzipFile(fileobj=self._open(table.member)) as lines:
            try:
                while line := lines.readline(min(left, LONGEST_LINE) + 1):
                    left -= len(line)
                    if left < 0:
                        raise Refused(f"{table.member} holds more than its manifest says.")
                    yield _row(table, line, width), line
            except (OSError, EOFError, zlib.error) as error:
                raise Refused(f"{table.member} is damaged: {error}.") from error

    def chunks(self, file: FileEntry) -> Iterator[bytes]:
        """The bytes of a file. Raises Refused at the end when they are not those that the manifest describes."""
        digest, size, member = hashlib.sha256(), 0, self._open(file.member)
        while chunk := member.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            yield chunk
        if (size, digest.hexdigest()) != (file.size, file.sha256):
            raise Refused(f"{file.member} is not the file that its manifest describes.")

    def _check_bytes(self) -> None:
        body = os.fstat(self._raw.fileno()).st_size - FOOTER_LENGTH
        if body < 0:
            raise Refused(f"{self._path} is no backup of Cooperator, or was cut off.")
        digest, left = hashlib.sha256(), body
        while left and (chunk := self._raw.read(min(CHUNK, left))):
            digest.update(chunk)
            left -= len(chunk)
        footer = FOOTER.fullmatch(self._raw.read())
        if footer is None:
            raise Refused(f"{self._path} is no backup of Cooperator, or was cut off.")
        if footer[1].decode() != digest.hexdigest():
            raise Refused(f"{self._path} is damaged: its bytes do not match their checksum.")
        self._raw.seek(0)

    def _list_members(self) -> dict[str, tarfile.TarInfo]:
        members: dict[str, tarfile.TarInfo] = {}
        try:
            self._tar = tarfile.open(fileobj=self._raw, mode="r:")  # noqa: SIM115
            for info in self._tar:
                if not info.isreg() or info.issparse():
                    raise Refused(f"{info.name} in the backup is no plain file.")
                if info.name in members:
                    raise Refused(f"{info.name} is in the backup twice.")
                members[info.name] = info
        except (tarfile.TarError, ValueError, OSError, EOFError) as error:
            raise Refused(f"{self._path} is no readable archive: {error}.") from error
        return members

    def _read_manifest(self) -> Manifest:
        info = self._members.get(manifests.NAME)
        if info is None:
            raise Refused("The backup has no manifest.")
        if info.size > manifests.LARGEST:
            raise Refused("The manifest is larger than any manifest.")
        return manifests.read(self._open(manifests.NAME).read())

    def _open(self, member: str) -> IO[bytes]:
        opened = self._tar.extractfile(self._members[member])
        if opened is None:
            raise Refused(f"{member} in the backup is no plain file.")
        return opened

    def _check_table(self, table: TableEntry) -> None:
        columns = _columns(table)
        digest, kept, size = Digest(columns), hashlib.sha256(), 0
        for packed, line in self.rows(table):
            try:
                for column, said in zip(columns, packed, strict=True):
                    column.unpack(said)
                digest.add(packed, line)
            except (ValueError, TypeError, ArithmeticError, OverflowError, RecursionError) as error:
                raise Refused(f"{table.member}: row {digest.rows + 1} is no row: {error}") from error
            kept.update(line)
            size += len(line)
        found = (digest.rows, size, kept.hexdigest(), digest.sha256)
        if found[0] != table.rows:
            raise Refused(f"{table.member} holds {found[0]} rows, its manifest says {table.rows}.")
        if found != (table.rows, table.size, table.kept_sha256, table.sha256):
            raise Refused(f"{table.member} holds other rows than its manifest describes: their checksum differs.")


def _row(table: TableEntry, line: bytes, width: int) -> list[Any]:
    try:
        packed = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise Refused(f"{table.member} holds a line that is no row: {error}.") from error
    if not isinstance(packed, list) or len(packed) != width or line[-1:] != b"\n":
        raise Refused(f"{table.member} holds a line that is no row of {width} columns.")
    return packed


def _columns(table: TableEntry) -> list[Any]:
    try:
        return table.parsed_columns()
    except (KeyError, TypeError) as error:
        raise Refused(f"The manifest describes {table.name} with a kind of column that is not known: {error}.") from error
