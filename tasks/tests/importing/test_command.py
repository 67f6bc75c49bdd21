"""`manage.py import_board`: one line for whoever keeps the installation."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from cooperatives.models import Cooperative
from cooperatives.policy import Actor
from cooperatives.queries import enter
from members.models import Membership
from tasks.actions import change_project
from tasks.models import Project, Task

from .files import board, issue, issues, labels, people, table
from .test_trello import checklist, comment


@pytest.fixture
def written(tmp_path: Path) -> Any:
    """Write a file; its name says nothing of what it is."""

    def write(content: bytes) -> str:
        path = tmp_path / "file.bin"
        path.write_bytes(content)
        return str(path)

    return write


def run(capsys: pytest.CaptureFixture[str], *args: str) -> str:
    call_command("import_board", *args)
    return str(capsys.readouterr().out)


def test_it_says_in_words_what_it_did(
    actor: Actor, project: Project, yusuf_member: Membership, written: Any, capsys: Any
) -> None:
    content = board(
        cards=[{"idMembers": ["m1", "m2"], "idLabels": ["x"]}, {"closed": True}],
        labels=[{"id": "x", "name": "X", "color": "red"}],
        members=[{"id": "m1", "fullName": "Yusuf Demir"}, {"id": "m2", "fullName": "Zora"}],
        checklists=[checklist("k1", {"id": "s1", "name": "a"})],
        actions=[comment("a1")],
        customFields=[{}],
    )
    path = written(content)
    dry = run(capsys, path, "--project", str(project.pk), "--dry-run").splitlines()
    assert dry == [
        "2 lists (0 archived), 2 cards (1 archived).",
        "1 checklists with 1 steps, 1 comments, 1 labels.",
        "Yusuf Demir is Yusuf Demir.",
        "Stays behind: 1 custom fields.",
        "Stays behind: 1 people who are nobody here.",
        "Nothing was written.",
    ]
    assert Task.objects.count() == 0
    assert run(capsys, path, "--project", project.key.lower()).splitlines() == [
        *dry[:-1],
        "2 cards are new, 0 were here already.",
    ]
    assert people(Task.objects.get(number=1)) == ["Yusuf Demir"]
    assert labels(Task.objects.get(number=1)) == ["X"]
    assert "0 cards are new, 2 were here already." in run(capsys, path, "--project", project.key)


def test_it_says_in_json_who_is_who(actor: Actor, project: Project, yusuf_member: Membership, written: Any, capsys: Any) -> None:
    rows = [issue(1, user={"login": "yusufdemir"}, assignees=[{"login": "yusufdemir"}]), issue(2)]
    path = written(issues(*rows))
    said = json.loads(run(capsys, path, "--project", str(project.pk), "--json", "--no-people"))
    assert said["people"] == [{"name": "yusufdemir", "cards": 1, "member": None}, {"name": "ada-q", "cards": 1, "member": None}]
    assert {one["kind"]: one["count"] for one in said["dropped"]} == {"members": 2}
    assert people(Task.objects.get(number=1)) == []
    other = Project.objects.create(cooperative=project.cooperative, name="P", key="PPP")
    said = json.loads(run(capsys, path, "--project", str(other.pk), "--json"))
    assert [one["member"] for one in said["people"]] == ["Yusuf Demir", None]
    assert {one["kind"]: one["count"] for one in said["dropped"]} == {"members": 1}
    task = Task.objects.get(project=other, number=1)
    assert (people(task), str(task.created_by)) == (["Yusuf Demir"], "Yusuf Demir")


def test_it_says_what_is_wrong(actor: Actor, project: Project, tmp_path: Path, written: Any) -> None:
    for name, wrong in (("missing", "cannot be read"), (".", "cannot be read")):
        with pytest.raises(CommandError, match=wrong):
            call_command("import_board", str(tmp_path / name), "--project", str(project.pk))
    path = written(b"[]")
    with pytest.raises(CommandError, match="none that can be read here"):
        call_command("import_board", path, "--project", str(project.pk))
    with pytest.raises(CommandError, match="larger than 10 MB"):
        call_command("import_board", written(b" " * (40 * 1024 * 1024)), "--project", str(project.pk))
    for wrong in ("987", "nothing", "9" * 30, "٣"):
        with pytest.raises(CommandError, match=f"There is no project {wrong}"):
            call_command("import_board", path, "--project", wrong)
    with pytest.raises(CommandError, match="There is no project"):
        call_command("import_board", path, "--project", str(project.pk), "--cooperative", "nowhere")
    change_project(actor, project, version=1, archived=True)
    with pytest.raises(CommandError, match="archived"):
        call_command("import_board", written(table({"Title": "a"})), "--project", str(project.pk))


def test_a_key_that_two_cooperatives_have_needs_the_address(
    actor: Actor, project: Project, foreign: Project, linden: Cooperative, written: Any, capsys: Any
) -> None:
    with enter([foreign.cooperative_id]):
        Project.objects.filter(pk=foreign.pk).update(key=project.key)
    path = written(table({"Title": "Roof"}))
    with pytest.raises(CommandError, match="Several cooperatives have a project hc: add --cooperative"):
        call_command("import_board", path, "--project", "hc")
    run(capsys, path, "--project", "hc", "--cooperative", linden.slug)
    assert Task.objects.get().project_id == project.pk
