"""Counting, pure: ballots in, stages and winners out. No Django, no float, nothing but what is given. See docs/counting.md."""

from .ballots import Election, Number, Points, Ranking, Scores, Uncountable, grouped
from .choices import approval, choose, consent, plurality, yes_no
from .condorcet import DefaultOption, schulze
from .count import Count, Stage, Tie, Transfer, exact
from .points import dots, score
from .runoff import irv
from .stv import scottish_stv
from .ties import Lottery

# Methods that need nothing but the ballots.
METHODS = {"scottish-stv": scottish_stv, "irv": irv, "schulze": schulze, "plurality": plurality, "approval": approval}

__all__ = [
    "METHODS", "Count", "DefaultOption", "Election", "Lottery", "Number", "Points", "Ranking", "Scores", "Stage", "Tie",
    "Transfer", "Uncountable", "approval", "choose", "consent", "dots", "exact", "grouped", "irv", "plurality", "schulze",
    "score", "scottish_stv", "yes_no",
]  # fmt: skip
