"""The bases of the API."""

from ..credentials import SessionOrToken
from .fields import RowField, StrictSerializer, VersionField
from .problems import PreconditionRequired, document, problem
from .schema import SessionOrTokenScheme
from .views import ActorMay, BoundedJSON, Pager, Reading, ViewSet, one_of

__all__ = [
    "ActorMay", "BoundedJSON", "Pager", "PreconditionRequired", "Reading", "RowField", "SessionOrToken", "SessionOrTokenScheme",
    "StrictSerializer", "VersionField", "ViewSet", "document", "one_of", "problem",
]  # fmt: skip
