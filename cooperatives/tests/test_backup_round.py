"""From one engine to the other and back: the same rows, the same hashes, the same chains, and a host that works."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, connections, models, transaction
from django.test import Client
from django.utils import timezone

from activity.models import Event, Head
from cooperatives.backup import Refused, make, restore
from cooperatives.backup.states import Migrations, as_state
from cooperatives.backup.tables import kept_tables, left_out
from cooperatives.fences import drift
from cooperatives.models import Cooperative, OnceKey
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members import tokens
from members.actions import admit
from members.models import ApiKey, InvitationToken, Person, RefreshToken, TokenFamily, User
from tasks.models import Task

from . import hostile_rows
from .hosts import manifest_of, other_host, told

Pair = tuple[Cooperative, Actor]
KEYS = (ApiKey, InvitationToken, RefreshToken, Session, TokenFamily, UserSession)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def media(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Where uploads lie, with some in it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    (tmp_path / "media" / "a" / "deep").mkdir(parents=True)
    (tmp_path / "media" / "a" / "deep" / "\u00fcml\u00e4ut \U0001f600.bin").write_bytes(bytes(range(256)) * 5000)
    (tmp_path / "media" / "empty").write_bytes(b"")
    yield settings.MEDIA_ROOT


@pytest.fixture
def filled(linden: Pair, kilele: Pair, media: Path) -> Pair:
    """Two cooperatives with hostile rows, a sign-in, and ids that were given and are gone."""
    cooperative, actor = linden
    with enter([cooperative.pk], actor.user_id):
        hostile_rows.write(cooperative, actor.user)
        admit(actor, cooperative, name="Jonas")
        Task.objects.order_by("-pk")[0].delete()
    tokens.issue(actor.user)
    Client().force_login(actor.user)
    return linden


def empty(media: Path) -> None:
    """The default installation is new again."""
    call_command("flush", interactive=False, verbosity=0)
    for path in sorted(media.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


def test_there_and_back_between_the_engines(filled: Pair, media: Path, tmp_path: Path) -> None:
    first, second, third = (tmp_path / f"{name}.tar" for name in ("first", "second", "third"))
    wanted = told(make(connection, first))
    with other_host(tmp_path / "other"):
        restore(connection, first)  # a file without any table
        made = make(connection, second)
        assert (made.engine, told(made)) == ("sqlite", wanted)
        assert [model._meta.label for model in KEYS if models.QuerySet(model).exists()] == []
        assert drift(connection) == []
        carry_on()
    empty(media)
    restore(connection, second)  # migrated and empty
    made = make(connection, third)
    assert (made.engine, told(made)) == (connection.vendor, wanted)
    assert manifest_of(first).engine == connection.vendor
    carry_on()


def carry_on() -> None:
    """What was restored can be worked with: the chain goes on, and no id is given a second time."""
    cooperative = Cooperative.objects.get(name="Linden Court")
    actor = Actor.of(User.objects.get(name="Marta"))
    with enter([cooperative.pk], actor.user_id):
        given = Task.objects.order_by("-pk").first()
        end = Head.objects.get().seq
        admit(actor, cooperative, name="Ines")
        assert Head.objects.get().seq > end
        again = hostile_rows.insert(
            Task, cooperative=cooperative, project=given.project, lane=given.lane, number=77, title="New", rank=5,
            created_at=timezone.now(), updated_at=timezone.now(),
        )  # fmt: skip
        assert again.pk == given.pk + 2, "the task with the id between has been deleted before"
    call_command("verify_activity", stdout=open("/dev/null", "w"))  # noqa: SIM115


def test_what_opens_a_door_is_left_out_and_named(filled: Pair, tmp_path: Path) -> None:
    manifest = make(connection, tmp_path / "b.tar")
    kept = {table.model for table in manifest.tables}
    assert {model._meta.label for model in KEYS} <= manifest.left_out.keys()
    assert not kept & left_out().keys()
    assert {"members.User", "activity.Event", "contenttypes.ContentType"} <= kept
    from_everything = {
        table.model._meta.label for table in kept_tables(Migrations(connection).apps_at(Migrations(connection).known))
    }
    assert kept == from_everything


def test_a_restore_never_mixes(filled: Pair, media: Path, tmp_path: Path) -> None:
    make(connection, tmp_path / "b.tar")
    with pytest.raises(Refused, match=r"members_user holds rows. A restore never mixes. Cure: give it an empty database"):
        with_empty_media(media, lambda: restore(connection, tmp_path / "b.tar"))
    empty(media)
    (media / "stray").write_bytes(b"1")
    with pytest.raises(Refused, match=r"is not empty: stray is there"):
        restore(connection, tmp_path / "b.tar")
    assert not User.objects.exists()


def with_empty_media(media: Path, act: Callable[[], Any]) -> None:
    moved = media.rename(media.with_name("elsewhere"))
    try:
        act()
    finally:
        moved.rename(media)


def test_what_is_written_meanwhile_is_in_it_wholly_or_not_at_all(filled: Pair, tmp_path: Path) -> None:
    cooperative, actor = filled

    def write() -> None:
        with enter([cooperative.pk], actor.user_id):
            admit(actor, cooperative, name="Latecomer")
        connections.close_all()

    def meanwhile(line: str) -> None:
        if line.startswith("members_user:"):
            thread = threading.Thread(target=write)
            thread.start()
            thread.join()

    before, all_before = event_count(cooperative), event_count(*Cooperative.objects.all())
    manifest = make(connection, tmp_path / "b.tar", meanwhile)
    with enter([cooperative.pk]):
        assert Person.objects.filter(name="Latecomer").exists()
        assert Event.objects.count() > before
    assert {table.name: table.rows for table in manifest.tables}["activity_event"] == all_before
    end = manifest.chains[str(cooperative.pk)]["activity"]["seq"]
    assert end == before, "the writer did not wait, and was not seen"


def event_count(*cooperatives: Cooperative) -> int:
    with enter([cooperative.pk for cooperative in cooperatives]):
        return Event.objects.count()


def test_an_earlier_version_is_restored_and_migrated_on(new_file: Path, tmp_path: Path) -> None:
    with other_host(tmp_path / "early", new_file):
        earlier = Migrations(connection).known - {last_of("members", Migrations(connection))}
        call_command("migrate", "members", max(name for app, name in earlier if app == "members"), verbosity=0)
        connection.close()
        bare = (tmp_path / "early" / "db.sqlite3").read_bytes()
        with connection.cursor() as cursor:
            columns = "email, name, role, locale, about, password, is_active, is_demo, public_id, date_joined, version"
            values = "'a@b.c', 'Ann', 'admin', '', '', '!', 1, 0, '" + "a" * 32 + "', '2020-01-01 00:00:00', 1"
            cursor.execute(f"INSERT INTO members_user ({columns}) VALUES ({values})")
        manifest = make(connection, tmp_path / "b.tar")
        assert manifest.migrations == as_state(earlier)
    (tmp_path / "bare").write_bytes(bare)
    with other_host(tmp_path / "now", tmp_path / "bare"):
        restore(connection, tmp_path / "b.tar")
        assert Migrations(connection).applied == Migrations(connection).known
        assert drift(connection) == []
        assert User.objects.get().name == "Ann"


def last_of(app: str, migrations: Migrations) -> tuple[str, str]:
    return max(node for node in migrations.known if node[0] == app)


def test_neither_an_earlier_version_into_a_later_database_nor_a_newer_one_into_this(
    filled: Pair, media: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    applied = Migrations(connection).applied
    last = last_of("members", Migrations(connection))
    with monkeypatch.context() as patch:
        patch.setattr(Migrations, "applied", applied - {last})
        patch.setattr(Migrations, "apps_at", lambda self, nodes: real_apps())
        make(connection, tmp_path / "early.tar")
        patch.setattr(Migrations, "applied", applied | {("members", "0999_later")})
        patch.setattr(Migrations, "unknown", lambda self, nodes: [])
        make(connection, tmp_path / "late.tar")
    empty(media)
    with pytest.raises(Refused, match=r"already beyond it \(members\.\w+\). Cure: give it a database without any tables"):
        restore(connection, tmp_path / "early.tar")
    with pytest.raises(Refused, match=r"newer version .* it knows the migration members.0999_later"):
        restore(connection, tmp_path / "late.tar")


def real_apps() -> Any:
    return User._meta.apps


def test_a_database_newer_than_the_program_is_not_backed_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Migrations, "applied", {("members", "0999_later")})
    with pytest.raises(Refused, match=r"The database is newer than this program: it has had members.0999_later"):
        make(connection, tmp_path / "b.tar")
    assert list(tmp_path.iterdir()) == []


def test_the_commands(filled: Pair, media: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "b.tar"
    call_command("backup", str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    call_command("verify_backup", str(path))
    empty(media)
    call_command("restore", str(path))
    out = capsys.readouterr().out
    assert "The secrets of this installation (.env) are not in it." in out
    assert f"{path} is whole: made " in out
    assert "2 files and 2 cooperatives as they were at" in out
    with pytest.raises(CommandError, match="never overwrites"):
        call_command("backup", str(path))
    with pytest.raises(CommandError, match="cannot be read: No such file"):
        call_command("verify_backup", str(tmp_path / "none.tar"))
    with pytest.raises(CommandError, match="not empty"):
        call_command("restore", str(path))


def test_json_is_carried_as_it_is_stored_where_the_engine_lets_it(new_file: Path, tmp_path: Path) -> None:
    odd = '{"b" : 1e2,  "a":1.50, "b":2}'
    with other_host(tmp_path / "one", new_file):
        user = User.objects.create_user("a@b.c", name="A")
        with enter((), user.pk):
            hostile_rows.insert(OnceKey, user=user, route="r", digest="d", fingerprint="f", created_at=timezone.now())
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("UPDATE cooperatives_oncekey SET answer = %s", [odd])
        make(connection, tmp_path / "b.tar")
    with other_host(tmp_path / "two", new_file):
        restore(connection, tmp_path / "b.tar")
    with closing(sqlite3.connect(tmp_path / "two" / "db.sqlite3")) as raw:
        assert raw.execute("SELECT answer FROM cooperatives_oncekey").fetchone() == (odd,)
