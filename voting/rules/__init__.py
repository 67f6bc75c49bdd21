"""Quorum and threshold, pure: exact fractions of figures in one unit, and the outcome that follows."""

from .decision import Decision, Outcome, Quorum, Rule, TieRule, Unit, decide
from .figures import BASES, Figures, figures_of
from .hurdle import Hurdle, Reading

__all__ = [
    "BASES", "Decision", "Figures", "Hurdle", "Outcome", "Quorum", "Reading", "Rule", "TieRule", "Unit", "decide", "figures_of",
]  # fmt: skip
