"""Whatever bytes come, the answer is a table or a sentence; never a crash."""

from datetime import date

from hypothesis import given, settings, strategies as st

from cooperatives.reading import Unreadable, deduce_order, iban, read_day, read_number, read_phones, read_table

from .workbooks import workbook

TODAY = date(2026, 11, 20)
GOOD = workbook([["Name", "Mail"], ["Ann", "a@x.org"]])
SIGNS = st.text(alphabet=st.sampled_from('Ab1;,|\t"\n\r =@.-\x00\ufeffé'), max_size=300)


def sound(content: bytes) -> None:
    try:
        table = read_table(content)
    except Unreadable as refusal:
        assert refusal.sentence
        return
    assert table.lines
    assert all(len(line.cells) == len(table.headers) for line in table.lines)
    numbers = [line.number for line in table.lines]
    assert numbers == sorted(set(numbers))


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes(content: bytes) -> None:
    sound(content)


@settings(max_examples=150, deadline=None)
@given(SIGNS, st.sampled_from(["utf-8", "utf-16", "cp1252"]))
def test_any_text(text: str, encoding: str) -> None:
    sound(text.encode(encoding, "replace"))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255), st.booleans())
def test_a_workbook_with_a_spoilt_byte(at: int, byte: int, cut: bool) -> None:
    sound(GOOD[:at] if cut else GOOD[:at] + bytes([byte]) + GOOD[at + 1 :])


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=60), st.integers(), st.floats()))
def test_any_cell(cell: object) -> None:
    day = read_day(cell, today=TODAY)
    assert (day.day is None) == bool(day.fault)
    deduce_order([cell])
    for read in (read_number, lambda value: iban(str(value))):
        try:
            read(cell)
        except ValueError:
            continue
    phones = read_phones(str(cell), "DE")
    assert not (phones.numbers and phones.fault)


@settings(max_examples=300, deadline=None)
@given(st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_every_day_is_read_as_it_is_written(day: date) -> None:
    for written in (day.isoformat(), f"{day.day:02}.{day.month:02}.{day.year}", f"{day.day}.{day.month}.{day.year}"):
        assert read_day(written, today=TODAY).day == day
