"""verify_activity finds every kind of tampering, and nothing in a whole record."""

import json
import uuid
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from activity.actions import erase
from activity.chain import GENESIS, commitment, new_salt
from activity.events import ERASED
from activity.models import Detail, Event, Head
from activity.verifying import MOST_FAULTS, anchor_of, verify
from cooperatives.actions import action
from cooperatives.events import record
from cooperatives.fences import lift
from cooperatives.policy import Actor
from cooperatives.queries import enter

from .acts import note, notes

pytestmark = pytest.mark.django_db


@pytest.fixture
def ten(linden):
    """Linden Court with at least ten records; gives the number of the last."""
    notes(linden, 10)
    with enter([linden.pk]):
        yield Head.objects.get().seq


@pytest.fixture
def tamper():
    """Do what only the owner of the tables can do: with the walls lifted, as the login role."""

    def act(change):
        if connection.vendor == "sqlite":
            with lift(connection):
                change()
            return
        role = connection.settings_dict["OPTIONS"]["assume_role"]
        with connection.cursor() as cursor:
            cursor.execute("RESET ROLE; SET LOCAL app.lifted = 'on'")
            change()
            cursor.execute(f"SET LOCAL app.lifted = ''; SET ROLE \"{role}\"")

    return act


def deleting(**where):
    """Delete records and their details, past all walls."""

    def change():
        pks = list(Event.objects.filter(**where).values_list("pk", flat=True))
        Detail.objects.filter(event__in=pks)._raw_delete("default")
        Event.objects.filter(pk__in=pks)._raw_delete("default")

    return change


def changing(seq, **change):
    """Change one record, past all walls."""
    return lambda: Event.objects.filter(seq=seq).update(**change)


def run(*args, **options):
    """The command's lines and its exit code."""
    out = StringIO()
    try:
        call_command("verify_activity", *args, stdout=out, **options)
    except CommandError as error:
        return out.getvalue().splitlines(), error.returncode
    return out.getvalue().splitlines(), 0


def test_a_whole_record_has_no_fault(linden, kilele, ten):
    lines, code = run()
    assert code == 0
    assert lines[0].startswith(f"linden-court: {ten} records, whole, head ")
    assert len(lines) == 2


CHANGES = {
    "kind": "trial.other",
    "at": datetime(2020, 1, 1, tzinfo=UTC),
    "uid": uuid.UUID(int=1),
    "actor_id": None,
    "subject_type": "tasks.task",
    "subject_id": 999,
    "commitment": "0" * 64,
    "previous": "0" * 64,
    "hash": "0" * 64,
}


@pytest.mark.parametrize("column", CHANGES)
def test_an_edited_record_is_found(linden, marta, tamper, ten, column):
    note(linden, "by Marta", actor=Actor.of(marta))
    tamper(changing(ten + 1, **{column: CHANGES[column]}))
    lines, code = run()
    assert code == 1
    assert any(line.startswith(f"linden-court: record {ten + 1}: ") for line in lines)


def test_an_edit_is_named_at_its_own_record_and_nowhere_else(linden, tamper, ten):
    tamper(changing(5, kind="trial.other"))
    assert verify(linden).faults == ["record 5: its hash does not match its content: edited or reordered"]


@pytest.mark.parametrize("seq", [1, 5])
def test_a_deleted_record_is_found(linden, tamper, ten, seq):
    tamper(deleting(seq=seq))
    faults = verify(linden).faults
    assert faults[0] == f"record {seq}: missing, the next one is {seq + 1}: deleted or reordered"
    assert f"record {seq + 1}: does not follow the record before it: deleted, reordered or edited" in faults


def test_a_deleted_record_whose_gap_was_closed_is_found(linden, tamper, ten):
    tamper(deleting(seq=5))

    def close():
        for seq in range(6, ten + 1):
            Event.objects.filter(seq=seq).update(seq=seq - 1)
        Head.objects.update(seq=ten - 1)

    tamper(close)
    assert verify(linden).faults[0] == "record 5: does not follow the record before it: deleted, reordered or edited"


def test_two_records_that_changed_places_are_found(linden, tamper, ten):
    def swap():
        for before, after in ((5, 0), (6, 5), (0, 6)):
            Event.objects.filter(seq=before).update(seq=after)

    tamper(swap)
    faults = verify(linden).faults
    assert any(fault.startswith("record 5:") for fault in faults)
    assert any(fault.startswith("record 6:") for fault in faults)


def test_an_inserted_record_is_found(linden, tamper, ten):
    with enter([linden.pk]):
        last = Event.objects.get(seq=ten)
        Event.objects.create(cooperative=linden, seq=ten + 1, kind="trial.noted", at=last.at, previous=last.hash, hash="f" * 64)
    faults = verify(linden).faults
    assert f"record {ten + 1}: its hash does not match its content: edited or reordered" in faults
    assert f"head: stands at {ten}, but there are records up to {ten + 1}" in faults


def test_a_cut_end_is_found_by_the_head(linden, tamper, ten):
    tamper(deleting(seq__gt=ten - 3))
    assert verify(linden).faults == [f"head: stands at {ten}, but the last record is {ten - 3}: the end was cut off"]


def test_a_record_that_lost_everything_is_found(linden, tamper, ten):
    tamper(deleting(seq__gt=0))
    assert verify(linden).faults == [f"head: stands at {ten}, but the last record is 0: the end was cut off"]


def test_a_cut_end_with_a_matching_head_is_found_by_the_anchor_only(linden, tamper, ten, tmp_path):
    anchor = tmp_path / "anchor.json"
    assert run(export_anchor=anchor)[1] == 0
    tamper(deleting(seq=ten))
    with enter([linden.pk]):
        last = Event.objects.get(seq=ten - 1)
        Head.objects.update(seq=last.seq, hash=last.hash)
    assert verify(linden).faults == []
    lines, code = run(anchor=anchor)
    assert (lines, code) == (
        [f"linden-court: anchor: stands at {ten}, but the last record is {ten - 1}: the end was cut off"],
        1,
    )


def test_a_chain_rewritten_from_a_point_on_is_found_by_the_anchor_only(linden, tamper, ten):
    anchor = anchor_of([verify(linden)])["linden-court"]

    def rewrite():
        previous = GENESIS
        for event in Event.objects.order_by("seq"):
            event.kind = "trial.other" if event.seq == 4 else event.kind
            event.previous = previous
            previous = event.link.digest()
            Event.objects.filter(pk=event.pk).update(kind=event.kind, previous=event.previous, hash=previous)
        Head.objects.update(hash=previous)

    tamper(rewrite)
    assert verify(linden).faults == []
    assert verify(linden, anchor).faults == [f"record {ten}: another hash than the anchor's: rewritten since it was exported"]


def test_an_anchor_stays_good_while_the_record_grows(linden, ten, tmp_path):
    anchor = tmp_path / "anchor.json"
    run(export_anchor=anchor)
    note(linden)
    assert run(anchor=anchor)[1] == 0


def test_an_anchor_of_a_cooperative_that_is_gone_is_a_fault(linden, ten, tmp_path):
    anchor = tmp_path / "anchor.json"
    anchor.write_text(json.dumps({"vanished": {"seq": 3, "hash": "a" * 64}}))
    lines, code = run(anchor=anchor)
    assert "vanished: stands in the anchor, but there is no such cooperative any more" in lines
    assert code == 1


@pytest.mark.parametrize("text", ["", "[]", '{"linden-court": 5}', '{"linden-court": {"seq": "x", "hash": ""}}', "\x00"])
def test_a_file_that_is_no_anchor_is_named(linden, tmp_path, text):
    anchor = tmp_path / "anchor.json"
    anchor.write_text(text)
    with pytest.raises(CommandError, match="is no anchor"):
        call_command("verify_activity", anchor=anchor)


def test_no_anchor_is_written_for_a_record_that_is_not_whole(linden, tamper, ten, tmp_path):
    tamper(changing(5, kind="trial.other"))
    anchor = tmp_path / "anchor.json"
    assert run(export_anchor=anchor)[1] == 1
    assert not anchor.exists()


def test_a_detail_that_was_edited_is_found(linden, ten):
    with connection.cursor() as cursor, enter([linden.pk]):
        pk = Detail.objects.get(event__seq=5).pk
        cursor.execute("UPDATE activity_detail SET text = '{}' WHERE id = %s", [pk])
        assert verify(linden).faults == ["record 5: its detail does not match its commitment: edited"]
        cursor.execute("UPDATE activity_detail SET salt = 'no hex' WHERE id = %s", [pk])
        assert verify(linden).faults == ["record 5: its detail does not match its commitment: edited"]


def test_a_detail_that_was_forged_with_a_salt_of_its_own_is_found(linden, ten):
    salt = new_salt()
    with enter([linden.pk]):
        Detail.objects.filter(event__seq=5).delete()
        Detail.objects.create(cooperative=linden, event=Event.objects.get(seq=5), salt=salt, text="{}")
        assert commitment(salt, "{}") != Event.objects.get(seq=5).commitment
        assert verify(linden).faults == ["record 5: its detail does not match its commitment: edited"]


def test_a_detail_that_vanished_without_a_recorded_erasure_is_found(linden, marta, ten):
    with enter([linden.pk], marta.pk):
        erase(Actor.of(marta), linden, seqs=[4], reason="asked for")
        assert verify(linden).faults == []
        Detail.objects.filter(event__seq=5).delete()
        assert verify(linden).faults == ["record 5: its detail is missing and no erasure is on record"]


def test_the_record_of_an_erasure_that_lost_its_detail_excuses_nothing(linden, marta, ten):
    with enter([linden.pk], marta.pk):
        erase(Actor.of(marta), linden, seqs=[4], reason="asked for")
        Detail.objects.filter(event__seq=ten + 1).delete()
        assert verify(linden).faults == [
            "record 4: its detail is missing and no erasure is on record",
            f"record {ten + 1}: its detail is missing and no erasure is on record",
        ]


def test_no_erasure_excuses_the_record_of_another(linden, marta, ten):
    """Someone past the actions records an erasure of an erasure, to hide who was erased."""

    @action
    def cover_up():
        record(ERASED, Actor.of(marta), linden, seqs=[ten + 1], count=1, reason="x")

    with enter([linden.pk], marta.pk):
        erase(Actor.of(marta), linden, seqs=[4], reason="asked for")
        cover_up()
        Detail.objects.filter(event__seq=ten + 1).delete()
        assert f"record {ten + 1}: its detail is missing and no erasure is on record" in verify(linden).faults


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"seq": 3}, "head: stands at 3, but there are records up to {ten}"),
        ({"hash": "0" * 64}, "head: its hash is not that of record {ten}"),
        ({"seq": 999}, "head: stands at 999, but the last record is {ten}: the end was cut off"),
    ],
)
def test_a_wrong_head_is_found(linden, ten, change, fault):
    Head.objects.update(**change)
    assert verify(linden).faults == [fault.format(ten=ten)]


def test_a_missing_head_is_found(linden, ten):
    Head.objects.all().delete()
    assert verify(linden).faults == ["head: missing"]


def test_a_cooperative_where_nothing_happened_is_whole(linden):
    bare = type(linden).objects.create(slug="bare", name="Bare", kind="chama")
    assert run(cooperative="bare") == ([f"bare: 0 records, whole, head {GENESIS}"], 0)
    assert bare.slug == "bare"


def test_only_one_cooperative_is_looked_at_when_one_is_named(linden, kilele):
    lines, code = run(cooperative="linden-court")
    assert (len(lines), code) == (1, 0)
    with pytest.raises(CommandError, match="no cooperative at nowhere"):
        call_command("verify_activity", cooperative="nowhere")


def test_the_fault_of_one_cooperative_does_not_hide_the_other(linden, kilele, tamper):
    with enter([linden.pk]):
        tamper(changing(2, kind="trial.other"))
    lines, code = run()
    assert code == 1
    assert lines[0] == "linden-court: record 2: its hash does not match its content: edited or reordered"
    assert lines[1].startswith("kilele-dev-chama: ")
    assert "whole" in lines[1]


def test_faults_are_named_up_to_a_bound_and_counted_beyond(linden, tamper):
    notes(linden, MOST_FAULTS + 20)
    with enter([linden.pk]):
        count = Event.objects.count()
        tamper(lambda: Event.objects.update(kind="trial.other"))
        verdict = verify(linden)
    assert (len(verdict.faults), verdict.further) == (MOST_FAULTS, count - MOST_FAULTS)
    assert run()[0][-1] == f"linden-court: and {count - MOST_FAULTS} more"


def test_programs_get_json(linden, tamper, ten):
    tamper(changing(5, kind="trial.other"))
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("verify_activity", json=True, stdout=out)
    said = json.loads(out.getvalue())
    assert said["lost"] == []
    assert said["cooperatives"][0]["cooperative"] == "linden-court"
    assert said["cooperatives"][0]["records"] == ten
    assert said["cooperatives"][0]["faults"] == ["record 5: its hash does not match its content: edited or reordered"]


def test_pages_of_rows_join_without_a_seam(linden, ten, monkeypatch):
    monkeypatch.setattr("activity.verifying.PAGE", 3)
    assert verify(linden).count == ten
    assert verify(linden).faults == []
