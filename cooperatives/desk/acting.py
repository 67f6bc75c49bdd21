"""Desks that write: a form only parses, an action decides, exactly as on pages. Django's own way of saving is closed."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.contrib.admin import helpers
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import path, reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ..actions import Stale
from ..policy import may, sign_ins
from ..web import ActionForm
from .base import OwnedAdmin, actor_of, desks_of

Draw = Callable[[Any, Any, Any], ActionForm]


@dataclass(frozen=True)
class Act:
    """One act on a page of its own: who may (`needs`), what is asked, which action does it.

    `form(request, row, data)` draws what is asked, `do(actor, row, **answers)` is the action; answers named in `first`
    are handed to it by position, before the others. `shows` says whether it is offered for a row. `fresh` asks who has
    not proved who they are within the last minutes.
    """

    key: str
    label: str | Promise
    needs: str
    form: Draw
    do: Callable[..., Any]
    first: tuple[str, ...] = ()
    about: str | Promise = ""
    shows: Callable[[Any], bool] = lambda row: True
    fresh: bool = False
    danger: bool = False


def under(form: ActionForm, name: str, label: Any, rows: "QuerySet[Any]", words: Callable[[Any], str] = str) -> ActionForm:
    """The form with a choice of rows as its first field; a choice of one is made already."""
    field = forms.ModelChoiceField(queryset=rows, label=label)
    field.label_from_instance = words  # type: ignore[assignment,method-assign]
    only = list(rows[:2])
    if len(only) == 1:
        form.initial.setdefault(name, only[0].pk)
    form.fields = {name: field, **form.fields}
    return form


class ActingAdmin(OwnedAdmin):
    """Owned rows that are added (`adds`), changed (`changes`) and acted upon (`acts`) through actions.

    `facts` stand beside the form of a change; who may not change reads `fields`. Nothing is deleted, edited in the list
    or written to Django's own log: the record of events has it all, and who was erased is erased there, too.
    """

    adds: ClassVar[Act | None] = None
    changes: ClassVar[Act | None] = None
    acts: ClassVar[tuple[Act, ...]] = ()
    facts: ClassVar[tuple[Any, ...]] = ()
    list_select_related: ClassVar[Any] = ("cooperative",)
    change_form_template = "admin/desk_form.html"
    change_list_template = "admin/desk_list.html"

    def ways(self, request: HttpRequest, row: Any) -> Iterable[tuple[str, str]]:
        """Label and address of pages about a row outside the admin."""
        return ()

    def list_ways(self, request: HttpRequest) -> Iterable[tuple[Any, str]]:
        """Label and address of pages about all rows of a cooperative outside the admin."""
        return ()

    # --- Who may ------------------------------------------------------------------------------------------------------

    def _may(self, request: HttpRequest, act: Act | None, row: Any = None) -> bool:
        if act is None:
            return False
        actor, rows = actor_of(request), desks_of(request) if row is None else [row]
        return any(may(actor, act.needs, each) for each in rows)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the actor may add a row in one of their cooperatives."""
        return self._may(request, self.adds)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the actor may change this row, or one of some cooperative of theirs."""
        return self._may(request, self.changes, obj)

    # --- Pages --------------------------------------------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        """A page for each act, before Django's own."""
        names = f"{self.opts.app_label}_{self.opts.model_name}"
        pages = [path(f"<path:object_id>/{act.key}/", self._page_of(act), name=f"{names}_{act.key}") for act in self.acts]
        return [*pages, *super().get_urls()]

    def _page_of(self, act: Act) -> Callable[..., Any]:
        def page(request: HttpRequest, object_id: str) -> Any:
            return self._act_page(request, act, object_id)

        guarded: Any = self.admin_site.admin_view(page)
        guarded.model_admin = self
        return guarded

    def _act_page(self, request: HttpRequest, act: Act, object_id: str) -> Any:
        row = self.get_object(request, unquote(object_id))
        return self._gone(request, object_id) if row is None else self._write(request, act, row)

    def _gone(self, request: HttpRequest, object_id: str) -> Any:
        """Django's answer to the id of no row; a foreign one is none."""
        return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined]

    def changeform_view(
        self, request: HttpRequest, object_id: str | None = None, form_url: str = "", extra_context: Any = None
    ) -> Any:
        """Add or change by an action, or look at a row where nothing can be changed."""
        if object_id is None:
            return self._write(request, self.adds, None)
        row = self.get_object(request, unquote(object_id))
        if row is None:
            return self._gone(request, object_id)
        if self.has_change_permission(request, row):
            return self._write(request, self.changes, row)
        return super().changeform_view(request, object_id, form_url, {"tools": self._tools(request, row)})

    def _write(self, request: HttpRequest, act: Act | None, row: Any) -> Any:
        if act is None or not self._may(request, act, row):
            raise PermissionDenied
        if act.fresh and not sign_ins().is_fresh(request):
            return sign_ins().prove(request)
        posted = request.method == "POST"
        form = act.form(request, row, request.POST if posted else None)
        if posted and self._done(request, act, form, row):
            return HttpResponseRedirect(self._after(form, row))
        return self._drawn(request, act, form, row)

    def _done(self, request: HttpRequest, act: Act, form: ActionForm, row: Any) -> bool:
        args = [] if row is None else [row]
        if form.is_valid():
            args += [form.cleaned_data.pop(name) for name in act.first]
        if not form.act(act.do, actor_of(request), *args):
            return False
        if not form.is_replay:
            messages.success(request, _("Saved.") if act is self.changes else _("Done: %(act)s.") % {"act": act.label})
        return True

    def _after(self, form: ActionForm, row: Any) -> str:
        """The page of the row, as long as it is there, else the list."""
        shown = row if row is not None else form.result
        names = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        still = isinstance(shown, self.model) and self.model._default_manager.filter(pk=shown.pk).exists()
        return reverse(f"{names}_change", args=[shown.pk]) if still else reverse(f"{names}_changelist")

    def _drawn(self, request: HttpRequest, act: Act, form: ActionForm, row: Any) -> Any:
        facts = self.facts if row is not None and act is self.changes else ()
        shown: Any = form  # Django reads of a form of its own what a read-only field is called
        shown._meta = SimpleNamespace(model=self.model, labels=None, help_texts=None)
        shown.instance = row
        names = [name for name in form.fields if name != "version"]
        drawn = helpers.AdminForm(shown, [(None, {"fields": [*facts, *names]})], {}, facts, self)
        context = {
            **self.admin_site.each_context(request),
            "title": act.label,
            "subtitle": None if row is None else str(row),
            "adminform": drawn,
            "errors": () if isinstance(form.broken, Stale) else helpers.AdminErrorList(shown, []),  # both values say it
            "media": self.media + drawn.media,
            "inline_admin_formsets": (),
            "original": row,
            "object_id": row and row.pk,
            "is_popup": False,
            "act": act,
            "tools": self._tools(request, row) if act is self.changes else (),
            "back": self._after(form, row),
        }
        answer = self.render_change_form(request, context, add=row is None, change=row is not None, obj=row)
        answer.status_code = form.status
        return answer

    def _tools(self, request: HttpRequest, row: Any) -> list[tuple[Any, str]]:
        """What else can be done with a row, and where."""
        names = f"admin:{self.opts.app_label}_{self.opts.model_name}"
        open_now = [act for act in self.acts if self._may(request, act, row) and act.shows(row)]
        own = [(act.label, reverse(f"{names}_{act.key}", args=[row.pk])) for act in open_now]
        return [*own, *self.ways(request, row)]
