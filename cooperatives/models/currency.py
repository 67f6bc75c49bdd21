"""Currencies: how many digits their smallest unit has."""

from collections.abc import Mapping

# ISO 4217: currencies whose smallest unit is not a hundredth.
EXPONENTS: Mapping[str, int] = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0, "KWD": 3,
    "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip


def digits_of(currency: str) -> int:
    """How many digits of an amount in this currency (ISO 4217) are minor units."""
    return EXPONENTS.get(currency, 2)
