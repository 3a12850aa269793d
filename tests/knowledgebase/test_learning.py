"""What uses led to, which lists were shown, what is learnt from both, and what does harm."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from accounts.models import User
from common.errors import NotAllowed
from knowledgebase import library, queries, services
from knowledgebase.content import body_digest
from knowledgebase.models import (
    HarmFlag,
    LearntPhrase,
    OutcomeCount,
    RankingWeek,
    Scenario,
    SuggestionList,
    Template,
    TemplateUse,
)
from knowledgebase.ranking.outcome import Counts
from knowledgebase.services.phrases import MOST_OF_AGENT
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets import services as tickets
from tickets.models import EventKind, Message, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]

SLUG = "stuck-parcel.no-scan"
SENT = "王芳您好,stuck-parcel.no-scan已为您登记,今天18:00前回复。李雷"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def agent() -> User:
    return make_user(teams="LQAFCS", display_name="李雷")


@pytest.fixture
def lead() -> User:
    return make_user(role="lead", teams="L")


def filed(**changes: Any) -> Ticket:
    return factories.triaged(factories.ticket(**changes))


def send(ticket: Ticket, agent: User, *, text: str = SENT, slug: str = SLUG) -> Message:
    message = tickets.reply(
        ticket_id=ticket.pk, text=text, by=agent, now=MONDAY_TEN + HOUR, template_slug=slug
    )
    services.record_use(message_id=message.pk)
    return message


def resolve(ticket: Ticket, agent: User) -> None:
    factories.resolved(ticket, by=agent, at=MONDAY_TEN + 2 * HOUR)


def scored(ticket: Ticket, score: int, **data: Any) -> None:
    ticket.events.create(
        kind=EventKind.SURVEY,
        at=MONDAY_TEN + 5 * HOUR,
        actor_kind="customer",
        data={"score": score, "round": 1} | data,
    )


def counts() -> Counts:
    row = OutcomeCount.objects.filter(scenario__slug=SLUG).first()
    return row.counts if row else Counts()


def settle(days: int = 16) -> int:
    return services.settle_outcomes(now=MONDAY_TEN + days * DAY)


class TestSettling:
    @pytest.mark.parametrize(("score", "good"), [(5, 1), (4, 1), (3, 0)])
    def test_a_score_counts_once_when_the_fortnight_is_over(
        self, agent: User, score: int, good: int
    ) -> None:
        ticket = filed()
        send(ticket, agent)
        resolve(ticket, agent)
        scored(ticket, score)
        assert settle(days=13) == 0
        assert settle() == 1
        assert settle(days=17) == 0
        assert counts() == Counts(1, 1, 1, good)

    def test_a_failure_is_not_counted_earlier_than_a_success(self, agent: User) -> None:
        ticket = filed()
        send(ticket, agent)
        resolve(ticket, agent)
        scored(ticket, 1)
        assert settle(days=10) == 0

    def test_silence_counts_as_quiet_and_not_as_a_score(self, agent: User) -> None:
        ticket = filed()
        send(ticket, agent)
        resolve(ticket, agent)
        assert settle() == 1
        assert counts() == Counts(1, 1, 0, 0)
        assert TemplateUse.objects.get().is_good is None

    def test_good_words_about_what_is_not_solved_are_no_good_end(self, agent: User) -> None:
        ticket = filed()
        send(ticket, agent)
        resolve(ticket, agent)
        scored(ticket, 5, solved=False)
        settle()
        assert counts() == Counts(1, 1, 1, 0)

    def test_a_customer_who_writes_again_comes_back(self, agent: User) -> None:
        ticket = filed()
        send(ticket, agent)
        resolve(ticket, agent)
        tickets.reopen(
            ticket_id=ticket.pk, by=make_user(teams="L"), now=MONDAY_TEN + 3 * DAY
        )  # fmt: skip
        settle(days=20)
        assert counts() == Counts(settled=1)
        assert TemplateUse.objects.get().came_back is True

    def test_a_round_that_the_score_began_is_the_score_and_no_comeback(self, agent: User) -> None:
        ticket = filed()
        send(ticket, agent)
        resolve(ticket, agent)
        scored(ticket, 2)
        tickets.start_second_handling(
            ticket_id=ticket.pk, cause="low_score", now=MONDAY_TEN + 6 * HOUR
        )
        settle()
        assert counts() == Counts(1, 1, 1, 0)

    def test_the_same_complaint_again_is_a_repeat_whatever_the_score(self, agent: User) -> None:
        ticket = filed(emails=("wang@example.com",), order_number="D7")
        send(ticket, agent)
        resolve(ticket, agent)
        scored(ticket, 5)
        filed(emails=("wang@example.com",), order_number="D7", at=MONDAY_TEN + 9 * DAY)
        settle()
        assert TemplateUse.objects.get(ticket=ticket).repeated is True
        assert counts() == Counts(settled=1)

    @pytest.mark.parametrize("days", [-1, 15])
    def test_complaints_before_the_reply_or_after_the_fortnight_are_none(
        self, agent: User, days: int
    ) -> None:
        filed(emails=("wang@example.com",), order_number="D7", at=MONDAY_TEN + days * DAY)
        ticket = filed(emails=("wang@example.com",), order_number="D7")
        send(ticket, agent)
        resolve(ticket, agent)
        settle(days=20)
        assert TemplateUse.objects.get(ticket=ticket).repeated is False

    def test_a_ticket_that_is_never_resolved_tells_nothing(self, agent: User) -> None:
        send(filed(), agent)
        assert settle(days=60) == 0
        assert settle(days=91) == 1
        assert counts() == Counts()

    def test_tests_are_not_counted(self, agent: User) -> None:
        ticket = filed()
        send(ticket, agent)
        resolve(ticket, agent)
        Ticket.objects.filter(pk=ticket.pk).update(is_test=True)
        settle()
        assert counts() == Counts()

    def test_a_merged_ticket_ends_as_the_one_that_it_went_into(self, agent: User) -> None:
        survivor = filed(emails=("wang@example.com",))
        ticket = filed(emails=("wang@example.com",))
        send(ticket, agent)
        tickets.merge(survivor_id=survivor.pk, merged_id=ticket.pk, by=agent, now=MONDAY_TEN + HOUR)
        resolve(survivor, agent)
        scored(survivor, 5)
        settle()
        assert counts() == Counts(1, 1, 1, 1)

    def test_a_recount_finds_the_same(self, agent: User) -> None:
        ticket = filed()
        send(ticket, agent)
        resolve(ticket, agent)
        settle()
        OutcomeCount.objects.update(uses=99, good=99)
        services.count_all_outcomes(now=MONDAY_TEN + 17 * DAY)
        assert counts() == Counts(1, 1, 0, 0)
        services.count_all_outcomes(now=MONDAY_TEN + 400 * DAY)
        assert counts() == Counts()


class TestUse:
    def test_edits_and_the_text_they_started_from_are_kept(self, agent: User) -> None:
        message = send(filed(), agent, text=SENT.replace("今天18:00前回复", "今天18:00前回电"))
        use = TemplateUse.objects.get(message=message)
        assert (use.edit_distance, use.edited_share < 0.1) == (1, True)
        assert use.body_digest == body_digest(use.template.published_body)

    def test_the_language_that_was_sent_decides(self, agent: User) -> None:
        text = "Hello 王芳: SF on stuck-parcel.no-scan answers by 18:00. 李雷"
        ticket = filed(text="My parcel has not moved", subject="parcel")
        Ticket.objects.filter(pk=ticket.pk).update(language="en")
        send(Ticket.objects.get(pk=ticket.pk), agent, text=text)
        assert TemplateUse.objects.get().template.language == "en"


def shown(ticket: Ticket, agent: User, client: Any) -> SuggestionList:
    from django.urls import reverse

    client.force_login(agent)
    address = reverse("knowledgebase:suggestions", args=[ticket.reference])
    assert client.get(address, headers={"HX-Request": "true"}).status_code == 200
    # The page takes the time of day; this story is told on its Monday.
    SuggestionList.objects.filter(ticket=ticket).update(shown_at=MONDAY_TEN)
    return SuggestionList.objects.get(ticket=ticket)


class TestLists:
    def test_a_list_is_kept_once_however_often_it_is_loaded(self, agent: User, client: Any) -> None:
        ticket = filed()
        first = shown(ticket, agent, client)
        again = shown(ticket, agent, client)
        assert first.pk == again.pk
        assert first.slugs[0] == SLUG
        assert first.revision == library.current_revision()

    @pytest.mark.parametrize(
        ("slug", "picked", "rank"),
        [(SLUG, SLUG, 1), ("", "", None), ("refund-delay.not-arrived",) * 2 + (None,)],
        ids=["first", "by-hand", "found-elsewhere"],
    )
    def test_the_reply_says_what_became_of_it(
        self, agent: User, client: Any, slug: str, picked: str, rank: int | None
    ) -> None:
        ticket = filed()
        shown(ticket, agent, client)
        send(ticket, agent, slug=slug, text=SENT.replace(SLUG, slug or "您的包裹"))
        kept = SuggestionList.objects.get()
        assert (kept.picked, kept.picked_rank, kept.by) == (picked, rank, agent)

    def test_a_reply_that_was_rewritten_is_no_pick(self, agent: User, client: Any) -> None:
        ticket = filed()
        shown(ticket, agent, client)
        send(ticket, agent, text="今天我亲自去仓库找了一圈,包裹在货架上。")
        kept = SuggestionList.objects.get()
        assert (kept.answered_at is not None, kept.picked) == (True, "")

    def test_the_first_reply_decides(self, agent: User, client: Any) -> None:
        ticket = filed()
        shown(ticket, agent, client)
        message = send(ticket, agent)
        services.record_use(message_id=message.pk)
        send(ticket, agent, slug="", text="另外,今天会有专员联系您。")
        assert SuggestionList.objects.get().picked == SLUG

    def test_weeks_are_counted_and_stay_when_lists_go(self, agent: User, client: Any) -> None:
        ticket = filed()
        for rank, picked in ((1, SLUG), (2, "b"), (None, "elsewhere"), (None, "")):
            message = Message.objects.create(
                ticket=ticket, direction="in", kind="customer", channel="generic",
                source="shop", external_id=f"{rank}-{picked}", received_at=MONDAY_TEN,
                created_at=MONDAY_TEN,
            )  # fmt: skip
            SuggestionList.objects.create(
                ticket=ticket, customer_message=message, language="zh", slugs=[SLUG, "b"],
                shown_at=MONDAY_TEN, answered_at=MONDAY_TEN + HOUR, picked=picked,
                picked_rank=rank,
            )  # fmt: skip
        for _ in range(2):
            services.count_ranking_weeks(now=MONDAY_TEN + DAY)
        week = RankingWeek.objects.get()
        assert (week.answered, week.used, week.first, week.top3) == (4, 3, 1, 2)
        assert week.reciprocal == pytest.approx(1.5)
        assert str(week.week) == "2026-11-16"
        assert services.forget_old_lists(now=MONDAY_TEN + 91 * DAY) == 4
        services.count_ranking_weeks(now=MONDAY_TEN + 91 * DAY)
        assert RankingWeek.objects.get().used == 3

    def test_a_week_begins_when_it_does_at_the_shop(self) -> None:
        RankingWeek.objects.create(
            week=date(2026, 11, 16), language="zh", answered=4, used=3, first=1, top3=2,
            reciprocal=1.5,
        )  # fmt: skip
        # Monday at two in Shanghai is still Sunday in UTC.
        early = datetime(2026, 11, 22, 18, tzinfo=UTC)
        weeks = queries.outcomes.ranking_weeks("zh", early)
        assert [week.monday for week in weeks] == [date(2026, 11, 16), date(2026, 11, 23)]


def used(template: Template, agent: User, counts: Counts, ticket: Ticket) -> None:
    """Put settled uses of a template on record."""
    number = Message.objects.count()
    messages = Message.objects.bulk_create(
        Message(
            ticket=ticket, direction="out", kind="reply", channel="generic", source="shop",
            external_id=f"use-{number}-{i}", received_at=MONDAY_TEN, created_at=MONDAY_TEN,
        )
        for i in range(counts.settled)
    )  # fmt: skip
    digest = body_digest(template.published_body)
    TemplateUse.objects.bulk_create(
        TemplateUse(
            template=template, ticket=ticket, message=message, by=agent, emotion=0,
            body_digest=digest, edited_share=0.0, sent_at=MONDAY_TEN, settled_at=MONDAY_TEN,
            came_back=i >= counts.quiet, repeated=False,
            score=None if i >= counts.answered else 5 if i < counts.satisfied else 2,
            is_good=(
                False if i >= counts.quiet else None if i >= counts.answered
                else i < counts.satisfied
            ),
        )
        for i, message in enumerate(messages)
    )  # fmt: skip


def bodies(language: str = "zh", variant: str = "calm") -> list[Template]:
    return list(Template.objects.filter(language=language, variant=variant).order_by("scenario_id"))


def harm(agent: User) -> Template:
    """Leave one template that does harm beside others that do not."""
    bad, *others = bodies()
    ticket = filed()
    used(bad, agent, Counts(120, 80, 40, 18), ticket)
    for other in others:
        used(other, agent, Counts(120, 106, 53, 43), ticket)
    return bad


class TestHarm:
    def test_it_is_flagged_once_with_the_evidence(self, agent: User) -> None:
        bad = harm(agent)
        [flag] = services.flag_harmful(now=MONDAY_TEN + DAY)
        assert flag.template == bad
        assert (flag.evidence["uses"], flag.evidence["quiet"]) == (120, 80)
        assert flag.evidence["rate"] == pytest.approx(0.3)
        assert flag.evidence["peers_rate"] > 0.6
        assert flag.evidence["one_in"] >= 100
        assert services.flag_harmful(now=MONDAY_TEN + 2 * DAY) == []
        assert HarmFlag.objects.get().seen_at == MONDAY_TEN + 2 * DAY

    def test_the_ranking_stops_preferring_it(self, agent: User) -> None:
        bad = harm(agent)
        ticket = filed()
        asked = Ticket.objects.select_related("customer", "order", "owner").get(pk=ticket.pk)
        before = queries.suggest_for_ticket(asked, agent=agent, now=MONDAY_TEN)
        assert before[0].slug == bad.scenario.slug
        services.flag_harmful(now=MONDAY_TEN + DAY)
        after = queries.suggest_for_ticket(asked, agent=agent, now=MONDAY_TEN)
        assert after[-1].slug == bad.scenario.slug
        assert after[-1].outcome.is_harmful
        # Its other texts are not to blame.
        assert not OutcomeCount.objects.filter(scenario=bad.scenario).exists()

    def test_another_text_starts_anew(self, agent: User, lead: User) -> None:
        bad = harm(agent)
        services.flag_harmful(now=MONDAY_TEN + DAY)
        Template.objects.filter(pk=bad.pk).update(published_body="更好的话术{agent_name}")
        library.forget()
        held = library.current_library("zh")
        assert held is not None
        assert held.harmful == frozenset()
        assert services.flag_harmful(now=MONDAY_TEN + 2 * DAY) == []

    def test_pausing_takes_the_right_role_and_can_be_taken_back(
        self, agent: User, lead: User
    ) -> None:
        bad, ticket = bodies()[0], filed()
        asked = Ticket.objects.select_related("customer", "order", "owner").get(pk=ticket.pk)

        def slugs() -> list[str]:
            found = queries.suggest_for_ticket(asked, agent=agent, now=MONDAY_TEN)
            return [one.slug for one in found]

        with pytest.raises(NotAllowed):
            services.pause_template(template_id=bad.pk, by=agent, now=MONDAY_TEN)
        assert bad.scenario.slug in slugs()
        for _ in range(2):
            services.pause_template(template_id=bad.pk, by=lead, now=MONDAY_TEN)
        assert bad.pauses.count() == 1
        assert bad.scenario.slug not in slugs()
        with pytest.raises(NotAllowed):
            services.resume_template(template_id=bad.pk, by=agent, now=MONDAY_TEN)
        assert services.resume_template(template_id=bad.pk, by=lead, now=MONDAY_TEN)
        assert bad.scenario.slug in slugs()

    def test_an_editor_takes_back_only_the_own_pause(self, lead: User) -> None:
        editor, template = make_user(role="editor"), bodies()[0]
        services.pause_template(template_id=template.pk, by=editor, now=MONDAY_TEN)
        assert services.resume_template(template_id=template.pk, by=editor, now=MONDAY_TEN)
        services.pause_template(template_id=template.pk, by=lead, now=MONDAY_TEN)
        with pytest.raises(NotAllowed):
            services.resume_template(template_id=template.pk, by=editor, now=MONDAY_TEN)

    def test_the_calm_text_does_not_stand_in_for_a_paused_angry_one(
        self, agent: User, lead: User
    ) -> None:
        angry = bodies(variant="angry")[0]
        services.pause_template(template_id=angry.pk, by=lead, now=MONDAY_TEN)
        ticket = factories.triaged(factories.ticket(), emotion=2)
        asked = Ticket.objects.select_related("customer", "order", "owner").get(pk=ticket.pk)
        found = queries.suggest_for_ticket(asked, agent=agent, now=MONDAY_TEN)
        assert angry.scenario.slug not in [one.slug for one in found]

    def test_a_flag_that_was_set_aside_stays_so_and_counts_again(
        self, agent: User, lead: User
    ) -> None:
        bad = harm(agent)
        [flag] = services.flag_harmful(now=MONDAY_TEN + DAY)
        with pytest.raises(NotAllowed):
            services.dismiss_flag(flag_id=flag.pk, by=make_user(role="editor"), now=MONDAY_TEN)
        services.dismiss_flag(flag_id=flag.pk, by=lead, now=MONDAY_TEN + DAY)
        assert services.flag_harmful(now=MONDAY_TEN + 2 * DAY) == []
        assert OutcomeCount.objects.get(scenario=bad.scenario).uses == 120
        services.dismiss_flag(flag_id=flag.pk, by=lead, now=MONDAY_TEN + DAY, undo=True)
        assert HarmFlag.objects.get().dismissed_at is None


def confirmed(agent: User, text: str, **changes: Any) -> None:
    """Answer a ticket from the template, with a good end."""
    ticket = filed(text=text, **changes)
    send(ticket, agent)
    resolve(ticket, agent)
    scored(ticket, 5)


WORDS = (
    "包裹在杭州分拨中心停了五天一直不动",
    "快递信息从上周开始就再也没有变化",
    "查了好几次物流都是同一个中转站",
    "我买的锅卡在半路没有任何新消息",
    "为什么运单状态老是显示运输中",
    "东西发出来以后就没人管了吗",
)


class TestPhrases:
    def test_words_of_well_answered_customers_become_examples(self, agent: User) -> None:
        confirmed(agent, WORDS[0])
        settle()
        before = library.current_revision()
        assert services.learn_phrases(now=MONDAY_TEN + 16 * DAY) == 1
        assert services.learn_phrases(now=MONDAY_TEN + 16 * DAY) == 0
        assert library.current_revision() == before + 1
        held = library.current_library("zh")
        assert held is not None
        [article] = [one for one in held.index.articles if one.id == SLUG]
        assert LearntPhrase.objects.get().text in article.examples

    def test_nothing_personal_is_kept(self, agent: User) -> None:
        confirmed(
            agent,
            "我叫王芳,电话13812345678,邮箱 wang@example.com,订单D20241116,包裹一直停在中转站",
            from_name="王芳",
        )
        settle()
        services.learn_phrases(now=MONDAY_TEN + 16 * DAY)
        [text] = LearntPhrase.objects.values_list("text", flat=True)
        assert "中转站" in text
        assert not any(part in text for part in ("王芳", "138", "example", "D2024"))

    def test_bad_ends_risks_and_tests_teach_nothing(self, agent: User) -> None:
        confirmed(agent, WORDS[0])
        confirmed(agent, WORDS[1])
        confirmed(agent, WORDS[2])
        settle()
        first, second, third = TemplateUse.objects.order_by("id")
        TemplateUse.objects.filter(pk=first.pk).update(is_good=False)
        Ticket.objects.filter(pk=second.ticket_id).update(flags=["privacy"])
        Ticket.objects.filter(pk=third.ticket_id).update(is_test=True)
        assert services.learn_phrases(now=MONDAY_TEN + 16 * DAY) == 0

    def test_one_agent_does_not_teach_alone(self, agent: User) -> None:
        for words in WORDS:
            confirmed(agent, words)
        settle()
        assert services.learn_phrases(now=MONDAY_TEN + 16 * DAY) == MOST_OF_AGENT

    def test_the_same_words_teach_once(self, agent: User) -> None:
        confirmed(agent, WORDS[0])
        confirmed(make_user(teams="L"), WORDS[0] + "!")
        confirmed(make_user(teams="L"), Scenario.objects.get(slug=SLUG).examples_zh[1])
        settle()
        assert services.learn_phrases(now=MONDAY_TEN + 16 * DAY) == 1

    def test_words_go_with_their_ticket_and_after_a_year(self, agent: User) -> None:
        confirmed(agent, WORDS[0])
        settle()
        services.learn_phrases(now=MONDAY_TEN + 16 * DAY)
        before = library.current_revision()
        services.learn_phrases(now=MONDAY_TEN + 400 * DAY)
        assert not LearntPhrase.objects.exists()
        assert library.current_revision() == before + 1


def test_the_night_may_run_twice(agent: User) -> None:
    from knowledgebase import tasks

    harm(agent)
    for _ in range(2):
        tasks.learn_by_night()
    assert HarmFlag.objects.count() == 1
