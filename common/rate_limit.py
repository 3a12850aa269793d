"""A simple limit per address for pages that anybody may post to.

Counted in the cache, in fixed windows. Without Redis each process counts for itself, so the limit
holds per process; it is there against floods, not as a lock.
"""

import hashlib
import ipaddress

from django.core.cache import cache
from django.http import HttpRequest

IPV6_PREFIX = 64


def is_allowed(request: HttpRequest, action: str, *, most: int, seconds: int) -> bool:
    """Count one use by this address; False once there were more than ``most`` in the window."""
    return is_allowed_to(address_of(request), action, most=most, seconds=seconds)


def is_allowed_to(who: str, action: str, *, most: int, seconds: int) -> bool:
    """Count one use by whoever is named so; False once there were too many in the window."""
    digest = hashlib.sha256(who.encode("utf-8", "replace")).hexdigest()[:32]
    key = f"rate:{action}:{digest}"
    cache.add(key, 0, seconds)
    try:
        used = cache.incr(key)
    except ValueError:
        # The window ended between the two steps.
        cache.set(key, 1, seconds)
        used = 1
    return used <= most


def address_of(request: HttpRequest) -> str:
    """Return the caller's address; of IPv6 the network, because everybody owns a whole one."""
    raw = str(request.META.get("REMOTE_ADDR", ""))
    try:
        address = ipaddress.ip_address(raw)
    except ValueError:
        return raw
    if isinstance(address, ipaddress.IPv6Address):
        network = ipaddress.IPv6Network((address, IPV6_PREFIX), strict=False)
        return str(network.network_address)
    return str(address)
