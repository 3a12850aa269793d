"""One platform, its source and our side of the talk."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connections

from accounts.models import User
from common import clock
from intake import services
from intake.models import DeliveryStatus, RawDelivery, Source
from outbox import services as outbox
from outbox.models import Outgoing
from tests.intake.standins import STAND_INS, StandIn
from tickets import services as tickets
from tickets.models import Message, Ticket


@dataclass
class Stage:
    """A stand-in that is connected to a source of ours."""

    platform: StandIn
    source: Source
    agent: User

    @property
    def deliveries(self) -> Any:
        return RawDelivery.objects.filter(source=self.source).order_by("pk")

    @property
    def messages(self) -> list[Message]:
        """What the customer wrote, in the order of writing."""
        found = Message.objects.filter(source=self.source.slug, direction="in")
        return list(found.order_by("sent_at", "pk"))

    @property
    def texts(self) -> list[str]:
        return [message.text for message in self.messages]

    def shown(self, *texts: str) -> list[str]:
        """Return how messages of these words are shown."""
        return [self.platform.shown(text) for text in texts]

    def waiting(self) -> list[int]:
        found = self.deliveries.filter(status=DeliveryStatus.RECEIVED)
        return list(found.values_list("pk", flat=True))

    def read(self) -> None:
        """Do the worker's part for this source."""
        for delivery_id in self.waiting():
            services.process_delivery(delivery_id=delivery_id, now=clock.now())

    def hear(self, text: str = "包裹湿了,麻烦处理一下", **when: Any) -> Ticket:
        """The customer writes, and the ticket is there."""
        heard = self.platform.deliver(self.platform.call(self.platform.letter(text, **when)))
        assert self.platform.is_content(heard[-1]), heard
        self.read()
        return Ticket.objects.get(pk=self.messages[-1].ticket_id)

    def answer(self, text: str) -> Outgoing:
        """The customer writes and an agent replies; nothing is sent yet."""
        ticket = self.hear()
        now = clock.now()
        reply = tickets.reply(ticket_id=ticket.pk, text=text, by=self.agent, now=now)
        assert reply.outgoing is not None, "no way back was found"
        return reply.outgoing

    def send(self, outgoing: Outgoing, *, after: float = 0) -> Outgoing:
        """Let the outbox try once; ``after`` so many seconds from when it is due."""
        outgoing.refresh_from_db()
        now = outgoing.next_attempt_at + timedelta(seconds=after)
        return self.send_at(outgoing, max(now, clock.now()))

    def send_at(self, outgoing: Outgoing, now: datetime) -> Outgoing:
        sent = outbox.send_one(outgoing_id=outgoing.pk, now=now)
        assert sent is not None, "it was not its turn"
        return sent


def at_once(jobs: Iterable[Callable[[], Any]]) -> list[Any]:
    """Run the jobs in threads of their own, each with its own connection."""

    def run(job: Callable[[], Any]) -> Any:
        try:
            return job()
        finally:
            connections.close_all()

    todo = list(jobs)
    with ThreadPoolExecutor(len(todo)) as pool:
        return list(pool.map(run, todo))


def platforms_with(*scenarios: str) -> Any:
    """Every platform that has all these scenarios; the others say in ``lacks`` why not."""
    found = [kind for kind in STAND_INS if not set(scenarios) & set(kind.lacks)]
    return pytest.mark.parametrize("stage", found, indirect=True, ids=lambda kind: kind.name)
