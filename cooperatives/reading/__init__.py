"""Reading tables that people bring: bytes become rows, cells become dates, numbers, numbers to call. Pure: no row of ours."""

from .accounts import iban
from .dates import Day, Order, day_numbers, deduce_order, read_day
from .decoding import ENCODINGS, as_text
from .delimited import DELIMITERS
from .errors import Unreadable
from .numbers import decimal_mark, read_number
from .phones import Phones, country_of_zone, read_phones
from .table import MOST_BYTES, MOST_ROWS, Cell, Form, Line, Table, Wishes, read_table
from .words import header_key, is_blank, phrase, read_yes_no, said

__all__ = [
    "DELIMITERS", "ENCODINGS", "MOST_BYTES", "MOST_ROWS", "Cell", "Day", "Form", "Line", "Order", "Phones", "Table",
    "Unreadable", "Wishes", "as_text", "country_of_zone", "day_numbers", "decimal_mark", "deduce_order", "header_key", "iban",
    "is_blank", "phrase", "read_day", "read_number", "read_phones", "read_table", "read_yes_no", "said",
]  # fmt: skip
