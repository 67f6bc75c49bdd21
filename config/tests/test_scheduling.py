"""A job says its own rhythm; the tables follow the code."""

from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django_celery_beat.models import IntervalSchedule, PeriodicTask

from config.celery import app
from config.scheduling import DeclaredScheduler, declared


@pytest.fixture
def lone() -> Celery:
    """An app with one job that repeats and one that does not."""
    alone = Celery("alone", set_as_current=False, broker="memory://")

    @alone.task(name="alone.often", every=timedelta(seconds=30), shared=False)
    def often() -> None: ...

    @alone.task(name="alone.once", shared=False)
    def once() -> None: ...

    return alone


def test_only_jobs_with_a_rhythm_are_declared(lone: Celery) -> None:
    # Jobs shared by the product's rooms may stand in every app of this process.
    mine = {name: entry for name, entry in declared(lone).items() if name.startswith("alone.")}
    assert mine == {"alone.often": {"task": "alone.often", "schedule": timedelta(seconds=30)}}


@pytest.mark.django_db(transaction=True)  # the scheduler closes connections between its questions
def test_the_tables_follow_the_code(lone: Celery) -> None:
    interval = IntervalSchedule.objects.create(every=1, period="hours")
    PeriodicTask.objects.create(name="left over", task="gone.job", interval=interval)
    by_hand = PeriodicTask.objects.create(name="by hand", task="alone.once", interval=interval)
    DeclaredScheduler(app=lone)
    assert not PeriodicTask.objects.filter(name="left over").exists()
    rows = {row.name: (row.task, row.enabled) for row in PeriodicTask.objects.filter(task__startswith="alone.")}
    assert rows == {"alone.often": ("alone.often", True), "by hand": ("alone.once", True)}
    by_hand.refresh_from_db()


@pytest.mark.django_db(transaction=True)  # the scheduler closes connections between its questions
def test_a_changed_rhythm_is_taken_over(lone: Celery) -> None:
    DeclaredScheduler(app=lone)
    lone.tasks["alone.often"].every = timedelta(minutes=2)
    DeclaredScheduler(app=lone)
    row = PeriodicTask.objects.get(name="alone.often")
    assert timedelta(**{row.interval.period: row.interval.every}) == timedelta(minutes=2)


def test_every_job_of_ours_is_named_after_its_room(settings: Any) -> None:
    app.loader.import_default_modules()
    names = [name for name in app.tasks if not name.startswith("celery.")]
    assert names
    assert [name for name in names if name.split(".")[0] not in settings.ROOMS] == []


def test_jobs_speak_json_and_survive_a_lost_worker() -> None:
    conf = app.conf
    assert (conf.accept_content, conf.task_serializer) == (["json"], "json")
    assert (conf.task_acks_late, conf.task_reject_on_worker_lost, conf.worker_prefetch_multiplier) == (True, True, 1)
    assert conf.result_backend is None
