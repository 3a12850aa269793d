"""Hand what platforms say of our messages to the outbox."""

from datetime import datetime

from intake.channels.base import Receipt
from intake.models import MAIL_KINDS, Source
from outbox import services as outbox


def receipt_scope(source: Source) -> str:
    """Return within what the ids of the source's receipts are unique; "" for mail (Outgoing)."""
    return "" if source.kind in MAIL_KINDS else source.slug


def file_receipt(receipt: Receipt, *, scope: str, now: datetime) -> dict[str, str]:
    """Note what became of a message of ours; return the step for the delivery's trail."""
    is_news = outbox.record_receipt(
        scope=scope,
        state=receipt.state,
        external_id=receipt.external_id,
        marker=receipt.marker,
        address=receipt.address,
        at=receipt.at,
        code=receipt.code,
        why=receipt.why,
        now=now,
    )
    named = receipt.external_id or f"all to {receipt.address}"
    said = f"receipt: {named} is {receipt.state}" + (f" ({receipt.why})" if receipt.why else "")
    return {"step": "receipt" if is_news else "ignored", "why": said[:500]}
