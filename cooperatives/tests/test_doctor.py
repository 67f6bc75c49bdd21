"""The doctor finds what was planted, calls it by its name, changes nothing, and is not put off by what it cannot see."""

import json
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from django.utils import timezone
from django_celery_beat.models import PeriodicTask

from activity.models import Head
from activity.probes import beaten
from cooperatives import checkups as registry
from cooperatives.backup import view
from cooperatives.checkups import MOST_NAMED, Checkup, Finding, checkups, doubtful, wrong
from cooperatives.doctor import data, examine
from cooperatives.doctor.examining import _each, _told
from cooperatives.fences.settle import _engine
from cooperatives.management.owner import as_owner
from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import User
from members.tokens import issue
from tasks.actions import create_project, create_task
from tasks.models import Task

from .hosts import other_host

Pair = tuple[Cooperative, Actor]
ON_POSTGRES = connection.vendor == "postgresql"
postgres_only = pytest.mark.skipif(not ON_POSTGRES, reason="SQLite hides nothing, and its constraints cannot be taken off")
real_commits = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.BACKUP_DIR = tmp_path / "media", tmp_path / "backups"
    return tmp_path


@pytest.fixture
def working(linden: Pair, kilele: Pair) -> Pair:
    """Linden Court with two projects and a card, and a sign-in; Kilele beside it."""
    cooperative, actor = linden
    with enter([cooperative.pk], actor.user_id):
        create_project(actor, cooperative, name="Garden")
        create_task(actor, create_project(actor, cooperative, name="House"), title="Roof")
    issue(actor.user)
    return linden


@contextmanager
def planted(*statements: str) -> Iterator[None]:
    """As the owner with the walls down, in a transaction that is rolled back: keys are asked at its end only."""
    with as_owner(connection), transaction.atomic():
        _engine(connection).before(connection)
        with connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
        yield
        transaction.set_rollback(True)


def found() -> list[tuple[str, str, str]]:
    """(name, state, sentence) of what is wrong with the rows."""
    findings = [*_told(checkups("rows"), connection=connection), *_each()]
    return [(finding.name, finding.state, finding.sentence) for finding in findings if finding.state != "ok"]


def found_after(statement: str) -> list[tuple[str, str, str]]:
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(statement)
        ill = found()
        transaction.set_rollback(True)
    return ill


DEFECTS = {
    "a card in a lane that is gone": (
        "UPDATE tasks_task SET lane_id = 999999",
        ("keys", "fail", "tasks_task.lane_id: 1 rows point to nothing in tasks_lane"),
    ),
    "a card of a person of another cooperative": (
        "INSERT INTO tasks_assignment (cooperative_id, task_id, member_id)"
        " SELECT cooperative_id, min(id), (SELECT max(id) FROM members_membership) FROM tasks_task GROUP BY cooperative_id",
        ("walls", "fail", "tasks_assignment.member_id: 1 rows point into another cooperative's members_membership"),
    ),
    "a forged record": (
        "UPDATE activity_event SET kind = 'forged' WHERE seq = 1",
        ("record", "fail", "record 1: its hash does not match its content: edited or reordered"),
    ),
    "a detail that is gone": (
        "DELETE FROM activity_detail WHERE id = (SELECT min(id) FROM activity_detail)",
        ("record", "fail", "record 1: its detail is missing and no erasure is on record"),
    ),
    "an end that was cut off": (
        "UPDATE activity_head SET seq = seq + 1 WHERE id = (SELECT min(id) FROM activity_head)",
        ("record", "fail", "head: stands at {beyond}, but the last record is {end}: the end was cut off"),
    ),
    "a target that knows more than there is": (
        "INSERT INTO activity_cursor (cooperative_id, target, seq, attempts, error)"
        " SELECT min(id), 'ear', 999, 0, '' FROM cooperatives_cooperative",
        ("told", "fail", "ear has been told up to 999, but the record ends at {end}"),
    ),
    "a record of tomorrow": (
        "UPDATE activity_event SET at = '2999-01-01 00:00:00+00:00' WHERE seq = 2",
        ("clock", "warn", "record 2 is of 2999-01-01 00:00 UTC, which is still to come"),
    ),
    "nobody is admin": ("DELETE FROM members_rolegrant WHERE role = 'admin'", ("admins", "fail", "nobody is admin today")),
    "a role that outlives the membership": (
        "UPDATE members_membership SET left_on = joined_on",
        ("grants", "warn", "the role admin of member 1 does not lie within the membership"),
    ),
    "a role that is older than the membership": (
        "UPDATE members_rolegrant SET starts_on = '2000-01-01'",
        ("grants", "warn", "the role admin of member 1 does not lie within the membership"),
    ),
    "tokens that nobody forgets": (
        "UPDATE members_refreshtoken SET expires_at = '2020-01-01 00:00:00+00:00'",
        ("old tokens", "warn", "1 refresh tokens are over for long"),
    ),
    "a card in another project's lane": (
        "UPDATE tasks_task SET lane_id = (SELECT min(id) FROM tasks_lane)",
        ("places of cards", "fail", "HOUS-1 lies in a lane of another project"),
    ),
    "a number that would come again": (
        "UPDATE tasks_project SET last_number = 0",
        ("numbers of cards", "fail", "HOUS would give the number 1 again"),
    ),
}


@real_commits
def test_what_is_planted_is_found_and_named(working: Pair) -> None:
    with enter([working[0].pk]):
        end = Head.objects.get().seq
    missed = {}
    with planted():
        well = found()
        for defect, (statement, (name, state, sentence)) in DEFECTS.items():
            wanted = (name, state, sentence.format(end=end, beyond=end + 1))
            ill = found_after(statement)
            if wanted in well or wanted not in ill:
                missed[defect] = ill
    assert missed == {}
    assert [one for one in well if one[1] == "fail"] == []


@postgres_only
@real_commits
def test_two_cards_at_one_place_are_found(working: Pair) -> None:
    cooperative, actor = working
    with enter([cooperative.pk], actor.user_id):
        create_task(actor, Task.objects.get().project, title="Cellar")
        lane = Task.objects.first().lane_id
    take_off = "ALTER TABLE tasks_task DROP CONSTRAINT "
    with planted(take_off + "one_task_per_rank", take_off + "one_task_per_number", "UPDATE tasks_task SET rank = 5, number = 1"):
        ill = found()
    assert ("places of cards", "fail", f"2 cards of lane {lane} have the same place") in ill
    assert ("numbers of cards", "fail", "2 cards are called HOUS-1") in ill


@real_commits
def test_what_waits_and_what_was_given_up_is_found(working: Pair) -> None:
    letter = (
        "INSERT INTO activity_deadletter (cooperative_id, event_id, target, error, died_at, is_due)"
        " SELECT cooperative_id, id, 'mail', 'full', at, {no} FROM activity_event WHERE seq = 3"
    ).format(no="false" if ON_POSTGRES else "0")
    cursor = (
        "INSERT INTO activity_cursor (cooperative_id, target, seq, attempts, error)"
        " SELECT min(id), 'ear', 2, 0, '' FROM cooperatives_cooperative"
    )
    with planted("UPDATE activity_event SET at = '2020-01-01 00:00:00+00:00'", letter, cursor):
        ill = found()
    with enter([working[0].pk]):
        late = Head.objects.get().seq - 2
    assert ("told", "warn", f"ear waits for {late} records, the oldest of 2020-01-01 00:00 UTC") in ill
    assert ("dead letters", "warn", "mail could not take record 3") in ill


@real_commits
def test_the_schedule_is_seen_from_the_database(working: Pair) -> None:
    Session.objects.create(session_key="old", expire_date=timezone.now() - timedelta(days=9))
    wanted = ("schedule", "warn", "the schedule has not run ever")
    with planted():
        assert {wanted, ("schedule", "warn", "1 sessions are over for long")} <= set(found())
    task = PeriodicTask(name="x", task="x", last_run_at=timezone.now() - timedelta(hours=1))
    PeriodicTask.objects.bulk_create([task])  # a schedule of its own it needs only to be saved singly
    with planted():
        assert next(one[2][:30] for one in found() if one[0] == "schedule") == "the schedule has not run since"
    PeriodicTask.objects.filter(name="x").update(last_run_at=timezone.now())
    Session.objects.all().delete()
    with planted():
        assert [one for one in found() if one[0] == "schedule"] == []


@real_commits
def test_files_and_rows_are_compared(working: Pair, folders: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folders / "media").mkdir()
    (folders / "media" / "stray.jpg").write_bytes(b"x")
    monkeypatch.setattr(data, "_file_columns", lambda: [(Task, "title")])  # no room has uploads yet
    wanted = [
        ("files", "fail", "tasks_task.title: the file Roof is gone"),
        ("files", "warn", "no row speaks of the file stray.jpg"),
    ]
    with planted():
        assert [one for one in found() if one[0] == "files"] == wanted
    (folders / "media" / "stray.jpg").rename(folders / "media" / "Roof")
    with planted():
        assert [one for one in found() if one[0] == "files"] == []


@pytest.mark.django_db
def test_a_damaged_file_of_the_database_is_found(new_file: Path, folders: Path) -> None:
    content = bytearray(new_file.read_bytes())
    content[len(content) // 2 : len(content) // 2 + 20_000] = b"\xff" * 20_000
    (folders / "damaged").write_bytes(bytes(content))
    with other_host(folders / "ill", folders / "damaged"):
        assert any(
            finding.state == "fail" and finding.name in ("file of the database", "sight") for finding in examine(connection)
        )
    with other_host(folders / "well", new_file):
        [well] = [finding for finding in examine(connection) if finding.name == "file of the database"]
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA recursive_triggers = OFF")
        [ill] = [finding for finding in examine(connection) if finding.name == "file of the database"]
    assert (well.state, ill.state) == ("ok", "fail")
    assert "other switches than promised: {'foreign_keys': 1, 'recursive_triggers': 0, 'journal_mode': 'wal'}" in ill.sentence


def told_of_rules() -> list[str]:
    [services] = [checkup for checkup in checkups("host") if checkup.name == "services"]
    return [finding.sentence for finding in services.findings(connection=connection) if finding.sentence.startswith("rules: ")]


@real_commits
def test_a_rule_of_the_database_that_does_not_stand_is_told() -> None:
    assert told_of_rules() == []
    with planted():  # whoever can plant is the owner on PostgreSQL, and has taken the triggers off on SQLite
        [sentence] = told_of_rules()
    assert ("could walk through the walls" if ON_POSTGRES else "fences are not as declared: run migrate") in sentence


@real_commits
def test_one_checkup_that_breaks_does_not_keep_the_others_back(working: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(**question: Any) -> Iterator[Finding]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")
        yield wrong("never said")

    monkeypatch.setattr(registry, "_checkups", {"broken": Checkup("broken", "", "cooperative", broken), **registry._checkups})
    with planted():
        ill = found()
        assert [one[2][:22] for one in ill if one[0] == "broken"] == ["could not be checked: "] * 2
        assert [one for one in ill if one[1] == "fail" and one[0] != "broken"] == []


def test_many_findings_are_counted_and_not_all_told() -> None:
    many = Checkup("many", "", "host", lambda: (doubtful(f"fault {number}") for number in range(1000)))
    findings = many.findings()
    assert len(findings) == MOST_NAMED + 1
    assert findings[-1].sentence == f"and {1000 - MOST_NAMED} more"


def test_a_name_is_given_once() -> None:
    with pytest.raises(ValueError, match="the checkup record is registered twice"):
        registry.checkup("record", "")(lambda: iter(()))


def run(*arguments: str) -> tuple[list[str], bool]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except CommandError as error:
        assert error.returncode == 1
        return out.getvalue().splitlines(), False
    return out.getvalue().splitlines(), True


@real_commits
def test_the_command_tells_all_and_ends_with_one_when_something_is_wrong(working: Pair) -> None:
    before = User.objects.get(name="Marta").version
    beaten()  # no beat runs here
    lines, passed = run()
    assert passed, lines
    assert "ok    record: the chain of records is whole, and numbered without a gap (2 cooperatives)" in lines
    assert "ok    sight: the rows of all cooperatives are seen at one moment" in lines
    assert lines[-1].endswith(", 0 wrong")
    with as_owner(connection), connection.cursor() as cursor:
        _engine(connection).before(connection)
        cursor.execute("DELETE FROM members_rolegrant WHERE role = 'admin'")
    call_command("migrate", verbosity=0)
    lines, passed = run("--json")
    told = [json.loads(line) for line in lines]
    assert not passed
    assert {(one["cooperative"], one["sentence"]) for one in told if one["state"] == "fail"} == {
        ("linden-court", "nobody is admin today"), ("kilele-dev-chama", "nobody is admin today"),
    }  # fmt: skip
    assert User.objects.get(name="Marta").version == before


@postgres_only
@real_commits
def test_without_the_owner_it_says_what_it_did_not_see(working: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(view, "as_owner", lambda connection: nullcontext())
    findings = {finding.name: finding.state for finding in examine(connection)}
    assert findings["sight"] == "warn"
    assert findings["record"] == findings["admins"] == "ok"
    assert "walls" not in findings


@pytest.mark.django_db
def test_a_database_that_does_not_answer_ends_the_examination_with_a_sentence(folders: Path) -> None:
    with other_host(folders / "void"):
        (folders / "void" / "db.sqlite3").write_bytes(b"this is no database at all, but it is long enough" * 100)
        findings = list(examine(connection))
    assert (findings[-1].name, findings[-1].state) == ("sight", "fail")
    assert "the rows could not be read: file is not a database" in findings[-1].sentence
