"""Rows of a marketplace's file, as the import stores them: JSON, one row each. No Django.

Nobody can deliver to such a source from outside; what is read here was mapped by
``intake.imports`` from the row that stands beside it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from intake.channels import reading
from intake.channels.base import Adapter, Door, Ignored
from intake.channels.payload import Fields, read_order
from tickets.records import IncomingMessage


class MarketplaceAdapter(Adapter):
    """One review or complaint a delivery; ``verify`` refuses whatever comes by the door."""

    def parse(
        self, body: bytes, received_at: datetime, door: Door, headers: Mapping[str, str]
    ) -> Sequence[IncomingMessage | Ignored]:
        """Return the row as a message."""
        value = Fields(reading.load(body))
        row = value.child("message")
        written_at = row.moment("written_at")
        buyer, words = row.text("buyer_id", 255), row.text("text", reading.LONGEST_TEXT)
        told = {
            "product": row.text("product", 300),
            "kind": row.text("kind", 60),
            "reply_wanted": row.flag("reply_wanted"),
            "written_at": written_at.isoformat() if written_at else None,
            "row": value.integer("row", 1, 10_000_000),
        }
        meta = {name: found for name, found in told.items() if found not in (None, "")}
        return [
            IncomingMessage(
                source=door.slug,
                channel="review",
                external_id=row.text("id", 255),
                text=words,
                received_at=received_at,
                subject=row.text("subject", 300) or reading.first_line(words),
                # Where old rows are work for today, the time in the row starts no clock.
                sent_at=None if value.flag("from_today") else written_at,
                thread=row.text("thread", 255),
                from_name=row.text("buyer_name", 200) or buyer,
                phones=tuple(filter(None, [row.text("phone", 40)])),
                emails=tuple(filter(None, [row.text("email", 320)])),
                external_ids=(buyer,) if buyer else (),
                identity_verified=True,
                order=read_order(row),
                rating=row.integer("rating", 1, 5),
                url=row.text("url", 2000),
                is_history=bool(value.flag("history")),
                meta=meta | {"public": row.flag("is_public") is not False},
            )
        ]
