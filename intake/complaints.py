"""What the public form hands in: stored like any other delivery, read by a worker."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from intake import services
from intake.channels.base import body_digest
from intake.models import RawDelivery, Source, SourceKind
from intake.services import Accepted

FORM_SLUG = "form"
VERIFIED = "form page"


@dataclass(frozen=True, slots=True)
class AttachedFile:
    """A file that was chosen in the form."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Complaint:
    """What was filled in, checked. ``form_id`` was given to the form when it was shown."""

    form_id: UUID
    text: str
    order_number: str = ""
    wish: str = ""
    email: str = ""
    phone: str = ""
    files: Sequence[AttachedFile] = ()


def form_source() -> Source:
    """Return the shop's own form, made when it is first needed."""
    source, _ = Source.objects.get_or_create(
        slug=FORM_SLUG, defaults={"kind": SourceKind.FORM, "name": "Complaint form"}
    )
    return source


def take_complaint(*, source: Source, complaint: Complaint, now: datetime) -> Accepted:
    """Store what the form holds. The same form sent twice is one delivery.

    Somebody who goes back, changes the words and sends again is not a double: that becomes a
    delivery of its own in the same thread.
    """
    form_id = str(complaint.form_id)
    body = _body(complaint, form_id, form_id)
    earlier = RawDelivery.objects.filter(source=source, external_id=form_id).values_list("digest")
    digests = {digest for (digest,) in earlier}
    external_id = form_id
    if digests and body_digest(body) not in digests:
        external_id = f"{form_id}:{body_digest(body)[:16]}"
        body = _body(complaint, external_id, form_id)
    return services.store(
        source=source, body=body, external_id=external_id, verified=VERIFIED, now=now
    )


def _body(complaint: Complaint, external_id: str, thread: str) -> bytes:
    value = {
        "id": external_id,
        "thread": thread,
        "text": complaint.text,
        "order": complaint.order_number,
        "wish": complaint.wish,
        "customer": {"email": complaint.email, "phone": complaint.phone},
        "attachments": [
            {
                "name": file.name,
                "type": file.content_type,
                "content_base64": base64.b64encode(file.content).decode("ascii"),
            }
            for file in complaint.files
        ],
    }
    return json.dumps(value, ensure_ascii=False, sort_keys=True).encode()
