"""Take a task, or give it back: one press instead of a form."""

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from cooperatives.actions import RuleBroken
from cooperatives.web import CoopRequest, fetch, needs, seen_version

from ..actions import take_task
from ..models import Task
from .tasks import back_to


@require_POST
@needs("tasks.change")
def take(request: CoopRequest, pk: int) -> HttpResponse:
    """Assign a task to the reader, or take them off it. Scripts ask for JSON; a form gets its page back with a sentence."""
    row = fetch(request, Task.objects.with_people(), "tasks.change", pk=pk)
    by_script = request.get_preferred_type(["text/html", "application/json"]) == "application/json"
    try:
        task, is_mine = take_task(request.actor, row, version=seen_version(request))
    except RuleBroken as broken:
        if by_script:
            return JsonResponse({"code": broken.code, "detail": broken.sentence}, status=broken.status)
        messages.error(request, broken.sentence)
    else:
        if by_script:
            return JsonResponse({"issue_id": task.pk, "version": task.version, "mine": is_mine})
        messages.success(request, _("The task is yours now.") if is_mine else _("The task is not yours any more."))
    return redirect(back_to(request, row))
