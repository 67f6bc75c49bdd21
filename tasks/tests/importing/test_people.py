"""Who of a file is who here: suggested by equal names, never by addresses."""

import pytest

from tasks.importing import PersonPlan, suggested

MEMBERS = {
    1: "Katarzyna Castellanos",
    2: "Günther Kipkemboi",
    3: "Jamila Said",
    4: "Urs Nørgaard",
    5: "Urs Imhof",
    6: "Sam Lee",
    7: "Sam Lee",
}


@pytest.mark.parametrize(
    ("name", "handle", "member"),
    [
        ("Katarzyna Castellanos", "kc", 1),
        ("katarzyna  castellanos", "", 1),
        ("GUNTHER KIPKEMBOI", "", 2),
        ("katarzynacastellanos", "katarzynacastellanos", 1),
        ("Katarzyna-Castellanos", "", 1),
        ("Somebody", "katarzyna.castellanos", 1),
        ("jamila", "jamila", 3),
        ("Jamila Other", "jamila", 3),
        ("Jamila Other", "", None),
        ("urs", "urs", None),
        ("Sam Lee", "sam", None),
        ("Katarzyna Castell", "kcastell", None),
        ("", "", None),
        ("—", "—", None),
        ("Ghost", "ghost.user", None),
    ],
)
def test_only_equal_names_of_exactly_one_member_are_suggested(name: str, handle: str, member: int | None) -> None:
    found = suggested([PersonPlan("x", name, handle)], MEMBERS)
    assert found == ({} if member is None else {"x": member})


def test_two_people_are_never_suggested_as_one_member() -> None:
    people = [PersonPlan("a", "Jamila Said"), PersonPlan("b", "Jamila", "jamila"), PersonPlan("c", "jamila said")]
    assert suggested(people, MEMBERS) == {"a": 3}


def test_nobody_is_suggested_where_nobody_is() -> None:
    assert suggested([PersonPlan("a", "Jamila")], {}) == {}
    assert suggested([], MEMBERS) == {}
    assert suggested([PersonPlan("a", "")], {1: "", 2: " "}) == {}
