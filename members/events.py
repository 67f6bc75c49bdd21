"""What happens in the register."""

from django.utils.translation import gettext_lazy as _

from cooperatives.events import Audience, kind

JOINED = kind("members.joined", _("{subject} joined as member {number}"), payload={"user_id": str, "number": int}, standing=True)
FACTORS_RESET = kind(
    "members.factors_reset",
    _("The second factors of {subject} were removed by who keeps the installation"),
    payload={"user_id": str, "factors": int},
    audience=Audience.PERSON,
    outside=False,
)
LEFT = kind("members.left", _("{subject} left"), payload={"user_id": str}, standing=True)
ROLE_GRANTED = kind(
    "members.role_granted",
    _("{actor} made {subject} {role}"),
    payload={"user_id": str, "role": str},
    standing=True,
)
ROLE_ENDED = kind(
    "members.role_ended",
    _("{actor} ended the role {role} of {subject}"),
    payload={"user_id": str, "role": str},
    standing=True,
)
