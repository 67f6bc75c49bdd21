"""What a file may hold that does not come along: its name in reports, and as people read it."""

from django.utils.translation import gettext_lazy as _

KINDS = {
    "attachments": _("uploaded files"),
    "board descriptions": _("descriptions of the board"),
    "card colours": _("colours of cards"),
    "cards without a list": _("cards without a list"),
    "checklists on cards that are not in the file": _("checklists on cards that are not in the file"),
    "comments on cards that are not in the file": _("comments on cards that are not in the file"),
    "comments that are not in the file": _("comments that are not in the file"),
    "custom fields": _("custom fields"),
    "empty comments": _("comments without words"),
    "history": _("entries of the history"),
    "labels that the file does not name": _("labels that the file does not name"),
    "marks of due dates as kept": _("marks of due dates as kept"),
    "members": _("people who are nobody here"),
    "members that the file does not name": _("people on cards whom the file does not name"),
    "members without a card": _("people without a card"),
    "parts without an id": _("parts without an id of their own"),
    "people and dates of checklist items": _("people and dates of checklist items"),
    "pull requests": _("pull requests"),
    "reactions": _("reactions"),
    "repeated issues": _("issues that the file repeats"),
    "rows without a title": _("rows without a title"),
    "start dates after the due date": _("start dates after the due date"),
    "time spent": _("notes of time spent"),
    "unreadable dates": _("unreadable dates"),
    "unreadable numbers": _("unreadable numbers"),
    "unsafe links": _("links that no browser should open"),
    "votes": _("votes for cards"),
}
