"""Verbs about homes: buildings and units, households, who has which unit from when to when."""

from .buildings import add_building, change_building
from .households import (
    change_household,
    end_guardianship,
    end_household,
    join_household,
    leave_household,
    make_household,
    name_guardian,
)
from .moves import swap, transfer
from .occupancies import change_occupancy, end_occupancy, house
from .occupants import add_occupant, end_occupant
from .units import add_unit, change_unit, remove_unit

__all__ = [
    "add_building", "add_occupant", "add_unit", "change_building", "change_household", "change_occupancy", "change_unit",
    "end_guardianship", "end_household", "end_occupancy", "end_occupant", "house", "join_household", "leave_household",
    "make_household", "name_guardian", "remove_unit", "swap", "transfer",
]  # fmt: skip
