"""Every socket opened by everybody: the foreign one is refused as one of nothing is, and nothing foreign is ever heard."""

from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync, sync_to_async

from activity import consumers
from activity.live import Room, admitting, consumer as live_consumer, target
from activity.live.missed import missed_since
from activity.live.parcel import Parcel
from cooperatives.models import Cooperative

from .marks import Marks
from .oracles import CANARY, STATUS
from .sockets import Ear, happens, in_one_thread, sockets
from .surface import doors
from .world import ACTORS, HERE, NOWHERE, THERE, World

pytestmark = pytest.mark.usefixtures("quiet", "still")
KEYED = [door for door in sockets() if door.params]


async def refusals(world: World) -> list[str]:
    """Where a foreign socket is opened, or refused otherwise than one of nothing."""
    found = []
    for door in KEYED:
        for actor in ACTORS:
            for by_token in (False, True):
                codes = {}
                for side in (*world.foreign(actor), NOWHERE):
                    ids = await sync_to_async(world.ids)(door, side)
                    ear = await Ear(world, actor, door, ids, by_token=by_token).open()
                    codes[side] = ear.code
                    await ear.close()
                if not all(code and code == codes[NOWHERE] for code in codes.values()):
                    found.append(f"{STATUS} {door.name} as {actor}: {codes}")
    return found


async def heard(world: World, marks: Marks) -> list[str]:
    """What sockets of here say about there: while it happens, and when they ask what they have missed."""
    found = []
    for door in sockets():
        for actor in (name for name in ACTORS if world.home(name) == HERE):
            ear = await Ear(world, actor, door, await sync_to_async(world.ids)(door, HERE)).open()
            assert not ear.code, f"{door.name} is shut to {actor} at home: {ear.code}"
            await sync_to_async(happens)(world, THERE)
            said = "\n".join([*await ear.waiting(), await ear.missed() if door.params else ""])
            await sync_to_async(happens)(world, HERE)
            own = await ear.waiting(patience=2.0 if door.params else 0.0)
            if door.params and not any(marks.found(HERE, text) for text in own):
                found.append(f"control {door.name} as {actor}: nothing of home is heard")
            if seen := marks.found(THERE, said):
                found.append(f"{CANARY} {door.name} as {actor}: {sorted(seen)[:3]}")
            await ear.close()
    return found


def listened(world: World) -> list[str]:
    """Both, in the thread that sees the world."""
    marks = Marks(world)

    async def both() -> list[str]:
        return [*await refusals(world), *await heard(world, marks)]

    with in_one_thread():
        return async_to_sync(both)()


def test_no_socket_tells_of_another_cooperative(world: World) -> None:
    assert len(KEYED) >= 2
    assert {door.name for door in sockets()} == {door.name for door in doors() if door.kind == "socket"}
    assert not listened(world)


def any_room(patch: pytest.MonkeyPatch, world: World) -> None:
    """A socket's room is open to whoever knows its number."""

    def room(self: Any, actor: Any, key: int) -> Room | None:
        return Room((f"cooperative.{key}",), key) if Cooperative.objects.filter(pk=key).exists() else None

    patch.setattr(consumers.CooperativeSocket, "room", room)
    patch.setattr(admitting, "_standing_in", lambda actor, room: (None, 0))


def one_group(patch: pytest.MonkeyPatch, world: World) -> None:
    """What happens in one cooperative is published to all."""
    honest = target.parcel_of
    groups = tuple(f"cooperative.{pk}" for pk in (world.here.pk, world.there.pk))

    def spread(event: Any) -> Parcel | None:
        parcel = honest(event)
        return parcel and Parcel(parcel.act, (*parcel.groups, *groups), parcel.frame)

    patch.setattr(target, "parcel_of", spread)


def a_long_memory(patch: pytest.MonkeyPatch, world: World) -> None:
    """Who catches up is told what another cooperative has done."""

    def missed(cooperative_id: int, groups: tuple[str, ...], since: int) -> Any:
        return missed_since(world.there.pk, (f"cooperative.{world.there.pk}",), 0)

    patch.setattr(live_consumer, "missed_since", missed)


PLANTED = [(any_room, STATUS), (one_group, CANARY), (a_long_memory, CANARY)]


@pytest.mark.parametrize(("plant", "oracle"), PLANTED, ids=lambda each: getattr(each, "__name__", each))
def test_a_leak_planted_in_sockets_is_caught(
    plant: Callable[..., None], oracle: str, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(monkeypatch, world)
    found = listened(world)
    print(f"{(plant.__doc__ or '').strip():<90} {oracle}")
    assert any(line.startswith(oracle) for line in found), found
