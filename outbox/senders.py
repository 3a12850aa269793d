"""How each kind of message leaves. Rooms above register their own kinds when they start."""

import re
import smtplib
from collections.abc import Callable

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.mail import EmailMultiAlternatives

from outbox.errors import PermanentFailure, TemporaryFailure
from outbox.models import Outgoing

# Sends the message and returns the platform's id of it ("" where it has none). Raises
# TemporaryFailure or PermanentFailure; anything else counts as temporary.
Sender = Callable[[Outgoing], str]

_senders: dict[str, Sender] = {}

# Other types go as plain bytes: "message/…" and "multipart/…" would need to be parsed first.
_FILE_TYPE = re.compile(r"(?:application|audio|font|image|model|text|video)/[\w.+-]+")


def register(kind: str, send: Sender) -> None:
    """Make ``send`` the way that messages of this kind leave."""
    _senders[kind] = send


def sender_for(kind: str) -> Sender:
    """Return the sender. Raises PermanentFailure when nobody sends this kind."""
    try:
        return _senders[kind]
    except KeyError:
        why = f"Nothing here sends messages of kind “{kind}”."
        raise PermanentFailure(why, code="no_way") from None


def send_email(outgoing: Outgoing) -> str:
    """Send by the configured Django mail backend; the id is our own Message-ID.

    ``payload["files"]`` lists what goes along: path in the storage, name and type of each.
    """
    headers = dict(outgoing.headers)
    if outgoing.automatic:
        # Tells other machines not to answer (RFC 3834).
        headers |= {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}
    mail = EmailMultiAlternatives(
        subject=" ".join(outgoing.subject.split()),
        body=outgoing.body,
        from_email=outgoing.payload.get("from") or settings.DEFAULT_FROM_EMAIL,
        to=[outgoing.address],
        headers=headers,
    )
    if outgoing.html:
        mail.attach_alternative(outgoing.html, "text/html")
    for file in outgoing.payload.get("files", []):
        kind = file["type"] if _FILE_TYPE.fullmatch(file["type"]) else "application/octet-stream"
        with default_storage.open(file["path"]) as content:
            mail.attach(file["name"], content.read(), kind)
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(error) from error
    except smtplib.SMTPResponseException as error:
        raise _by_code(error.smtp_code, str(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryFailure(str(error)) from error
    return str(outgoing.headers.get("Message-ID", ""))


def _refused(error: smtplib.SMTPRecipientsRefused) -> Exception:
    code, _text = next(iter(error.recipients.values()), (550, b""))
    return _by_code(code, str(error))


def _by_code(code: int, text: str) -> Exception:
    # 4xx means "later", 5xx "never" (RFC 5321, section 4.2.1).
    return TemporaryFailure(text) if 400 <= code < 500 else PermanentFailure(text)


register("email", send_email)
