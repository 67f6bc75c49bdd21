"""Filters that are kept by a name."""

from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.web import ActionForm, VersionField

from ..models import SAVED_NAME, Project, SavedFilter


class SaveForm(ActionForm):
    """Keep a filter by a name."""

    name = forms.CharField(label=_("Name"), max_length=SAVED_NAME)
    query = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    is_shared = forms.BooleanField(
        label=_("Everybody in the project sees it"), required=False, help_text=_("“Me” in a filter means whoever looks.")
    )

    def address(self, made: Any) -> str:
        """Among the reader's filters."""
        return reverse("tasks:filters", args=[made.cooperative.slug])


class KeepForm(SaveForm):
    """The same where no list is at hand: what it finds is typed."""

    query = forms.CharField(
        label=_("Filter"),
        max_length=2000,
        help_text=_("As the address of a list says it after the question mark, such as who=me&due=late&sort=due."),
    )
    project = forms.ModelChoiceField(
        label=_("Project"), queryset=Project.objects.order_by("name", "pk"), required=False, empty_label=_("all projects")
    )
    field_order = ("project", "name", "query", "is_shared")


class SavedForm(SaveForm):
    """Rename or share a filter; carries the version that was shown."""

    query = None  # type: ignore[assignment]
    version = VersionField()

    @classmethod
    def of(cls, view: SavedFilter, data: Any = None) -> "SavedForm":
        """The form filled with what is."""
        return cls(data, initial={name: getattr(view, name) for name in cls.base_fields})
