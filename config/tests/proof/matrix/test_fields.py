"""Whoever sends more fields than a form has changes no more than the reviewed listing says."""

import os
from typing import Any

import pytest

from ..world import ACTORS, World
from .fields import FEW, Trial, fields_of, home, listing, writes
from .tables import line_of
from .trying import YES
from .walking import quiet

LISTING = listing()
# What the client of a new row never chooses: keys, authors, numbers, times, rights.
SERVER = {
    "id", "public_id", "created_by_id", "creator_id", "user_id", "actor_id", "rank", "number", "last_number", "seq", "version",
    "created_at", "updated_at", "archived_at", "role", "is_active", "is_demo", "is_superuser", "is_staff", "source_id", "hash",
}  # fmt: skip

# Forms that ask for a role; which one somebody may give is a table of its own.
GIVING = (
    "page POST /c/{slug}/members/new/",
    "page POST /c/{slug}/members/invitations/new/",
    "page POST /c/{slug}/members/invitations/link/",
    "page POST /c/{slug}/members/{public_id}/roles/new/",
    "api POST /api/v1/memberships/{id}/roles/",
    "api POST /api/v1/invitations/",
    "admin POST /admin/members/membership/add/",
    "admin POST /admin/members/membership/{object_id}/role/",
)


# In the suite some send everything; `make matrix`, and whoever sets CRAWL_WHOLE, lets everybody do so.
TRYING = ACTORS if os.environ.get("CRAWL_WHOLE") == "1" else ("visitor", "member", "admin")


@pytest.mark.parametrize("actor", TRYING)
def test_a_write_changes_only_what_it_is_for(actor: str, stocked: World, writer: Any, record_property: Any) -> None:
    trial = Trial(stocked, actor)
    with quiet():
        for door in writes():
            trial.run(door)
    assert not trial.faults, "\n" + "\n".join(trial.faults)
    record_property("combinations", trial.count)
    print(f"{actor}: {trial.count} combinations of field and write")
    if writer is not None:
        writer.take(LISTING, actor, trial.changes)
        return
    wanted = LISTING.read()
    wrong = []
    for line in {*wanted, *trial.changes}:
        now, then = trial.changes.get(line, set()), wanted.get(line, {}).get(actor, set())
        wrong += [f"{line}: {actor} changes {word}" for word in sorted(now - then)]
        wrong += [f"{line}: {actor} no longer changes {word}" for word in sorted(then - now)]
    assert not wrong, "\n" + "\n".join(wrong)


def test_every_write_is_sent_every_column_of_what_it_writes() -> None:
    for door in writes():
        names = fields_of(door)
        assert {"id", "role", "is_superuser", "version", "created_by"} <= names.keys()
        if door.model is not None:
            assert {field.name for field in door.model._meta.concrete_fields} <= names.keys()
    assert {home(door) for door in writes()} >= {"cooperatives", "members", "tasks"}


def test_no_client_chooses_what_only_the_server_writes() -> None:
    for line, actors in LISTING.read().items():
        fixed = SERVER - {"role"} if line in GIVING else SERVER
        for actor, words in actors.items():
            chosen = {word for word in words if word.startswith("+") and word.rpartition(".")[2] in fixed}
            assert not chosen, f"{line}: {actor} chooses {chosen}"


def test_no_write_changes_an_author_a_number_or_the_record() -> None:
    fixed = (".created_by_id", ".creator_id", ".number", ".key", "_user.email", ".public_id", ".cooperative_id")
    kinds = ("_event.kind", "_effort.kind", "_relation.kind")  # that of a task is a fact like its title
    for line, actors in LISTING.read().items():
        words = set().union(*actors.values())
        assert not {word for word in words if word[0] not in "+-" and word.endswith(fixed + kinds)}, line
        assert not {word for word in words if word.startswith(("activity_event.", "activity_detail.", "-activity_"))}, line


def test_the_listing_names_only_doors_that_are_there() -> None:
    assert LISTING.read().keys() <= {line_of(door) for door in writes()}


class Form(Trial):
    """Stands for a form: refuses a request with one of these fields, and else changes what it takes."""

    def __init__(self, refused: set[str], taken: set[str]) -> None:
        self.refused, self.taken, self.faults, self.actor = refused, taken, list[str](), "member"
        self.sent: list[set[str]] = []

    def _send(self, door: Any, extra: dict[str, Any]) -> tuple[str, set[str]]:
        self.sent.append(set(extra))
        refuses = extra.keys() & self.refused
        return ("422", set()) if refuses else (YES, extra.keys() & self.taken)


NAMES = dict.fromkeys(f"field{number}" for number in range(100))


@pytest.mark.parametrize("refused", [set(), {"field7"}, {"field0", "field1", "field99"}, set(NAMES)])
def test_each_field_is_taken_or_refused_by_itself(refused: set[str]) -> None:
    form = Form(refused, taken={"field8", "field50"})
    assert form._each(writes()[0], NAMES) == {"field8", "field50"} - refused
    taken = [sent for sent in form.sent if not sent & refused]
    assert set().union(*taken) == NAMES.keys() - refused
    assert sorted(name for sent in form.sent if len(sent) == 1 for name in sent & refused) == sorted(refused)
    assert form.faults == []


def test_a_refusal_that_changes_something_is_blamed_on_its_field() -> None:
    class Leaking(Form):
        def _send(self, door: Any, extra: dict[str, Any]) -> tuple[str, set[str]]:
            word, changes = super()._send(door, extra)
            return word, changes if word == YES else {"members_user.role"}

    form = Leaking({"field7"}, taken=set())
    form._each(writes()[0], NAMES)
    assert any("sends field7: 422, and changed ['members_user.role']" in fault for fault in form.faults)


def test_a_few_at_a_time_are_far_fewer_requests() -> None:
    form = Form({"field7"}, taken=set())
    form._each(writes()[0], NAMES)
    assert max(map(len, form.sent)) <= FEW
    assert len(form.sent) < 100 / FEW + 12 or FEW == 1
