"""The demo cooperatives' boards."""

from .load import load

__all__ = ["load"]
