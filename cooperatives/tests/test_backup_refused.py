"""What cannot be proved is not kept; what cannot be seen wholly is not backed up; what nobody orders is made daily."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, models, transaction
from django.utils import timezone

from cooperatives.backup import Refused, keep_one_a_day, make, newest, restore, view
from cooperatives.backup.keeping import kept
from cooperatives.backup.tables import kept_tables
from cooperatives.backup.view import whole_view
from cooperatives.fences import drift, lift, settle
from cooperatives.jobs import back_up
from cooperatives.management.owner import as_owner
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import LEFT_OUT, enter
from members.models import Person, User
from tasks.actions import create_project, create_task

from .hosts import other_host, rebuilt

Pair = tuple[Cooperative, Actor]
ON_POSTGRES = connection.vendor == "postgresql"
postgres_only = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite holds every text and hides no row")
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "photo").write_bytes(b"photo")
    return tmp_path / "media"


@pytest.fixture
def saved(linden: Pair, media: Path, tmp_path: Path) -> Path:
    """A backup of Linden Court with a card and a photo; the installation is empty again."""
    cooperative, actor = linden
    with enter([cooperative.pk], actor.user_id):
        create_task(actor, create_project(actor, cooperative, name="House"), title="Roof")
    make(connection, tmp_path / "b.tar")
    empty(media)
    return tmp_path / "b.tar"


def empty(media: Path) -> None:
    call_command("flush", interactive=False, verbosity=0)
    (media / "photo").unlink()


def run(sql: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql)


def nothing_is_left(media: Path) -> bool:
    rows = [table.name for table in kept_tables(User._meta.apps) if table.model._meta.app_label in ("members", "tasks")]
    with as_owner(connection), transaction.atomic(), lift(connection):
        there = [name for name in rows if _holds_rows(name)]
    return there == [] and list(media.iterdir()) == [] and drift(connection) == [] and not Cooperative.objects.exists()


def _holds_rows(table: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table}"')
        return bool(cursor.fetchone()[0])


@pytest.fixture
def meddling() -> Iterator[None]:
    """The database changes a title on its way in."""
    with as_owner(connection):
        if ON_POSTGRES:
            body = "$$ BEGIN NEW.title := 'Cellar'; RETURN NEW; END $$"
            run(f"CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS {body}")
            run("CREATE TRIGGER meddle BEFORE INSERT ON tasks_task FOR EACH ROW EXECUTE FUNCTION meddle()")
        else:
            run("CREATE TRIGGER meddle AFTER INSERT ON tasks_task BEGIN UPDATE tasks_task SET title = 'Cellar'; END")
    yield
    with as_owner(connection):
        run("DROP FUNCTION meddle CASCADE" if ON_POSTGRES else "DROP TRIGGER meddle")


def test_rows_that_come_in_changed_are_not_kept(saved: Path, media: Path, meddling: None) -> None:
    with pytest.raises(Refused, match=r"not what the backup holds: tasks_task \(the hash differs\). Nothing was kept"):
        restore(connection, saved)
    assert nothing_is_left(media)


def test_a_damaged_file_touches_nothing(saved: Path, media: Path) -> None:
    content = bytearray(saved.read_bytes())
    content[len(content) // 2] ^= 1
    saved.write_bytes(bytes(content))
    with pytest.raises(Refused, match="is damaged"):
        restore(connection, saved)
    assert nothing_is_left(media)


def test_a_forged_file_is_found_out_before_anything_is_written(saved: Path, media: Path) -> None:
    said: list[str] = []
    with pytest.raises(Refused, match="holds files/extra, which its manifest does not name"):
        restore(connection, rebuilt(saved, lambda members: members.update({"files/extra": b""})), said.append)
    assert said == []
    assert nothing_is_left(media)


def test_a_record_that_was_broken_before_is_named_and_kept_only_when_asked(linden: Pair, media: Path, tmp_path: Path) -> None:
    with as_owner(connection), enter([linden[0].pk]), lift(connection):
        run("UPDATE activity_event SET kind = 'forged' WHERE seq = 1")
    make(connection, tmp_path / "b.tar")
    empty(media)
    with pytest.raises(Refused, match=r"was not when it was made: linden-court: record: record 1: its hash .* --accept-faults"):
        restore(connection, tmp_path / "b.tar")
    assert nothing_is_left(media)
    said: list[str] = []
    restore(connection, tmp_path / "b.tar", said.append, accept_faults=True)
    assert "accepted: linden-court: record: record 1: its hash does not match its content: edited or reordered" in said
    assert (media / "photo").read_bytes() == b"photo"


def test_keys_that_lead_elsewhere_are_not_let_in(linden: Pair, kilele: Pair, new_file: Path, media: Path, tmp_path: Path) -> None:
    with other_host(tmp_path / "other", new_file):
        here = [Cooperative.objects.create(name=name, slug=name, kind="chama") for name in ("one", "two")]
        with enter([coop.pk for coop in here]), lift(connection):
            person = Person.objects.create(cooperative=here[0], name="A")
            values = f"{here[1].pk}, {person.pk}, 1, '2020-01-01', 1, '{'b' * 32}', '', '', ''"
            columns = "cooperative_id, person_id, number, joined_on, version, public_id, left_reason, left_note, left_name"
            run(f"INSERT INTO members_membership ({columns}) VALUES ({values})")
        make(connection, tmp_path / "b.tar")
    empty(media)
    with pytest.raises(Refused, match=r"members_membership.person_id: 1 rows point into another cooperative's members_person"):
        restore(connection, tmp_path / "b.tar")
    assert nothing_is_left(media)


@postgres_only
def test_what_the_other_engine_cannot_hold_is_named(new_file: Path, media: Path, tmp_path: Path) -> None:
    with other_host(tmp_path / "other", new_file):
        User.objects.create_user("a@b.c", name="A")
        run("UPDATE members_user SET name = 'a' || char(0) || 'b'")
        make(connection, tmp_path / "b.tar")
    (media / "photo").unlink()
    with pytest.raises(Refused, match=r"members_user: the database does not take the rows 1 to 1: .*NUL"):
        restore(connection, tmp_path / "b.tar")
    assert nothing_is_left(media)


IN_PART = {
    "the application itself": "",
    "an owner without its policy": "DROP POLICY {owner} ON members_person",
    "a policy that narrows": "CREATE POLICY narrow ON members_person AS RESTRICTIVE USING (name <> 'Marta')",
}


@postgres_only
@pytest.mark.parametrize("whose", IN_PART)
def test_a_backup_in_part_is_refused(linden: Pair, whose: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with as_owner(connection), connection.cursor() as cursor:
        cursor.execute(
            "SELECT polname FROM pg_policy WHERE polname LIKE 'fence\\_owner\\_%' AND polrelid = 'members_person'::regclass"
        )
        owner = cursor.fetchone()[0]
        if IN_PART[whose]:
            cursor.execute(IN_PART[whose].format(owner=owner))
    if not IN_PART[whose]:
        monkeypatch.setattr(view, "as_owner", lambda connection: nullcontext())
    try:
        with pytest.raises(Refused, match=r"would see only a part of \d+ tables \(.* Cure: set DATABASE_OWNER_URL"):
            make(connection, tmp_path / "b.tar")
    finally:
        with as_owner(connection):
            run("DROP POLICY IF EXISTS narrow ON members_person")
            settle(connection)
    assert list(tmp_path.iterdir()) == []


def test_whoever_looks_cannot_write(linden: Pair) -> None:
    with whole_view(connection):
        assert {person.name for person in models.QuerySet(Person).values_list("name", named=True)} == {"Marta"}
        with pytest.raises(Exception, match=r"readonly|read-only"), transaction.atomic():
            run("UPDATE members_user SET name = 'x'")
    User.objects.update(name="written afterwards")


def test_a_key_to_what_is_left_out_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LEFT_OUT, "_answers", [lambda: {"members.User": "just so"}])
    with pytest.raises(Refused, match=r"points to members_user, which the backup leaves out"):
        kept_tables(User._meta.apps)


def test_one_a_day_is_made_and_the_newest_are_kept(linden: Pair, settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR, settings.BACKUP_KEEP, settings.MEDIA_ROOT = tmp_path / "kept", 2, tmp_path / "media"
    now = datetime(2026, 3, 1, 4, tzinfo=UTC)
    made = [keep_one_a_day(connection, now=now + timedelta(hours=hours)) for hours in (0, 1, 23, 24, 48, 60)]
    assert [path.name if path else None for path in made] == [
        "cooperator-20260301T040000Z.tar", None, None, "cooperator-20260302T040000Z.tar", "cooperator-20260303T040000Z.tar", None,
    ]  # fmt: skip
    (tmp_path / "kept" / "cooperator-by-hand.tar").write_bytes(b"mine")
    assert [path.name[11:19] for _moment, path in kept(tmp_path / "kept")] == ["20260302", "20260303"]
    assert newest(tmp_path / "kept") == now + timedelta(days=2)
    settings.BACKUP_KEEP = 0
    assert keep_one_a_day(connection, now=now + timedelta(days=9)) is None


def test_without_room_the_old_ones_stay(linden: Pair, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.BACKUP_DIR, settings.BACKUP_KEEP = tmp_path, 1
    (tmp_path / "cooperator-20260301T040000Z.tar").write_bytes(b"old")
    monkeypatch.setattr("cooperatives.backup.keeping.LEAST_FREE", 10**18)
    with pytest.raises(Refused, match="no room for another backup"):
        keep_one_a_day(connection, now=timezone.now())
    assert [path.name for path in tmp_path.iterdir()] == ["cooperator-20260301T040000Z.tar"]


def test_the_job_looks_after_the_engine_that_nobody_operates(linden: Pair, settings: Any, tmp_path: Path) -> None:
    settings.BACKUP_DIR, settings.MEDIA_ROOT = tmp_path / "kept", tmp_path / "media"
    back_up()
    assert len(kept(tmp_path / "kept")) == (0 if ON_POSTGRES else 1)
