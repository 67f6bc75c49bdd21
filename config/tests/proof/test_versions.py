"""Every write of the API says which version it changes, and a stale one changes nothing."""

import json
from typing import Any

import pytest

from cooperatives.api import NAMES

from ..kept import undone
from .again import anew, said
from .knocking import Answer, Knock, Knocker
from .surface import Door, doors
from .world import HERE, World

CHANGING = [door for door in doors() if door.kind == "api" and door.method in ("PUT", "PATCH", "DELETE")]
VERSIONED = [door for door in CHANGING if not (door.method == "DELETE" and door.viewset.unversioned)]
STALE = 999


def test_what_needs_no_version_says_why() -> None:
    free = [door for door in CHANGING if door not in VERSIONED]
    leaving = {f"{name}-members-detail" for name in NAMES}
    assert {door.name for door in free} == {
        "api-key-detail",
        "membership-end-role",
        "project-people-detail",
        "relation-detail",
        *leaving,
    }
    assert all(len(door.viewset.unversioned) > 20 for door in free)
    assert len(VERSIONED) > 15


@pytest.mark.parametrize("door", VERSIONED, ids=str)
def test_a_write_brings_the_version_it_changes(door: Door, world: World, quiet: None) -> None:
    with undone():
        anew(world)
        write = _Writer(world, door)
        silent = write()
        assert (silent.status, _told(silent)["code"]) == (428, "version_required")
        by_header = write(match=f'"{STALE}"')
        assert (by_header.status, _told(by_header)["code"]) == (412, "stale")
        by_body = write(version=STALE)
        assert (by_body.status, _told(by_body)["code"]) == (409, "stale")
        assert _told(by_header)["current"] == _told(by_body)["current"]
        for mangled in ("*", "7", '"x"', ""):
            assert write(match=mangled).status == 412, mangled
        now = _told(by_body)["current"]["version"]
        done = write(match=f'W/"{now}"')
        assert done.status in (200, 204), (door, done.body)
        if done.status == 204 and "ETag" not in done.headers:  # it is gone, and with it every version
            assert write(match=f'"{now}"').status == 404
            return
        assert done.headers.get("ETag") == f'"{now + 1}"'
        assert write(match=f'"{now}"').status == 412


class _Writer:
    """Sends the valid body of a door, with or without a version."""

    def __init__(self, world: World, door: Door) -> None:
        self.knocker, self.door, self.ids = Knocker(world), door, world.ids(door, HERE)
        self.body = {name: value for name, value in said(world, door).items() if name != "version"}

    def __call__(self, *, match: str | None = None, **more: Any) -> Answer:
        headers = {} if match is None else {"If-Match": match}
        return self.knocker(Knock("admin", self.door, self.ids, body={**self.body, **more}, headers=headers))


def _told(answer: Answer) -> Any:
    return json.loads(answer.body)
