"""What stands beside an open ticket, and what the composer and the guard say."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from knowledgebase import library, queries
from knowledgebase.errors import ToneBlocked
from knowledgebase.queries.filling import known_values
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tickets import services as tickets
from tickets.models import Message, Order, Ticket

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]


@pytest.fixture
def agent():
    return make_user(teams="LQAFC", display_name="Li Lei")


def stuck(**changes: object) -> Ticket:
    filed = factories.ticket(from_name="王芳", order_number="D2411")
    return factories.triaged(filed, **changes)


def suggest(ticket: Ticket, agent) -> list:
    fresh = Ticket.objects.select_related("customer", "order", "owner").get(pk=ticket.pk)
    return queries.suggest_for_ticket(fresh, agent=agent, now=MONDAY_TEN)


def test_the_best_reply_is_in_the_customer_s_language_and_filled(agent) -> None:
    [first, *_] = suggest(stuck(), agent)
    assert (first.slug, first.variant, first.language) == ("stuck-parcel.no-scan", "calm", "zh")
    assert first.text.startswith("王芳您好")
    assert "11月16日 12:00前" in first.text
    assert first.missing == ()


def test_the_angry_get_the_angry_variant(agent) -> None:
    assert suggest(stuck(emotion=2), agent)[0].variant == "angry"


def test_order_facts_fill_slots_and_unknown_ones_stay_open(agent) -> None:
    filed = factories.ticket(text="My parcel has not moved for three days", order_number="D7")
    ticket = factories.triaged(filed, language="en")
    [first, *_] = suggest(ticket, agent)
    assert first.missing == ("carrier",)
    assert "{carrier}" in first.text
    Order.objects.filter(number="D7").update(carrier="SF Express")
    assert "SF Express" in suggest(ticket, agent)[0].text


def test_days_of_an_order_are_told_as_they_are_where_the_customer_lives(agent) -> None:
    ticket = stuck()
    # In UTC, as it is kept, each of these is the day before.
    early = datetime(2026, 11, 14, 7, 30, tzinfo=ZoneInfo("Asia/Shanghai"))
    Order.objects.filter(number="D2411").update(
        placed_at=early, promised_date=early + timedelta(days=3)
    )
    fresh = Ticket.objects.select_related("order", "customer").get(pk=ticket.pk)
    values = known_values(fresh, agent=agent, now=MONDAY_TEN, language="zh")
    assert (values["order_date"], values["promised_date"]) == (
        date(2026, 11, 14),
        date(2026, 11, 17),
    )
    said = "您的订单11月14日下单,已登记,今天18:00前回复。"
    assert "T16" not in {one.code for one in queries.check_text(fresh, said, by=agent)}
    wrong = said.replace("14日", "13日")
    assert "T16" in {one.code for one in queries.check_text(fresh, wrong, by=agent)}


def test_a_reply_that_is_written_for_the_distressed_alone_goes_to_nobody_else(agent) -> None:
    from knowledgebase import services
    from knowledgebase.models import Template

    ticket = stuck()
    calm = Template.objects.get(
        scenario__slug="stuck-parcel.no-scan", language="zh", variant="calm"
    )
    calm.scenario.templates.filter(language="zh", variant="angry").delete()
    Template.objects.filter(pk=calm.pk).update(variant="distressed", published_body="")
    services.change_status(
        template_id=calm.pk, status="published", by=make_user(role="lead"), now=MONDAY_TEN
    )
    assert "stuck-parcel.no-scan" not in [one.slug for one in suggest(ticket, agent)]
    Ticket.objects.filter(pk=ticket.pk).update(distressed=True)
    [first, *_] = suggest(ticket, agent)
    assert (first.slug, first.variant) == ("stuck-parcel.no-scan", "distressed")


def test_goodwill_is_never_suggested_where_nothing_is_approved(agent) -> None:
    filed = factories.ticket(text="Is this bag fake?")
    ticket = factories.triaged(filed, category="authenticity.counterfeit", language="en")
    assert "counterfeit.genuine" not in [s.slug for s in suggest(ticket, agent)]


def test_publishing_reaches_the_next_suggestion(agent) -> None:
    from knowledgebase import services
    from knowledgebase.models import Template

    ticket = stuck()
    suggest(ticket, agent)
    template = Template.objects.get(
        scenario__slug="stuck-parcel.no-scan", language="zh", variant="calm"
    )
    services.edit_template(
        template_id=template.pk, body="改过的话术", by=make_user(role="editor"), now=MONDAY_TEN
    )
    assert suggest(ticket, agent)[0].text != "改过的话术"
    services.change_status(
        template_id=template.pk, status="published", by=make_user(role="lead"), now=MONDAY_TEN
    )
    assert suggest(ticket, agent)[0].text == "改过的话术"


def test_the_fragment_carries_what_the_composer_needs(client, agent) -> None:
    client.force_login(agent)
    address = reverse("knowledgebase:suggestions", args=[stuck().reference])
    shown = client.get(address, headers={"HX-Request": "true"}).content.decode()
    assert shown.strip().startswith('<section class="sec" id="suggestions">')
    assert 'data-template="stuck-parcel.no-scan" data-key="1"' in shown
    assert 'data-insert="王芳您好' in shown
    assert "<html" in client.get(address).content.decode()


def test_suggestions_cost_few_statements(client, agent, django_assert_max_num_queries) -> None:
    client.force_login(agent)
    address = reverse("knowledgebase:suggestions", args=[stuck().reference])
    client.get(address, headers={"HX-Request": "true"})
    # Seven to choose and fill, one to keep what was shown.
    with django_assert_max_num_queries(8):
        client.get(address, headers={"HX-Request": "true"})


@pytest.mark.parametrize("name", ["suggestions", "check"])
def test_strangers_and_other_teams_see_nothing(client, name: str) -> None:
    address = reverse(f"knowledgebase:{name}", args=[stuck().reference])
    assert client.post(address).status_code == 302
    client.force_login(make_user(teams="F"))
    assert client.post(address).status_code == 404
    client.force_login(make_user(role="auditor"))
    assert client.post(address).status_code == 403


def test_the_checker_marks_what_blocks(client, agent) -> None:
    client.force_login(agent)
    address = reverse("knowledgebase:check", args=[stuck(emotion=3).reference])
    shown = client.post(address, {"text": "请您冷静一下,我们今天查清"}).content.decode()
    assert "data-blocks" in shown
    assert "T9" in shown
    calm = client.post(reverse("knowledgebase:check", args=[stuck().reference]), {"text": " "})
    assert calm.content.decode().strip() == ""


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("T1", "您的单号是{tracking_no}"),
        ("T2", "请联系13812345678"),
        ("T3", "请把验证码发给我"),
        ("T4", "我们补偿您80元"),
        ("T5", "删除差评我们给您返现"),
        ("T7", "你有病吧"),
        ("T8", "Hello, your parcel leaves today."),
    ],
)
def test_the_guard_holds_back_what_nobody_may_send(agent, rule: str, text: str) -> None:
    ticket = stuck()
    with pytest.raises(ToneBlocked, match=rule):
        tickets.reply(ticket_id=ticket.pk, text=text, by=agent, now=MONDAY_TEN)
    assert not Message.objects.filter(ticket=ticket, direction="out", kind="reply").exists()


def test_another_customer_s_order_number_is_held_back(agent) -> None:
    factories.ticket(order_number="D9999")
    with pytest.raises(ToneBlocked, match="T2"):
        tickets.reply(ticket_id=stuck().pk, text="您的订单D9999已查件", by=agent, now=MONDAY_TEN)


def test_warnings_do_not_hold_a_reply_back(agent) -> None:
    sent = tickets.reply(ticket_id=stuck().pk, text="我们会尽快处理", by=agent, now=MONDAY_TEN)
    assert sent.pk


def test_the_library_page_shows_tree_search_and_variants(client, agent) -> None:
    client.force_login(agent)
    page = client.get(reverse("knowledgebase:index")).content.decode()
    assert "stuck parcel no scan" in page
    angry = reverse("knowledgebase:scenario", args=["stuck-parcel.no-scan"]) + "?variant=angry"
    assert "we failed you with stuck-parcel.no-scan" in client.get(angry).content.decode()
    found = client.get(reverse("knowledgebase:index"), {"q": "退款还没到账"}).content.decode()
    assert "refund delay not arrived" in found.partition('id="found"')[2]
    assert client.get(reverse("knowledgebase:scenario", args=["no.such"])).status_code == 404


def test_an_empty_library_says_how_to_fill_it(client, agent) -> None:
    from knowledgebase.models import Scenario

    Scenario.objects.all().delete()
    library.forget()
    client.force_login(agent)
    assert "load_knowledge" in client.get(reverse("knowledgebase:index")).content.decode()


def test_editing_by_page_takes_the_right_role(client, agent) -> None:
    from knowledgebase.models import Template

    template = Template.objects.filter(language="en", variant="angry").first()
    assert template is not None
    address = reverse("knowledgebase:edit", args=[template.pk])
    client.force_login(agent)
    assert client.post(address, {"body": "New"}).status_code == 403
    client.force_login(make_user(role="editor"))
    assert client.post(address, {"body": "New"}).status_code == 302
    status = reverse("knowledgebase:status", args=[template.pk])
    client.post(status, {"status": "review"})
    client.force_login(make_user(role="lead"))
    client.post(status, {"status": "published"})
    template.refresh_from_db()
    assert (template.published_body, template.status) == ("New", "published")


def test_a_language_without_replies_suggests_nothing(agent) -> None:
    from knowledgebase.models import Template

    Template.objects.filter(language="zh").delete()
    library.forget()
    assert suggest(stuck(), agent) == []


@pytest.mark.django_db(transaction=True)
def test_the_library_can_be_built_before_the_first_request(shelf) -> None:
    library.warm_up().join(timeout=60)
    assert set(library.held_languages()) == {"en", "zh"}
