"""A plan follows from its seed, and the smallest one meets every kind of fault."""

from collections import Counter

import pytest

from config.dev.fault import plan
from config.dev.fault.house import Embedded, Full
from config.dev.fault.storm import _FAULTS, _PLACES
from config.dev.fault.witness.deeds import FUSES

SHORT = plan.sizes(short=True, environment={})
WHOLE = plan.sizes(short=False, environment={})


def kinds(faults: list[plan.Fault]) -> Counter[str]:
    return Counter(fault.kind for fault in faults)


def test_the_same_seed_is_the_same_run() -> None:
    one, same, other = (plan.full(seed, WHOLE, Full.parts) for seed in ("a", "a", "b"))
    assert one == same
    assert one != other
    assert kinds(one) == kinds(other)


def test_the_whole_run_is_what_was_promised() -> None:
    alone, full = kinds(plan.embedded("a", WHOLE, Embedded.parts)), kinds(plan.full("a", WHOLE, Full.parts))
    assert sum(count[kind] for count in (alone, full) for kind in ("killed", "fuse")) == 200
    assert full["database stopped"] == 20
    assert (full["Valkey killed"], full["Valkey flushed"], full["Valkey absent"]) == (10, 10, 2)
    assert sum(WHOLE.absences) >= 240, "absent for minutes"
    assert alone["disk full"] == full["disk full"] == 3


def test_the_short_run_meets_every_fault_every_part_and_every_narrow_place() -> None:
    alone, full = plan.embedded("a", SHORT, Embedded.parts), plan.full("a", SHORT, Full.parts)
    assert kinds(full).keys() == _FAULTS.keys()
    assert kinds(alone).keys() == {"killed", "fuse", "disk full"}
    assert {fault.at for fault in full if fault.kind == "killed"} == set(Full.parts)
    for faults in (alone, full):
        assert {fault.at for fault in faults if fault.kind == "fuse"} == set(FUSES)
    assert sum(count[kind] for count in (kinds(alone), kinds(full)) for kind in ("killed", "fuse")) == 20
    assert kinds(full)["database stopped"] == 2


def test_every_fuse_has_words_for_its_place() -> None:
    assert _PLACES.keys() == set(FUSES)


@pytest.mark.parametrize(("kills", "alone", "full"), [("20", 10, 10), ("3", 2, 1), ("0", 0, 0)])
def test_the_sizes_can_be_given(kills: str, alone: int, full: int) -> None:
    chosen = plan.sizes(short=False, environment={"FAULT_KILLS": kills, "FAULT_RESTARTS": "4", "FAULT_FILLS": "1"})
    assert (chosen.embedded_kills, chosen.full_kills) == (alone, full)
    assert (chosen.restarts, chosen.fills, chosen.valkey) == (4, 1, 10)
