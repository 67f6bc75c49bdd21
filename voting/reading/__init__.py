"""Reading files of ballots that people bring, into what `voting.tally` counts."""

from .blt import read_blt
from .debian import is_sheet, read_sheet
from .text import MOST_BYTES

__all__ = ["MOST_BYTES", "is_sheet", "read_blt", "read_sheet"]
