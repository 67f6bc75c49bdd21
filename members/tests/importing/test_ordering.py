"""Long files are imported by a job: once, all or nothing, as who ordered it, whatever dies meanwhile."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError
from django.test import Client
from django.utils import timezone

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.actions import carry_out_orders, confirm_import, decide, drop_import
from members.actions.importing import ordering
from members.jobs import import_ordered
from members.models import ImportBatch, Person, RoleGrant, User
from members.queries import mark_of, plan_of

from ..factories import acting, refused
from .files import again, start, totals
from .test_import_pages import latest, page, upload

pytestmark = pytest.mark.django_db
READ, APPLYING, APPLIED = ImportBatch.State.READ, ImportBatch.State.APPLYING, ImportBatch.State.APPLIED


@pytest.fixture(autouse=True)
def woken(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Files of more than two rows are long; the jobs that were woken."""
    found: list[Any] = []
    monkeypatch.setattr("members.waking.current_app.send_task", lambda job, args, **_: found.append((job, *args)))
    for module in ("members.actions.importing.ordering", "members.views.importing"):
        monkeypatch.setattr(f"{module}.AT_ONCE", 2)
    return found


def ordered(actor: Actor, alder: Cooperative) -> ImportBatch:
    """A long file that waits for its job."""
    batch = start(alder, actor=actor)
    return confirm_import(actor, batch, mark=mark_of(plan_of(batch)), version=batch.version)


def carried(batch: ImportBatch, *, after: timedelta = timedelta()) -> ImportBatch:
    """The import as it is once the job has run."""
    with enter([batch.cooperative_id]):
        carry_out_orders(now=timezone.now() + after)
        return again(batch)


def test_a_long_file_is_ordered_and_written_once(
    ada: User, alder: Cooperative, woken: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with acting(ada) as actor:
        with refused("stale"):
            confirm_import(actor, start(alder, actor=actor), mark="", version=99)
        with django_capture_on_commit_callbacks(execute=True):
            batch = ordered(actor, alder)
        assert (again(batch).state, totals(alder)["person"]) == (APPLYING, 1)
        for act in (
            lambda: confirm_import(actor, batch, mark="", version=again(batch).version),
            lambda: decide(actor, batch, decided={"country": "DE"}, version=again(batch).version),
            lambda: drop_import(actor, batch),
        ):
            with refused("import_runs"):
                act()
    assert woken == [("members.import_ordered", alder.pk)]
    import_ordered(alder.pk)
    import_ordered()
    with enter([alder.pk]):
        done = again(batch)
        assert (done.state, done.ordered, done.counts["written"]["person"], totals(alder)["person"]) == (APPLIED, {}, 3, 4)


def test_a_short_file_is_written_while_the_page_waits(ada: User, alder: Cooperative, woken: list[Any]) -> None:
    with acting(ada) as actor:
        batch = start(alder, "Name;E-mail\nAnn Abel;ann@abel.example\n", actor=actor)
        assert confirm_import(actor, batch, mark=mark_of(plan_of(batch)), version=batch.version).state == APPLIED
    assert woken == []


def test_what_the_job_is_refused_is_said_and_can_be_confirmed_anew(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        batch = ordered(actor, alder)
        Person.objects.create(cooperative=alder, name="Ann Abel", email="ann@abel.example")
        back = carried(batch)
        assert (back.state, "has changed" in back.ordered["refused"], totals(alder)["person"]) == (READ, True, 2)
        back = decide(actor, back, decided={"country": "DE"}, version=back.version)
        assert back.ordered == {}
        confirm_import(actor, back, mark=mark_of(plan_of(back)), version=back.version)
    assert carried(back).state == APPLIED


def test_who_lost_the_right_meanwhile_imports_nothing(ada: User, ben: User, alder: Cooperative) -> None:
    with enter([alder.pk]):
        grant = RoleGrant.objects.get(membership__user=ben)
        RoleGrant.objects.filter(pk=grant.pk).update(role="secretary")
    with acting(ben) as actor:
        batch = ordered(actor, alder)
        RoleGrant.objects.filter(pk=grant.pk).update(role="member")
    back = carried(batch)
    assert (back.state, back.ordered) == (READ, {"refused": "Who asked for this import may not import any more."})


def test_a_worker_that_dies_leaves_nothing_and_another_takes_over(
    ada: User, alder: Cooperative, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting(ada) as actor:
        batch = ordered(actor, alder)
    with monkeypatch.context() as patch, pytest.raises(DatabaseError):
        patch.setattr("members.actions.importing.applying.write_homes", dies)
        carried(batch)
    with enter([alder.pk]):
        assert (again(batch).state, totals(alder)["person"]) == (APPLYING, 1)
    assert carried(batch, after=timedelta(seconds=119)).state == APPLYING  # the first may be alive
    assert carried(batch, after=timedelta(minutes=3)).state == APPLIED


def test_after_three_that_died_the_file_is_given_back(ada: User, alder: Cooperative, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("members.actions.importing.applying.write_homes", dies)
    with acting(ada) as actor:
        batch = ordered(actor, alder)
    for time in range(3):
        with pytest.raises(DatabaseError):
            carried(batch, after=timedelta(minutes=5 * time))
    back = carried(batch, after=timedelta(hours=1))
    assert (back.state, "Nothing was written" in back.ordered["refused"]) == (READ, True)


def dies(*_facts: Any) -> None:
    """The database has gone away."""
    raise DatabaseError("gone")


def test_of_two_workers_that_took_it_up_the_slower_finds_it_done(ada: User, alder: Cooperative) -> None:
    with acting(ada) as actor:
        batch = ordered(actor, alder)
    done = carried(batch)
    with enter([alder.pk]):
        ordering._try(batch)
        assert (again(batch).version, done.state, totals(alder)["person"]) == (done.version, APPLIED, 4)


def test_the_page_shows_how_far_it_is_until_it_is_done(ada: User, alder: Cooperative, client: Client) -> None:
    client.force_login(ada)
    batch = upload(client, alder)
    door, part = page(alder, "import_file", batch.public_id), {"HX-Request": "true"}
    waiting = client.get(f"{door}?first=yes")
    assert waiting.headers["Refresh"] == f"1; url={door}" and "<progress" in waiting.content.decode()
    looked = client.get(door)
    assert "Refresh" not in looked.headers
    confirmed = {"mark": looked.context["mark"], "version": looked.context["batch"].version}
    assert client.post(page(alder, "import_apply", batch.public_id), confirmed)["Location"] == door
    whole, piece = client.get(door).content.decode(), client.get(door, headers=part).content.decode()
    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in whole and "It waits for its turn." in piece
    assert 'id="import-state" data-refresh-soon' in whole and 'id="import-state" data-refresh-soon' in piece
    import_ordered(alder.pk)
    assert latest(alder).state == APPLIED
    piece = client.get(door, headers=part).content.decode()
    assert "data-refresh-soon" not in piece and "Imported" in piece


def test_who_looks_on_is_led_back_when_it_was_refused(ada: User, alder: Cooperative, client: Client) -> None:
    client.force_login(ada)
    with acting(ada) as actor:
        batch = ordered(actor, alder)
        Person.objects.create(cooperative=alder, name="Ann Abel", email="ann@abel.example")
    import_ordered(alder.pk)
    door = page(alder, "import_file", batch.public_id)
    piece = client.get(door, headers={"HX-Request": "true"}).content.decode()
    assert "has changed since you looked" in piece and f'href="{door}"' in piece and "data-refresh-soon" not in piece
    assert "has changed since you looked" in client.get(door).content.decode()
