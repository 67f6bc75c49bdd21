"""The demo cooperatives' boards."""

from .duties import load_duties
from .load import load

__all__ = ["load", "load_duties"]
