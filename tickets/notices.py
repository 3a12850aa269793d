"""Remedies that wait for a person's word, above every page of those who decide."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common import notices
from common.notices import Notice
from tickets import queries


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


notices.register("tickets", waiting_for_word)
