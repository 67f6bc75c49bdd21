"""Writing doors at which nothing can happen, each with its reason: else a request that changes nothing proves nothing."""

import re

_SHOWN = "seat|householdmember|membership|rolegrant|invitation|joinrequest|unitoffer|importbatch"
IDLE = {
    r"page POST /demo/enter/": "only while debugging, or where the demo is shown",
    r"page POST /accounts/confirm-email/": "a page to read",
    r"page \w+ /accounts/social/.*": "old addresses that lead to the new ones",
    r"page POST /accounts/password/(set|reset/key)/.*": "everybody here has a password, and no key from a mail",
    r"page POST /accounts/(login/code/confirm|3rdparty|3rdparty/signup)/": "the second step of a way that was not begun",
    r"page POST /accounts/(github|google|oidc)/.*": "leads to a provider, or comes from one",
    r"page POST /accounts/reauthenticate/": "noted in the session alone",
    r"page POST /accounts/(2fa|2fa/webauthn|sessions)/": "leads to the one page about sign-ins",
    r"page POST /accounts/2fa/.+": "begun with a device: members/tests prove the factors",
    r"page POST /join/.*": "opened by a code, or by a cooperative that lists itself: members/tests/ways prove both",
    r"page POST /(profile/data/erase/\{public_id\}|c/\{slug\}/members/\{public_id\}/erase)/": "asked for already",
    r"page POST /c/\{slug\}/first-steps/away/": "they are put away already",
    r"admin POST /admin/\w+/\w+/\{object_id\}/(history/)?": "an old address, or a page to read",
    r"admin POST /admin/(login/|password_change/(done/)?|autocomplete/|jsi18n/)?": "a page to read, or the way to the account",
    r"admin POST /admin/(\{app_label\}/|r/\{content_type_id\}/\{object_id\}/|\{url\})": "no form of ours",
    rf"admin POST /admin/members/({_SHOWN})/\{{object_id\}}/change/": "only shown: what is done to it has pages of its own",
    r"admin POST /admin/tasks/(comment|projectmember)/\{object_id\}/change/": "the same",
    r"admin POST /admin/(cooperatives|members|tasks)/\w+/|admin POST /admin/activity/event/": "a list without acts",
}


def reason(line: str) -> str:
    """Why a door of this line does nothing for anybody; empty when it should."""
    return next((why for pattern, why in IDLE.items() if re.fullmatch(pattern, line)), "")
