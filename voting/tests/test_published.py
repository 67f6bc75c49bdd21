"""Burlington 2009 and Debian 2007, as published."""

from pathlib import Path
from typing import Any

import pytest

from voting.reading import is_sheet, read_blt, read_sheet
from voting.tally import Count, Election, approval, irv, plurality, schulze

BURLINGTON, DEBIAN = "burlington-irv/burlington_2009_mayor", "debian/leader2007"


@pytest.fixture
def burlington(voting: Path) -> Election:
    return read_blt((voting / f"{BURLINGTON}.blt").read_bytes())


@pytest.fixture
def sheet(voting: Path) -> bytes:
    return (voting / f"{DEBIAN}_tally.txt").read_bytes()


def winner(count: Count) -> str:
    (one,) = count.winners
    return count.name(one)


def test_three_rules_three_winners(burlington: Election) -> None:
    assert [winner(count(burlington)) for count in (plurality, irv, schulze)] == ["Kurt Wright", "Bob Kiss", "Andy Montroll"]


def test_the_rounds_of_burlington(burlington: Election, published: Any) -> None:
    known = published(BURLINGTON)["official"]
    count = irv(burlington)
    first, final = count.stages[0].votes, count.stages[-1].votes
    assert {str(one): first[one] for one in (1, 2, 3, 4)} == known["first_round"]
    assert {str(one): votes for one, votes in final.items() if votes} == known["final_round"]
    assert [stage.excluded for stage in count.stages] == [(), (5,), (6,), (3,), (2,)]
    assert count.valid == 8976
    # More than half of the votes that still count, though not of all that were cast.
    assert (count.stages[-1].needed, count.stages[-1].exhausted, count.winners) == (4188, 602, (1,))
    assert 4313 < 8976 / 2


def test_the_pairs_of_burlington(burlington: Election, published: Any) -> None:
    known = published(BURLINGTON)
    pairs = schulze(burlington).pairs
    matrix = known["derived_by_independent_count"]["pairwise_row_over_column"]
    assert [[pairs[one].get(other, 0) for other in range(1, 7)] for one in range(1, 7)] == matrix
    assert schulze(burlington).winners == (known["reference_pairwise"]["condorcet_winner"],)


def test_approving_of_everybody_ranked_is_yet_another_count(burlington: Election) -> None:
    count = approval(burlington)
    assert count.stages[0].votes[6] < count.stages[0].votes[5] < count.stages[0].votes[3]
    assert winner(count) == "Andy Montroll"


def test_the_leader_of_debian(sheet: bytes, published: Any) -> None:
    known = published(DEBIAN)
    assert is_sheet(sheet)
    election, default = read_sheet(sheet)
    count = schulze(election, default=default)
    assert (count.valid, count.blank, default.option) == (known["ballots"], 0, 9)
    assert winner(count) == known["official"]["winner"]
    runner_up = count.names.index(known["official"]["runner_up"]) + 1
    margin = count.pairs[4][runner_up] - count.pairs[runner_up][4]
    assert margin == known["official"]["pairwise_margin_over_runner_up"]


def test_the_beat_matrix_of_debian(sheet: bytes, published: Any) -> None:
    matrix = published(DEBIAN)["derived_by_independent_count"]["beat_matrix_unranked_last"]
    pairs = schulze(read_sheet(sheet)[0]).pairs
    assert [[pairs[one].get(other, 0) for other in range(1, 10)] for one in range(1, 10)] == matrix


def test_the_names_of_debian_keep_their_accents(sheet: bytes) -> None:
    names = read_sheet(sheet)[0].names
    assert names[5] == "Raphaël Hertzog"
    assert (names[0], names[-1]) == ("Wouter Verhelst", "None Of The Above")


def test_two_do_not_beat_the_default_option_of_debian(sheet: bytes) -> None:
    election, default = read_sheet(sheet)
    count = schulze(election, default=default)
    assert count.dropped == {2: "majority", 8: "majority"}
    assert count.stages[0].excluded == (2, 8)
    assert schulze(election).dropped == {}
    assert schulze(election).winners == count.winners
