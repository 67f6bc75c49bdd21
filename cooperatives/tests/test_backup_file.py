"""The file of a backup: whatever is wrong with it is named, and no half one is ever left."""

import gzip
import hashlib
import json
import os
import resource
import tarfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings as trials, strategies as st

from cooperatives.backup import Backup, Refused, archive, files
from cooperatives.backup.archive import FOOTER_LENGTH, Writer
from cooperatives.backup.manifest import FileEntry, Manifest, TableEntry
from cooperatives.backup.reading import Digest
from cooperatives.backup.rows import line, named_column

from .hosts import Members, rebuilt

ROWS = [[1, "Ann", '{"b":1,"a":2.0}'], [2, "", None], [3, "\u00e9\U0001f600" * 500, "[]"]]
COLUMNS = [{"name": "id", "kind": "whole"}, {"name": "name", "kind": "text"}, {"name": "data", "kind": "json"}]


def entry_of(rows: list[Any], **said: Any) -> TableEntry:
    digest = Digest([named_column(column["name"], column["kind"]) for column in COLUMNS])
    kept = b"".join(map(line, rows))
    for row in rows:
        digest.add(row, line(row))
    facts = {"rows": digest.rows, "sha256": digest.sha256, "kept_sha256": hashlib.sha256(kept).hexdigest(), "size": len(kept)}
    return TableEntry(**{"name": "people", "model": "a.Person", "columns": COLUMNS, "last_id": 3} | facts | said)


def manifest_with(table: TableEntry, *uploads: FileEntry) -> Manifest:
    return Manifest("sqlite", "2026-01-01T00:00:00+00:00", {}, [table], {}, list(uploads), {}, "0.1.0")


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """A small backup with a table and a file."""
    upload = tmp_path / "upload"
    upload.write_bytes(b"a photograph" * 100)
    path = tmp_path / "whole.tar"
    with Writer(path) as writer:
        table = entry_of(ROWS)
        with writer.lines(table.member) as lines:
            for row in ROWS:
                lines.add(line(row))
            assert lines.close() == table.kept_sha256
        size, sha256 = writer.file("files/2026/photo.jpg", upload)
        writer.finish(manifest_with(table, FileEntry("2026/photo.jpg", size, sha256)))
    return path


def check(path: Path) -> None:
    with Backup(path) as backup:
        backup.check()


def test_a_whole_one_is_taken(whole: Path) -> None:
    check(whole)
    assert whole.stat().st_mode & 0o777 == 0o600
    assert tarfile.open(whole).getnames() == ["tables/people.jsonl.gz", "files/2026/photo.jpg", "manifest.json"]  # noqa: SIM115
    assert sorted(path.name for path in whole.parent.iterdir()) == ["upload", "whole.tar"]


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
@trials(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bit_can_change(whole: Path, place: float, bit: int) -> None:
    spoilt = bytearray(whole.read_bytes())
    spoilt[int(place * len(spoilt))] ^= 1 << bit
    with pytest.raises(Refused, match=r"is damaged: its bytes do not match|is no backup of Cooperator, or was cut off"):
        check_bytes(whole, bytes(spoilt))


@given(length=st.floats(0, 1, exclude_max=True))
@trials(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_end_can_be_missing(whole: Path, length: float) -> None:
    content = whole.read_bytes()
    with pytest.raises(Refused, match=r"is no backup of Cooperator, or was cut off"):
        check_bytes(whole, content[: int(length * len(content))])


def check_bytes(whole: Path, content: bytes) -> None:
    other = whole.with_name("spoilt.tar")
    other.write_bytes(content)
    check(other)


def packed(rows: list[Any]) -> bytes:
    return gzip.compress(b"".join(map(line, rows)))


def said(members: Members, change: Callable[[Any], Any], *, sealed: bool = True) -> None:
    """Change what the manifest says, with or without a digest that agrees."""
    manifest = json.loads(members["manifest.json"])
    change(manifest)
    if sealed:
        manifest.pop("digest")
        spelled = json.dumps(manifest, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        manifest["digest"] = hashlib.sha256(spelled.encode()).hexdigest()
    members["manifest.json"] = json.dumps(manifest).encode()


TABLE, PHOTO, MANIFEST = "tables/people.jsonl.gz", "files/2026/photo.jpg", "manifest.json"
EDITED = [[1, "Bob", '{"b":1,"a":2.0}'], *ROWS[1:]]
FORGERIES: dict[str, tuple[Callable[[Members], Any], str]] = {
    "an edited row": (
        lambda m: m.update({TABLE: packed(EDITED)}),
        "people.jsonl.gz holds other rows than its manifest describes",
    ),
    "a row less": (lambda m: m.update({TABLE: packed(ROWS[:2])}), "holds 2 rows, its manifest says 3"),
    "a row more": (lambda m: m.update({TABLE: packed([*ROWS, [4, "x", None]])}), "holds more than its manifest says"),
    "other order": (lambda m: m.update({TABLE: packed([ROWS[1], ROWS[0], ROWS[2]])}), "holds other rows"),
    "a bomb": (lambda m: m.update({TABLE: gzip.compress(b"[" * 50_000_000)}), "holds more than its manifest says"),
    "no rows at all": (lambda m: m.update({TABLE: b"not compressed"}), "people.jsonl.gz is damaged"),
    "half of the compressed rows": (lambda m: m.update({TABLE: packed(ROWS)[:-9]}), "people.jsonl.gz is damaged"),
    "lines of something else": (lambda m: m.update({TABLE: gzip.compress(b"{}\n")}), "no row of 3 columns"),
    "a row too wide": (lambda m: m.update({TABLE: packed([[1, "A", None, 4]])}), "no row of 3 columns"),
    "no JSON": (lambda m: m.update({TABLE: gzip.compress(b"nonsense\n")}), "holds a line that is no row"),
    "another type": (lambda m: m.update({TABLE: packed([["1", "Ann", None]])}), "row 1 is no row: '1' is not of the type int"),
    "another file": (lambda m: m.update({PHOTO: b"x"}), "photo.jpg is not the file that its manifest describes"),
    "a missing table": (lambda m: m.pop(TABLE), "lacks tables/people.jsonl.gz"),
    "a missing file": (lambda m: m.pop(PHOTO), "lacks files/2026/photo.jpg"),
    "something extra": (lambda m: m.update({"files/extra": b""}), "holds files/extra, which its manifest does not name"),
    "no manifest": (lambda m: m.pop(MANIFEST), "has no manifest"),
    "a manifest that is none": (lambda m: m.update({MANIFEST: b"{"}), "manifest cannot be read"),
    "a manifest of a list": (lambda m: m.update({MANIFEST: b"[]"}), "manifest cannot be read"),
    "a changed manifest": (
        lambda m: said(m, lambda said: said["tables"][0].update(rows=4), sealed=False),
        "its digest does not match",
    ),
    "a later format": (lambda m: said(m, lambda said: said.update(format=2)), "is of format 2, this program reads format 1"),
    "rows below none": (
        lambda m: said(m, lambda said: said["tables"][0].update(size=-1)),
        "number of rows or bytes that is none",
    ),
    "rows in words": (
        lambda m: said(m, lambda said: said["tables"][0].update(rows="many")),
        "number of rows or bytes that is none",
    ),
    "a kind nobody knows": (
        lambda m: said(m, lambda said: said["tables"][0]["columns"][0].update(kind="pickle")),
        "kind of column that is not known",
    ),
}


@pytest.mark.parametrize("forgery", FORGERIES)
def test_whoever_knows_the_format_is_found_out_too(whole: Path, forgery: str) -> None:
    change, sentence = FORGERIES[forgery]
    with pytest.raises(Refused, match=sentence):
        check(rebuilt(whole, change))


def test_what_is_no_plain_file_is_refused(whole: Path) -> None:
    link = tarfile.TarInfo("files/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
    with pytest.raises(Refused, match="files/link in the backup is no plain file"):
        check(rebuilt(whole, lambda members: None, odd=link))
    with pytest.raises(Refused, match=r"people.jsonl.gz is in the backup twice"):
        check(rebuilt(whole, lambda members: None, twice=True))


@pytest.mark.parametrize(
    "name", ["../out", "/etc/passwd", "a/../../out", "", ".", "a//b", "a\\b", "a\0b", "./a", "a/", "..", ".restoring-1/x"]
)
def test_no_name_leads_out_of_the_folder(name: str, tmp_path: Path) -> None:
    stage = files.Stage(tmp_path / "media")
    with pytest.raises(Refused, match="no name of a file below MEDIA_ROOT"):
        stage.write(name, [b"x"])
    assert list(tmp_path.iterdir()) == []


def test_such_a_name_is_seen_before_anything_is_written(whole: Path) -> None:
    def mislead(members: Members) -> None:
        members["files/../../out"] = members.pop(PHOTO)
        said(members, lambda said: said["files"][0].update(name="../../out"))

    with pytest.raises(Refused, match="no name of a file below MEDIA_ROOT"):
        check(rebuilt(whole, mislead))


def test_files_come_in_wholly_or_not_at_all(tmp_path: Path) -> None:
    root = tmp_path / "media"
    (root / "2026" / "empty").mkdir(parents=True)
    files.refuse_unless_empty(root)
    stage = files.Stage(root)
    stage.write("2026/photo", [b"a", b"b"])
    stage.write("note", [b"n"])
    assert dict(files.stored_files(root)) == {}, "what is on its way is no upload yet"
    with pytest.raises(FileExistsError):
        stage.write("note", [b"again"])
    (root / "2026" / "empty").rmdir()
    stage.move_in()
    assert [name for name, _path in files.stored_files(root)] == ["note", "2026/photo"]
    assert (root / "2026" / "photo").read_bytes() == b"ab"
    stage.undo()
    assert list(root.iterdir()) == []


@pytest.mark.parametrize("name", [b"back\\slash", b"not utf-8 \xff"])
def test_an_upload_that_could_not_come_back_is_named_when_it_goes(name: bytes, tmp_path: Path) -> None:
    Path(os.fsdecode(bytes(tmp_path) + b"/" + name)).write_bytes(b"x")
    with pytest.raises(Refused, match="is no name of a file below MEDIA_ROOT that a backup takes"):
        list(files.stored_files(tmp_path))


def test_a_link_among_the_uploads_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("/etc/passwd")
    with pytest.raises(Refused, match="is a link"):
        list(files.stored_files(tmp_path))


def test_nothing_is_overwritten(whole: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = whole.read_bytes()
    with pytest.raises(Refused, match="exists already, and a backup never overwrites"), Writer(whole):
        pass
    other = whole.with_name("other.tar")
    with pytest.raises(Refused, match="come into being meanwhile"), Writer(other) as writer:
        other.write_bytes(b"somebody else's")
        writer.finish(manifest_with(entry_of([])))
    assert (whole.read_bytes(), other.read_bytes()) == (content, b"somebody else's")


def test_without_hard_links_it_is_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*args: Any) -> None:
        raise PermissionError("no links here")

    monkeypatch.setattr(archive.os, "link", refuse)
    with Writer(tmp_path / "b.tar") as writer:
        writer.finish(manifest_with(entry_of([])))
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar"]


def test_without_room_nothing_is_left(tmp_path: Path) -> None:
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    (tmp_path / "big").write_bytes(os.urandom(300_000))
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with (
            pytest.raises(Refused, match=r"cannot be written: File too large. No half backup was left"),
            Writer(tmp_path / "b.tar") as writer,
        ):
            writer.file("files/big", tmp_path / "big")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert [path.name for path in tmp_path.iterdir()] == ["big"]


def test_a_full_disk_is_called_by_its_name(tmp_path: Path) -> None:
    with (
        pytest.raises(Refused, match=r"The disk is full. No half backup was left. Cure: free some space"),
        Writer(tmp_path / "b.tar"),
    ):
        Path("/dev/full").write_bytes(b"x")
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_one_left_gives_way(tmp_path: Path) -> None:
    (tmp_path / ".b.tar.partial").write_bytes(b"half")
    with Writer(tmp_path / "b.tar") as writer:
        writer.finish(replace(manifest_with(entry_of([])), tables=[]))
    check(tmp_path / "b.tar")
    assert [path.name for path in tmp_path.iterdir()] == ["b.tar"]


def test_a_file_of_another_kind_is_no_backup(tmp_path: Path) -> None:
    for content in (b"", b"x" * FOOTER_LENGTH, b"\x00" * 5000):
        (tmp_path / "b.tar").write_bytes(content)
        with pytest.raises(Refused, match="is no backup of Cooperator"):
            check(tmp_path / "b.tar")


def test_a_manifest_says_the_same_again(whole: Path) -> None:
    with Backup(whole) as backup:
        assert backup.manifest == replace(backup.manifest)
        assert (backup.manifest.rows, backup.manifest.size) == (3, backup.manifest.tables[0].size + 1200)
