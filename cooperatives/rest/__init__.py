"""The bases of the API."""

from ..credentials import SessionOrToken
from .fields import RowField, StrictSerializer, VersionField
from .fresh import SignInAgain, prove
from .once import Idempotent
from .problems import PreconditionRequired, document, problem
from .schema import SessionOrTokenScheme
from .views import ActorMay, BoundedJSON, Pager, Reading, ViewSet, one_of, seen

__all__ = [
    "ActorMay", "BoundedJSON", "Idempotent", "Pager", "PreconditionRequired", "Reading", "RowField", "SessionOrToken",
    "SessionOrTokenScheme", "SignInAgain", "StrictSerializer", "VersionField", "ViewSet", "document", "one_of", "problem",
    "prove", "seen",
]  # fmt: skip
