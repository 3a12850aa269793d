"""One file for each kind of channel; ``adapter_for`` finds it."""

from intake.channels import email, form, generic, line, slack, telegram
from intake.channels.base import Adapter

ADAPTERS: dict[str, Adapter] = {
    "generic": generic.GenericAdapter(),
    "email": email.EmailAdapter(),
    "form": form.FormAdapter(),
    "telegram": telegram.TelegramAdapter(),
    "line": line.LineAdapter(),
    "slack": slack.SlackAdapter(),
}


def adapter_for(kind: str) -> Adapter:
    """Return the adapter of a kind of channel; KeyError for an unknown one."""
    return ADAPTERS[kind]
