"""The API of duties, turns, parts, the ledger and recurring tasks."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from cooperatives.models import Cooperative
from cooperatives.policy import RULES, Actor, may, visible
from members.models import Membership, User
from tasks.actions import create_project, create_task, give_place, sign_up
from tasks.models import Duty, Effort, Label, Part, Project, RecurringTask, Task, Turn

from .rota import MONDAY, a_duty, ledger, people, turn_of, who

API = "/api/v1/"
RULE = {"title": "Snow", "unit": "week", "weekdays": [0, 3], "starts_on": "2026-06-02", "at": "07:00", "opens_before": 7}


@pytest.fixture(autouse=True)
def monday() -> Iterator[Any]:
    """It is Monday morning, and stays so until a test travels on."""
    with time_machine.travel(MONDAY, tick=False) as clock:
        yield clock


@pytest.fixture
def duty(actor: Actor, linden: Cooperative) -> Duty:
    """Bins out on Wednesday, for two."""
    return a_duty(actor, linden, places=2, place="Yard")


@pytest.fixture
def his(yusuf: User, duty: Duty, client_of: Any) -> APIClient:
    """Yusuf's program; he is a plain member."""
    client: APIClient = client_of(yusuf)
    return client


def post(client: APIClient, path: str, body: Any = None) -> Any:
    return client.post(API + path, body or {}, format="json")


# Duties


def test_a_duty_is_set_up_read_and_changed(api: APIClient, linden: Cooperative, yusuf: User, yusuf_member: Membership) -> None:
    made = post(api, "duties/", {**RULE, "cooperative": linden.pk, "coordinator": str(yusuf.public_id)})
    assert made.status_code == 201 and made["ETag"] == '"1"'
    body = made.json()
    assert (body["weekdays"], body["at"], body["coordinator"], body["paused"], body["ended"]) == (
        [0, 3],
        "07:00:00",
        str(yusuf.public_id),
        False,
        False,
    )
    one = f"duties/{body['id']}/"
    assert api.get(API + one).json() == body
    assert api.patch(API + one, {"title": "Ice"}, format="json").status_code == 428
    changed = api.patch(API + one, {"title": "Ice", "paused": True, "version": 1}, format="json")
    assert (changed.status_code, changed.json()["paused"], changed.json()["version"]) == (200, True, 2)
    stale = api.patch(API + one, {"title": "Sleet", "version": 1}, format="json")
    assert (stale.status_code, stale.json()["current"]["title"]) == (409, "Ice")
    whole = api.put(API + one, {**RULE, "coordinator": None}, format="json", headers={"If-Match": '"2"'})
    assert (whole.status_code, whole.json()["coordinator"], whole.json()["title"]) == (200, None, "Snow")


@pytest.mark.parametrize(
    ("wrong", "field", "status"),
    [
        ({"title": ""}, "title", 400),
        ({"starts_on": "soon"}, "starts_on", 400),
        ({"weekdays": [7]}, "weekdays", 400),
        ({"weekdays": 3}, "weekdays", 400),
        ({"unit": "year"}, "unit", 400),
        ({"every": 0}, "every", 400),
        ({"coordinator": "2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d"}, "coordinator", 400),
        ({"ends_on": "2026-06-01"}, "ends_on", 400),
        ({"closes_before": 8}, "closes_before", 400),
        ({"paused": True}, "paused", 400),
        ({"colour": "red"}, "colour", 400),
        ({"cooperative": 99999}, "cooperative", 400),
    ],
)
def test_a_mistake_is_named_with_its_field(
    api: APIClient, linden: Cooperative, wrong: dict[str, Any], field: str, status: int
) -> None:
    answer = post(api, "duties/", {**RULE, "cooperative": linden.pk, **wrong})
    assert answer.status_code == status
    assert field in str(answer.json())
    assert not Duty.objects.exists()


def test_a_duty_stays_in_its_cooperative(api: APIClient, duty: Duty, marta: User) -> None:
    body = {**RULE, "version": 1}
    assert api.put(f"{API}duties/{duty.pk}/", {**body, "cooperative": duty.cooperative_id}, format="json").status_code == 200
    assert api.put(f"{API}duties/{duty.pk}/", {**body, "cooperative": 4711}, format="json").status_code == 400


def test_only_offices_set_up_and_strangers_find_nothing(
    his: APIClient, duty: Duty, linden: Cooperative, outsider: User, client_of: Any, hassan: User
) -> None:
    assert post(his, "duties/", {**RULE, "cooperative": linden.pk}).status_code == 403
    assert his.patch(f"{API}duties/{duty.pk}/", {"title": "X", "version": 1}, format="json").status_code == 403
    assert client_of(hassan).get(f"{API}duties/").json()["count"] == 1
    stranger, turn = client_of(outsider), turn_of(duty)
    assert stranger.get(f"{API}duties/").json()["count"] == 0
    for path in (f"duties/{duty.pk}/", f"turns/{turn.pk}/"):
        foreign, unknown = stranger.get(API + path), stranger.get(API + path.split("/")[0] + "/999999/")
        assert foreign.status_code == 404
        assert {**foreign.json(), "instance": ""} == {**unknown.json(), "instance": ""}
    assert post(stranger, f"turns/{turn.pk}/sign_up/").status_code == 404


# Turns and parts


def test_a_whole_turn_from_sign_up_to_the_ledger(
    his: APIClient, api: APIClient, duty: Duty, monday: Any, yusuf: User, marta: User
) -> None:
    turn = turn_of(duty)
    done = post(his, f"turns/{turn.pk}/sign_up/")
    assert done.status_code == 200
    (part,) = done.json()["parts"]
    assert (part["member"], part["name"], part["place"], part["how"]) == (str(yusuf.public_id), "Yusuf Demir", 1, "signed_up")
    assert post(his, f"turns/{turn.pk}/sign_up/").status_code == 409
    at = f"parts/{part['id']}/"
    assert post(his, f"{at}cannot_come/", {"reason": "A cold"}).json()["looks_for_stand_in"] is True
    assert post(his, f"{at}keep/").json()["looks_for_stand_in"] is False
    post(his, f"{at}cannot_come/")
    taken = post(api, f"{at}stand_in/").json()
    assert (taken["name"], taken["stands_in_for"], taken["how"]) == ("Marta Lindqvist", "Yusuf Demir", "stand_in")
    assert post(his, f"{at}done/").status_code == 403
    assert post(api, f"{at}done/").json()["code"] == "too_early"
    monday.shift(timedelta(days=2))
    api.force_login(marta)  # a sign-in that rests does not last that long
    his.force_login(yusuf)
    assert post(api, f"{at}done/").json()["done_at"] is not None
    assert post(api, f"{at}done/", {"done": False}).json()["done_at"] is None
    post(api, f"{at}done/")
    assert post(api, f"{at}confirm/").json()["code"] == "not_oneself"
    effort = post(his, f"{at}confirm/")
    assert (effort.status_code, effort.json()["minutes"], effort.json()["confirmed_by"]) == (201, 60, "Yusuf Demir")
    assert post(his, f"{at}confirm/").status_code == 409
    assert ledger() == [("Marta Lindqvist", "duty", 60, 0)]
    assert his.get(f"{API}efforts/").json()["results"][0] == effort.json()


def test_withdrawing_leaves_nothing_behind(his: APIClient, duty: Duty, monday: Any) -> None:
    turn = turn_of(duty)
    part = post(his, f"turns/{turn.pk}/sign_up/").json()["parts"][0]
    assert post(his, f"parts/{part['id']}/withdraw/").status_code == 204
    assert post(his, f"parts/{part['id']}/withdraw/").status_code == 404
    monday.move_to(turn.due_at)
    assert (post(his, f"turns/{turn.pk}/sign_up/").status_code, who(turn)) == (422, [])


def test_the_coordinator_gives_takes_and_calls_off(
    api: APIClient, his: APIClient, duty: Duty, yusuf: User, outsider: User
) -> None:
    turn = turn_of(duty)
    at = f"turns/{turn.pk}/"
    assert post(his, f"{at}give/", {"member": str(yusuf.public_id)}).status_code == 403
    assert post(api, f"{at}give/", {"member": str(outsider.public_id)}).status_code == 400
    given = post(api, f"{at}give/", {"member": str(yusuf.public_id)}).json()
    assert given["parts"][0]["how"] == "assigned"
    assert post(his, f"parts/{given['parts'][0]['id']}/remove/").status_code == 403
    assert post(api, f"parts/{given['parts'][0]['id']}/remove/").status_code == 204
    assert post(api, f"{at}cancel/", {"reason": "Rain"}).status_code == 428
    assert post(his, f"{at}cancel/", {"reason": "Rain", "version": 1}).status_code == 403
    off = post(api, f"{at}cancel/", {"reason": "Rain", "version": 1})
    assert (off.status_code, off.json()["cancelled_why"], off["ETag"]) == (200, "Rain", '"2"')


def test_lists_are_narrowed(api: APIClient, his: APIClient, actor: Actor, duty: Duty, linden: Cooperative, yusuf: User) -> None:
    post(his, f"turns/{turn_of(duty).pk}/sign_up/")
    a_duty(actor, linden, title="Stairs", opens_before=14)

    def found(path: str) -> int:
        answer = api.get(API + path)
        assert answer.status_code == 200, answer.json()
        count: int = answer.json()["count"]
        return count

    wanted = {
        f"turns/?duty={duty.pk}": 1,
        f"turns/?member={yusuf.public_id}": 1,
        "turns/?due_after=2026-06-04": 1,
        "turns/?due_before=2026-06-03": 2,
        f"turns/?cooperative={linden.pk}": 3,
        f"parts/?member={yusuf.public_id}": 1,
        "parts/?looks_for_stand_in=true": 0,
        "parts/?to_confirm=true": 0,
        "parts/?to_confirm=false": 1,
        f"parts/?turn={turn_of(duty).pk}": 1,
        "duties/?paused=true": 0,
        "duties/?ended=false": 2,
        "duties/?ordering=-title": 2,
    }
    assert {path: found(path) for path in wanted} == wanted
    for path in ("turns/?duty=x", "turns/?due_after=never", "parts/?member=1"):
        assert api.get(API + path).status_code == 400


def test_lists_ask_as_often_for_three_rows_as_for_one(
    api: APIClient, actor: Actor, linden: Cooperative, duty: Duty, project: Project
) -> None:
    others = people(linden, "Nora Varga", "Piotr Zielinski", "Amina Juma")
    task = create_task(actor, project, title="Roof")

    def fill(name: str) -> None:
        turn = turn_of(a_duty(actor, linden, title=name, coordinator=others[name][1], places=3))
        for _user, member in others.values():
            give_place(actor, turn, member=member)
        post(api, "efforts/", {"task": task.pk, "minutes": 5, "day": "2026-06-01"})
        post(api, "recurring-tasks/", {"project": project.pk, "title": name, "starts_on": "2026-07-01", "assignees": []})

    def asked(path: str) -> int:
        api.get(API + path)
        with CaptureQueriesContext(connection) as found:
            assert api.get(API + path).status_code == 200
        return len(found)

    paths = ("duties/", "turns/", "parts/", "efforts/", "recurring-tasks/")
    fill("Nora Varga")
    one = {path: asked(path) for path in paths}
    fill("Piotr Zielinski")
    fill("Amina Juma")
    assert {path: asked(path) for path in paths} == one


# The ledger


def test_time_is_noted_and_corrected(his: APIClient, api: APIClient, actor: Actor, project: Project, yusuf: User) -> None:
    task = create_task(actor, project, title="Roof")
    made = post(his, "efforts/", {"task": task.pk, "minutes": 50, "day": "2026-06-01", "note": "Tiles"})
    assert (made.status_code, made.json()["member"], made.json()["kind"]) == (201, str(yusuf.public_id), "task")
    at = f"efforts/{made.json()['id']}/"
    less = post(his, f"{at}correct/", {"reason": "Break", "minutes": 10})
    assert (less.status_code, less.json()["minutes"], less.json()["corrects"]) == (201, -10, made.json()["id"])
    assert post(his, f"{at}correct/", {"reason": "Break"}).status_code == 409
    assert his.put(API + at, {}, format="json").status_code == his.delete(API + at).status_code == 405
    mine = post(api, "efforts/", {"task": task.pk, "minutes": 5, "day": "2026-06-01"}).json()
    assert post(his, f"efforts/{mine['id']}/correct/", {"reason": "No"}).status_code == 403
    assert post(his, "efforts/", {"task": task.pk, "minutes": 5, "day": "2027-01-01"}).status_code == 400
    assert post(his, "efforts/", {"task": 999999, "minutes": 5, "day": "2026-06-01"}).status_code == 400
    assert api.get(f"{API}efforts/?kind=correction").json()["count"] == 1
    assert api.get(f"{API}efforts/?after=2026-06-02").json()["count"] == 0


# Recurring tasks


def test_a_recurring_task_by_the_api(api: APIClient, project: Project, yusuf: User, yusuf_member: Membership) -> None:
    label = Label.objects.create(cooperative_id=project.cooperative_id, project=project, name="House")
    body = {"project": project.pk, "title": "Oil", "unit": "month", "month_by": "last_day", "starts_on": "2026-06-30"}
    made = post(api, "recurring-tasks/", {**body, "assignees": [str(yusuf.public_id)], "labels": [label.pk], "due_after": None})
    assert made.status_code == 201, made.json()
    assert (made.json()["assignees"], made.json()["labels"], made.json()["due_after"]) == (
        [str(yusuf.public_id)],
        [label.pk],
        None,
    )
    at = f"{API}recurring-tasks/{made.json()['id']}/"
    changed = api.patch(at, {"assignees": [], "ended": True, "version": 1}, format="json")
    assert (changed.status_code, changed.json()["assignees"], changed.json()["ended"]) == (200, [], True)
    assert api.patch(at, {"title": "X"}, format="json").status_code == 428
    assert api.put(at, {**body, "version": 2}, format="json").status_code == 200
    assert api.get(f"{API}recurring-tasks/?ended=true").json()["count"] == 1
    assert post(api, "recurring-tasks/", {**body, "assignees": ["2c5ea4c0-4067-11e9-8bad-9b1deb4d3b7d"]}).status_code == 400
    assert RecurringTask.objects.count() == 1


def test_a_recurring_task_stays_in_its_project(api: APIClient, actor: Actor, linden: Cooperative, project: Project) -> None:
    other = create_project(actor, linden, name="Garden")
    body = {"title": "Oil", "starts_on": "2026-06-30"}
    at = f"{API}recurring-tasks/{post(api, 'recurring-tasks/', {**body, 'project': project.pk}).json()['id']}/"
    assert api.put(at, {**body, "project": other.pk, "version": 1}, format="json").status_code == 400
    assert not Task.objects.exists()


# The rules


def test_both_faces_of_every_rule_agree(
    actor: Actor, duty: Duty, project: Project, yusuf: User, yusuf_member: Membership, hassan: User, outsider: User, marta: User
) -> None:
    a_duty(actor, duty.cooperative, title="Stairs", coordinator=yusuf_member)
    part = sign_up(actor, turn_of(duty))
    Effort.objects.create(
        cooperative_id=duty.cooperative_id,
        member=yusuf_member,
        kind="duty",
        turn=turn_of(duty),
        day=turn_of(duty).day,
        minutes=1,
        noted_by=yusuf_member,
        noted_at=part.created_at,
    )
    seen = set()
    for user in (marta, yusuf, hassan, outsider):
        who_acts = Actor.of(user)
        for name in (rule for rule in RULES if rule.startswith("tasks.") and not rule.endswith(("_comment", "change_filter"))):
            for model in (Duty, Turn, Part, Effort):
                rows: set[int] = set(visible(who_acts, name, model.objects.all()).values_list("pk", flat=True))
                assert rows == {row.pk for row in model.objects.all() if may(who_acts, name, row)}, (user, name, model)
                seen.add((user.name, name, model.__name__, len(rows)))
    assert {("Yusuf Demir", "tasks.coordinate", "Duty", 1), ("Yusuf Demir", "tasks.correct_effort", "Effort", 1)} <= seen
    assert {("Hassan Abdi", "tasks.take_part", "Turn", 0), ("Marta Lindqvist", "tasks.coordinate", "Duty", 2)} <= seen
