"""How often one address, or one login, may knock. Counted in the shared cache, so that all workers count together."""

import hashlib
import ipaddress
import time
from collections.abc import Iterator
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from django.core.exceptions import PermissionDenied
from rest_framework.throttling import BaseThrottle

from cooperatives.actions import count

# Scope -> (requests, seconds) for one network address, and for one login name or token.
LIMITS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "register": ((20, 3600), (5, 3600)),
    "login": ((60, 60), (10, 60)),
    "refresh": ((300, 60), (30, 60)),
}


class Knocking(BaseThrottle):
    """Counts in fixed windows, for the network and for the login it concerns.

    A view names its `knock_scope` and the body's field that says whom it concerns in `knock_field`.
    """

    clock: ClassVar[Any] = staticmethod(time.time)

    def allow_request(self, request: Any, view: Any) -> bool:
        """Whether both counts have room."""
        now = self.clock()
        counts = [count(key, most, span, now=now) for key, (most, span) in self._counts(request, view)]
        self.waiting = max((counted.wait for counted in counts if not counted.has_room), default=0)
        return self.waiting == 0

    def wait(self) -> float | None:
        """Seconds until the next try."""
        return self.waiting

    def _counts(self, request: Any, view: Any) -> Iterator[tuple[str, tuple[int, int]]]:
        by_network, by_subject = LIMITS[view.knock_scope]
        yield f"{view.knock_scope}:net:{network_of(request._request)}", by_network
        body = request.data if isinstance(request.data, dict) else {}
        subject = str(body.get(view.knock_field, "")).strip().lower()
        if subject:
            yield f"{view.knock_scope}:who:{hashlib.sha256(subject.encode(errors='replace')).hexdigest()}", by_subject


def network_of(request: Any) -> str:
    """The caller's address; of IPv6 the network that one household gets."""
    try:
        found = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ValueError):
        return "unknown"  # a server behind a unix socket may not say
    if found.version == 6:
        return str(ipaddress.ip_network(f"{found}/64", strict=False).network_address)
    return str(found)
