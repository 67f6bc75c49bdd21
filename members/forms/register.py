"""What is typed into the register: a new member, corrections, roles, pauses, leaving."""

from collections.abc import Collection
from datetime import date
from types import SimpleNamespace
from typing import Any

from django import forms
from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from cooperatives.actions import RuleBroken, Stale
from cooperatives.web import ActionForm, VersionField

from ..models import Leaving, Person, Shown
from ..roles import Role
from .committees import DayField

_OFFICE = ("name", "given_name", "family_name", "is_organization", "birth_date", "note", "external_id")


class _PersonFields(ActionForm):
    """What the register says of a person."""

    given_name = forms.CharField(label=_("Given name"), max_length=100, required=False)
    family_name = forms.CharField(label=_("Family name"), max_length=100, required=False)
    name = forms.CharField(
        label=_("Whole name"),
        max_length=150,
        required=False,
        help_text=_("Leave it empty when given and family name make it. Needed for organisations."),
    )
    is_organization = forms.BooleanField(label=_("This is an organisation"), required=False)
    contact_person = forms.CharField(label=_("Contact person of the organisation"), max_length=150, required=False)
    email = forms.EmailField(label=_("E-mail address"), max_length=254, required=False)
    phone = forms.CharField(label=_("Telephone"), max_length=40, required=False)
    other_phones = forms.CharField(label=_("Other telephones"), max_length=200, required=False)
    address = forms.CharField(  # type: ignore[assignment]
        label=_("Postal address"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    birth_date = DayField(label=_("Born"), required=False)
    locale = forms.ChoiceField(label=_("Language"), required=False, choices=[("", _("Not known")), *settings.LANGUAGES])
    skills = forms.CharField(
        label=_("Skills and interests"), max_length=300, required=False, help_text=_("Members find people by these words.")
    )


class AdmitForm(_PersonFields):
    """A new member."""

    on = DayField(label=_("Joins on"))
    role = forms.ChoiceField(
        label=_("As"),
        choices=[(Role.MEMBER, Role.MEMBER.label), (Role.OBSERVER, _("Observer, who only reads"))],
        help_text=_("Offices are given on the member's page."),
    )
    contact_person = locale = other_phones = skills = None  # type: ignore[assignment]

    def clean(self) -> dict[str, Any]:
        """Hand the action the roles it gives."""
        data = super().clean()
        if "role" in data:
            data["roles"] = [data.pop("role")]
        return data

    def address(self, made: Any) -> str:  # type: ignore[override]
        """The page of the member."""
        return reverse("members:member", args=[made.cooperative.slug, made.public_id])


class PersonForm(_PersonFields):
    """Correct what the register says; carries the version that was shown. Who is no office sees less of it."""

    note = forms.CharField(
        label=_("Note of the office"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    external_id = forms.CharField(label=_("Number in the old system"), max_length=60, required=False)
    shown = forms.MultipleChoiceField(
        label=_("What fellow members see"),
        choices=Shown.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Your name and skills always show. The office sees everything."),
    )
    version = VersionField(required=True)

    def __init__(self, data: Any = None, *, person: Person, is_office: bool, may_show: bool) -> None:
        super().__init__(data, initial={name: getattr(person, name) for name in self.base_fields})
        hidden = (() if is_office else _OFFICE) + (() if may_show else ("shown",))
        for name in (*hidden, *(() if person.is_organization or is_office else ("contact_person",))):
            self.fields.pop(name, None)

    def refuse(self, broken: RuleBroken) -> None:
        """A stale save shows what is stored now beside what was written."""
        super().refuse(broken)
        if isinstance(broken, Stale):
            row = broken.current
            now = {name: getattr(row, name) for name in self.fields}
            broken.current = SimpleNamespace(**{key: "" if value is None else value for key, value in now.items()})


class RoleForm(ActionForm):
    """A role from a day on."""

    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False, help_text=_("The first day without the role. Empty: no end."))

    def __init__(self, data: Any = None, *, held: Collection[str], today: date) -> None:
        super().__init__(data, initial={"starts_on": today})
        free = [(role, words) for role, words in Role.choices if role not in held]
        self.initial["role"] = free[0][0] if free else ""


class EndRoleForm(ActionForm):
    """The day on which a role ends."""

    on = DayField(label=_("The role ends on"), help_text=_("The first day without it."))


class PauseForm(ActionForm):
    """A leave of absence."""

    starts_on = DayField(label=_("From"))
    ends_on = DayField(label=_("Until"), required=False, help_text=_("The first day back. Empty: until it is ended."))
    reason = forms.CharField(label=_("Reason"), max_length=300, required=False)


class ResumeForm(ActionForm):
    """The first day back."""

    on = DayField(label=_("Back on"))


class LeavingForm(ActionForm):
    """When and why a membership ends. `despite` only for who may let somebody go whose matters are open."""

    on = DayField(label=_("Leaves on"), help_text=_("The first day on which they are no member any more."))
    reason = forms.ChoiceField(label=_("Reason"), required=False, choices=[("", _("Not said")), *Leaving.choices])
    note = forms.CharField(label=_("Note"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2}))
    despite = forms.CharField(
        label=_("Why they may leave although matters are open"), max_length=500, required=False,
        help_text=_("It is written into the record."),
    )  # fmt: skip

    def __init__(self, data: Any = None, *, today: date, asks_despite: bool) -> None:
        super().__init__(data, initial={"on": today})
        if not asks_despite:
            self.fields.pop("despite")
