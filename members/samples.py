"""Sample data: a small house with people in it, tagged, so that everything can be tried before the real rows are there.

Nobody in it is a member: numbers are given once and without a gap, so none is spent on people who go again.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

HOUSE = _("Sample house")
ADDRESS = _("1 Sample Street")


@dataclass(frozen=True)
class Home:
    """A unit of the sample house with the adults and children who live in it; nobody where it is vacant."""

    code: str
    floor: int
    rooms: int
    charge: int  # a month, in whole units of the currency
    household: str = ""
    adults: tuple[str, ...] = ()
    children: tuple[str, ...] = ()


HOMES = (
    Home("S-001", 0, 2, 780, "Berg", ("Sample Berg",)),
    Home("S-002", 0, 3, 960, "Costa", ("Sample Costa", "Sample Moreau"), ("Little Costa",)),
    Home("S-101", 1, 2, 780, "Dlamini", ("Sample Dlamini",)),
    Home("S-102", 1, 4, 1120, "Eriksen", ("Sample Eriksen", "Sample Fuchs"), ("Little Eriksen", "Tiny Eriksen")),
    Home("S-201", 2, 3, 960),
)
WAITING = (("Sample Garnier", 2), ("Sample Hallas", 4), ("Sample Ivanova", 1))
HOUSING_COMMITTEES: tuple[tuple[str | Promise, str | Promise], ...] = (
    (_("Sample garden committee"), _("Looks after beds, trees and the compost.")),
)
CHAMA_COMMITTEES: tuple[tuple[str | Promise, str | Promise], ...] = (
    (_("Sample platform group"), _("Keeps the servers and the shared code.")),
    (_("Sample community group"), _("Plans talks and welcomes newcomers.")),
)
