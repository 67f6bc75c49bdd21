"""One line adds a task: on the list, in each lane of a board, and on a page of its own."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from cooperatives.web import CoopRequest, fetch, is_partial, needs
from members.models import Membership
from members.queries import today_in

from ..actions import create_task
from ..durations import told
from ..forms import QuickForm
from ..models import Label, Priority, Project
from ..queries import workers_named, workers_of
from ..quick import DUE, ESTIMATE, LABEL, PERSON, PRIORITY, Line, Mark, means_me, names_in, read_line

LISTED = "list"


@needs("tasks.create")
def quick(request: CoopRequest, pk: int) -> HttpResponse:
    """Add what a line says. For a script: what was understood (GET), or the emptied line (POST)."""
    project = fetch(request, Project.objects.all(), "tasks.create", pk=pk)
    if request.method != "POST":
        names = _Names(request, project, request.GET.get("line", ""))
        understood = names.told(names.line)
        context = {"project": project, "quick": QuickForm(project=project), "understood": understood}
        return render(request, "tasks/_understood.html" if is_partial(request) else "tasks/quick_page.html", context)
    form = QuickForm(request.POST, project=project)
    names = _Names(request, project, str(form.data.get("line", "")))
    if form.act(create_task, request.actor, project, **names.facts(names.line)):
        return _added(request, form, names.told(names.line))
    return _refused(request, form, project)


def _added(request: CoopRequest, form: QuickForm, understood: list[str]) -> HttpResponse:
    made = form.result
    sentence = _("Added %(title)s.") % {"title": made.title}
    said = " · ".join([sentence, *understood])
    if is_partial(request):
        fresh = QuickForm(project=made.project)
        return render(request, "tasks/quick.html", {**_around(request, made.project, form), "quick": fresh, "added": said})
    if not form.is_replay:
        messages.success(request, said)
    return redirect(_back(request, made.project, made.lane_id))


def _refused(request: CoopRequest, form: QuickForm, project: Project) -> HttpResponse:
    """The line as it was, with what is wrong. Scripts show what is 422 and throw away what is 400."""
    context = {**_around(request, project, form), "quick": form, "understood": []}
    status = 422 if is_partial(request) and form.status == 400 else form.status
    return render(request, "tasks/quick.html" if is_partial(request) else "tasks/quick_page.html", context, status=status)


def _around(request: CoopRequest, project: Project, form: QuickForm) -> dict[str, Any]:
    lane = form.cleaned_data.get("lane")
    back = LISTED if request.POST.get("back") == LISTED else ""
    return {"project": project, "lane": lane, "back": back}


def _back(request: CoopRequest, project: Project, lane_id: int) -> str:
    """Where the line was written, with the writer in it again: no browser minds `autofocus` beside a fragment."""
    slug = request.cooperative.slug
    if request.POST.get("back") == LISTED:
        return f"{reverse('tasks:list', args=[slug, project.pk])}?focus=0"
    return f"{reverse('tasks:board', args=[slug, project.pk])}?focus={lane_id}"


class _Names:
    """What a line of this project says. Who and what it may name is looked up only where it names somebody or something."""

    def __init__(self, request: CoopRequest, project: Project, text: str) -> None:
        people, labels = names_in(text, "@"), names_in(text, "#")
        standing = request.actor.standing(project.cooperative_id)
        me = standing.membership_id if standing else None
        self.members = self._members(project, people, me)
        tags = Label.objects.filter(project=project).exclude(name="") if labels else ()
        self.labels: dict[int, Label] = {row.pk: row for row in tags}
        self.line = read_line(
            text,
            people={pk: str(row) for pk, row in self.members.items()},
            labels={pk: row.name for pk, row in self.labels.items()},
            today=today_in(request.cooperative.time_zone),
            me=me if me in self.members else None,
        )

    @staticmethod
    def _members(project: Project, people: list[str], me: int | None) -> dict[int, Membership]:
        """Whom the line may mean, and the writer where it says `@me`."""
        if not people:
            return {}
        found = {row.pk: row for row in workers_named(project, people)}
        if me is not None and means_me(people):
            found |= {row.pk: row for row in workers_of(project).filter(pk=me)}
        return found

    def facts(self, line: Line) -> dict[str, Any]:
        """The same for the action."""
        facts: dict[str, Any] = {key: line.one(kind) for key, kind in _SINGLE.items()}
        facts["assignees"] = [self.members[pk] for pk in line.all(PERSON)]
        facts["labels"] = [self.labels[pk] for pk in line.all(LABEL)]
        return {"title": line.title, **{key: value for key, value in facts.items() if value}}

    def told(self, line: Line) -> list[str]:
        """The same for people, mark by mark."""
        return [self._told(mark) for mark in line.marks]

    def _told(self, mark: Mark) -> str:
        if mark.kind == PERSON:
            return _("assigned to %(name)s") % {"name": self.members[mark.value]}
        if mark.kind == LABEL:
            return _("label %(name)s") % {"name": self.labels[mark.value]}
        if mark.kind == PRIORITY:
            return _("priority %(name)s") % {"name": Priority(mark.value).label}
        if mark.kind == DUE:
            return _("due %(day)s") % {"day": date_format(mark.value, "l j F Y")}
        return _("estimate %(span)s") % {"span": told(mark.value)}


_SINGLE = {"priority": PRIORITY, "due_date": DUE, "estimate": ESTIMATE}
