"""Django admin finds its pages here."""

from .desk import CooperativeAdmin

__all__ = ["CooperativeAdmin"]
