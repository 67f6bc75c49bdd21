"""Valid requests for the doors of the privacy part."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from .filling import a_photo


def export(world: Any, side: str) -> dict[str, Any]:
    """A list with two columns."""
    return {"columns": ["number", "name"], "file": "csv", "standing": "active"}


def shown(world: Any, side: str) -> dict[str, Any]:
    """What fellow members may see of the person of a side, who chose nothing yet."""
    return {"shown": ["email"], "version": 1}


def agreed(world: Any, side: str) -> dict[str, Any]:
    """A consent."""
    return {"kind": "newsletter", "is_given": "yes"}


def photo(world: Any, side: str) -> dict[str, Any]:
    """A picture."""
    return {"photo": SimpleUploadedFile("me.jpg", a_photo("olive"), "image/jpeg")}


def nothing(world: Any, side: str) -> dict[str, Any]:
    """A button."""
    return {}


BODIES = {
    "members:export": export,
    "members:view_forget": nothing,
    "members:shown": shown,
    "members:consent": agreed,
    "members:photo_change": photo,
    "members:person_data": nothing,
    "members:erase": nothing,
    "members:beginning_dismiss": nothing,
    "members:sample": nothing,
    "members:erasure_cancel": nothing,
    "members:erase_mine": nothing,
}
