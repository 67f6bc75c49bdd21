"""What the tests of privacy share."""

from .leaving import gone, zdz

__all__ = ["gone", "zdz"]
