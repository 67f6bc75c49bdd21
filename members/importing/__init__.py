"""From a table to a plan for the register. Pure: what the register knows comes in as plain data."""

from .aliases import FIELDS
from .columns import Column, explained, likes
from .comparing import plan
from .grouping import is_dwelling, kind_of, unit_key
from .matching import PersonPlan, person_facts
from .parts import HomePlan, HouseholdPlan, Plan, UnitPlan
from .plan import VERDICTS, Change, Choices, Entry, Problem, Reading, RowPlan, Weight, counts
from .reading import read
from .register import KnownAgreement, KnownPerson, KnownUnit, Register
from .words import ANSWERS, answers, called, day, doing, sentence

__all__ = [
    "ANSWERS", "FIELDS", "VERDICTS", "Change", "Choices", "Column", "Entry", "HomePlan", "HouseholdPlan", "KnownAgreement",
    "KnownPerson", "KnownUnit", "PersonPlan", "Plan", "Problem", "Reading", "Register", "RowPlan", "UnitPlan", "Weight",
    "answers", "called", "counts", "day", "doing", "explained", "is_dwelling", "kind_of", "likes", "person_facts", "plan", "read",
    "sentence", "unit_key",
]  # fmt: skip
