"""The state of an outgoing message, with what can be done about it."""

from typing import Any

from django import template

from accounts.permissions import Permission, can
from common import clock
from tickets import services
from tickets.delivery_signs import delivery_sign
from tickets.models import Message

register = template.Library()


@register.inclusion_tag("tickets/_delivery.html", takes_context=True)
def delivery(context: dict[str, Any], message: Message) -> dict[str, Any]:
    """Show how far a message of ours has come; only a failed one costs more statements."""
    return delivery_context(context["request"], message)


def delivery_context(request: Any, message: Message) -> dict[str, Any]:
    """Return what the fragment needs."""
    sign = delivery_sign(message, clock.now())
    has_failed = sign is not None and sign.state == "failed"
    may_write = has_failed and can(request.user, Permission.REPLY)
    return {
        "request": request,
        "message": message,
        "reference": message.ticket.reference,
        "sign": sign,
        "may_retry": may_write,
        "may_mail": may_write and services.can_go_by_email(message),
    }
