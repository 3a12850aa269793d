"""A simple limit per address for pages that anybody may post to.

Counted in the cache, in fixed windows. Without Redis each process counts for itself, so the limit
holds per process; it is there against floods, not as a lock.
"""

import hashlib
import ipaddress

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest

IPV6_PREFIX = 64


Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_LONGEST_FORWARDED = 2000


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
    """Return the caller's address; of IPv6 the network, because everybody owns a whole one.

    Behind proxies that REDRESS_TRUSTED_PROXIES names it is the last address in X-Forwarded-For
    that is not one of theirs: what stands before that anybody may have written.
    """
    raw = str(request.META.get("REMOTE_ADDR", ""))
    address = _address(raw)
    if address is None:
        return raw
    if _is_proxy(address):
        address = _forwarded(request) or address
    if isinstance(address, ipaddress.IPv6Address):
        network = ipaddress.IPv6Network((address, IPV6_PREFIX), strict=False)
        return str(network.network_address)
    return str(address)


def _forwarded(request: HttpRequest) -> Address | None:
    named = str(request.META.get("HTTP_X_FORWARDED_FOR", ""))[-_LONGEST_FORWARDED:]
    found = None
    for part in reversed(named.split(",")):
        address = _address(part)
        if address is None:
            break
        found = address
        if not _is_proxy(address):
            break
    return found


def _address(text: str) -> Address | None:
    """Return an address, without a port; one of IPv4 also where it is written as IPv6."""
    text = text.strip()
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _is_proxy(address: Address) -> bool:
    return any(address in network for network in settings.REDRESS_TRUSTED_PROXIES)
