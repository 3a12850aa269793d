"""How the API's schema describes our tokens."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Bearer tokens made by ``manage.py create_token``."""

    target_class = "accounts.api_auth.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, Any]:
        """Return the scheme as OpenAPI says it."""
        return {
            "type": "http",
            "scheme": "bearer",
            "description": "Make one with manage.py create_token; each call names its scope.",
        }
