"""The demo's complaints as the sources would deliver them: signed JSON, raw mail, form JSON."""

import json
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from random import Random
from typing import Any

from config.demo.goods import CHANNELS, Person, order, picture
from intake.models import Source
from intake.services import process_delivery, store
from tickets.models import Message, Ticket
from triage.seed import SeedRow


def deliver(
    rng: Random, sources: dict[str, Source], row: SeedRow, who: Person, number: int, at: datetime
) -> Ticket | None:
    """Deliver one complaint in a real format, and read it as a worker would."""
    kind = "mail" if row.channel == "mail" else "form" if row.channel == "form" else "shop"
    body = _mail(row, who, number, at) if kind == "mail" else _payload(rng, row, who, number, at)
    external_id = "" if kind == "mail" else f"demo-{number}"
    accepted = store(
        source=sources[kind], body=body, external_id=external_id, verified="demo", now=at
    )
    delivery = process_delivery(delivery_id=accepted.delivery_id, now=at)
    if delivery is None or not delivery.message_ids:
        return None
    return Message.objects.select_related("ticket").get(pk=delivery.message_ids[0]).ticket


def _payload(rng: Random, row: SeedRow, who: Person, number: int, at: datetime) -> bytes:
    value: dict[str, Any] = {
        "id": f"demo-{number}",
        "text": row.text,
        "subject": row.subject,
        "sent_at": at.isoformat(),
        "channel": rng.choice(CHANNELS[who.language]),
        "thread": f"thread-{number}",
        "customer": {
            "id": who.external_id,
            "name": who.name,
            "email": who.email,
            "phone": who.phone,
            "vip": who.vip,
        },
        "order": order(rng, who.language, number, at),
    }
    if rng.random() < 0.25:
        name = "照片.png" if who.language == "zh" else "photo.png"
        value["attachments"] = [{"name": name, "type": "image/png", "content_base64": picture(rng)}]
    return json.dumps(value, ensure_ascii=False).encode()


def _mail(row: SeedRow, who: Person, number: int, at: datetime) -> bytes:
    mail = EmailMessage()
    mail["From"] = f"{who.name} <{who.email}>"
    mail["To"] = "Care <care@redress.example>"
    mail["Subject"] = row.subject or row.text.split("\n")[0][:60]
    mail["Message-ID"] = f"<demo-{number}@mail.example>"
    mail["Date"] = format_datetime(at)
    mail.set_content(row.text)
    return mail.as_bytes()
