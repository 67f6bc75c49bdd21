"""Django admin: officers look after the register of their cooperatives, who keeps the installation after logins."""

from . import committees, homes, households, logins, people, ways

__all__ = ["committees", "homes", "households", "logins", "people", "ways"]
