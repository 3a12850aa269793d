"""What a test looks at in a mail that was read."""

from __future__ import annotations

from typing import Any

from intake.mail import Mail


def seen(mail: Mail, expected: dict[str, Any]) -> dict[str, Any]:
    """The values of a mail under the keys of what is expected."""
    return {key: _value(mail, key, wanted) for key, wanted in expected.items()}


def _value(mail: Mail, key: str, wanted: Any) -> Any:
    if key == "att":
        with_size = bool(wanted) and isinstance(wanted[0], tuple)
        return [(one.name, one.size) if with_size else one.name for one in mail.attachments]
    if key == "to":
        return [mailbox.email for mailbox in mail.to]
    if key == "has":
        return [words for words in wanted if words in mail.text]
    return mail.text.strip() if key == "text" else getattr(mail, key)
