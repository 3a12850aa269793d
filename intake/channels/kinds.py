"""Which channel of a ticket a kind of source speaks for. No Django."""

_MAIL = frozenset({"email", "mailbox", "imap", "mailgun", "postmark", "sendgrid"})
_OTHERS = {"twilio_sms": "sms", "twilio_voice": "phone", "marketplace": "review"}


def channel_of(kind: str) -> str:
    """Return the channel; most kinds are one of their own."""
    if kind in _MAIL or kind.startswith(("mail", "anymail")):
        return "email"
    return _OTHERS.get(kind, kind)[:20]
