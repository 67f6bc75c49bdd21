"""Django admin: who keeps the installation looks after logins, and after the register of their own cooperatives."""

from . import committees, homes, households, logins, people, ways

__all__ = ["committees", "homes", "households", "logins", "people", "ways"]
