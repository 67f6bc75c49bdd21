"""Account numbers."""

import re

_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")


def iban(text: str) -> str:
    """An IBAN without blanks, in capitals. Raises ValueError for a wrong form or wrong check digits.

    Source: ISO 13616, check digits by ISO 7064 MOD 97-10.
    """
    number = re.sub(r"[\s.-]", "", text).upper()
    if not _IBAN.fullmatch(number):
        raise ValueError("form")
    if int("".join(str(int(sign, 36)) for sign in number[4:] + number[:4])) % 97 != 1:
        raise ValueError("check digits")
    return number
