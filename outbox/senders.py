"""How each kind of message leaves. Rooms above register their own kinds when they start."""

import re
import smtplib
from collections.abc import Callable

from anymail.exceptions import AnymailAPIError, AnymailRecipientsRefused
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

# HTTP: it took too long, came too early, or was too much.
_LATER = frozenset({408, 425, 429})


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
    except AnymailRecipientsRefused as error:
        raise PermanentFailure(str(error), code="unknown_recipient") from error
    except AnymailAPIError as error:
        # Before OSError, which it is too: a provider's answer is no broken line.
        raise _by_provider(error) from error
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryFailure(str(error)) from error
    return str(outgoing.headers.get("Message-ID", ""))


def _refused(error: smtplib.SMTPRecipientsRefused) -> Exception:
    code, _text = next(iter(error.recipients.values()), (550, b""))
    return _by_code(code, str(error))


def _by_code(code: int, text: str) -> Exception:
    # 4xx means "later", 5xx "never" (RFC 5321, section 4.2.1).
    return TemporaryFailure(text) if 400 <= code < 500 else PermanentFailure(text)


def _by_provider(error: AnymailAPIError) -> Exception:
    """Tell what an HTTP answer of a mail provider means; without one the line was broken."""
    status = error.status_code
    if status is None or status >= 500 or status in _LATER:
        headers = error.response.headers if error.response is not None else {}
        after = str(headers.get("Retry-After", ""))
        seconds = float(after) if after.isascii() and after.isdigit() and len(after) < 8 else None
        code = "rate_limited" if status == 429 else "unreachable"
        return TemporaryFailure(str(error), seconds, code=code)
    is_ours = status in {401, 403}
    return PermanentFailure(str(error), code="credentials" if is_ours else "refused")


register("email", send_email)
