"""What people type in the members' room."""

from .agreements import AgreementEditForm, EndAgreementForm, EndOccupantForm, HouseForm, OccupantForm, SwapForm, TransferForm
from .committees import CommitteeEditForm, CommitteeForm, EndCommitteeForm, EndSeatForm, SeatForm
from .homes import (
    BuildingEditForm,
    BuildingForm,
    EndHouseholdForm,
    GuardianForm,
    HouseholdEditForm,
    HouseholdForm,
    LeaveForm,
    MoveInForm,
    PressForm,
    UnitEditForm,
    UnitForm,
)
from .importing import ApplyForm, ImportForm, ReadForm, ReadingForm
from .joining import AskForm, CodeForm, DecideForm, JoinForm, LinkForm, MailForm, OnceForm, QuestionsForm, SeenForm
from .listing import DayForm, RegisterFilter
from .people import KeyForm, ProfileForm, SignupForm
from .register import AdmitForm, EndRoleForm, LeavingForm, PauseForm, PersonForm, ResumeForm, RoleForm
from .waiting import NewWaitingForm, OfferForm, RankForm, WaitingEditForm

__all__ = [
    "AdmitForm",
    "AgreementEditForm",
    "ApplyForm",
    "AskForm",
    "BuildingEditForm",
    "BuildingForm",
    "CodeForm",
    "CommitteeEditForm",
    "CommitteeForm",
    "DayForm",
    "DecideForm",
    "EndAgreementForm",
    "EndCommitteeForm",
    "EndHouseholdForm",
    "EndOccupantForm",
    "EndRoleForm",
    "EndSeatForm",
    "GuardianForm",
    "HouseForm",
    "HouseholdEditForm",
    "HouseholdForm",
    "ImportForm",
    "JoinForm",
    "KeyForm",
    "LeaveForm",
    "LeavingForm",
    "LinkForm",
    "MailForm",
    "MoveInForm",
    "NewWaitingForm",
    "OccupantForm",
    "OfferForm",
    "OnceForm",
    "PauseForm",
    "PersonForm",
    "PressForm",
    "ProfileForm",
    "QuestionsForm",
    "RankForm",
    "ReadForm",
    "ReadingForm",
    "RegisterFilter",
    "ResumeForm",
    "RoleForm",
    "SeatForm",
    "SeenForm",
    "SignupForm",
    "SwapForm",
    "TransferForm",
    "UnitEditForm",
    "UnitForm",
    "WaitingEditForm",
]
