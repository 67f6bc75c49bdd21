"""Pages on which people decide about their own data in one cooperative."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from cooperatives.policy import Actor
from cooperatives.web import CoopRequest, fetch, needs

from ..actions import consent, correct_person, remove_photo, set_photo
from ..forms.privacy import ConsentForm, PhotoForm, ShownForm
from ..models import Person, Photo
from ..photos import MEDIA_TYPE, thumbnail
from ..queries.privacy import agreements, own_person, photo_for


def _me(request: CoopRequest) -> Person:
    person = own_person(request.actor, request.cooperative.pk)
    if person is None:
        raise Http404
    return person


def _page(request: CoopRequest, me: Person, status: int = 200, **forms: Any) -> HttpResponse:
    context = {
        "person": me,
        "form": ShownForm(person=me),
        "photo_form": PhotoForm(),
        "photo": Photo.objects.filter(person=me).defer("content").first(),
        "agreements": agreements(me),
        **forms,
    }
    return render(request, "members/mine.html", context, status=status)


@require_safe
@needs("members.see")
def mine(request: CoopRequest) -> HttpResponse:
    """What I show and agree to."""
    return _page(request, _me(request))


@require_POST
@needs("members.see")
def change_shown(request: CoopRequest) -> HttpResponse:
    """Choose what fellow members see of me."""
    me = _me(request)
    form = ShownForm(request.POST, person=me)
    if not form.act(correct_person, request.actor, me):
        return _page(request, me, form.status, form=form)
    messages.success(request, _("Saved."))
    return redirect("members:mine", request.cooperative.slug)


@require_POST
@needs("members.see")
def decide(request: CoopRequest) -> HttpResponse:
    """Give or withdraw one consent."""
    me = _me(request)
    form = ConsentForm(request.POST)
    if not form.act(consent, request.actor, me):
        return _page(request, me, form.status, decision=form)
    said = (
        _("Given, and noted with today's date.")
        if form.cleaned_data["is_given"]
        else _("Withdrawn, and noted with today's date.")
    )
    messages.success(request, said)
    return redirect("members:mine", request.cooperative.slug)


@require_POST
@needs("members.see")
def change_photo(request: CoopRequest) -> HttpResponse:
    """Put up a picture of me, or take it down."""
    me = _me(request)
    if "remove" in request.POST:
        remove_photo(request.actor, me)
        messages.success(request, _("Your photo is removed."))
        return redirect("members:mine", request.cooperative.slug)
    form = PhotoForm(request.POST, request.FILES)
    if not form.act(_keep, request.actor, me):
        return _page(request, me, form.status, photo_form=form)
    messages.success(request, _("Your photo is up. Whether fellow members see it, you choose below."))
    return redirect("members:mine", request.cooperative.slug)


def _keep(actor: Actor, person: Person, *, photo: Any) -> Photo:
    return set_photo(actor, person, content=photo.read())


@require_safe
@needs("members.see")
def photo(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """The picture of a person, for whoever may see it; for others there is none. With `?small`, for a list of people."""
    found = photo_for(request.actor, fetch(request, Person.objects.all(), "members.see", public_id=public_id))
    if found is None:
        raise Http404
    # Kept by no cache: who takes a picture down, or ends a membership, has that at once.
    headers = {"Content-Disposition": 'inline; filename="photo.webp"'}
    content = bytes(found.content)
    return HttpResponse(thumbnail(content) if "small" in request.GET else content, content_type=MEDIA_TYPE, headers=headers)
