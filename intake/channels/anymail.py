"""Mail providers that django-anymail knows: their mails, and what they say of ours.

Setting ``provider``: amazon_ses, brevo, mailersend, mailjet, mandrill, postal, resend, sparkpost
or unisender_go (resend and unisender_go: news of our mails alone). Secrets: ``password``, made up
by us, by basic authentication or as ``?key=`` in the address; and ``signing_key`` for those that
sign (MailerSend's signing secret, Mandrill's webhook key, Postal's public key, Resend's signing
secret, Unisender Go's API key). Where it is set the signature counts, else the password. Brevo's
attachments are fetched with its ``api_key``.

django-anymail checks the signatures and reads the news; mails are taken as raw as the provider
gives them, because its own message loses bytes that are not UTF-8. Nothing here asks the network:
Amazon's question whether a topic may deliver is shown among the deliveries, to be confirmed there.
"""

import base64
import hashlib
import hmac
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any, ClassVar

from anymail.exceptions import AnymailError
from anymail.signals import EventType, RejectReason
from anymail.webhooks import (
    brevo,
    mailersend,
    mailjet,
    mandrill,
    postal,
    resend,
    sparkpost,
    unisender_go,
)
from django.core.handlers.wsgi import WSGIRequest

from intake.channels import reading
from intake.channels.anymail_bodies import READERS, mandrill_events, ses_event
from intake.channels.base import Adapter, Answer, Door, Ignored, Item, RawRequest, Receipt
from intake.channels.email import read_items
from intake.channels.providers import verify_password
from intake.errors import Refused, Unreadable
from tickets.records import BouncedMail, IncomingMessage

# What a strange body makes of code that expects its provider's.
_ODD = (
    AnymailError,
    ArithmeticError,
    AssertionError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)
_GREETED = frozenset({"mandrill", "unisender_go"})
_RESEND_SECRET = "whsec_"  # noqa: S105 - how its secrets begin

# How each signs, as django-anymail checks it: the view, and the name of its key.
_SIGNING: dict[str, tuple[Any, str]] = {
    "mailersend": (mailersend.MailerSendTrackingWebhookView, "signing_secret"),
    "mandrill": (mandrill.MandrillCombinedWebhookView, "webhook_key"),
    "postal": (postal.PostalTrackingWebhookView, "webhook_key"),
    "unisender_go": (unisender_go.UnisenderGoTrackingWebhookView, "api_key"),
}
# Who reads the news of our mails, and which keys it wants to be given.
_NEWS: dict[str, tuple[Any, dict[str, str]]] = {
    "brevo": (brevo.BrevoTrackingWebhookView, {}),
    "mailersend": (mailersend.MailerSendTrackingWebhookView, {"signing_secret": "-"}),
    "mailjet": (mailjet.MailjetTrackingWebhookView, {}),
    "mandrill": (mandrill.MandrillCombinedWebhookView, {}),
    "postal": (postal.PostalTrackingWebhookView, {"webhook_key": "-"}),
    "resend": (resend.ResendTrackingWebhookView, {}),
    "sparkpost": (sparkpost.SparkPostTrackingWebhookView, {}),
    "unisender_go": (unisender_go.UnisenderGoTrackingWebhookView, {"api_key": "-"}),
}
PROVIDERS = tuple(sorted({*READERS, *_NEWS}))


class AnymailAdapter(Adapter):
    """One kind for all of them."""

    kept_headers: ClassVar[tuple[str, ...]] = ("svix-id",)

    def shake_hands(self, request: RawRequest, door: Door) -> Answer | None:
        """Say that the door is there to those who look before they deliver."""
        is_look = request.method in {"GET", "HEAD"} and _provider(door) in _GREETED
        return reading.OK if is_look else None

    def verify(self, request: RawRequest, door: Door) -> str:
        """Check the signature where a key is set, else the password."""
        provider, key = _provider(door), door.secret_named("signing_key")
        if not key or provider not in {*_SIGNING, "resend"}:
            return verify_password(request, door)
        try:
            if provider == "resend":
                _check_resend(request, door, key)
            else:
                _check_signature(request, provider, key)
        except _ODD as error:
            raise Refused(why=f"the signature is not that of {provider}") from error
        return "signature"

    def external_id(self, request: RawRequest, door: Door) -> str:
        """Return the delivery's id where the provider gives one that stays."""
        if _provider(door) == "amazon_ses":
            value = reading.load_or_empty(request.body)
            return reading.one_id([reading.text(value, "MessageId", 100)], prefix="sns")
        return reading.one_id([request.headers.get("svix-id", "")[:100]], prefix="svix")

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[Item]:
        """Return the mails in it, or the news of ours."""
        provider = _provider(door)
        try:
            items = _mails(provider, body, received_at, door)
            return items or list(_news(provider, body, headers)) or [Ignored("no message in it")]
        except _ODD as error:
            why = f"it is not what {provider} sends: {type(error).__name__}"
            raise Unreadable(why) from error

    def answer(self, request: RawRequest, door: Door) -> Answer | None:
        """Say an empty 200."""
        return reading.OK


def _provider(door: Door) -> str:
    return door.setting("provider").lower()


def _check_signature(request: RawRequest, provider: str, key: str) -> None:
    make, name = _SIGNING[provider]
    if provider == "postal":
        # django-anymail passes over what is no base64, such as a second header's value.
        base64.b64decode(request.headers["x-postal-signature"], validate=True)
    more = {"webhook_url": request.url} if provider == "mandrill" else {}
    view = _view(make, {name: key, **more})
    for check in view.validators:
        check(view, _django_request(request.body, request.headers))


def _check_resend(request: RawRequest, door: Door, key: str) -> None:
    """Check as Svix describes it: base64 HMAC-SHA256 over ``id.timestamp.body``."""
    found_id, timestamp = request.headers["svix-id"], request.headers["svix-timestamp"]
    secret = base64.b64decode(key.removeprefix(_RESEND_SECRET), validate=True)
    signed = f"{found_id}.{timestamp}.".encode() + request.body
    mac = base64.b64encode(hmac.new(secret, signed, hashlib.sha256).digest()).decode()
    given = [one.partition(",")[2] for one in request.headers["svix-signature"].split()[:10]]
    if not any(reading.same(mac, one) for one in given):
        raise ValueError("svix-signature")
    reading.refuse_old(timestamp, request, door)


def _view(make: Any, options: Mapping[str, str]) -> Any:
    # Without a password it warns; passwords are checked by us.
    view = make(webhook_secret=["-:-"], **options)
    view.basic_auth = []
    return view


def _django_request(body: bytes, headers: Mapping[str, str]) -> WSGIRequest:
    """Return a request as Django would have made it of the stored one."""
    environ: dict[str, Any] = {
        "REQUEST_METHOD": "POST",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "443",
        "wsgi.url_scheme": "https",
        "wsgi.input": BytesIO(body),
        "CONTENT_LENGTH": str(len(body)),
        "CONTENT_TYPE": headers.get("content-type", ""),
    }
    skipped = {"content-type", "content-length"}
    names = {name: f"HTTP_{name.upper().replace('-', '_')}" for name in headers}
    environ |= {key: headers[name] for name, key in names.items() if name not in skipped}
    return WSGIRequest(environ)


def _mails(provider: str, body: bytes, received_at: datetime, door: Door) -> list[Item]:
    read = READERS.get(provider)
    items: list[Item] = []
    for raw, files in read(body) if read else ():
        for item in read_items(raw, received_at, door):
            if files and isinstance(item, IncomingMessage):
                item.meta["media"] = files
            items.append(item)
    return items


def _news(provider: str, body: bytes, headers: Mapping[str, str]) -> Iterable[Item]:
    if provider == "amazon_ses":
        yield from _amazon_news(body)
        return
    if provider == "mandrill" and not mandrill_events(body):
        # How Mandrill tries an address.
        return
    if provider not in _NEWS:
        raise ValueError("provider")
    make, options = _NEWS[provider]
    for event in _view(make, options).parse_events(_django_request(body, headers)):
        yield _item(
            str(event.event_type),
            message_id=str(event.message_id or ""),
            recipient=str(event.recipient or ""),
            why=str(event.mta_response or event.description or event.reject_reason or ""),
            is_gone=event.reject_reason in {RejectReason.BOUNCED, RejectReason.INVALID, None},
        )


def _item(kind: str, *, message_id: str, recipient: str, why: str, is_gone: bool = True) -> Item:
    """Turn one piece of news into what the desk does with it."""
    ids, recipients = (message_id[:255],) if message_id else (), (recipient[:320],)
    bounced = BouncedMail(ids=ids, recipients=recipients, why=(why or kind)[:500])
    if kind == EventType.BOUNCED and is_gone:
        return bounced
    if kind == EventType.COMPLAINED:
        return BouncedMail(ids, (), recipients, "marked as spam", is_complaint=True)
    state = _STATES.get(kind)
    if state is None or not message_id:
        return Ignored(f"an event that is no message: {kind}")
    return Receipt(state, external_id=message_id[:255], code=_CODES.get(kind, ""), why=why[:500])


_STATES: dict[str, str] = {
    EventType.SENT: "sent",
    EventType.DELIVERED: "delivered",
    EventType.OPENED: "read",
    EventType.CLICKED: "read",
    EventType.REJECTED: "failed",
    EventType.FAILED: "failed",
    EventType.BOUNCED: "failed",
}
_CODES: dict[str, str] = {
    EventType.REJECTED: "refused",
    EventType.FAILED: "refused",
    EventType.BOUNCED: "refused",
}

_SES_KINDS: dict[str, str] = {
    "send": EventType.SENT,
    "delivery": EventType.DELIVERED,
    "open": EventType.OPENED,
    "click": EventType.CLICKED,
    "reject": EventType.REJECTED,
    "bounce": EventType.BOUNCED,
    "complaint": EventType.COMPLAINED,
}
_SES_PEOPLE: dict[str, tuple[str, str]] = {
    "bounce": ("bouncedRecipients", "diagnosticCode"),
    "complaint": ("complainedRecipients", ""),
}


def _amazon_news(body: bytes) -> Iterable[Item]:
    outer = reading.load(body)
    if reading.text(outer, "Type") == "SubscriptionConfirmation":
        yield Ignored(f"Amazon asks; to confirm, open {reading.text(outer, 'SubscribeURL', 2000)}")
        return
    event = ses_event(body)
    name = reading.text(event, "eventType") or reading.text(event, "notificationType")
    kind = _SES_KINDS.get(name.lower(), name or "news of SNS itself")
    about = reading.child(event, name.lower())
    list_name, why_name = _SES_PEOPLE.get(name.lower(), ("", ""))
    people = reading.children(about, list_name) or [{}]
    is_soft = reading.text(about, "bounceType") == "Transient"
    for person in people:
        if name.lower() == "bounce" and is_soft:
            yield Ignored("a delay notice: the mail may still arrive")
            continue
        yield _item(
            kind,
            message_id=reading.text(reading.child(event, "mail"), "messageId"),
            recipient=reading.text(person, "emailAddress", 320),
            why=reading.text(person, why_name, 500) if why_name else "",
        )
