"""How often one token may call."""

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from accounts.models import ApiToken


class TokenThrottle(SimpleRateThrottle):
    """So many calls a minute for each token; 429 with Retry-After beyond."""

    scope = "knowledge"
    rate = "600/min"

    def get_cache_key(self, request: Request, view: APIView) -> str | None:
        """Count by token; calls without one are refused before."""
        token = request.auth
        return f"throttle:knowledge:{token.pk}" if isinstance(token, ApiToken) else None
