"""Refusals that lose mail, above every page of those who can do something about it."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.permissions import Permission, can
from common import notices
from common.notices import Notice
from intake import queries


def refused_for_good(user: Any) -> list[Notice]:
    """Return one line for each source with an alert that stands."""
    if not (can(user, Permission.MANAGE_CHANNELS) or can(user, Permission.MANAGE_RULES)):
        return []
    text = _("“%(name)s” refuses deliveries that will not come again: mail is being lost.")
    return [
        Notice(
            text=text % {"name": source.name},
            url=reverse("intake:source", args=[source.slug]),
            action=_("Look at it"),
        )
        for source in queries.alerted_sources()
    ]


notices.register("intake", refused_for_good)
