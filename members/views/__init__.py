"""Pages of the members' room."""

from .agreements import agreement, move_out, occupant_end, occupant_new, swap_homes, transfer_home
from .committees import committee, committee_end, committee_new, committees, seat_end, seat_new
from .directory import directory
from .homes import building, building_new, homes, homes_list
from .households import (
    guardian_end,
    guardian_new,
    household,
    household_end,
    household_join,
    household_leave,
    household_new,
    households,
)
from .importing import apply_file, drop_file, import_errors, import_file, import_register, import_row, undo_file
from .invitations import invitation_again, invitation_link, invitation_new, invitation_revoke, invitations, invite_everyone, slips
from .joining import invitation, join_code, join_cooperative
from .member import member, member_new
from .offers import my_offer, my_place
from .people import demo_enter, end_one_key, keys, new_key, person, profile
from .requests import questions, request_to_decide, requests
from .standing import leave, member_end, member_pause, member_resume, member_stay, role_end, role_keep, role_new
from .table import register
from .units import move_in, unit, unit_new, unit_remove
from .waiting import offer_answer, waiting, waiting_entry, waiting_new, waiting_offer, waiting_rank, waiting_withdraw

__all__ = [
    "agreement",
    "apply_file",
    "building",
    "building_new",
    "committee",
    "committee_end",
    "committee_new",
    "committees",
    "demo_enter",
    "directory",
    "drop_file",
    "end_one_key",
    "guardian_end",
    "guardian_new",
    "homes",
    "homes_list",
    "household",
    "household_end",
    "household_join",
    "household_leave",
    "household_new",
    "households",
    "import_errors",
    "import_file",
    "import_register",
    "import_row",
    "invitation",
    "invitation_again",
    "invitation_link",
    "invitation_new",
    "invitation_revoke",
    "invitations",
    "invite_everyone",
    "join_code",
    "join_cooperative",
    "keys",
    "leave",
    "member",
    "member_end",
    "member_new",
    "member_pause",
    "member_resume",
    "member_stay",
    "move_in",
    "move_out",
    "my_offer",
    "my_place",
    "new_key",
    "occupant_end",
    "occupant_new",
    "offer_answer",
    "person",
    "profile",
    "questions",
    "register",
    "request_to_decide",
    "requests",
    "role_end",
    "role_keep",
    "role_new",
    "seat_end",
    "seat_new",
    "slips",
    "swap_homes",
    "transfer_home",
    "undo_file",
    "unit",
    "unit_new",
    "unit_remove",
    "waiting",
    "waiting_entry",
    "waiting_new",
    "waiting_offer",
    "waiting_rank",
    "waiting_withdraw",
]
