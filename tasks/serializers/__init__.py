"""JSON in and out."""

from .boards import (
    BoardSerializer,
    LabelSerializer,
    LaneSerializer,
    NewLabelSerializer,
    NewLaneSerializer,
    NewProjectSerializer,
    ProjectMemberSerializer,
    ProjectSerializer,
)
from .hanging import (
    ChecklistSerializer,
    CommentSerializer,
    NewChecklistSerializer,
    NewCommentSerializer,
    NewStepSerializer,
    RelationSerializer,
    StepSerializer,
    TakeBackSerializer,
)
from .saved import NewSavedFilterSerializer, SavedFilterSerializer
from .tasks import BulkSerializer, MoveSerializer, NewTaskSerializer, ReorderSerializer, TaskSerializer, WatchSerializer

__all__ = [
    "BoardSerializer", "BulkSerializer", "ChecklistSerializer", "CommentSerializer", "LabelSerializer", "LaneSerializer",
    "MoveSerializer", "NewChecklistSerializer", "NewCommentSerializer", "NewLabelSerializer", "NewLaneSerializer",
    "NewProjectSerializer", "NewSavedFilterSerializer", "NewStepSerializer", "NewTaskSerializer", "ProjectMemberSerializer",
    "ProjectSerializer", "RelationSerializer", "ReorderSerializer", "SavedFilterSerializer", "StepSerializer",
    "TakeBackSerializer", "TaskSerializer", "WatchSerializer",
]  # fmt: skip
