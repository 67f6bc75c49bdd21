"""What the crawl tries: at every door, as everybody, a foreign id in every place that can hold one."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from itertools import combinations
from typing import Any

from .asking import bodies, fixed, queries
from .bodies import body
from .knocking import HTMX, Knock
from .surface import OPEN, WRITING, Door, doors
from .world import HERE, NOWHERE, World

STAFF = ("system_admin", "keeper")
# In the suite these try every field of query and body, every alias and every page of a library: the first has all
# rights, so that only the wall stands in the way; the second had them. `make crawl` has everybody do it.
CURIOUS = ("admin", "removed")
PARTIAL = "member"  # asks for the fragments of pages, too


@dataclass(frozen=True)
class Trial:
    """A request with a foreign id somewhere, and the same with an id of nothing."""

    side: str
    knock: Knock
    twin: Knock | None
    swapped: tuple[Any, ...] = ()


def controls(world: World, actor: str, among: Iterable[Door], *, whole: bool) -> Iterator[Knock]:
    """The same doors with the actor's own ids and a valid body: what they may do there, they can."""
    home = world.home(actor)
    for door in among:
        if home or (not door.params and door.method == "GET"):
            yield Knock(actor, door, world.ids(door, home or HERE), body=_valid(world, door, home or HERE), note="own")
            if door.is_ours and (door.kind, door.method) == ("page", "GET") and (whole or actor == PARTIAL):
                yield Knock(actor, door, world.ids(door, home or HERE), headers=HTMX, note="own, by htmx")


def _valid(world: World, door: Door, side: str) -> Any:
    return body(world, door, side) if door.method in WRITING else None


def trials(world: World, actor: str, among: Iterable[Door], *, whole: bool) -> Iterator[Trial]:
    """Everything this actor tries at these doors. `whole`: what is tried by some in the suite is tried by all."""
    for door in among:
        for side in world.foreign(actor):
            yield from _by_address(world, actor, door, side, whole=whole or actor in CURIOUS)
            if whole or actor in CURIOUS:
                yield from _by_query(world, actor, door, side)
                yield from _by_body(world, actor, door, side)


def _by_address(world: World, actor: str, door: Door, side: str, *, whole: bool) -> Iterator[Trial]:
    home = world.home(actor)
    own, foreign, nothing = (world.ids(door, which) for which in (home or HERE, side, NOWHERE))
    sent = body(world, door, home or side) if door.method in WRITING else None
    for names in _places(door.params, has_home=bool(home), whole=whole):
        ids = {**own, **{name: foreign[name] for name in names}}
        twin = {**own, **{name: nothing[name] for name in names}}
        if ids == twin:
            continue
        note = f"{side}'s {' and '.join(names)} in the address"
        knock = Knock(actor, door, ids, body=sent, note=note)
        exchanged = tuple(value for name in names for value in (foreign[name], nothing[name]))
        yield Trial(side, knock, replace(knock, ids=twin), exchanged)


def _places(params: tuple[str, ...], *, has_home: bool, whole: bool) -> Iterator[tuple[str, ...]]:
    """Which parameters are foreign: all; and for those who stand somewhere the last one only, or every choice."""
    if not params:
        return
    yield params
    if not has_home or len(params) == 1:
        return
    if whole:
        yield from (names for size in range(1, len(params)) for names in combinations(params, size))
    else:
        yield params[-1:]


def _by_query(world: World, actor: str, door: Door, side: str) -> Iterator[Trial]:
    home = world.home(actor)
    if door.params and not home:
        return
    own = world.ids(door, home or HERE)
    for name, asked in queries(world, door):
        knock = Knock(actor, door, own, query=asked[side], note=f"{side}'s {name} in the query")
        yield Trial(side, knock, replace(knock, query=asked[NOWHERE]), (*asked[side].values(), *asked[NOWHERE].values()))
    if asked := fixed(door):
        yield Trial(side, Knock(actor, door, own, query=asked, note="every other word in the query"), None)


def _by_body(world: World, actor: str, door: Door, side: str) -> Iterator[Trial]:
    home = world.home(actor)
    if door.method not in WRITING or home == side or (not home and proves(door)):
        return
    for name, sent in bodies(world, door, home or HERE):
        knock = Knock(actor, door, world.ids(door, home or HERE), body=sent[side], note=f"{side}'s {name} in the body")
        yield Trial(side, knock, replace(knock, body=sent[NOWHERE]), _differing(sent[side], sent[NOWHERE]))


def proves(door: Door) -> bool:
    """Whether the body itself says who acts, as signing in does: then it does not matter who brings it."""
    return door.viewset is not None and getattr(door.viewset, "authentication_classes", None) == []


def _differing(one: Any, other: Any) -> tuple[Any, ...]:
    if isinstance(one, dict):
        return tuple(value for key in one for value in _differing(one[key], other[key]))
    if isinstance(one, list):
        return tuple(value for left, right in zip(one, other, strict=True) for value in _differing(left, right))
    return () if one is other or one == other else (one, other)


def doors_for(actor: str, *, whole: bool) -> list[Door]:
    """The doors an actor goes to: all of ours; the admin's for whom it opens; see CURIOUS for the rest."""
    return [door for door in doors() if door.method != OPEN and (whole or _concerns(door, actor))]


def _concerns(door: Door, actor: str) -> bool:
    if door.kind == "admin":
        if actor == "admin":
            return is_owned(door) or door.model is None
        return door.method == "GET" and (actor in STAFF or _is_list(door, actor))
    if actor in CURIOUS:
        return door.is_ours or door.method == "GET"
    return door.is_ours and not is_alias(door)


def _is_list(door: Door, actor: str) -> bool:
    return is_owned(door) and actor in ("visitor", "secretary", "treasurer", "stranger_admin")


@cache
def is_alias(door: Door) -> bool:
    """Whether the same viewset answers the same method under an earlier name."""
    same = [other for other in doors() if other.action and _deed(other) == _deed(door)]
    return bool(door.action) and same[0] != door


def _deed(door: Door) -> tuple[Any, ...]:
    return door.viewset, door.action, door.method, door.params


def is_owned(door: Door) -> bool:
    """Whether an admin page shows rows of cooperatives."""
    return door.model is not None and any(field.name == "cooperative" for field in door.model._meta.fields)
