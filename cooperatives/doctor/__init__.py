"""The doctor: asks everything that can be known about the health of an installation, and changes nothing."""

from . import data, host  # noqa: F401
from .examining import examine

__all__ = ["examine"]
