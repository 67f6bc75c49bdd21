"""What people type to invite, to come in, to ask, and to answer who asks."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _, ngettext

from cooperatives.actions import Invalid, refuse_invisible
from cooperatives.web import ActionForm, VersionField

from ..actions.invitations import MOST_USES, SPAN
from ..actions.requests import LONGEST_ANSWER, MOST_QUESTIONS
from ..codes import read
from ..models import JoinQuestion
from ..roles import Role

_SPANS = (3, 7, SPAN, 30, 90)


class OnceForm(ActionForm):
    """A button that is pressed once: nothing to fill in."""


class SeenForm(ActionForm):
    """A button that acts upon what was shown: nothing to fill in."""

    version = VersionField(required=True)


class _InviteForm(ActionForm):
    """What every single invitation says. `grants`: whether the reader may give offices."""

    role = forms.ChoiceField(label=_("Joins as"), initial=Role.MEMBER)
    days = forms.TypedChoiceField(label=_("Good for"), coerce=int, initial=SPAN)

    def __init__(self, data: Any = None, *, grants: bool) -> None:
        super().__init__(data)
        roles = Role if grants else (Role.MEMBER, Role.OBSERVER)
        self.fields["role"].choices = [(role.value, role.label) for role in roles]  # type: ignore[attr-defined]
        spans = [(span, ngettext("%(n)d day", "%(n)d days", span) % {"n": span}) for span in _SPANS]
        self.fields["days"].choices = spans  # type: ignore[attr-defined]


class MailForm(_InviteForm):
    """An invitation to one address."""

    email = forms.EmailField(
        label=_("E-mail address"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Who is in the register with this address comes in as themselves; anybody else is entered anew."),
    )
    field_order = ("email", "role", "days")

    def address(self, made: Any) -> str:
        """The list, where it stands."""
        return reverse("members:invitations", args=[made.cooperative.slug])


class LinkForm(_InviteForm):
    """A link that lets in so many."""

    most_uses = forms.IntegerField(
        label=_("How many may join with it"),
        initial=10,
        min_value=1,
        max_value=MOST_USES,
        help_text=_("Whoever has the link can join until it is used up, has ended or was taken back."),
    )
    field_order = ("most_uses", "role", "days")

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, grants=False)

    def address(self, made: Any) -> str:
        """The page that shows it, once it is asked to."""
        return reverse("members:invitation_again", args=[made.cooperative.slug, made.public_id])


class CodeForm(forms.Form):
    """The code of a printed slip."""

    code = forms.CharField(
        label=_("Code"),
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
        help_text=_("The 26 letters and digits on your slip. Hyphens and capitals do not matter."),
    )

    def clean_code(self) -> str:
        """The code as it is looked up."""
        code = read(self.cleaned_data["code"])
        if not code:
            raise forms.ValidationError(_("This is not a whole code. It has 26 letters and digits."), "code")
        return code


class JoinForm(ActionForm):
    """A new login for who was invited by mail: the address is known."""

    name = forms.CharField(label=_("Your name"), max_length=150, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    password = forms.CharField(
        label=_("Choose a password"),
        max_length=128,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def clean_name(self) -> str:
        """A name that can be seen."""
        name: str = self.cleaned_data["name"]
        try:
            refuse_invisible(name)
        except Invalid as invalid:
            raise forms.ValidationError(invalid.sentence, invalid.code) from invalid
        return name


class AskForm(ActionForm):
    """The questions of a cooperative, each a field of its own."""

    def __init__(self, data: Any = None, *, questions: Iterable[JoinQuestion]) -> None:
        super().__init__(data)
        for question in questions:
            self.fields[f"answer_{question.pk}"] = forms.CharField(
                label=question.text,
                max_length=LONGEST_ANSWER,
                required=question.is_required,
                widget=forms.Textarea(attrs={"rows": 3}),
            )

    def clean(self) -> dict[str, Any]:
        """The answers by question, as the action takes them."""
        super().clean()
        return {"answers": {int(name.partition("_")[2]): text for name, text in self.cleaned_data.items()}}


class DecideForm(ActionForm):
    """What the office answers; the pressed button says which."""

    reason = forms.CharField(
        label=_("Reason, if you decline"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("It goes into the mail that who asked gets."),
    )
    version = VersionField(required=True)


class QuestionsForm(ActionForm):
    """Ten lines for questions, each with a tick; empty lines do not count."""

    def __init__(self, data: Any = None, *, questions: Iterable[JoinQuestion] = ()) -> None:
        super().__init__(data)
        known = list(questions)[:MOST_QUESTIONS]
        shown = min(MOST_QUESTIONS, len(known) + 3) if data is None else MOST_QUESTIONS
        for index in range(shown):
            row = known[index] if index < len(known) else None
            label = _("Question %(n)d") % {"n": index + 1}
            self.fields[f"text_{index}"] = forms.CharField(
                label=label, max_length=300, required=False, initial=row.text if row else ""
            )
            self.fields[f"required_{index}"] = forms.BooleanField(
                label=_("Question %(n)d needs an answer") % {"n": index + 1},
                required=False,
                initial=row.is_required if row else True,
            )

    def clean(self) -> dict[str, Any]:
        """The questions in order, as the action takes them."""
        said = super().clean()
        texts = [(said.get(f"text_{index}", ""), said.get(f"required_{index}", False)) for index in range(MOST_QUESTIONS)]
        return {"questions": [(text, required) for text, required in texts if text.strip()]}
