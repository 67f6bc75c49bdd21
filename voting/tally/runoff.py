"""One winner by instant runoff."""

from collections.abc import Set as AbstractSet

from .ballots import Election
from .count import Count, Stage, Tie, Transfer
from .ties import Lottery, one_of
from .transferable import Papers, papers


def irv(election: Election, *, seed: str = "") -> Count:
    """Exclude the lowest, one for each stage, until somebody has more than half of the votes that still count.

    One seat, whatever the election says. A rank left out is passed over; a shared one ends the ballot. Equals are told apart
    by the latest stage at which they were not equal, then by lot. Without a valid ballot nobody is elected.

    Raises Uncountable for weighted ballots. Source: Robert's Rules of Order, 12th edition, 45:62 (preferential voting), and
    the charter of Burlington, Vermont, of 2005, but one exclusion at a time.
    """
    counted = papers(election, gaps_end=False)
    lottery = Lottery(seed, election.names)
    continuing = set(election.standing)
    stages = [_stage(1, election, counted, continuing, None, ())]
    while counted.valid and not stages[-1].elected:
        now = stages[-1]
        least = min(now.votes[one] for one in continuing)
        tied = [one for one in continuing if now.votes[one] == least]
        ties = () if len(tied) == 1 else (one_of("excluded", tied, stages, lottery),)
        gone = ties[0].chosen[0] if ties else tied[0]
        continuing.remove(gone)
        stages.append(_stage(len(stages) + 1, election, counted, continuing, (now, gone), ties))
    return Count(
        "irv", election.names, 1, counted.valid, tuple(stages), stages[-1].elected, blank=counted.blank,
        spoilt=counted.spoilt, withdrawn=tuple(sorted(election.withdrawn)), seed=seed, title=election.title,
    )  # fmt: skip


def _stage(
    number: int,
    election: Election,
    counted: Papers,
    continuing: AbstractSet[int],
    before: tuple[Stage, int] | None,
    ties: tuple[Tie, ...],
) -> Stage:
    """Each ballot for the first continuing candidate on it; `before` is the last stage and who was excluded after it."""
    votes = dict.fromkeys(election.standing, 0)
    for preferences, ballots in counted.sorts:
        first = next((one for one in preferences if one in continuing), None)
        if first is not None:
            votes[first] += ballots
    active = sum(votes.values())
    elected = tuple(one for one in votes if 2 * votes[one] > active)
    exhausted = counted.valid - active
    needed = active // 2 + 1
    if not before:
        return Stage(number, votes, elected, exhausted=exhausted, needed=needed)
    last, gone = before
    gains = {one: votes[one] - last.votes[one] for one in votes if votes[one] > last.votes[one]}
    transfer = Transfer(gone, "excluded", gains, exhausted - last.exhausted)
    return Stage(number, votes, elected, (gone,), transfer, exhausted, needed, ties)
