"""How often one address, or one login, may knock. Counted in the shared cache, so that all workers count together."""

import hashlib
import ipaddress
import time
from collections.abc import Iterator
from typing import Any, ClassVar

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from rest_framework.throttling import BaseThrottle

# Scope -> (requests, seconds) for one network address, and for one login name or token.
LIMITS: dict[str, tuple[tuple[int, int], tuple[int, int]]] = {
    "register": ((20, 3600), (5, 3600)),
    "login": ((60, 60), (10, 60)),
    "refresh": ((300, 60), (30, 60)),
}


class Knocking(BaseThrottle):
    """Counts in fixed windows by atomic increments: two workers at once never both see the last free place.

    A view names its `knock_scope` and the body's field that says whom it concerns in `knock_field`.
    """

    clock: ClassVar[Any] = staticmethod(time.time)

    def allow_request(self, request: Any, view: Any) -> bool:
        """Whether both counts have room."""
        now = self.clock()
        self.waiting = max(
            (self._seconds_left(key, most, span, now) for key, (most, span) in self._counts(request, view)), default=0
        )
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

    def _seconds_left(self, key: str, most: int, span: int, now: float) -> int:
        window, passed = divmod(int(now), span)
        name = f"knock:{key}:{window}"
        cache.add(name, 0, timeout=span + 5)
        try:
            count = cache.incr(name)
        except ValueError:  # evicted between the two calls
            return 0
        return span - passed if count > most else 0


def network_of(request: Any) -> str:
    """The caller's address; of IPv6 the network that one household gets."""
    try:
        found = ipaddress.ip_address(get_adapter(request).get_client_ip(request))
    except (PermissionDenied, ValueError):
        return "unknown"  # a server behind a unix socket may not say
    if found.version == 6:
        return str(ipaddress.ip_network(f"{found}/64", strict=False).network_address)
    return str(found)
