"""Pages about people: one's own profile, somebody else's, the directory, the demo's door."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from cooperatives.web import CoopRequest, fetch, needs

from ..actions import change_user, create_key, end_key
from ..demo.people import LOGINS
from ..forms import KeyForm, ProfileForm
from ..models import User
from ..queries import cooperatives_of, keys_of, roles_of, shared_memberships
from ..roles import label
from ..security.held import before_factor

BACKEND = "members.backends.Backend"


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.profile")
def profile(request: CoopRequest) -> HttpResponse:
    """What I say about myself."""
    me: User = request.actor.user
    form = ProfileForm(request.POST or None, user=me)
    if request.method == "POST" and form.act(change_user, request.actor, me):
        messages.success(request, _("Saved."))
        return redirect("members:profile")
    shown = {"form": form, "memberships": _memberships(request, me)}
    return render(request, "members/profile.html", shown, status=form.status)


@require_safe
@needs("members.profile")
def person(request: CoopRequest, public_id: UUID) -> HttpResponse:
    """What those who share a cooperative with a person may see of them; for others nobody is there."""
    try:
        shown = fetch(request, User.objects.all(), "members.see_user", public_id=public_id)
    except PermissionDenied as denied:
        raise Http404 from denied
    return render(request, "members/public_profile.html", {"person": shown, "memberships": _memberships(request, shown)})


def _memberships(request: CoopRequest, user: User) -> list[dict[str, Any]]:
    return [
        {
            "cooperative": member.cooperative,
            "role_label": ", ".join(label(role) for role in roles_of(member)),
            "number": member.number,
            "joined": member.joined_on,
        }
        for member in shared_memberships(request.actor, user)
    ]


@require_safe
@needs("members.keys")
def keys(request: CoopRequest) -> HttpResponse:
    """My API keys: what opens my cooperatives to programs."""
    return render(request, "members/keys.html", {"rows": keys_of(request.actor.user), "now": timezone.now()})


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.keys", fresh=True)
def new_key(request: CoopRequest) -> HttpResponse:
    """Make one. The page that answers shows it; it can be shown by no other, so there is nowhere to redirect to."""
    form = KeyForm(request.POST or None, cooperatives=cooperatives_of(request.actor))
    if request.method == "POST" and form.act(create_key, request.actor):
        key, text = form.result
        return render(request, "members/key_made.html", {"key": key, "text": text}, status=201)
    return render(request, "members/key_new.html", {"form": form}, status=form.status)


@require_http_methods(["GET", "HEAD", "POST"])
@needs("members.keys")
def end_one_key(request: CoopRequest, pk: UUID) -> HttpResponse:
    """End one, after saying what that means."""
    key = fetch(request, keys_of(request.actor.user), "members.end_key", pk=pk)
    if request.method == "POST":
        end_key(request.actor, key)
        messages.success(request, _("The key “%(name)s” is ended.") % {"name": key.name})
        return redirect("members:keys")
    return render(request, "members/key_end.html", {"key": key})


@before_factor
@require_POST
def demo_enter(request: HttpRequest) -> HttpResponse:
    """Enter as one of the demo people, in a demo installation only."""
    user = _demo_person(request.POST.get("key", "")) if settings.DEMO else None
    if user is None:
        raise Http404
    login(request, user, backend=BACKEND)
    return redirect("home")


def _demo_person(key: str) -> User | None:
    try:
        return User.objects.filter(public_id=UUID(key), is_demo=True, is_active=True, email__in=LOGINS).first()
    except ValueError:
        return None
