"""One line that becomes a task."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.web import ActionForm

from ..models import Lane, Project
from ..quick import LINE_LIMIT


class QuickForm(ActionForm):
    """One line, and the lane it goes to (none: the first)."""

    line = forms.CharField(label=_("Add a task"), max_length=LINE_LIMIT)
    lane = forms.ModelChoiceField(
        queryset=Lane.objects.none(), required=False, error_messages={"invalid_choice": _("Choose a lane of this project.")}
    )

    def __init__(self, data: Any = None, *, project: Project) -> None:
        super().__init__(data, auto_id=False)
        self.fields["lane"].queryset = Lane.objects.filter(project=project, archived_at=None)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Hand the action the lane; whoever reads the line hands it the rest."""
        return {"lane": super().clean().get("lane")}

    def address(self, made: Any) -> str:
        """Where its card is on the board."""
        return f"{reverse('tasks:board', args=[made.cooperative.slug, made.project_id])}#card-{made.pk}"
