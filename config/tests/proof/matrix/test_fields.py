"""Whoever sends more fields than a form has changes no more than the reviewed listing says."""

import os
from typing import Any

import pytest

from ..world import ACTORS, World
from .fields import Trial, fields_of, home, listing, writes
from .tables import line_of
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
    fixed = (".created_by_id", ".creator_id", ".number", ".key", ".kind", "_user.email", ".public_id", ".cooperative_id")
    for line, actors in LISTING.read().items():
        words = set().union(*actors.values())
        assert not {word for word in words if word[0] not in "+-" and word.endswith(fixed)}, line
        assert not {word for word in words if word.startswith(("activity_event.", "activity_detail.", "-activity_"))}, line


def test_the_listing_names_only_doors_that_are_there() -> None:
    assert LISTING.read().keys() <= {line_of(door) for door in writes()}
