"""EMAIL_URL of mail providers with an API: ``anymail://provider?name=value``. No Django.

Each name is a setting of django-anymail without the provider's name: ``api_key``,
``sender_domain``, ``server_token``, ``secret_key`` and so on.
"""

from typing import Any
from urllib.parse import parse_qsl, urlsplit

from config.errors import SettingError

# Amazon SES (its library is large) and SendGrid (django-anymail has given it up) take SMTP as well.
PROVIDERS = frozenset(
    {
        "brevo",
        "mailersend",
        "mailgun",
        "mailjet",
        "mailtrap",
        "mandrill",
        "postal",
        "postmark",
        "resend",
        "sparkpost",
        "unisender_go",
    }
)


def email_settings(url: str) -> dict[str, Any]:
    """Return EMAIL_BACKEND and ANYMAIL. Raises SettingError; the address is never repeated."""
    parts = urlsplit(url)
    provider = parts.netloc.lower()
    if provider not in PROVIDERS:
        known = ", ".join(sorted(PROVIDERS))
        raise SettingError(f"EMAIL_URL: after anymail:// write one of: {known}.")
    options = dict(parse_qsl(parts.query))
    if not options or not all(name.isidentifier() for name in options):
        raise SettingError("EMAIL_URL: write the provider's key as ?api_key=… (see docs).")
    prefix = provider.upper()
    return {
        "EMAIL_BACKEND": f"anymail.backends.{provider}.EmailBackend",
        "ANYMAIL": {f"{prefix}_{name.upper()}": value for name, value in options.items()},
    }
