"""Make a source, and say what an adapter may know of it."""

import secrets
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.utils.text import slugify

from intake.channels.base import Door
from intake.channels.email_trace import HOSTS_SETTING
from intake.models import Source


def create_source(
    *, kind: str, name: str, options: Mapping[str, Any] | None = None, secret: str = ""
) -> Source:
    """Make a source with a slug that is free, and a new secret unless a platform gave one."""
    base = slugify(name)[:50] or kind
    # "new" is the page where sources are made.
    base = kind if base == "new" else base
    slug, number = base, 1
    while Source.objects.filter(slug=slug).exists():
        number += 1
        slug = f"{base}-{number}"
    return Source.objects.create(
        slug=slug,
        kind=kind,
        name=name,
        secret=secret or secrets.token_urlsafe(32),
        settings=dict(options or {}),
    )


def _with_own_servers(options: Mapping[str, Any]) -> Mapping[str, Any]:
    ours = {
        HOSTS_SETTING: settings.REDRESS_MAIL_HOSTS,
        "region": settings.REDRESS_PHONE_REGION,
    }
    return ours | dict(options)


def door_of(source: Source) -> Door:
    """Return what an adapter may know of the source."""
    return Door(
        slug=source.slug,
        secret=source.secret,
        window_seconds=settings.REDRESS_TIMESTAMP_WINDOW_SECONDS,
        settings=_with_own_servers(source.settings),
    )
