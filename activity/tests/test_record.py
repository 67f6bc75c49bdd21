"""Writing: gap-free, unforked, all or nothing, personal detail apart."""

import threading
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from django.core.exceptions import FieldDoesNotExist
from django.db import DatabaseError, connection, connections, transaction

from activity.actions import erase
from activity.chain import GENESIS, Link, canonical, commitment, moment, subject_key
from activity.models import Detail, Event, Head
from activity.verifying import verify
from cooperatives.actions import Forbidden, RuleBroken
from cooperatives.policy import Actor
from cooperatives.queries import enter

from .acts import NOTED, SEALED, note, note_and_fail, note_in_all, notes
from .conftest import texts

pytestmark = pytest.mark.django_db


def seqs(cooperative):
    with enter([cooperative.pk]):
        return list(Event.objects.order_by("seq").values_list("seq", flat=True))


def test_canonical_json_has_one_spelling():
    assert canonical({"b": 1, "a": [None, True, "ü ✓"]}) == '{"a":[null,true,"ü ✓"],"b":1}'
    assert canonical({"a": [None, True, "ü ✓"], "b": 1}) == canonical({"b": 1, "a": [None, True, "ü ✓"]})


def test_a_moment_is_utc_with_microseconds_whatever_zone_it_came_in():
    east = timezone(timedelta(hours=3))
    assert moment(datetime(2026, 1, 2, 3, 4, 5, tzinfo=east)) == "2026-01-02T00:04:05.000000+00:00"


def test_the_hash_of_a_link_is_the_documented_one():
    link = Link(GENESIS, 1, UUID(int=7), "trial.noted", datetime(2026, 1, 2, tzinfo=UTC), 3, "tasks.task:9", "c" * 64)
    # SHA-256 of {"actor":3,"at":"2026-01-02T00:00:00.000000+00:00","commitment":"ccc…","kind":"trial.noted",
    # "previous":"000…","seq":1,"subject":"tasks.task:9","uid":"00000000-0000-0000-0000-000000000007"}
    assert link.digest() == "9d37f00346eda20c9e978ed264edcbda6726406ea1516ab7f22d31b1c111913c"
    changes = {
        "previous": "1" * 64,
        "seq": 2,
        "uid": UUID(int=8),
        "kind": "trial.other",
        "at": datetime(2026, 1, 2, microsecond=1, tzinfo=UTC),
        "actor": None,
        "subject": "tasks.task:8",
        "commitment": "d" * 64,
    }
    assert changes.keys() == vars(link).keys()
    for name, value in changes.items():
        assert Link(**{**vars(link), name: value}).digest() != link.digest(), name
    assert subject_key("tasks.task", None) == "tasks.task:"


def test_founding_writes_the_first_records_in_one_chain(linden, marta):
    with enter([linden.pk]):
        events = list(Event.objects.order_by("seq"))
        head = Head.objects.get()
    assert [event.kind for event in events][:2] == ["cooperatives.founded", "members.joined"]
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert events[0].previous == GENESIS
    assert [event.previous for event in events[1:]] == [event.hash for event in events[:-1]]
    assert (head.seq, head.hash) == (events[-1].seq, events[-1].hash)
    assert {event.actor_id for event in events} == {marta.pk}


def test_many_records_of_one_action_keep_their_order(linden):
    notes(linden, 700)
    assert texts(linden) == [f"note {number}" for number in range(700)]
    with enter([linden.pk]):
        assert verify(linden).faults == []


def test_an_action_that_fails_writes_nothing(linden):
    before = seqs(linden)
    with pytest.raises(ZeroDivisionError):
        note_and_fail(linden)
    assert seqs(linden) == before
    assert "never" not in texts(linden)


def test_one_action_writes_to_two_cooperatives_and_each_has_its_own_chain(linden, kilele):
    note_in_all(kilele, linden, kilele)
    assert texts(linden) == ["in all"]
    assert texts(kilele) == ["in all", "in all"]
    for cooperative in (linden, kilele):
        with enter([cooperative.pk]):
            assert verify(cooperative).faults == []


def test_the_personal_part_stands_apart_and_is_committed_to(linden, marta):
    note(linden, "a private word", actor=Actor.of(marta))
    with enter([linden.pk]):
        event = Event.objects.select_related("detail").order_by("-seq")[0]
        row = Event.objects.filter(pk=event.pk).values().get()
    assert event.detail.data == {"actor": "Marta", "subject": "Linden Court", "payload": {"text": "a private word"}}
    assert event.commitment == commitment(event.detail.salt, event.detail.text)
    assert not any("private" in str(value) or "Marta" in str(value) for value in row.values())


def test_any_text_survives_the_way_into_the_record_and_back(linden):
    hostile = ["<script>alert(1)</script>", "\u202etxet", "👩‍🚀", "{actor.user}", "1e400", "x" * 10_000, '\\u0000 "', "é"]
    for text in hostile:
        note(linden, text)
    assert texts(linden) == hostile
    with enter([linden.pk]):
        assert verify(linden).faults == []


def test_each_salt_is_new(linden):
    note(linden, "same")
    note(linden, "same")
    with enter([linden.pk]):
        assert len(set(Event.objects.values_list("commitment", flat=True))) == Event.objects.count()


@pytest.mark.parametrize("change", [{"kind": "x"}, {"at": datetime(2020, 1, 1, tzinfo=UTC)}, {"hash": "0" * 64}])
def test_the_database_refuses_to_change_a_record(linden, change):
    with enter([linden.pk]):
        with pytest.raises(DatabaseError), transaction.atomic():
            Event.objects.filter(seq=1).update(**change)
        assert not Event.objects.filter(seq=1, **change).exists()


def test_the_database_refuses_to_delete_a_record(linden):
    with enter([linden.pk]):
        Detail.objects.filter(event__seq=1).delete()
        with pytest.raises(DatabaseError), transaction.atomic():
            Event.objects.filter(seq=1).delete()
        assert Event.objects.filter(seq=1).exists()


def test_a_detail_is_never_changed_through_the_models(linden):
    with enter([linden.pk]):
        detail = Detail.objects.first()
        with pytest.raises(TypeError):
            Detail.objects.update(text="{}")
        detail.text = "{}"
        with pytest.raises(TypeError):
            detail.save()


def test_erasing_takes_the_detail_and_leaves_the_chain_whole(linden, marta):
    note(linden, "too personal", actor=Actor.of(marta))
    with enter([linden.pk], marta.pk):
        last = Head.objects.get().seq
        assert erase(Actor.of(marta), linden, seqs=[last, last + 50], reason="asked for on 3 May") == 1
        assert not Detail.objects.filter(event__seq=last).exists()
        assert Event.objects.get(seq=last).told is None
        assert verify(linden).faults == []
        erased = Event.objects.order_by("-seq")[0]
        assert erased.kind == "activity.erased"
        assert erased.detail.data["payload"] == {"seqs": [last], "count": 1, "reason": "asked for on 3 May"}


def test_erasing_twice_records_it_once(linden, marta):
    note(linden, "too personal")
    with enter([linden.pk], marta.pk):
        last = Head.objects.get().seq
        erase(Actor.of(marta), linden, seqs=[last], reason="once")
        assert erase(Actor.of(marta), linden, seqs=[last], reason="twice") == 0
        assert Event.objects.filter(kind="activity.erased").count() == 1


def test_the_record_of_an_erasure_cannot_be_erased(linden, marta):
    note(linden)
    with enter([linden.pk], marta.pk):
        last = Head.objects.get().seq
        erase(Actor.of(marta), linden, seqs=[last], reason="x")
        with pytest.raises(RuleBroken) as refusal:
            erase(Actor.of(marta), linden, seqs=[last + 1], reason="y")
    assert (refusal.value.code, refusal.value.field) == ("keeps", "seqs")


@pytest.mark.parametrize("seqs", [[], list(range(1001))])
def test_erasing_wants_a_number_of_records_it_can_name(linden, marta, seqs):
    with enter([linden.pk], marta.pk), pytest.raises(RuleBroken) as refusal:
        erase(Actor.of(marta), linden, seqs=seqs, reason="x")
    assert refusal.value.code == "how_many"


def test_a_member_cannot_erase(linden, jonas):
    with enter([linden.pk], jonas.pk), pytest.raises(Forbidden):
        erase(Actor.of(jonas), linden, seqs=[1], reason="x")


def test_writing_costs_four_statements_however_many_records(linden, django_assert_num_queries):
    # the action's savepoint in this test's own transaction is two more
    with django_assert_num_queries(6):
        note(linden)
    with django_assert_num_queries(6):
        notes(linden, 20)


def test_kinds_for_officers_are_kept_like_all_others(linden):
    note(linden, "under seal", what=SEALED)
    assert texts(linden) == ["under seal"]


@pytest.mark.django_db(transaction=True)
def test_sixteen_writers_at_once_leave_one_chain_without_gap(linden):
    before, failures = len(seqs(linden)), []
    start = threading.Barrier(16)

    def write(name: int) -> None:
        try:
            start.wait(20)
            for number in range(10):
                note(linden, f"{name}.{number}")
        except Exception as error:  # noqa: BLE001  (told to the test, which must see it)
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[name]) for name in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert seqs(linden) == list(range(1, before + 161))
    assert sorted(texts(linden)) == sorted(f"{name}.{number}" for name in range(16) for number in range(10))
    for name in range(16):
        mine = [text for text in texts(linden) if text.startswith(f"{name}.")]
        assert mine == [f"{name}.{number}" for number in range(10)]
    with enter([linden.pk]):
        assert verify(linden).faults == []


@pytest.mark.django_db(transaction=True)
def test_two_first_records_at_once_share_one_head(linden):
    with enter([linden.pk]), transaction.atomic():
        Head.objects.all().delete()
    # A cooperative without any record: both writers have to make the head.
    other = type(linden).objects.create(slug="bare", name="Bare", kind="chama")
    start, failures = threading.Barrier(4), []

    def write() -> None:
        try:
            start.wait(20)
            note(other)
        except Exception as error:  # noqa: BLE001  (told to the test, which must see it)
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert failures == []
    with enter([other.pk]):
        assert Head.objects.get().seq == 4
        assert verify(other).faults == []


@pytest.mark.django_db(transaction=True)
def test_writers_in_two_cooperatives_in_opposite_order_never_lock_each_other_out(linden, kilele):
    failures = []

    def write(order) -> None:
        try:
            for _ in range(8):
                note_in_all(*order)
        except Exception as error:  # noqa: BLE001  (told to the test, which must see it)
            failures.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=write, args=[order]) for order in [(linden, kilele), (kilele, linden)] * 3]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []
    assert len(texts(linden)) == len(texts(kilele)) == 48


def test_nothing_personal_is_a_column_of_the_record():
    for name in ("payload", "label", "actor_name"):
        with pytest.raises(FieldDoesNotExist):
            Event._meta.get_field(name)
    assert connection.vendor in ("sqlite", "postgresql")
    assert NOTED.payload == {"text": str}
