"""The manifest: what a backup holds, described so exactly that anything else in it, or less, is seen."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from .errors import Refused
from .rows import Column, named_column

FORMAT = 1
NAME = "manifest.json"
LARGEST = 256 * 1024 * 1024  # bytes; a manifest has some 300 for each table and file

Ends = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class TableEntry:
    """One table: `sha256` is that of its rows in canonical form, `kept_sha256` and `size` those of the lines as kept."""

    name: str
    model: str
    columns: list[dict[str, str]]
    rows: int
    sha256: str
    kept_sha256: str
    size: int
    last_id: int | None

    @property
    def member(self) -> str:
        """Where its rows are in the archive."""
        return f"tables/{self.name}.jsonl.gz"

    def parsed_columns(self) -> list[Column]:
        """Its columns, good for checking lines."""
        return [named_column(column["name"], column["kind"]) for column in self.columns]


@dataclass(frozen=True)
class FileEntry:
    """One file below MEDIA_ROOT."""

    name: str
    size: int
    sha256: str

    @property
    def member(self) -> str:
        """Where it is in the archive."""
        return f"files/{self.name}"


@dataclass(frozen=True)
class Manifest:
    """All of it. `chains` is by cooperative's id, then by name of chain."""

    engine: str
    made_at: str
    migrations: dict[str, list[str]]
    tables: list[TableEntry]
    chains: dict[str, Ends]
    files: list[FileEntry]
    left_out: dict[str, str]
    product: str
    format: int = FORMAT

    @property
    def rows(self) -> int:
        """How many in all tables."""
        return sum(table.rows for table in self.tables)

    @property
    def size(self) -> int:
        """Bytes that it unpacks to."""
        return sum(table.size for table in self.tables) + sum(file.size for file in self.files)

    def text(self) -> bytes:
        """As it is kept, with its own digest."""
        said = asdict(self)
        return json.dumps({**said, "digest": _digest(said)}, indent=1, sort_keys=True, ensure_ascii=False).encode()


def _digest(said: Mapping[str, Any]) -> str:
    spelled = json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(spelled.encode()).hexdigest()


def read(text: bytes) -> Manifest:
    """The manifest of these bytes. Raises Refused when it is not one, is not of this format, or was changed."""
    try:
        said = json.loads(text)
        digest = said.pop("digest")
        if said["format"] != FORMAT:
            raise Refused(f"The backup is of format {said['format']}, this program reads format {FORMAT}. Cure: use a newer one.")
        if digest != _digest(said):
            raise Refused("The manifest is not what it was: its digest does not match.")
        tables = [_entry(TableEntry, table) for table in said.pop("tables")]
        files = [_entry(FileEntry, file) for file in said.pop("files")]
        return Manifest(tables=tables, files=files, **said)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Refused(f"The manifest cannot be read: {error}") from error


def _entry(shape: type[Any], said: Mapping[str, Any]) -> Any:
    """One entry, its numbers being numbers: they decide how much is read."""
    entry = shape(**said)
    if any(type(said.get(name, 0)) is not int or said.get(name, 0) < 0 for name in ("rows", "size")):
        raise ValueError(f"{said.get('name')} has a number of rows or bytes that is none")
    return entry
