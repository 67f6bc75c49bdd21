"""A cooperative with people of every standing, and a board in it."""

from collections.abc import Callable, Iterator
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connections
from django.test import Client
from rest_framework.test import APIClient

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership, User
from members.tests.factories import a_cooperative, a_member, a_user
from tasks.actions import create_project, create_task
from tasks.models import Lane, Project, Task

from .boards import lane_named


@pytest.fixture
def marta(db: None) -> User:
    """Marta founded Linden Court and is its admin."""
    return a_user("Marta Lindqvist")


@pytest.fixture
def linden(marta: User) -> Cooperative:
    """The cooperative."""
    return a_cooperative(marta, "Linden Court")


@pytest.fixture
def yusuf(linden: Cooperative) -> User:
    """Yusuf is a plain member."""
    user = a_user("Yusuf Demir")
    a_member(linden, user)
    return user


@pytest.fixture
def hassan(linden: Cooperative) -> User:
    """Hassan only observes."""
    user = a_user("Hassan Abdi")
    a_member(linden, user, "observer")
    return user


@pytest.fixture
def outsider(db: None) -> User:
    """Ola founded another cooperative."""
    user = a_user("Ola Stranger")
    a_cooperative(user, "Birch Lane")
    return user


@pytest.fixture
def actor(marta: User, linden: Cooperative) -> Iterator[Actor]:
    """Marta, acting inside Linden Court for the whole test."""
    found = Actor.of(marta)
    with enter(found.cooperative_ids, found.user_id):
        yield found


@pytest.fixture
def project(actor: Actor, linden: Cooperative) -> Project:
    """A project with the four default lanes."""
    return create_project(actor, linden, name="House committee")


@pytest.fixture
def todo(project: Project) -> Lane:
    """Its first lane."""
    return lane_named(project, "todo")


@pytest.fixture
def task(actor: Actor, todo: Lane) -> Task:
    """A card called Roof in the first lane."""
    return create_task(actor, todo.project, title="Roof", lane=todo)


@pytest.fixture
def doing(project: Project) -> Lane:
    """Its second lane."""
    return lane_named(project, "in_progress")


@pytest.fixture
def yusuf_member(yusuf: User, actor: Actor) -> Membership:
    """Yusuf's membership."""
    member: Membership = Membership.objects.select_related("user", "person").get(user=yusuf)
    return member


@pytest.fixture
def signed_in() -> Callable[[User], Client]:
    """A browser in which this user has signed in."""

    def open_for(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return open_for


@pytest.fixture
def page(marta: User, project: Project, signed_in: Any) -> Client:
    """Marta's browser."""
    client: Client = signed_in(marta)
    return client


@pytest.fixture
def at_once() -> Callable[..., list[Any]]:
    """Run a function many times at one instant, each in its own thread; gives results and exceptions."""

    def run(function: Callable[[int], Any], count: int) -> list[Any]:
        results: list[Any] = [None] * count
        barrier = Barrier(count)

        def one(index: int) -> None:
            barrier.wait()
            try:
                results[index] = function(index)
            except Exception as error:  # noqa: BLE001
                results[index] = error
            finally:
                connections.close_all()

        threads = [Thread(target=one, args=(index,)) for index in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return results

    return run


@pytest.fixture
def client_of() -> Callable[[User], APIClient]:
    """A program that speaks for this user."""

    def make(user: User) -> APIClient:
        client = APIClient()
        client.force_login(user)
        return client

    return make


@pytest.fixture
def api(marta: User, project: Project, client_of: Any) -> APIClient:
    """Marta's program."""
    client: APIClient = client_of(marta)
    return client


@pytest.fixture
def foreign(outsider: User) -> Project:
    """A project in a cooperative Marta does not belong to."""
    actor = Actor.of(outsider)
    with enter(actor.cooperative_ids, actor.user_id):
        project = create_project(actor, Cooperative.objects.get(slug="birch-lane"), name="Secret")
        create_task(actor, project, title="Hidden")
    return project
