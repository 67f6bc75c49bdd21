"""What this room puts into the world of the proofs (config/tests/proof/world.py)."""

import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from members.models import Membership
from tasks.actions import (
    add_comment,
    change_project,
    change_task,
    create_checklist,
    create_label,
    create_lane,
    create_project,
    create_task,
    import_board,
    keep_draft,
    keep_filter,
    relate_tasks,
    watch_task,
)
from tasks.importing import read_board
from tasks.models import CheckItem, Comment, Lane, Project, ProjectMember, Task
from tasks.models.saved import SAVED_NAME

from . import duty_filling

PARAMS = {
    **duty_filling.PARAMS,
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
    "tasks:history": {"pk": "tasks.task"},
    "tasks:watch": {"pk": "tasks.task"},
    "tasks:comment_new": {"pk": "tasks.task"},
    "tasks:checklist_new": {"pk": "tasks.task"},
    "tasks:relation_new": {"pk": "tasks.task"},
    "tasks:relation_remove": {"pk": "tasks.task", "relation": "tasks.relation"},
    "tasks:comment": {"pk": "tasks.comment"},
    "tasks:comment_remove": {"pk": "tasks.comment"},
    "tasks:checklist": {"pk": "tasks.checklist"},
    "tasks:step_new": {"pk": "tasks.checklist"},
    "tasks:step": {"pk": "tasks.checkitem"},
    "tasks:step_tick": {"pk": "tasks.checkitem"},
    "tasks:people": {"pk": "tasks.project"},
    "tasks:person": {"pk": "tasks.projectmember"},
    "tasks:label_new": {"pk": "tasks.project"},
    "tasks:label": {"pk": "tasks.label"},
    "project-people-list": {"project_pk": "tasks.project"},
    "project-people-detail": {"project_pk": "tasks.project"},
    "tasks:take": {"pk": "tasks.task"},
    "tasks:list": {"pk": "tasks.project"},
    "tasks:choose": {"pk": "tasks.project"},
    "tasks:quick": {"pk": "tasks.project"},
    "tasks:calendar": {"pk": "tasks.project"},
    "tasks:day": {"pk": "tasks.project"},
    "tasks:filter": {"pk": "tasks.savedfilter"},
    "tasks:filter_remove": {"pk": "tasks.savedfilter"},
    "ProjectSocket": {"key": "tasks.project"},
}
# Fields of forms that hold an id, beside those of a valid body: what they name.
REFERENCES = {
    **duty_filling.REFERENCES,
    "tasks:new": {"assignee_ids": "members.membership", "label_ids": "tasks.label"},
    "tasks:task": {"assignee_ids": "members.membership", "label_ids": "tasks.label"},
    "tasks:people": {"member_id": "members.membership"},
    "tasks:move": {"after": "tasks.task", "before": "tasks.task"},
    "tasks:import": {"confirm": "tasks.boarddraft"},
    "tasks:list": {"who": "members.membership", "add_label": "tasks.label", "remove_label": "tasks.label"},
    "tasks:list_all": {"who": "members.membership"},
}


def board_file(world: Any, side: str) -> bytes:
    """A board as another system exports it."""
    mark = world.say(side, "")
    who, label = {"id": f"who{mark}", "fullName": f"Zora{mark}"}, {"id": f"label{mark}", "name": f"North{mark}", "color": "green"}
    card = {"id": f"card{mark}", "name": f"Imported{mark}", "desc": f"From afar{mark}", "idList": f"list{mark}", "pos": 1}
    step = {"id": f"step{mark}", "name": f"Fetch the ladder{mark}", "state": "complete"}
    said = {"text": f"It leaks{mark}", "card": {"id": card["id"]}}
    parts = {
        "lists": [{"id": f"list{mark}", "name": f"Ideas{mark}", "closed": False, "pos": 1}],
        "cards": [{**card, "closed": False, "due": None, "idMembers": [who["id"]], "idLabels": [label["id"]]}],
        "labels": [label],
        "members": [who],
        "checklists": [{"id": f"steps{mark}", "idCard": card["id"], "name": f"Steps{mark}", "checkItems": [step]}],
        "actions": [{"id": f"said{mark}", "type": "commentCard", "memberCreator": who, "data": said}],
    }
    return json.dumps({"name": f"Old board{mark}", **parts}).encode()


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
        create_lane(actor, project, name=world.say(side, "Waiting"), colour="teal")
        me = Membership.objects.get(user=actor.user, left_on=None)
        facts = {"description": world.say(side, "The north side leaks"), "assignees": [me], "due_date": timezone.now().date()}
        roof = world.choose(side, create_task(actor, project, title=world.say(side, "Roof"), **facts))
        second = create_task(actor, project, title=world.say(side, "Second"), due_date=timezone.now().date() + timedelta(days=3))
        hang(world, side, actor, project, second)
        away = create_task(actor, project, title=world.say(side, "Put away"))
        change_task(actor, away, version=away.version, archived=True)
        other = create_project(actor, cooperative, name=world.say(side, "Garden"), key=f"G{key}"[:10])
        import_board(actor, other, read_board(board_file(world, side)))
        old = create_project(actor, cooperative, name=world.say(side, "Old"), key=f"O{key}"[:10])
        change_project(actor, old, version=old.version, archived=True)
        name = world.say(side, f"Late {again}")[:SAVED_NAME]
        view = keep_filter(actor, cooperative, name=name, query=f"q={world.say(side, '')}&due=late", project=project)
        world.choose(side, view)
        keep_draft(actor, project, file_name=world.say(side, "board") + ".json", content=board_file(world, side))
        duty_filling.fill(world, side, project, roof, me)


def hang(world: Any, side: str, actor: Any, project: Any, second: Any) -> None:
    """What hangs on the chosen task: a label, a checklist, a comment that names somebody, a relation, who watches."""
    task = Task.objects.select_related("project").get(pk=world.row(side, "tasks.task").pk)
    label = world.choose(side, create_label(actor, project, name=world.say(side, "Garden"), colour="green"))
    change_task(actor, task, version=task.version, labels=[label])
    world.row(side, "tasks.task").refresh_from_db()
    steps = [world.say(side, text) for text in ("Rake", "Spade")]
    tools = world.choose(side, create_checklist(actor, task, name=world.say(side, "Tools"), steps=steps))
    first, second_step = CheckItem.objects.filter(checklist=tools).order_by("position")
    world.choose(side, first)
    world.choose(side, add_comment(actor, task, text=world.say(side, "Ask @1")))
    facts = {"said_by": world.say(side, "Ada"), "text": world.say(side, "Said elsewhere"), "created_at": timezone.now()}
    elsewhere = Comment.objects.create(cooperative_id=task.cooperative_id, task=task, **facts)
    world.choose(side, relate_tasks(actor, task, kind="blocks", other=second))
    world.choose(side, ProjectMember.objects.filter(project=project).order_by("pk").first())
    watch_task(actor, task, on=True)
    for row in (label, tools, second_step, elsewhere):
        type(row).objects.filter(pk=row.pk).update(source_id=world.say(side, f"from afar {row.pk}"))
