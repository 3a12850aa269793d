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

_NO_SUCH_MAILBOX = re.compile(
    r"\b5\.1\.[0-36]\b"
    r"|\b55[013] .*(?:unknown|no such|not exist|not found|invalid|disabled|no mailbox)",
    re.IGNORECASE,
)

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
    try:
        mail = _built(outgoing)
        _hand_over(mail)
    except ValueError as error:
        # The address or a header cannot be written; it will not get better.
        raise PermanentFailure(str(error), code="content") from error
    return _id_of(mail) or str(outgoing.headers.get("Message-ID", ""))


def _built(outgoing: Outgoing) -> EmailMultiAlternatives:
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
    return mail


def _hand_over(mail: EmailMultiAlternatives) -> None:
    """Send, and say of each fault whether trying again can help."""
    try:
        mail.send()
    except smtplib.SMTPRecipientsRefused as error:
        raise _refused(error) from error
    except (smtplib.SMTPConnectError, smtplib.SMTPHeloError) as error:
        # A greeting says nothing of this mail, whatever its number.
        raise TemporaryFailure(str(error)) from error
    except smtplib.SMTPAuthenticationError as error:
        # Somebody mends the password; until then the mail waits.
        raise TemporaryFailure(str(error), code="credentials") from error
    except smtplib.SMTPResponseException as error:
        raise _by_code(error.smtp_code, str(error)) from error
    except AnymailRecipientsRefused as error:
        raise PermanentFailure(str(error), code="unknown_recipient") from error
    except AnymailAPIError as error:
        # Before OSError, which it is too: a provider's answer is no broken line.
        raise _by_provider(error) from error
    except smtplib.SMTPNotSupportedError as error:
        # The address has letters that this server does not take.
        raise PermanentFailure(str(error), code="content") from error
    except (OSError, smtplib.SMTPException) as error:
        raise TemporaryFailure(str(error)) from error


def _id_of(mail: EmailMultiAlternatives) -> str:
    """Return the id that a mail provider gave the mail, "" where our Message-ID stays its id."""
    found = getattr(getattr(mail, "anymail_status", None), "message_id", None)
    return found if isinstance(found, str) else ""


def _refused(error: smtplib.SMTPRecipientsRefused) -> Exception:
    code, text = next(iter(error.recipients.values()), (550, b""))
    said = text.decode("utf-8", "replace")
    words = f"{code} {said}"
    if 400 <= code < 500:
        return TemporaryFailure(words)
    # 5.1.x: there is no such mailbox (RFC 3463); older servers say 550 alone, also for "no".
    is_unknown = bool(_NO_SUCH_MAILBOX.search(words))
    return PermanentFailure(words, code="unknown_recipient" if is_unknown else "refused")


def _by_code(code: int, text: str) -> Exception:
    # 4xx means "later", 5xx "never" (RFC 5321, section 4.2.1); -1 is no answer at all.
    return PermanentFailure(text) if 500 <= code < 600 else TemporaryFailure(text)


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
