"""Django admin: projects, lanes, tasks and steps are looked at; labels, people of projects, comments and one's own filters
are settled too.
"""

from typing import Any, ClassVar

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from cooperatives.desk import Act, ActingAdmin, OwnedAdmin, OwnFilter, places, under
from cooperatives.policy import may, visible

from .actions import (
    change_filter,
    change_label,
    create_label,
    keep_filter,
    remove_comment,
    remove_filter,
    remove_label,
    take_out,
)
from .forms import KeepForm, LabelEditForm, LabelForm, PressForm, SavedForm, TakeBackForm
from .models import (
    CheckItem,
    Checklist,
    Comment,
    Duty,
    Effort,
    Label,
    Lane,
    Part,
    Project,
    ProjectMember,
    RecurringTask,
    Relation,
    SavedFilter,
    Task,
    Turn,
)


@admin.register(Project)
class ProjectAdmin(OwnedAdmin):
    """Projects."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("name", "key", "cooperative", "created_at", "archived_at")
    search_fields = ("name", "key")


@admin.register(Lane)
class LaneAdmin(OwnedAdmin):
    """Lanes."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("name", "project", "status", "position", "wip_limit", "is_done", "archived_at")
    list_select_related = ("project",)


@admin.register(Task)
class TaskAdmin(OwnedAdmin):
    """Tasks."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("title", "project", "lane", "number", "names", "due_date", "archived_at")
    list_select_related = ("project", "lane")
    search_fields = ("title",)
    date_hierarchy = None

    def get_queryset(self, request: Any) -> Any:
        """With their people."""
        rows: Any = super().get_queryset(request)
        return rows.with_faces()

    @admin.display(description=_("assigned to"))
    def names(self, task: Task) -> str:
        """Who does it."""
        return ", ".join(map(str, task.people))


@admin.register(Duty)
class DutyAdmin(OwnedAdmin):
    """Duties."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("title", "cooperative", "unit", "every", "starts_on", "places", "rotation", "paused_at", "ended_at")
    search_fields = ("title",)


@admin.register(Turn)
class TurnAdmin(OwnedAdmin):
    """Turns of duties."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("duty", "due_at", "places", "closes_at", "late", "missed", "cancelled_at")
    list_select_related = ("duty",)


@admin.register(Part)
class PartAdmin(OwnedAdmin):
    """Places that members have in turns."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("turn", "place", "member", "how", "asked_at", "done_at", "confirmed_by")
    list_select_related = ("turn__duty", "member__person", "confirmed_by__person")


@admin.register(RecurringTask)
class RecurringTaskAdmin(OwnedAdmin):
    """Tasks that come again."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("title", "project", "unit", "every", "starts_on", "paused_at", "ended_at")
    list_select_related = ("project",)
    search_fields = ("title",)


@admin.register(Effort)
class EffortAdmin(OwnedAdmin):
    """The effort ledger."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("member", "kind", "day", "minutes", "points", "note", "confirmed_by", "noted_at")
    list_select_related = ("member__person", "confirmed_by__person")


def _label_form(request: Any, row: Any, data: Any) -> Any:
    open_now = Project.objects.filter(archived_at=None).order_by("name", "pk")
    return under(LabelForm(data), "project", _("Project"), visible(request.actor, "tasks.change_project", open_now))


@admin.register(Label)
class LabelAdmin(ActingAdmin):
    """Labels of projects."""

    see = "tasks.see"
    list_display = ("name", "colour", "project", "cooperative")
    list_select_related = ("project", "cooperative")
    list_filter = (OwnFilter,)
    search_fields = ("name",)
    fields = list_display
    facts = ("project", "cooperative")
    adds = Act("add", _("Add a label"), "tasks.change_project", _label_form, create_label, first=("project",))
    changes = Act("change", _("Change the label"), "tasks.change_project",
                  lambda request, row, data: LabelEditForm.of(row, data), change_label)  # fmt: skip
    acts = (
        Act("remove", _("Remove the label"), "tasks.change_project",
            lambda request, row, data: PressForm(data, initial={"version": row.version}), remove_label, danger=True,
            about=_("It goes from every task that bears it. The tasks stay.")),
    )  # fmt: skip


@admin.register(Comment)
class CommentAdmin(ActingAdmin):
    """Comments on tasks. One that is taken back leaves its place."""

    see = "tasks.see"
    list_display = ("task", "author", "said_by", "created_at", "removed_at", "cooperative")
    list_select_related = ("task__project", "author__person", "cooperative")
    list_filter = (OwnFilter,)
    fields = ("task", "author", "said_by", "text", "created_at", "edited_at", "removed_at", "cooperative")
    acts = (
        Act("remove", _("Take the comment back"), "tasks.remove_comment",
            lambda request, row, data: TakeBackForm(data, initial={"version": row.version}), remove_comment, danger=True,
            about=_("Its place stays, its words go."), shows=lambda row: row.removed_at is None),
    )  # fmt: skip


def _out(actor: Any, row: ProjectMember, *, version: int | None) -> None:
    take_out(actor, row)


@admin.register(ProjectMember)
class ProjectMemberAdmin(ActingAdmin):
    """Who belongs to which project, and leads it."""

    see = "tasks.see"
    list_display = ("member", "project", "is_lead", "cooperative")
    list_select_related = ("member__person", "project", "cooperative")
    list_filter = (OwnFilter, "is_lead")
    fields = list_display
    acts = (
        Act("out", _("Take out of the project"), "tasks.people", lambda request, row, data: PressForm(data), _out, danger=True,
            about=_("What they do there stays theirs until somebody else is chosen.")),
    )  # fmt: skip


def _filter_new(request: Any, row: Any, data: Any) -> Any:
    return under(KeepForm(data), "cooperative", _("Cooperative"), places(request, "tasks.keep_filter"))


def _filter_edit(request: Any, row: SavedFilter, data: Any) -> Any:
    form = SavedForm.of(row, data)
    if row.project is None or not may(request.actor, "tasks.share_filter", row.project):
        del form.fields["is_shared"]
    return form


@admin.register(SavedFilter)
class SavedFilterAdmin(ActingAdmin):
    """One's own filters, and those that others share with their projects."""

    see = "tasks.see_filter"
    opens = "tasks.keep_filter"
    list_display = ("name", "project", "owner", "is_shared", "cooperative")
    list_select_related = ("project", "owner__person", "cooperative")
    list_filter = (OwnFilter, "is_shared")
    search_fields = ("name",)
    fields = ("name", "query", "project", "owner", "is_shared", "created_at", "cooperative")
    facts = ("query", "project", "cooperative")
    adds = Act("add", _("Keep a filter"), "tasks.keep_filter", _filter_new, keep_filter, first=("cooperative",))
    changes = Act("change", _("Change the filter"), "tasks.change_filter", _filter_edit, change_filter)
    acts = (
        Act("remove", _("Remove the filter"), "tasks.change_filter",
            lambda request, row, data: PressForm(data, initial={"version": row.version}), remove_filter, danger=True,
            about=_("Who was shown it does not see it any more.")),
    )  # fmt: skip


@admin.register(Checklist)
class ChecklistAdmin(OwnedAdmin):
    """Checklists of tasks."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("name", "task", "position")
    list_select_related = ("task",)


@admin.register(CheckItem)
class CheckItemAdmin(OwnedAdmin):
    """Steps of checklists."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("text", "checklist", "position", "done_at", "done_by")
    list_select_related = ("checklist", "done_by__person")


@admin.register(Relation)
class RelationAdmin(OwnedAdmin):
    """How tasks stand to each other."""

    see: ClassVar[str] = "tasks.see"
    list_display = ("task", "kind", "other")
    list_select_related = ("task", "other")
