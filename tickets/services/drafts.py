"""What a person has begun to write."""

from datetime import datetime

from accounts.models import User
from tickets.models import Draft


def save_draft(
    *, ticket_id: int, user: User, kind: str, text: str, now: datetime, template_slug: str = ""
) -> None:
    """Keep a half-written text; an empty one is forgotten."""
    if not text.strip():
        discard_draft(ticket_id=ticket_id, user=user, kind=kind)
        return
    Draft.objects.update_or_create(
        ticket_id=ticket_id,
        user=user,
        kind=kind,
        defaults={"text": text, "template_slug": template_slug, "saved_at": now},
    )


def discard_draft(*, ticket_id: int, user: User, kind: str) -> None:
    """Forget a half-written text."""
    Draft.objects.filter(ticket_id=ticket_id, user=user, kind=kind).delete()
