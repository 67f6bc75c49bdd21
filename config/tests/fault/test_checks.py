"""Every check passes a run in which all went well, and names what is wrong in one that is spoilt in one place."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace

import pytest

from config.dev.fault.checks import CHECKS, MARK, Finding, examine, served
from config.dev.fault.evidence import Evidence, Row
from config.dev.fault.journal import HUNG, Answer, Journal, Listener, Write

from .story import HOME, good, heard, record

Spoil = Callable[[Journal, Evidence], object]


def findings(spoil: Spoil = lambda journal, evidence: None) -> dict[str, Finding]:
    journal, evidence = good()
    spoil(journal, evidence)
    return {finding.name: finding for finding in examine(journal, evidence)}


def test_a_good_run_passes_every_check() -> None:
    found = findings()
    assert [name for name, finding in found.items() if not finding.passed] == []
    assert found.keys() == CHECKS.keys()


@pytest.mark.parametrize("name", CHECKS)
def test_a_check_with_nothing_to_look_at_has_proved_nothing(name: str) -> None:
    looked_at, faults = CHECKS[name](Journal(), Evidence())
    assert not Finding(name, looked_at, tuple(faults)).passed


def _lose(journal: Journal, evidence: Evidence) -> None:
    del evidence.records[2]  # the change; what comes later is still there


def _roll_back_a_page(journal: Journal, evidence: Evidence) -> None:
    journal.writes.append(Write("create", "fault 9", "acknowledged"))  # by a form: no id, no version is known


def _wrong_version(journal: Journal, evidence: Evidence) -> None:
    journal.writes[2] = replace(journal.writes[2], version=4)


def _without_row(journal: Journal, evidence: Evidence) -> None:
    del evidence.tasks[7]


def _older_row(journal: Journal, evidence: Evidence) -> None:
    evidence.tasks[7] = replace(evidence.tasks[7], version=2)


def _refused_and_there(journal: Journal, evidence: Evidence) -> None:
    journal.writes[0] = replace(journal.writes[0], outcome="refused")


def _twice_there(journal: Journal, evidence: Evidence) -> None:
    evidence.records.append(record(5, "tasks.created", task=8, title="fault 1"))


def _no_record(journal: Journal, evidence: Evidence) -> None:
    evidence.tasks[8] = Row(f"{MARK}8", f"{MARK}8", 1, 3)


def _no_detail(journal: Journal, evidence: Evidence) -> None:
    evidence.records[3] = replace(evidence.records[3], facts=None)


def _half_changed(journal: Journal, evidence: Evidence) -> None:
    evidence.tasks[7] = replace(evidence.tasks[7], description="fault 1")


def _otherwise(journal: Journal, evidence: Evidence) -> None:
    evidence.tasks[7] = replace(evidence.tasks[7], lane=3)


def _two_records_of_one_change(journal: Journal, evidence: Evidence) -> None:
    evidence.records.append(record(5, "tasks.moved", version=3, title="fault 2", lane=4))


def _phantom_message(journal: Journal, evidence: Evidence) -> None:
    journal.listeners[0].heard.append(heard(5))


def _message_with_another_id(journal: Journal, evidence: Evidence) -> None:
    journal.listeners[0].heard[1] = replace(journal.listeners[0].heard[1], uid="uid99")


def _told_outside_too_early(journal: Journal, evidence: Evidence) -> None:
    evidence.told.append((HOME, 0, "uid99"))


def _not_acted(journal: Journal, evidence: Evidence) -> None:
    del evidence.acts["uid3"]


def _acted_twice(journal: Journal, evidence: Evidence) -> None:
    evidence.acts["uid3"] = 2


def _acted_for_nothing(journal: Journal, evidence: Evidence) -> None:
    evidence.acts["uid99"] = 1


def _effect_missing(journal: Journal, evidence: Evidence) -> None:
    evidence.effects = Counter(["uid1", "uid2", "uid3"])


def _effect_twice(journal: Journal, evidence: Evidence) -> None:
    evidence.effects["uid1"] = 2


def _untold(journal: Journal, evidence: Evidence) -> None:
    evidence.told = evidence.told[:-1]


def _told_out_of_order(journal: Journal, evidence: Evidence) -> None:
    evidence.told = [evidence.told[0], evidence.told[2], evidence.told[1], evidence.told[5]]


def _cursor_behind(journal: Journal, evidence: Evidence) -> None:
    evidence.cursors[HOME, "live"] = 3


def _dead_letter(journal: Journal, evidence: Evidence) -> None:
    evidence.letters = 1


def _broken_chain(journal: Journal, evidence: Evidence) -> None:
    evidence.chain = "record 3: edited"


def _broken_store(journal: Journal, evidence: Evidence) -> None:
    evidence.store = "integrity_check: row 3 missing"


def _unheard(journal: Journal, evidence: Evidence) -> None:
    del journal.listeners[0].heard[0]  # a creation: nothing newer stands for it


def _last_update_unheard(journal: Journal, evidence: Evidence) -> None:
    del journal.listeners[0].heard[3]


def _never_let_in(journal: Journal, evidence: Evidence) -> None:
    journal.listeners.append(Listener(HOME))


def _unread(journal: Journal, evidence: Evidence) -> None:
    journal.answers.append(Answer("page", True, 503, 0.1, ("disk full", "disk full")))


def _error(journal: Journal, evidence: Evidence) -> None:
    journal.answers.append(Answer("page", True, 500, 0.1, ("calm", "calm")))


def _hang(journal: Journal, evidence: Evidence) -> None:
    journal.answers.append(Answer("page", True, HUNG, 60.0, ("calm", "calm")))


def _gone(journal: Journal, evidence: Evidence) -> None:
    journal.answers.append(Answer("api", True, 404, 0.1, ("calm", "calm")))


SPOILT: list[tuple[Spoil, set[str], str]] = [
    (_lose, {"acknowledged", "whole", "announced", "acted once", "took effect once"}, "'fault 2' of task 7, version 2"),
    (_roll_back_a_page, {"acknowledged"}, "'fault 9' of task None"),
    (_wrong_version, {"acknowledged"}, "version 4, was acknowledged and is lost"),
    (_without_row, {"acknowledged", "whole", "announced"}, "task 7"),
    (_older_row, {"acknowledged", "whole"}, "task 7"),
    (_refused_and_there, {"refused"}, "'fault 1' was refused and is there"),
    (_twice_there, {"refused", "whole", "acted once", "took effect once", "sockets", "told"}, "is there 2 times"),
    (_no_record, {"whole"}, "task 8 stands at version 1, its records say []"),
    (_no_detail, {"whole", "acknowledged"}, "record 4 has no detail"),
    (_half_changed, {"whole"}, "half changed"),
    (_otherwise, {"whole"}, "stands otherwise"),
    (_two_records_of_one_change, {"whole", "acted once", "took effect once", "sockets", "told"}, "records say [1, 2, 3, 3]"),
    (_phantom_message, {"announced"}, "record 5 of cooperative 1 (uid5) was announced and does not exist"),
    (_message_with_another_id, {"announced"}, "uid99"),
    (_told_outside_too_early, {"announced", "told"}, "uid99"),
    (_not_acted, {"acted once"}, "nothing acted for uid3"),
    (_acted_twice, {"acted once"}, "2 times acted for uid3"),
    (_acted_for_nothing, {"acted once"}, "something acted for uid99"),
    (_effect_missing, {"took effect once"}, "nothing took effect for uid4"),
    (_effect_twice, {"took effect once"}, "2 times took effect for uid1"),
    (_untold, {"told"}, "nobody was told record 4"),
    (_told_out_of_order, {"told"}, "out of order"),
    (_cursor_behind, {"cursors"}, "live stands at 3 of 4"),
    (_dead_letter, {"cursors"}, "1 dead letters"),
    (_broken_chain, {"chain"}, "record 3: edited"),
    (_broken_store, {"chain"}, "row 3 missing"),
    (_unheard, {"sockets"}, "never heard of record 2"),
    (_last_update_unheard, {"sockets"}, "never heard of record 4"),
    (_never_let_in, {"sockets"}, "listener 1 was never let in"),
    (_unread, {"reads"}, "disk full: 1 of 1 pages were not served"),
    (_error, {"answers"}, "500"),
    (_hang, {"answers"}, "no answer within a minute"),
    (_gone, {"answers"}, "404"),
]


@pytest.mark.parametrize(("spoil", "wrong", "words"), SPOILT, ids=[spoil.__name__.strip("_") for spoil, *_ in SPOILT])
def test_a_spoilt_run_is_named(spoil: Spoil, wrong: set[str], words: str) -> None:
    found = findings(spoil)
    failed = {name for name, finding in found.items() if not finding.passed}
    assert failed == wrong
    assert any(words in fault for finding in found.values() for fault in finding.faults)


def test_every_check_has_been_seen_to_fail() -> None:
    seen = {name for spoil, *_ in SPOILT for name, finding in findings(spoil).items() if not finding.passed}
    assert seen == CHECKS.keys()


def test_a_listener_may_hear_a_newer_update_instead_or_fetch() -> None:
    journal, evidence = good()
    del journal.listeners[0].heard[1:3]  # the rename; the move of the same task was heard
    assert {finding.name: finding.passed for finding in examine(journal, evidence)}["sockets"]
    journal, evidence = good()
    journal.listeners[0] = Listener(HOME, 1, [heard(4)], skipped=[(1, 3)])
    assert {finding.name: finding.passed for finding in examine(journal, evidence)}["sockets"]


def test_what_was_served_in_a_weather_counts_reads_of_pages_that_lie_in_it_wholly() -> None:
    away = ("Valkey away", "Valkey away")
    journal = Journal(
        answers=[
            Answer("page", True, 200, 0.5, away),
            Answer("page", True, 502, 2.0, away),
            Answer("page", True, 502, 9.0, ("calm", "Valkey away")),
            Answer("page", False, 502, 9.0, away),
            Answer("api", True, 502, 9.0, away),
        ]
    )
    assert served(journal, "Valkey away") == (2, 1, 2.0)
    assert served(journal, "disk full") == (0, 0, 0.0)
