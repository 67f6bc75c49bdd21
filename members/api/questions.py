"""What a cooperative asks who wants to join: one set of questions for each."""

from typing import Any, ClassVar

from django.db.models import Q, QuerySet
from rest_framework.request import Request
from rest_framework.response import Response

from cooperatives.models import Cooperative
from cooperatives.queries import enter
from cooperatives.rest import ViewSet

from ..actions import set_questions
from ..queries import asked_by
from ..serializers import QuestionsSerializer


class JoinQuestionsViewSet(ViewSet):
    """By the id of the cooperative: those of one's own, and of one that lists itself, as its public page shows them."""

    queryset = Cooperative.objects.none()
    serializer_class = QuestionsSerializer
    filter_backends = []
    needed: ClassVar = {"update": "members.questions"}

    def get_queryset(self) -> "QuerySet[Cooperative]":
        """One's own; to read one, also those that list themselves."""
        own = Q(pk__in=self.actor.cooperative_ids)
        return Cooperative.objects.filter(own | Q(is_listed=True) if self.action == "retrieve" else own).order_by("pk")

    def retrieve(self, request: Request, pk: str) -> Response:
        """What is asked."""
        return self.answer(self.get_object())

    def update(self, request: Request, pk: str) -> Response:
        """Say anew what is asked. Requests keep what they were asked."""
        cooperative = self.get_object()
        facts = self.versioned(partial=False, instance=None)
        said = [(each["text"], each["is_required"]) for each in facts["questions"]]
        set_questions(self.actor, cooperative, questions=said, version=facts["version"])
        return self.answer(cooperative)

    def represent(self, obj: Any) -> Any:
        """The questions as they are now."""
        with enter([obj.pk], self.actor.user_id):
            return QuestionsSerializer(asked_by(obj.pk)).data

    def answer(self, obj: Any, status: int = 200) -> Response:
        """With the version of the questions as ETag, not that of the cooperative."""
        drawn = self.represent(obj)
        return Response(drawn, status=status, headers={"ETag": f'"{drawn["version"]}"'})
