"""Actions: one transaction, agreeing subscribers, events last; founding as the pattern."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection

from cooperatives import events
from cooperatives.actions import (
    Conflict,
    Forbidden,
    NotFound,
    RuleBroken,
    Stale,
    action,
    change_cooperative,
    expect,
    found,
)
from cooperatives.events import FOUNDED, Kind, Occurrence, kind, record, subscribers_of
from cooperatives.models import Cooperative
from cooperatives.policy import ANONYMOUS, SYSTEM, Actor
from cooperatives.queries import enter, entered
from members.models import Membership, User

Pair = tuple[Cooperative, Actor]


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of what was handed to the writer, beside writing it."""
    names: list[str] = []
    real = events._writer

    def writer(occurrences: list[Occurrence]) -> None:
        names.extend(occurrence.kind.name for occurrence in occurrences)
        if real:
            real(occurrences)

    monkeypatch.setattr(events, "_writer", writer)
    return names


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Callable[[Occurrence], None]], None]:
    """Subscribe for the length of one test."""

    def listen(name: str, function: Callable[[Occurrence], None]) -> None:
        monkeypatch.setitem(events._subscribers, name, [*subscribers_of(name), function])

    return listen


def test_founding_makes_the_founder_admin_in_one_act(person: Callable[[str], User], written: list[str]) -> None:
    user = person("Marta")
    cooperative = found(Actor.of(user), name=" Linden Court ", kind="housing", currency="EUR", hue=155)
    assert (cooperative.slug, cooperative.name, cooperative.creator) == ("linden-court", "Linden Court", user)
    with enter([cooperative.pk]):
        member = Membership.objects.get()
        assert (member.number, member.user, member.person.name) == (1, user, "Marta")
        assert sorted(member.grants.values_list("role", flat=True)) == ["admin", "member"]
    assert written == ["cooperatives.founded", "members.joined", "members.role_granted", "members.role_granted"]


@pytest.mark.django_db(transaction=True)
def test_a_subscriber_that_disagrees_undoes_everything(person: Callable[[str], User], heard: Any) -> None:
    def refuse(occurrence: Occurrence) -> None:
        raise RuleBroken("no", "Not today.")

    heard("members.joined", refuse)
    with pytest.raises(RuleBroken, match="Not today"):
        found(Actor.of(person("Marta")), name="Linden Court", kind="housing")
    assert Cooperative.objects.count() == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM members_person")
        assert cursor.fetchone() == (0,)


def test_a_subscriber_acts_inside_the_cooperative_of_the_event(person: Callable[[str], User], heard: Any) -> None:
    inside: list[Any] = []
    heard("cooperatives.founded", lambda occurrence: inside.append((entered(), occurrence.cooperative_id)))
    user = person("Marta")
    cooperative = found(Actor.of(user), name="Linden Court", kind="housing")
    assert inside == [(((cooperative.pk,), user.pk), cooperative.pk)]


def test_subscribers_that_answer_each_other_for_ever_end_as_an_error(linden: Pair, heard: Any) -> None:
    heard("cooperatives.changed", lambda o: record(events.CHANGED, o.actor, linden[0], changed=[]))
    with pytest.raises(RuntimeError, match="without end"):
        change_cooperative(linden[1], linden[0], version=1, name="Ring")


@pytest.mark.parametrize(
    ("facts", "code", "field"),
    [
        ({"name": ""}, "invalid_value", "name"),
        ({"name": "x" * 201}, "invalid_value", "name"),
        ({"name": "Nul \x00"}, "invalid_value", "name"),
        ({"description": "x" * 5001}, "invalid_value", "description"),
        ({"kind": "club"}, "invalid_value", "kind"),
        ({"time_zone": "Mars/Olympus"}, "time_zone", "time_zone"),
        ({"currency": "euro"}, "currency", "currency"),
        ({"locale": "tlh"}, "locale", "locale"),
        ({"fiscal_year_start": 13}, "invalid_value", "fiscal_year_start"),
        ({"hue": 400}, "invalid_value", "hue"),
        ({"slug": "../etc"}, "invalid_value", "slug"),
    ],
)
def test_bad_input_names_the_field_and_writes_nothing(
    facts: dict[str, Any], code: str, field: str, person: Callable[[str], User]
) -> None:
    with pytest.raises(RuleBroken) as caught:
        found(Actor.of(person("Marta")), **{"name": "Linden Court", "kind": "housing", **facts})
    assert (caught.value.code, caught.value.field) == (code, field)
    assert caught.value.sentence
    assert Cooperative.objects.count() == 0


def test_two_of_the_same_name_get_two_addresses(founded: Any) -> None:
    first, _ = founded("Linden Court", "Marta")
    second, _ = founded("Linden Court", "Tomasz")
    assert first.slug == "linden-court"
    assert second.slug.startswith("linden-court-")


@pytest.mark.django_db
def test_a_visitor_may_not_found_and_the_system_may() -> None:
    with pytest.raises(Forbidden):
        found(ANONYMOUS, name="Linden Court", kind="housing")
    cooperative = found(SYSTEM, name="Linden Court", kind="housing")
    assert cooperative.creator is None


def test_settings_change_with_the_version_that_was_seen(linden: Pair, written: list[str]) -> None:
    changed = change_cooperative(linden[1], linden[0], version=1, name="Linden Yard", hue=20, kind="chama")
    assert (changed.name, changed.hue, changed.version, changed.kind) == ("Linden Yard", 20, 2, "housing")
    assert written == ["cooperatives.changed"]
    with pytest.raises(Stale) as stale:
        change_cooperative(linden[1], linden[0], version=1, name="Lime Yard")
    assert (stale.value.status, stale.value.current.name) == (409, "Linden Yard")


def test_saving_what_is_already_so_records_nothing(linden: Pair, written: list[str]) -> None:
    same = change_cooperative(linden[1], linden[0], version=1, name="Linden Court")
    assert (same.version, written) == (1, [])


def test_strangers_and_plain_members_may_not_change_settings(linden: Pair, kilele: Pair) -> None:
    with pytest.raises(NotFound):
        change_cooperative(kilele[1], linden[0], version=1, name="Ours")


def test_no_version_is_a_stale_version(linden: Pair) -> None:
    with pytest.raises(Stale):
        expect(linden[0], None)


@pytest.mark.django_db
def test_what_collides_at_commit_is_a_conflict() -> None:
    @action
    def collide() -> None:
        raise IntegrityError("duplicate key")

    with pytest.raises(Conflict) as caught:
        collide()
    assert (caught.value.status, caught.value.code) == (409, "constraint")


def test_recording_belongs_inside_an_action(linden: Pair) -> None:
    with pytest.raises(RuntimeError, match="inside an @action"):
        record(FOUNDED, linden[1], linden[0], name="x")


@pytest.mark.parametrize("payload", [{}, {"name": 3}, {"name": "x", "more": 1}])
def test_a_payload_has_the_declared_shape(payload: dict[str, Any], linden: Pair) -> None:
    @action
    def act() -> None:
        record(FOUNDED, linden[1], linden[0], **payload)

    with pytest.raises(TypeError, match=r"cooperatives\.founded"):
        act()


def test_a_kind_is_declared_once() -> None:
    with pytest.raises(ValueError, match="declared twice"):
        kind("cooperatives.founded", "again")
    assert isinstance(FOUNDED, Kind)
    assert FOUNDED.type == "cooperatives.founded"


def test_a_nested_action_joins_the_outer_one(linden: Pair, written: list[str]) -> None:
    @action
    def outer() -> None:
        change_cooperative(linden[1], linden[0], version=1, name="Twice")
        change_cooperative(linden[1], linden[0], version=2, name="Thrice")
        assert written == []

    outer()
    assert written == ["cooperatives.changed", "cooperatives.changed"]


class _Deadlock(Exception):
    """What the driver raises."""

    sqlstate = "40P01"


class _Away(Exception):
    """The server has gone."""

    sqlstate = "57P01"


@pytest.mark.django_db
def test_who_gives_way_in_a_deadlock_is_asked_to_try_again(linden: Pair) -> None:
    @action
    def give_way(cause: Exception) -> None:
        Cooperative.objects.filter(pk=linden[0].pk).update(name="Half done")
        raise OperationalError("the statement was cancelled") from cause

    with pytest.raises(Conflict) as refusal:
        give_way(_Deadlock())
    assert (refusal.value.code, refusal.value.status) == ("gave_way", 409)
    with pytest.raises(OperationalError):
        give_way(_Away())
    assert Cooperative.objects.get(pk=linden[0].pk).name == "Linden Court"


@pytest.mark.django_db
@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../../etc/passwd", "utc ", "localtime/", "x" * 61])
def test_a_zone_that_is_none_is_named(linden: Pair, zone: str) -> None:
    cooperative, actor = linden
    with enter([cooperative.pk]), pytest.raises(RuleBroken) as refusal:
        change_cooperative(actor, cooperative, version=1, time_zone=zone)
    assert refusal.value.field == "time_zone"
