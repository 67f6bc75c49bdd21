"""What people decide about their own data."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from cooperatives.web import ActionForm, VersionField

from ..models import Consent, Person, Shown
from ..photos import MOST_BYTES


class ShownForm(ActionForm):
    """What fellow members may see."""

    shown = forms.MultipleChoiceField(
        label=_("Fellow members see, beside my name"), choices=Shown.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    version = VersionField(required=True)

    def __init__(self, data: Any = None, *, person: Person) -> None:
        super().__init__(data, initial={"shown": person.shown, "version": person.version})


class ConsentForm(ActionForm):
    """One consent, given or withdrawn."""

    kind = forms.ChoiceField(choices=Consent.Kind.choices)
    is_given = forms.TypedChoiceField(choices=[("yes", _("yes")), ("no", _("no"))], coerce=lambda value: value == "yes")


class PhotoForm(ActionForm):
    """A picture."""

    photo = forms.FileField(
        label=_("Photo"),
        help_text=_("JPEG, PNG or WebP, up to 10 MB. It is cut to a small square, and what the camera added goes."),
        widget=forms.ClearableFileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
    )

    def clean_photo(self) -> Any:
        """Refuse a file that is too large to be read at all."""
        file = self.cleaned_data["photo"]
        if file.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 10 MB. Choose a smaller picture."), "photo_too_large")
        return file
