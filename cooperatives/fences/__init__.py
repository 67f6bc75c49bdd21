"""The second and third wall: database rules generated from what the models declare.

Each rule is named by a digest of its own SQL, so that a changed definition is a new name,
drift is one comparison of names, and settling twice does nothing.
"""

from .declared import personal_models
from .postgres import unbound_role
from .settle import drift, drop_before_migrate, lift, settle, settle_after_migrate

__all__ = ["drift", "drop_before_migrate", "lift", "personal_models", "settle", "settle_after_migrate", "unbound_role"]
