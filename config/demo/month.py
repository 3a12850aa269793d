"""Four weeks of handled complaints, so that reports have something to show, and today's queue."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cached_property
from random import Random

from accounts.models import User
from config.demo.deliveries import deliver
from config.demo.goods import Person, person
from config.demo.recurring import planted
from config.demo.texts import hard_rows
from intake.models import Source
from outbox import services as outbox
from outbox.models import Outgoing
from surveys import services as surveys
from surveys.models import Survey
from tickets import services as tickets
from tickets import states
from tickets.models import Ticket
from tickets.taxonomy import NO_REMEDY, SUBS
from triage.seed import SeedRow, generate
from triage.services import triage_ticket

HANDLED = 140
WAITING = 26
_CLOSING = {
    "zh": "{name}您好,您反映的问题已处理完毕:{what}。如还有疑问,直接回复本消息即可,由我继续负责。",
    "en": "{name}, this is now settled: {what}. If anything is still open, answer this message; "
    "it comes straight to me.",
}
_ANSWER = {
    "zh": "{name}您好,已收到。我正在核实您反映的情况,今天 18:00 前给您答复。{agent}",
    "en": "{name}, thank you for telling us. I am checking this now and will write to you again "
    "by 18:00 today. {agent}",
}
_WHAT = {
    "zh": ("补发已寄出", "退款已原路退回", "查件结果已发您", "换货单已生成"),
    "en": ("the replacement is on its way", "the refund is booked", "the trace has found it"),
}
_COMMENTS = {
    "zh": ("处理得很快", "等了太久", "问题没有解决", "态度不错"),
    "en": ("quick and clear", "took too long", "still not solved", "friendly"),
}


class Month:
    """Plays the month; the same seed gives the same story."""

    def __init__(self, sources: dict[str, Source], people: dict[str, User], now: datetime) -> None:
        self.rng = Random(2026)
        self.sources, self.people, self.now = sources, people, now
        self.agents = [people[name] for name in ("mei", "diego", "ling", "amara", "yun")]
        self.known: list[Person] = []

    @cached_property
    def rows(self) -> dict[str, Iterator[SeedRow]]:
        """What customers write, without end as far as the month goes."""
        return {lang: generate(lang, 41, 20_000) for lang in ("zh", "en")}

    def play(self) -> int:
        """Deliver, read, answer and resolve; then leave today's complaints waiting."""
        start = self.now - timedelta(days=28)
        for number in range(HANDLED):
            at = start + timedelta(
                hours=number * 27 * 24 / HANDLED, minutes=self.rng.randint(0, 50)
            )
            self._handle(number, self._daytime(at))
        hard = iter(hard_rows())
        for number in range(HANDLED, HANDLED + WAITING):
            minutes = self.rng.choice((4, 9, 17, 33, 52, 80, 130, 200, 290, 420))
            row = next(hard, None) if number % 2 else None
            self._leave_waiting(number, self.now - timedelta(minutes=minutes), row)
        self.plant()
        return Ticket.objects.count()

    def plant(self) -> None:
        """Let agents explain the same things again and again, so that there is something to mine.

        Comes last, so that it changes nothing of the story before it.
        """
        for number, (row, wording) in enumerate(planted(), start=HANDLED + WAITING):
            at = self._daytime(self.now - timedelta(days=2 + number * 5 % 23, hours=number % 9))
            ticket = self._file(number, at, row)
            if ticket is None or not ticket.is_open:
                continue
            lead, agent = self.people["lena"], self.rng.choice(self.agents)
            tickets.correct_triage(
                ticket_id=ticket.pk, by=lead, now=at + timedelta(minutes=2), category=row.category
            )
            ticket.refresh_from_db()
            replied = at + timedelta(minutes=self.rng.randint(5, 90))
            self._answer(ticket, agent, replied, "", wording)
            self._resolve(ticket, agent, replied + timedelta(hours=self.rng.randint(1, 6)))

    def _daytime(self, at: datetime) -> datetime:
        # Between 09:00 and 17:00 in Shanghai, so that most targets can be met.
        return at.replace(hour=1 + at.hour % 8)

    def _row(self, language: str) -> SeedRow:
        for row in self.rows[language]:
            # Few customers threaten; a generator that teaches threats makes many.
            if row.emotion < 2 or self.rng.random() < 0.35:
                return row
        raise RuntimeError("the seed has run out")

    def _person(self, language: str, number: int) -> Person:
        fellows = [p for p in self.known if p.language == language]
        if fellows and self.rng.random() < 0.12:
            return self.rng.choice(fellows)
        made = person(self.rng, language, number)
        self.known.append(made)
        return made

    def _file(self, number: int, at: datetime, row: SeedRow | None = None) -> Ticket | None:
        language = "zh" if self.rng.random() < 0.6 else "en"
        if row is not None:
            language = row.language or "en"
        who = self._person(language, number)
        row = row or self._row(language)
        ticket = deliver(self.rng, self.sources, row, who, number, at)
        if ticket is not None:
            triage_ticket(ticket_id=ticket.pk, now=at + timedelta(seconds=2))
            ticket.refresh_from_db()
        return ticket

    def _leave_waiting(self, number: int, at: datetime, row: SeedRow | None) -> None:
        ticket = self._file(number, at, row)
        if ticket is None or not ticket.is_open or ticket.abstained:
            return
        owner = self.rng.choice([*self.agents[:3], None])
        if owner is not None:
            tickets.assign(ticket_id=ticket.pk, to=owner, by=owner, now=at + timedelta(minutes=1))
        if owner is not None and self.rng.random() < 0.3:
            self._answer(ticket, owner, at + timedelta(minutes=3), states.WAITING_CUSTOMER)

    def _handle(self, number: int, at: datetime) -> None:
        ticket = self._file(number, at)
        if ticket is None or not ticket.is_open:
            return
        agent = self.rng.choice(self.agents)
        self._settle_triage(ticket, at + timedelta(minutes=2))
        ticket.refresh_from_db()
        limit = {1: 30, 2: 120, 3: 240}[ticket.priority]
        replied = at + timedelta(minutes=self.rng.triangular(3, limit * 1.25, limit * 0.4))
        self._answer(ticket, agent, replied, "")
        hours = self.rng.triangular(0.5, 20, 4 if ticket.priority < 3 else 7)
        self._resolve(ticket, agent, replied + timedelta(hours=hours))

    def _settle_triage(self, ticket: Ticket, at: datetime) -> None:
        lead = self.people["lena"]
        if ticket.category:
            tickets.confirm_triage(ticket_id=ticket.pk, by=lead, now=at)
        else:
            tickets.correct_triage(
                ticket_id=ticket.pk, by=lead, now=at, category="non-complaint.enquiry"
            )

    def _answer(
        self, ticket: Ticket, agent: User, at: datetime, then: str, wording: str = ""
    ) -> None:
        language = ticket.language if ticket.language in _ANSWER else "zh"
        text = (wording or _ANSWER[language]).format(
            name=_name(ticket), agent=agent.label, order=ticket.order_number
        )
        tickets.reply(ticket_id=ticket.pk, text=text, by=agent, now=at, then_status=then)
        self._send(ticket, at)

    def _send(self, ticket: Ticket, at: datetime) -> None:
        for outgoing in Outgoing.objects.filter(ref=ticket.reference, status="queued"):
            outbox.send_one(outgoing_id=outgoing.pk, now=at)

    def _resolve(self, ticket: Ticket, agent: User, at: datetime) -> None:
        if at > self.now - timedelta(hours=1):
            return
        ticket.refresh_from_db()
        language = ticket.language if ticket.language in _CLOSING else "zh"
        what = self.rng.choice(_WHAT[language])
        sub = SUBS.get(ticket.category)
        remedy = sub.remedies[0] if sub and sub.remedies else NO_REMEDY
        tickets.resolve(
            ticket_id=ticket.pk,
            by=agent,
            now=at,
            reason="remedied" if remedy != NO_REMEDY else "explained",
            remedy=remedy,
            remedy_amount=Decimal(self.rng.choice((20, 39, 49))) if remedy == "CM" else None,
            responsible_party=self.rng.choice(("us", "carrier", "supplier", "nobody")),
            root_cause="parcel sorted to the wrong depot" if _needs_cause(ticket) else "",
            message=_CLOSING[language].format(name=_name(ticket), what=what),
        )
        self._send(ticket, at)
        self._survey(ticket, at)

    def _survey(self, ticket: Ticket, at: datetime) -> None:
        ticket.refresh_from_db()
        surveys.schedule_survey(ticket_id=ticket.pk, round_=ticket.round, now=at)
        survey = Survey.objects.filter(ticket=ticket, round=ticket.round).first()
        if survey is None or survey.status != "scheduled" or survey.due_at > self.now:
            return
        surveys.send_survey(survey_id=survey.pk, now=survey.due_at)
        self._send(ticket, survey.due_at)
        if self.rng.random() > 0.55:
            return
        score = self.rng.choices((1, 2, 3, 4, 5), weights=(4, 6, 12, 33, 45))[0]
        language = ticket.language if ticket.language in _COMMENTS else "zh"
        answered = min(survey.due_at + timedelta(hours=self.rng.uniform(0.2, 9)), self.now)
        self._answer_survey(survey, score, self.rng.choice(_COMMENTS[language]), answered)
        ticket.refresh_from_db()
        if ticket.round == 2 and ticket.status == states.OPEN:
            owner = ticket.owner or self.people["amara"]
            self._answer(ticket, owner, answered + timedelta(minutes=35), "")
            self._resolve(ticket, owner, answered + timedelta(hours=5))

    def _answer_survey(self, survey: Survey, score: int, comment: str, at: datetime) -> None:
        survey.refresh_from_db()
        if survey.status != "sent":
            return
        surveys.answer(token=survey.token, score=score, solved=score > 2, comment=comment, now=at)


def _needs_cause(ticket: Ticket) -> bool:
    return ticket.priority == 1 or ticket.round >= 2


def _name(ticket: Ticket) -> str:
    return ticket.customer.name if ticket.customer else ""
