"""What this room puts into the world of the proofs (config/tests/proof/world.py)."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from members.models import Membership
from tasks.actions import change_project, change_task, create_lane, create_project, create_task, import_board, keep_draft
from tasks.importing import read_trello
from tasks.models import Lane, Project

PARAMS = {
    "tasks:board": {"pk": "tasks.project"},
    "tasks:new": {"pk": "tasks.project"},
    "tasks:project": {"pk": "tasks.project"},
    "tasks:lane_new": {"pk": "tasks.project"},
    "tasks:import": {"pk": "tasks.project"},
    "tasks:lane": {"pk": "tasks.lane"},
    "tasks:lane_step": {"pk": "tasks.lane"},
    "tasks:task": {"pk": "tasks.task"},
    "tasks:move": {"pk": "tasks.task"},
    "tasks:card": {"pk": "tasks.task"},
    "ProjectSocket": {"key": "tasks.project"},
}
# Fields of forms that hold an id, beside those of a valid body: what they name.
REFERENCES = {
    "tasks:new": {"assignee_id": "members.membership"},
    "tasks:task": {"assignee_id": "members.membership"},
    "tasks:move": {"after": "tasks.task", "before": "tasks.task"},
    "tasks:import": {"confirm": "tasks.boarddraft"},
}


def board_file(world: Any, side: str) -> bytes:
    """A board as another system exports it."""
    mark = world.say(side, "")
    lists = [{"id": f"list{mark}", "name": f"Ideas{mark}", "closed": False, "pos": 1}]
    card = {"id": f"card{mark}", "name": f"Imported{mark}", "desc": f"From afar{mark}", "idList": f"list{mark}"}
    cards = [{**card, "closed": False, "pos": 1, "due": None, "idMembers": [], "labels": [], "dateLastActivity": None}]
    return json.dumps({"name": f"Old board{mark}", "lists": lists, "cards": cards, "members": [], "labels": []}).encode()


def fill(world: Any, side: str) -> None:
    """A project with lanes and cards, assigned and due, one archived; a second one imported; an upload that waits."""
    cooperative = world.cooperatives[side]
    with world.inside(side) as actor:
        again = str(Project.objects.count() or "")
        key = world.say(side, "").strip() + again
        words = {"name": world.say(side, "House"), "description": world.say(side, "All of it")}
        project = create_project(actor, cooperative, **words, key=key)
        world.choose(side, project)
        world.choose(side, Lane.objects.filter(project=project).order_by("position").first())
        create_lane(actor, project, name=world.say(side, "Waiting"))
        me = Membership.objects.get(user=actor.user, left_on=None)
        facts = {"description": world.say(side, "The north side leaks"), "assignee": me, "due_date": timezone.now().date()}
        world.choose(side, create_task(actor, project, title=world.say(side, "Roof"), **facts))
        create_task(actor, project, title=world.say(side, "Second"), due_date=timezone.now().date() + timedelta(days=3))
        away = create_task(actor, project, title=world.say(side, "Put away"))
        change_task(actor, away, version=away.version, archived=True)
        other = create_project(actor, cooperative, name=world.say(side, "Garden"), key=f"G{key}"[:10])
        import_board(actor, other, read_trello(board_file(world, side)))
        old = create_project(actor, cooperative, name=world.say(side, "Old"), key=f"O{key}"[:10])
        change_project(actor, old, version=old.version, archived=True)
        keep_draft(actor, project, file_name=world.say(side, "board") + ".json", content=board_file(world, side))
