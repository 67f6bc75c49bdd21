"""Strong secrets for tests: by no means secret, but the same in every process, as the names of tests must be."""

from base64 import urlsafe_b64encode
from hashlib import sha512


def strong(name: str) -> str:
    """A value as random as a real one, for this name."""
    return urlsafe_b64encode(sha512(name.encode()).digest()).decode().rstrip("=")
