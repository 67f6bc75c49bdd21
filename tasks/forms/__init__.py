"""HTML in: forms that only parse."""

from .boards import (
    LabelEditForm,
    LabelForm,
    LaneEditForm,
    LaneForm,
    PersonForm,
    PressForm,
    ProjectForm,
    ProjectSettingsForm,
)
from .hanging import (
    ChecklistEditForm,
    ChecklistForm,
    CommentEditForm,
    CommentForm,
    RelationForm,
    StepEditForm,
    StepForm,
    TakeBackForm,
)
from .imports import ConfirmForm, UploadForm
from .lists import BulkForm, FilterForm
from .quick import QuickForm
from .saved import KeepForm, SavedForm, SaveForm
from .tasks import MoveForm, TaskEditForm, TaskForm

__all__ = [
    "BulkForm", "ChecklistEditForm", "ChecklistForm", "CommentEditForm", "CommentForm", "ConfirmForm", "FilterForm", "KeepForm",
    "LabelEditForm", "LabelForm", "LaneEditForm", "LaneForm", "MoveForm", "PersonForm", "PressForm", "ProjectForm",
    "ProjectSettingsForm", "QuickForm", "RelationForm", "SaveForm", "SavedForm", "StepEditForm", "StepForm", "TakeBackForm",
    "TaskEditForm", "TaskForm", "UploadForm",
]  # fmt: skip
