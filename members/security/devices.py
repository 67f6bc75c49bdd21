"""Browsers and addresses in plain words, as their owner knows them."""

import ipaddress
import re

from django.utils.translation import gettext as _

# The first that fits: most browsers also name those they descend from.
_BROWSERS = (
    (r"Edg(?:e|A|iOS)?/", "Edge"),
    (r"OPR/|Opera", "Opera"),
    (r"SamsungBrowser/", "Samsung Internet"),
    (r"Firefox/|FxiOS/", "Firefox"),
    (r"Chrome/|Chromium/|CriOS/", "Chrome"),
    (r"Safari/", "Safari"),
)
_SYSTEMS = (
    (r"iPhone", "iPhone"),
    (r"iPad", "iPad"),
    (r"Android", "Android"),
    (r"Windows", "Windows"),
    (r"CrOS", "ChromeOS"),
    (r"Mac OS X|Macintosh", "Mac"),
    (r"Linux|X11", "Linux"),
)


def device(user_agent: str) -> str:
    """Such as "Firefox on Windows"; what is no browser we know is a program."""
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("A program or an unknown browser")


def _first(patterns: tuple[tuple[str, str], ...], text: str) -> str:
    return next((name for pattern, name in patterns if re.search(pattern, text)), "")


def is_phone(user_agent: str) -> bool:
    """Whether the device is held in a hand, for its sign in a list."""
    return bool(re.search(r"iPhone|Android|Mobile", user_agent))


def shortened(address: str) -> str:
    """An address of which the part that names one connection is left out: enough to know home from abroad."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return ""
    parts = found.exploded.split("." if found.version == 4 else ":")
    return ".".join(parts[:2]) + ".…" if found.version == 4 else ":".join(part.lstrip("0") or "0" for part in parts[:3]) + ":…"
