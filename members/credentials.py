"""What the API's two kinds of token prove: an access token from a sign-in, or a personal key."""

from cooperatives.policy import Credential

from . import keys, tokens


def resolve(text: str) -> Credential | None:
    """What a token of either kind proves; the mark says which kind it is, so that only one is tried."""
    return keys.resolve(text) if text.startswith(keys.MARK) else tokens.resolve(text)
