"""Amounts as people type them, and as they are stored: whole minor units of a currency."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms

# ISO 4217: currencies whose smallest unit is not a hundredth.
EXPONENTS: Mapping[str, int] = {
    "BHD": 3, "BIF": 0, "CLP": 0, "DJF": 0, "GNF": 0, "ISK": 0, "JOD": 3, "JPY": 0, "KMF": 0, "KRW": 0, "KWD": 3,
    "LYD": 3, "OMR": 3, "PYG": 0, "RWF": 0, "TND": 3, "UGX": 0, "VND": 0, "VUV": 0, "XAF": 0, "XOF": 0, "XPF": 0,
}  # fmt: skip
_DIGITS = 15


class AmountField(forms.DecimalField):
    """An amount of a currency, typed with its decimals, given on as whole minor units. Not negative."""

    def __init__(self, *, currency: str = "EUR", **kwargs: Any) -> None:
        self.currency = currency
        super().__init__(min_value=0, max_digits=_DIGITS, decimal_places=self.places, **kwargs)

    @property
    def places(self) -> int:
        """How many decimals the currency has."""
        return EXPONENTS.get(self.currency, 2)

    def clean(self, value: Any) -> Any:
        """Whole minor units; None where nothing was typed. Raises ValidationError."""
        typed = super().clean(value)
        return None if typed is None else int(typed.scaleb(self.places))

    def prepare_value(self, value: Any) -> Any:
        """What is stored, as it is typed; what was typed stays as it is."""
        return Decimal(value).scaleb(-self.places) if isinstance(value, int) else value

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Whether what was typed is another amount."""
        return bool(super().has_changed(self.prepare_value(initial), data))
