"""Crosses: yes or no, one choice, several choices, approval, consent. All may be weighted."""

from collections.abc import Iterator
from dataclasses import replace

from .ballots import Election, Number, Ranking, expect
from .count import Count, Stage
from .ties import Lottery, most

YES, NO, ABSTAIN = 1, 2, 3
CONSENT, ASIDE, OBJECT = 1, 2, 3


def yes_no(election: Election) -> Count:
    """Yes, no and abstentions, the three options in this order. Whether it passes is for `voting.rules` to say: nobody wins here.

    Raises Uncountable unless there are these three. Source: each by-law; see docs/counting.md.
    """
    expect(len(election.names) == ABSTAIN, "not_yes_no", "the options are yes, no and abstain")
    return _counted("yes-no", election, 1, 0, "")


def plurality(election: Election, *, seed: str = "") -> Count:
    """Each ballot gives its vote to the candidate whom it ranks first; the seats go to those with most votes.

    A ballot that ranks several first is spoilt. Source: single non-transferable vote; with one seat, first past the post.
    """
    return _counted("plurality", election, 1, election.seats, seed, first_only=True)


def choose(election: Election, *, at_most: int, seed: str = "") -> Count:
    """Each ballot gives one vote to each of at most so many candidates; who marks more has spoilt it.

    Raises Uncountable for less than one. Source: block vote, also called plurality-at-large.
    """
    expect(at_most >= 1, "no_choice", "a ballot may choose at least one")
    return _counted("choose", election, at_most, election.seats, seed)


def approval(election: Election, *, seed: str = "") -> Count:
    """Each ballot gives one vote to every candidate that it names, at whatever rank.

    Source: Brams and Fishburn, Approval Voting (1978); with several seats, multiwinner approval voting.
    """
    return _counted("approval", election, len(election.names), election.seats, seed)


def consent(election: Election, *, objections: Number = 0) -> Count:
    """Consent, stand aside, object, the three options in this order. Consent wins with no more objections than allowed.

    Raises Uncountable unless there are these three. Where nobody has answered nothing is consented to.
    Source: sociocratic decision making (Endenburg): no reasoned objection; the reasons are for people to weigh, not for a count.
    """
    expect(len(election.names) == OBJECT, "not_consent", "the options are consent, stand aside and object")
    count = _counted("consent", election, 1, 0, "")
    votes = count.stages[0].votes
    won = (CONSENT,) if votes[CONSENT] > 0 and votes[OBJECT] <= objections else ()
    return _with_winners(count, won)


def _counted(method: str, election: Election, limit: int, seats: int, seed: str, *, first_only: bool = False) -> Count:
    votes: dict[int, Number] = dict.fromkeys(election.standing, 0)
    valid: Number = 0
    blank: Number = 0
    spoilt: Number = 0
    for ranking, number in election.cast():
        chosen = list(_chosen(ranking, first_only))
        if not chosen:
            blank += number
        elif len(chosen) > limit:
            spoilt += number
        else:
            valid += number
            for one in chosen:
                votes[one] += number
    winners, ties = most(votes, seats, Lottery(seed, election.names)) if seats else ((), ())
    return Count(
        method, election.names, election.seats, valid, (Stage(1, votes, winners, ties=ties),), winners,
        blank=blank, spoilt=spoilt, withdrawn=tuple(sorted(election.withdrawn)), seed=seed, title=election.title,
    )  # fmt: skip


def _chosen(ranking: Ranking, first_only: bool) -> Iterator[int]:
    for rank in ranking:
        yield from rank
        if rank and first_only:
            return


def _with_winners(count: Count, winners: tuple[int, ...]) -> Count:
    first = count.stages[0]
    return replace(count, stages=(replace(first, elected=winners),), winners=winners)
