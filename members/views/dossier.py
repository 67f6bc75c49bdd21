"""Pages that hand a person their own data, and what an officer does at their request."""

from uuid import UUID

from django.http import FileResponse, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from cooperatives.web import ActionForm, CoopRequest, fetch, needs

from ..actions import hand_over_data
from ..dossier import Subject, packed
from ..dossier.packing import MEDIA_TYPE
from ..models import Person
from ..queries.erasure import past_of


def _file(subject: Subject, name: str) -> FileResponse:
    return FileResponse(packed(subject), as_attachment=True, filename=f"{name}.zip", content_type=MEDIA_TYPE)


@require_safe
@needs("members.profile")
def my_data(request: CoopRequest) -> HttpResponse:
    """What is kept about me, and how to have it."""
    return render(request, "members/my_data.html", {"past": list(past_of(request.actor.user))})


@require_safe
@needs("members.own_data", fresh=True)
def my_file(request: CoopRequest) -> FileResponse:
    """All of it as one file."""
    return _file(Subject.of_user(request.actor.user), "my-data")


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.hand_over", fresh=True)
def person_data(request: CoopRequest, public_id: UUID) -> HttpResponseBase:
    """What this cooperative keeps about a person, for them, at their request."""
    person = fetch(request, Person.objects.all(), "members.hand_over", public_id=public_id)
    form = ActionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.act(hand_over_data, request.actor, person):
        return _file(Subject.of_person(person), f"{request.cooperative.slug}-data")
    return render(request, "members/person_data.html", {"person": person, "form": form}, status=form.status)
