"""What leads and supervisors must see on every page: requests that wait, and leaked data."""

from typing import Any

from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.permissions import Permission, can
from common import clock, notices
from common.notices import Notice
from tickets import queries
from tickets.rail import escalated_count

LEAK_CACHE_SECONDS = 30


def waiting_for_word(user: Any) -> list[Notice]:
    """Return one line with the number of requests, if there are any."""
    number = len(queries.waiting_approvals(user))
    if not number:
        return []
    text = ngettext(
        "%(number)s remedy waits for your approval.",
        "%(number)s remedies wait for your approval.",
        number,
    )
    url = reverse("tickets:approvals")
    return [Notice(text % {"number": number}, url, _("Decide"), tone="warn")]


def leaked_data(user: Any) -> list[Notice]:
    """Return one line while several customers of one day report leaked data."""
    if not can(user, Permission.DECLARE_INCIDENT):
        return []
    # Above every page: counted at most twice a minute, not once for each.
    number = cache.get_or_set(
        "tickets.leaks", lambda: queries.customers_with_leak(clock.now()), LEAK_CACHE_SECONDS
    )
    if number is None or number < queries.RED_CUSTOMERS:
        return []
    text = ngettext(
        "Red: %(number)s customer reported leaked data within 24 hours.",
        "Red: %(number)s customers reported leaked data within 24 hours.",
        number,
    )
    url = f"{reverse('tickets:queue', args=['all'])}?flag={queries.LEAK_FLAG}"
    return [Notice(text % {"number": number}, url, _("See the tickets"))]


def escalated_to_them(user: Any) -> list[Notice]:
    """Return one line with the number of tickets that were escalated, if there are any."""
    number = escalated_count(user)
    if not number:
        return []
    text = ngettext(
        "%(number)s ticket was escalated to you.",
        "%(number)s tickets were escalated to you.",
        number,
    )
    url = reverse("tickets:queue", args=["escalated"])
    return [Notice(text % {"number": number}, url, _("Look at it"), tone="warn")]


notices.register("tickets", waiting_for_word)
notices.register("escalations", escalated_to_them)
notices.register("leaks", leaked_data)
