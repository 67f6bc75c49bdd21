"""Names: how a person is called, and where the name stands in a list."""

import pytest

from members.names import folded, name_of


@pytest.mark.parametrize(
    ("said", "name", "sort"),
    [
        (("Ada Quist",), "Ada Quist", "ada quist"),
        (("", "Ada", "Quist"), "Ada Quist", "quist, ada"),
        (("Dr. Ada Quist", "Ada", "Quist"), "Dr. Ada Quist", "quist, ada"),
        (("", "Ada", ""), "Ada", "ada"),
        (("", "", "Quist"), "Quist", "quist"),
        (("  Ada \t  Quist ", " Ada ", " Quist\n"), "Ada Quist", "quist, ada"),
        (("", "", ""), "", ""),
    ],
)
def test_a_name_has_one_way_to_be_called_and_one_place_in_a_list(said: tuple[str, ...], name: str, sort: str) -> None:
    found = name_of(*said)
    assert (found.name, found.sort) == (name, sort)


@pytest.mark.parametrize(
    ("text", "plain"),
    [("José", "jose"), ("JOSE", "jose"), ("Łukasz", "lukasz"), ("Ødegård", "odegard"), ("Groß", "gross"), ("Çelik", "celik"),
     ("Ægir", "aegir"), ("Νίκος", "νικοσ"), ("ﬁ", "fi"), ("", "")],
)  # fmt: skip
def test_accents_and_case_do_not_matter_for_order(text: str, plain: str) -> None:
    assert folded(text) == plain


def test_people_stand_where_readers_look_for_them() -> None:
    names = ["Zieliński", "Łukasz", "Öberg", "Lind", "Odd", "lane"]
    assert sorted(names, key=lambda name: name_of("", "", name).sort) == ["lane", "Lind", "Łukasz", "Öberg", "Odd", "Zieliński"]


def test_a_place_in_a_list_fits_its_column() -> None:
    assert len(name_of("", "ﷺ" * 100, "ﷺ" * 100).sort) == 160
