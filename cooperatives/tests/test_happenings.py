"""Kinds as they are declared all over the product, the bus inside an action, and how an action ends."""

import string
from collections.abc import Callable
from dataclasses import FrozenInstanceError
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction

from activity.models import Event
from cooperatives import events
from cooperatives.actions import Conflict, RuleBroken, Stale, action, change_cooperative, expect, found, validate
from cooperatives.events import CHANGED, FOUNDED, KINDS, Audience, Kind, Occurrence, record, subscribe, subscribers_of
from cooperatives.models import Cooperative
from cooperatives.policy import SYSTEM, Actor
from cooperatives.queries import enter, entered
from members.models import Membership, Person

Pair = tuple[Cooperative, Actor]
Listen = Callable[[str, Callable[[Occurrence], None]], None]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[Occurrence]:
    """What is handed to the writer, in place of writing it."""
    handed: list[Occurrence] = []
    monkeypatch.setattr(events, "_writer", handed.extend)
    return handed


@pytest.fixture
def listen(monkeypatch: pytest.MonkeyPatch) -> Listen:
    """Subscribe for the length of one test."""
    monkeypatch.setattr(events, "_subscribers", {name: list(them) for name, them in events._subscribers.items()})

    def register(name: str, function: Callable[[Occurrence], None]) -> None:
        subscribe(name)(function)

    return register


EVERY = sorted(KINDS.values(), key=lambda what: what.name)


@pytest.mark.parametrize("what", EVERY, ids=lambda what: what.name)
def test_a_kind_says_a_sentence_with_what_it_carries(what: Kind) -> None:
    room, _, deed = what.name.partition(".")
    assert room in settings.ROOMS
    assert deed.replace("_", "").isalpha()
    named = {field for _, field, _, _ in string.Formatter().parse(str(what.sentence)) if field is not None}
    assert named <= what.payload.keys() | {"actor", "subject"}
    said = str(what.sentence).format(actor="Marta", subject="Roof", **dict.fromkeys(what.payload, "x"))
    assert said
    assert "{" not in said


@pytest.mark.parametrize("what", EVERY, ids=lambda what: what.name)
def test_a_kind_carries_plain_values_and_what_its_audience_needs(what: Kind) -> None:
    assert set(what.payload.values()) <= {str, int, bool, list, dict, float}
    assert {f"{room}_id" for room in what.rooms} <= what.payload.keys()
    if what.standing or what.audience is Audience.PERSON:
        assert what.payload.get("user_id") is str
    assert KINDS[what.name] is what
    assert what.type == (what.live or what.name)
    with pytest.raises(FrozenInstanceError):
        what.outside = False  # type: ignore[misc]


def test_kinds_that_are_for_officers_or_one_person_are_not_announced_in_rooms() -> None:
    assert [what.name for what in EVERY if what.audience is not Audience.MEMBERS and what.rooms] == []


def test_a_kind_that_says_nothing_else_is_for_members_and_may_leave_the_house() -> None:
    plain = Kind("x.y", "{actor} did", {})
    assert (plain.audience, plain.outside, plain.rooms, plain.standing, plain.type) == (Audience.MEMBERS, True, (), False, "x.y")


def test_what_is_recorded_knows_whose_it_is_and_how_it_was_called(linden: Pair, written: list[Occurrence]) -> None:
    @action
    def act() -> None:
        with enter([linden[0].pk]):
            person = Person.objects.create(pk=10**6, name="Marta", cooperative=linden[0])
        record(CHANGED, linden[1], person, changed=["name"])
        record(CHANGED, linden[1], linden[0], label="x" * 300, changed=None)
        record(CHANGED, SYSTEM, linden[1].user, cooperative_id=77, changed=[])

    act()
    told = [(o.cooperative_id, o.subject_type, o.subject_label, o.payload, o.actor.user_id) for o in written]
    assert told == [
        (linden[0].pk, "members.person", "Marta", {"changed": ["name"]}, linden[1].user_id),
        (linden[0].pk, "cooperatives.cooperative", "x" * 200, {"changed": None}, linden[1].user_id),
        (77, "members.user", "Marta", {"changed": []}, None),
    ]
    assert len({o.uid for o in written}) == 3


def test_subscribers_hear_in_the_order_in_which_they_came_and_before_anything_is_written(
    linden: Pair, written: list[Occurrence], listen: Listen
) -> None:
    heard: list[Any] = []
    listen("cooperatives.changed", lambda o: heard.append(("first", list(written), entered().cooperatives)))
    listen("cooperatives.changed", lambda o: heard.append(("second", list(written), entered().cooperatives)))
    change_cooperative(linden[1], linden[0], version=1, name="Yard")
    assert heard == [("first", [], (linden[0].pk,)), ("second", [], (linden[0].pk,))]
    assert [o.kind for o in written] == [CHANGED]


def test_what_subscribers_record_comes_after_what_they_heard(linden: Pair, written: list[Occurrence], listen: Listen) -> None:
    def answer(occurrence: Occurrence) -> None:
        if occurrence.payload["changed"] == ["hue", "name"]:
            record(CHANGED, occurrence.actor, linden[0], changed=["echo"])

    listen("cooperatives.changed", answer)

    @action
    def twice() -> None:
        change_cooperative(linden[1], linden[0], version=1, name="Yard", hue=3)
        change_cooperative(linden[1], linden[0], version=2, name="Court")

    twice()
    assert [o.payload["changed"] for o in written] == [["hue", "name"], ["name"], ["echo"]]


def test_each_is_told_inside_its_own_cooperative_whatever_was_entered(
    linden: Pair, kilele: Pair, written: list[Occurrence], listen: Listen
) -> None:
    inside: list[Any] = []
    listen("cooperatives.changed", lambda o: inside.append(entered()))

    @action
    def both() -> None:
        record(CHANGED, kilele[1], kilele[0], changed=[])
        record(CHANGED, SYSTEM, linden[0], changed=[])

    with enter([kilele[0].pk, linden[0].pk], 5):
        both()
        assert entered() == (tuple(sorted([kilele[0].pk, linden[0].pk])), 5)
    assert inside == [((kilele[0].pk,), kilele[1].user_id), ((linden[0].pk,), None)]


def test_nothing_is_handed_over_when_nothing_happened(linden: Pair, written: list[Occurrence]) -> None:
    calls: list[int] = []
    events.register_writer(lambda occurrences: calls.append(len(occurrences)))
    action(lambda: None)()
    assert calls == []
    assert subscribers_of("nobody.listens") == []


def test_a_writer_that_fails_undoes_the_action(linden: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(occurrences: list[Occurrence]) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(events, "_writer", fail)
    with pytest.raises(ZeroDivisionError):
        change_cooperative(linden[1], linden[0], version=1, name="Never")
    linden[0].refresh_from_db()
    assert (linden[0].name, linden[0].version) == ("Linden Court", 1)


def test_after_an_error_the_next_action_begins_afresh(linden: Pair, written: list[Occurrence]) -> None:
    @action
    def fail() -> None:
        record(CHANGED, linden[1], linden[0], changed=[])
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            fail()
    with pytest.raises(RuntimeError, match="inside an @action"):
        record(CHANGED, linden[1], linden[0], changed=[])
    change_cooperative(linden[1], linden[0], version=1, name="Yard")
    assert [o.payload for o in written] == [{"changed": ["name"]}]


def test_an_action_keeps_its_name_and_gives_its_result() -> None:
    assert (found.__name__, found.__module__) == ("found", "cooperatives.actions.founding")
    assert "first admin" in (found.__doc__ or "")


@pytest.mark.django_db(transaction=True)
def test_an_action_starts_no_transaction_inside_anothers() -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        found(SYSTEM, name="Linden Court", kind="housing")
    assert Cooperative.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_collides_only_at_commit_is_told_as_a_conflict_and_saves_nothing(linden: Pair, kilele: Pair) -> None:
    @action
    def cross() -> None:
        with connection.cursor() as cursor:
            cursor.execute("UPDATE members_membership SET person_id = %s WHERE cooperative_id = %s", [10**9, linden[0].pk])

    with enter([linden[0].pk]):
        with pytest.raises(Conflict) as refused:
            cross()
        assert (refused.value.code, isinstance(refused.value.__cause__, IntegrityError)) == ("constraint", True)
        assert "Reload and try again" in refused.value.sentence
        assert Membership.objects.get().person.name == "Marta"


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"name": "Nul\x00"}, "name"),
        ({"description": "half a letter \ud83d"}, "description"),
        ({"description": "\udfff"}, "description"),
        ({"name": "x" * 201}, "name"),
        ({"name": ""}, "name"),
        ({"slug": "linden-court"}, "slug"),
        ({"slug": "a b"}, "slug"),
        ({"hue": -1}, "hue"),
        ({"hue": 360}, "hue"),
        ({"fiscal_year_start": 0}, "fiscal_year_start"),
        ({"kind": ""}, "kind"),
    ],
)
def test_a_row_that_cannot_be_saved_names_its_first_fault(facts: dict[str, Any], field: str, linden: Pair) -> None:
    row = Cooperative(**{"name": "Other", "slug": "other", "kind": "chama", **facts})
    with pytest.raises(RuleBroken) as refused:
        validate(row, exclude=["creator"])
    assert (refused.value.code, refused.value.field, refused.value.status) == ("invalid_value", field, 422)
    assert refused.value.sentence


def test_a_fault_of_no_single_field_names_none(in_linden: Cooperative) -> None:
    member = Membership.objects.get()
    member.left_on = member.joined_on.replace(year=2000)
    with pytest.raises(RuleBroken) as refused:
        validate(member)
    assert refused.value.field is None
    validate(Membership.objects.get())


@pytest.mark.parametrize(("seen", "stale"), [(4, False), (3, True), (5, True), (0, True), (None, True)])
def test_only_the_version_that_is_stands(seen: int | None, stale: bool) -> None:
    row = SimpleNamespace(version=4)
    if not stale:
        return expect(row, seen)
    with pytest.raises(Stale) as refused:
        expect(row, seen)
    assert (refused.value.current, refused.value.field, refused.value.status) == (row, "version", 409)
    return None


def test_a_broken_rule_reads_as_its_sentence_or_else_its_code() -> None:
    assert (str(RuleBroken("late", "Too late.")), str(RuleBroken("late")), str(RuleBroken())) == (
        "Too late.",
        "late",
        "rule_broken",
    )
    assert RuleBroken("late", extra=1).extra == {"extra": 1}


def test_founding_is_in_the_record_before_the_answer_is_drawn(linden: Pair) -> None:
    with enter([linden[0].pk]):
        first = Event.objects.order_by("seq")[0]
        assert (first.kind, first.seq, first.subject_id) == (FOUNDED.name, 1, linden[0].pk)
