"""Processes that are killed in the middle of their work: nothing that was committed is lost, nothing else is told."""

import os
import signal

import pytest
from django.db import connection
from django.utils import timezone

from activity.dispatch import Target, register, sweep, unregister
from activity.models import Event
from activity.verifying import verify
from cooperatives.queries import enter

from .acts import note, note_in_all
from .ears import all_of, later

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning"),
]


class Ledger:
    """A target that writes what it hears into a file, which outlives the process that heard it."""

    def __init__(self, file):
        self.file = os.open(file, os.O_RDWR | os.O_CREAT | os.O_APPEND)
        self.path = file

    def __call__(self, event):
        os.write(self.file, f"{event.cooperative_id} {event.seq}\n".encode())

    def lines(self):
        """(cooperative, number) of everything heard, in order."""
        return [tuple(map(int, line.split())) for line in self.path.read_text().splitlines()]

    def seqs(self, cooperative):
        """The numbers heard of one cooperative, in order."""
        return [seq for pk, seq in self.lines() if pk == cooperative.pk]


@pytest.fixture
def ledger(tmp_path):
    """A target named `ear` whose memory is a file."""
    ledger = Ledger(tmp_path / "heard")
    target = Target("ear", ledger, where="web")
    register(target)
    yield ledger
    unregister(target)
    os.close(ledger.file)


def killed_after(ledger, count, act):
    """Let another process do `act` again and again, and kill it when the target has heard `count` more."""
    before = len(ledger.lines())
    connection.close()  # the two processes must not share one
    child = os.fork()
    if not child:
        try:
            while True:
                act()
        finally:
            os._exit(1)
    try:
        while len(ledger.lines()) < before + count:
            assert os.waitpid(child, os.WNOHANG) == (0, 0), "the writer has ended by itself"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


def in_order_once_repeats_are_left_out(seqs):
    """The numbers as a receiver sees them that drops what it has had."""
    kept = []
    for seq in seqs:
        if seq not in kept:
            kept.append(seq)
    return kept


def test_after_kills_at_any_point_every_record_is_told_in_order(linden, ledger):
    for count in (1, 2, 3, 5, 8):
        killed_after(ledger, count, lambda: note(linden))
        later(linden, lease_until=timezone.now())  # the lease of the killed one runs out
        sweep()
    assert in_order_once_repeats_are_left_out(ledger.seqs(linden)) == all_of(linden)
    with enter([linden.pk]):
        assert verify(linden).faults == []
        assert Event.objects.count() >= 19


def test_an_action_over_two_cooperatives_is_told_in_both_or_in_none(linden, kilele, ledger):
    for count in (2, 5):
        killed_after(ledger, count, lambda: note_in_all(linden, kilele))
        for cooperative in (linden, kilele):
            later(cooperative, lease_until=timezone.now())
        sweep()
    for cooperative in (linden, kilele):
        assert in_order_once_repeats_are_left_out(ledger.seqs(cooperative)) == all_of(cooperative)
        with enter([cooperative.pk]):
            assert verify(cooperative).faults == []
    with enter([linden.pk, kilele.pk]):
        noted = Event.objects.filter(kind="trial.noted")
        assert noted.filter(cooperative=linden).count() == noted.filter(cooperative=kilele).count()
