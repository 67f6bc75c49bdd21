"""Forms of what hangs on a task: comments, checklists with their steps, relations."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.web import ActionForm, VersionField

from ..actions import WORDS
from ..actions.checklists import NAME_LENGTH
from ..actions.comments import REASON_LENGTH
from ..models import CHECK_LENGTH, COMMENT_LIMIT, CheckItem, Checklist, Comment, Task
from .references import ReferenceField


class OnTask(ActionForm):
    """Something is added to a task, on its page."""

    def address(self, made: Any) -> str:
        """The page of the task."""
        task_id = made.checklist.task_id if isinstance(made, CheckItem) else made.task_id
        return reverse("tasks:task", args=[made.cooperative.slug, task_id])


class CommentForm(OnTask):
    """Say something."""

    text = forms.CharField(
        label=_("Add a comment"),
        max_length=COMMENT_LIMIT,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Markdown. @ and a name, such as @Marta Lindqvist, or @ and a member’s number tells that person."),
    )


class CommentEditForm(CommentForm):
    """Say it differently; carries the version that was shown."""

    version = VersionField()

    @classmethod
    def of(cls, comment: Comment, data: Any = None) -> "CommentEditForm":
        """The form filled with what is."""
        form = cls(data, initial={"text": comment.text, "version": comment.version})
        form.fields["text"].label = _("Comment")
        return form


class TakeBackForm(ActionForm):
    """Take a comment back; carries the version that was shown."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=REASON_LENGTH,
        required=False,
        help_text=_("It stands in the record. Needed where the comment is somebody else’s."),
    )
    version = VersionField()


class ChecklistForm(OnTask):
    """A new list of steps."""

    name = forms.CharField(label=_("Name of the checklist"), max_length=NAME_LENGTH)


class ChecklistEditForm(ChecklistForm):
    """Another name for a list; carries the version that was shown."""

    version = VersionField()

    @classmethod
    def of(cls, checklist: Checklist, data: Any = None) -> "ChecklistEditForm":
        """The form filled with what is."""
        return cls(data, initial={"name": checklist.name, "version": checklist.version})


class StepForm(OnTask):
    """A new step."""

    text = forms.CharField(label=_("Step"), max_length=CHECK_LENGTH)


class StepEditForm(StepForm):
    """Other words for a step; carries the version that was shown."""

    version = VersionField()

    @classmethod
    def of(cls, step: CheckItem, data: Any = None) -> "StepEditForm":
        """The form filled with what is."""
        return cls(data, initial={"text": step.text, "version": step.version})


class RelationForm(OnTask):
    """How the task stands to another one, which is named by its reference."""

    kind = forms.ChoiceField(label=_("This task"), choices=WORDS)
    other = ReferenceField(label=_("Which task"), help_text=_("By its reference, such as HC-12."))

    def __init__(self, *args: Any, task: Task, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other"].cooperative_id = task.cooperative_id  # type: ignore[attr-defined]
