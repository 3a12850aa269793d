"""Signed survey links: the row's random token, and a signature that no other page makes."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from surveys.errors import UnknownLink

_signer = signing.Signer(salt="surveys.link", sep=".")


def signed(token: str) -> str:
    """Return what stands in the link."""
    return _signer.sign(token)


def token_of(value: str) -> str:
    """Return the row's token. Raises UnknownLink for a forged or damaged one."""
    try:
        return _signer.unsign(value)
    except signing.BadSignature as error:
        raise UnknownLink from error


def path_of(token: str) -> str:
    """Return the page's address without the host."""
    return reverse("surveys:answer", args=[signed(token)])


def url_of(token: str) -> str:
    """Return the whole address, as it goes to the customer."""
    return f"{settings.REDRESS_PUBLIC_URL.rstrip('/')}{path_of(token)}"
