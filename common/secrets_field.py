"""A text column that is encrypted at rest with a key derived from SECRET_KEY."""

import base64
import hashlib
from typing import Any

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models


def _fernet() -> Fernet:
    key = hashlib.sha256(b"redress secrets:" + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))


class SecretField(models.TextField[str, str]):
    """Holds what the application must read again, such as a signing key."""

    def from_db_value(self, value: str | None, *_args: Any) -> str | None:
        """Decrypt; a wrong SECRET_KEY is said in so many words."""
        if not value:
            return value
        try:
            return _fernet().decrypt(value.encode()).decode()
        except InvalidToken as error:
            raise ImproperlyConfigured(
                "A stored secret cannot be read: REDRESS_SECRET_KEY has changed since it was saved."
            ) from error

    def get_prep_value(self, value: Any) -> Any:
        """Encrypt."""
        return _fernet().encrypt(str(value).encode()).decode() if value else value
