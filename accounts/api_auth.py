"""Bearer tokens with scopes for the API."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from rest_framework.authentication import BaseAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accounts.models import ApiToken, User
from accounts.services import digest_of
from common import clock

USED_AT_RESOLUTION = timedelta(minutes=1)


class TokenAuthentication(BaseAuthentication):
    """Reads ``Authorization: Bearer rdr_…``."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        """Return the token's owner and the token, or None for other schemes."""
        parts = get_authorization_header(request).split()
        if not parts or parts[0].lower() != b"bearer":
            return None
        if len(parts) != 2:
            raise AuthenticationFailed("The Authorization header must be: Bearer <token>.")
        token = _find_token(parts[1].decode("latin-1"))
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """Name the scheme in a 401 answer."""
        return 'Bearer realm="api"'


def _find_token(plain: str) -> ApiToken:
    token = (
        ApiToken.objects.select_related("user")
        .filter(digest=digest_of(plain), revoked_at=None)
        .first()
    )
    if token is None or not token.user.is_active:
        raise AuthenticationFailed("This token is unknown or has been revoked.")
    _mark_used(token)
    return token


def _mark_used(token: ApiToken) -> None:
    # Written at most once a minute, so that a busy machine does not make this row hot.
    now = clock.now()
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - USED_AT_RESOLUTION)
    if token.last_used_at is None or token.last_used_at < now - USED_AT_RESOLUTION:
        ApiToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)


class HasScope(BasePermission):
    """Asks the view's ``required_scopes`` (by HTTP method) of the token."""

    message = "This token lacks the scope that the call needs."

    def has_permission(self, request: Request, view: Any) -> bool:
        """Tell whether the token may make this call; people use their role instead."""
        token = request.auth
        if not isinstance(token, ApiToken):
            return False
        needed = view.required_scopes.get(request.method or "GET")
        return needed is None or needed in token.scopes
