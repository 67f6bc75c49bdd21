"""STV stage-exact: winner sets and stage tables equal the published ones on every given ward, and wrong rules do not."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from voting.reading import read_blt
from voting.tally import Count, Election, scottish_stv, stv

WARDS = [f"edinburgh_2017_ward{number}" for number in range(1, 9)] + ["west_dunbartonshire_2017_ward3"]


@pytest.fixture(params=WARDS)
def ward(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def elections(voting: Path) -> dict[str, Election]:
    return {name: read_blt((voting / "scottish-stv" / f"{name}.blt").read_bytes()) for name in WARDS}


@pytest.fixture
def counted(elections: dict[str, Election]) -> Callable[[str], Count]:
    return lambda name: scottish_stv(elections[name])


def differing(counted: Callable[[str], Count], published: Callable[[str], dict[str, Any]]) -> list[str]:
    """The wards whose stage table is not the published one."""
    known = {name: published(f"scottish-stv/{name}")["derived_by_independent_count"]["votes_by_stage"] for name in WARDS}
    return [name for name in WARDS if [stage["votes"] for stage in counted(name).as_data()["stages"]] != known[name]]


def test_winners_are_the_declared_ones(ward: str, counted: Any, published: Any) -> None:
    known = published(f"scottish-stv/{ward}")
    count = counted(ward)
    assert sorted(count.winners) == known["official"]["elected_candidate_numbers"]
    names = [count.name(one).partition(" (")[0] for one in sorted(count.winners)]
    assert names == known["official"]["elected_names"]
    assert (count.title, count.seats, len(count.names)) == (known["title"], known["seats"], known["candidates"])


def test_every_stage_is_the_published_one(ward: str, counted: Any, published: Any) -> None:
    known = published(f"scottish-stv/{ward}")["derived_by_independent_count"]
    data = counted(ward).as_data()
    assert (data["valid"], data["quota"], len(data["stages"])) == (known["valid_ballots"], known["quota"], known["stages"])
    assert [stage["votes"] for stage in data["stages"]] == known["votes_by_stage"]
    words = {"surplus": "surplus", "excluded": "exclude"}
    moves = [(stage["number"], stage["transfer"]) for stage in data["stages"] if stage["transfer"]]
    assert [[number, words[move["reason"]], move["from"]] for number, move in moves] == known["actions"]
    elected = {str(one): stage["number"] for stage in data["stages"] for one in stage["elected"]}
    assert elected == known["stage_elected"]
    assert data["winners"] == [int(one) for one in known["stage_elected"]]
    excluded = [[stage["number"], "exclude", one] for stage in data["stages"] for one in stage["excluded"]]
    assert excluded == [action for action in known["actions"] if action[1] == "exclude"]


def test_no_ward_needs_a_lot(counted: Any) -> None:
    assert [name for name in WARDS if counted(name).by_lot] == []


def test_non_transferable_votes_are_those_that_the_council_published(counted: Any, published: Any) -> None:
    known = published("scottish-stv/west_dunbartonshire_2017_ward3")["official"]["published_stage_figures_2dp"]
    count = counted("west_dunbartonshire_2017_ward3")
    for number, name in enumerate(count.names, 1):
        family = name.partition(" (")[0].split()[-1]
        assert [round(float(stage.votes[number]), 2) for stage in count.stages[:5]] == known[family]
    assert [round(float(stage.exhausted), 2) for stage in count.stages[:5]] == known["non-transferable"]


def test_votes_never_appear_or_vanish(ward: str, counted: Any) -> None:
    count = counted(ward)
    for before, stage in zip(count.stages, count.stages[1:], strict=False):
        assert sum(stage.votes.values()) + stage.exhausted == count.valid
        assert (
            sum(stage.transfer.gains.values()) + stage.transfer.lost + stage.votes[stage.transfer.source]
            == (before.votes[stage.transfer.source])
        )


# --- Wrong rules, each nearly invisible in the winners, show in the stage tables ---------------------------------------


def test_without_the_surplus_moved_on_the_tables_differ(counted: Any, published: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(stv, "transfer_value", lambda surplus, value, votes: 0)
    assert differing(counted, published) == WARDS


def test_with_the_whole_quota_of_hare_the_tables_differ(counted: Any, published: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(stv, "quota_of", lambda valid, seats: valid // seats)
    assert differing(counted, published) == WARDS


def test_with_two_decimals_the_tables_differ(counted: Any, published: Any, monkeypatch: Any) -> None:
    # Written with five places, so that only what was cut off differs.
    monkeypatch.setattr(stv, "transfer_value", lambda surplus, value, votes: surplus * value // votes // 1000 * 1000)
    assert differing(counted, published) == WARDS


def test_with_a_quota_that_is_one_less_the_tables_differ(counted: Any, published: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(stv, "quota_of", lambda valid, seats: valid // (seats + 1))
    assert differing(counted, published) == WARDS


def test_without_the_value_as_received_the_tables_differ(counted: Any, published: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(stv, "transfer_value", lambda surplus, value, votes: surplus * 100_000 // votes)
    assert len(differing(counted, published)) == 4


def test_with_rounding_in_place_of_cutting_the_tables_differ(counted: Any, published: Any, monkeypatch: Any) -> None:
    monkeypatch.setattr(stv, "transfer_value", lambda surplus, value, votes: (2 * surplus * value + votes) // (2 * votes))
    assert len(differing(counted, published)) == 6


def test_the_right_rule_differs_nowhere(counted: Any, published: Any) -> None:
    assert differing(counted, published) == []
