"""Wrong ticket: a message goes to another one, and back."""

import json
from datetime import timedelta

import pytest

from tests.factories import MONDAY_TEN, incoming, make_user, ticket
from tickets import queries, services, states
from tickets.errors import CannotMove, CannotUndoMove, TicketClosed
from tickets.models import EventKind, Message, Ticket
from tickets.signals import customer_wrote, ticket_opened

pytestmark = pytest.mark.django_db
LATER = MONDAY_TEN + timedelta(hours=2)


def write(*, at=MONDAY_TEN, **changes):
    received = services.receive_message(incoming=incoming(received_at=at, **changes), now=at)
    assert received is not None
    return received


@pytest.fixture
def agent():
    return make_user(role="agent")


@pytest.fixture
def two():
    """One ticket with two messages, the second an hour after the first."""
    first = write(thread="t1", emails=("a@example.com",), text="第一个问题:衣服破了")
    at = MONDAY_TEN + timedelta(hours=1)
    second = write(at=at, thread="t1", emails=("a@example.com",), text="发票抬头写错了,请重开")
    assert second.ticket.pk == first.ticket.pk
    return first.message, second.message


def fresh(one: Ticket) -> Ticket:
    return Ticket.objects.get(pk=one.pk)


def clocks(one: Ticket):
    return [
        (c.metric, c.round, c.sequence, c.started_at, c.due_at, c.state)
        for c in one.clocks.order_by("metric", "round", "sequence")
    ]


def facts(one: Ticket):
    one = fresh(one)
    return (
        one.status,
        one.merged_into_id,
        one.opened_at,
        one.message_count,
        one.last_customer_message_id,
        one.last_customer_at,
        one.unanswered_since,
        one.due_at,
        clocks(one),
    )


def test_a_message_becomes_a_ticket_of_its_own_that_waits_since_it_came(agent, two):
    _, second = two
    moved = services.move_message(message_id=second.pk, to=None, by=agent, now=LATER)
    new, old = fresh(moved.target), fresh(moved.source)
    assert moved.is_new
    assert new.opened_at == second.received_at
    assert new.unanswered_since == second.received_at
    assert new.customer_id == second.customer_id
    assert new.message_count == 1
    assert new.unread
    first_clock = new.clocks.get(metric="first")
    assert first_clock.started_at == second.received_at
    assert old.message_count == 1
    assert old.last_customer_message_id == two[0].pk
    assert new.links.get().other_id == old.pk


def test_the_opening_message_leaves_a_ticket_that_the_next_one_opened(agent, two):
    first, second = two
    services.move_message(message_id=first.pk, to=None, by=agent, now=LATER)
    old = fresh(second.ticket)
    assert old.opened_at == second.received_at
    assert old.unanswered_since == second.received_at
    assert old.clocks.get(metric="first").started_at == second.received_at
    assert old.status == states.NEW


def test_an_existing_ticket_gets_the_message_and_wakes(agent, two):
    other = ticket()
    services.reply(ticket_id=other.pk, text="您好", by=agent, now=MONDAY_TEN + timedelta(minutes=5))
    services.change_status(
        ticket_id=other.pk,
        status=states.WAITING_CUSTOMER,
        by=agent,
        now=MONDAY_TEN + timedelta(minutes=6),
    )
    services.move_message(message_id=two[1].pk, to=other.pk, by=agent, now=LATER)
    other = fresh(other)
    assert other.status == states.OPEN
    assert other.unanswered_since == two[1].received_at
    assert other.first_replied_at == MONDAY_TEN + timedelta(minutes=5)
    assert other.clocks.filter(metric="next", state="running").count() == 1
    assert other.messages.filter(pk=two[1].pk).exists()


def test_a_ticket_without_messages_is_merged_and_its_thread_follows(agent):
    lost = write(thread="t9", emails=("b@example.com",))
    home = write(thread="t8", emails=("b@example.com",))
    services.move_message(message_id=lost.message.pk, to=home.ticket.pk, by=agent, now=LATER)
    empty = fresh(lost.ticket)
    assert empty.status == states.MERGED
    assert empty.merged_into_id == home.ticket.pk
    assert not empty.clocks.filter(state="running").exists()
    again = write(at=LATER, thread="t9", emails=("b@example.com",), text="还有一个问题")
    assert again.ticket.pk == home.ticket.pk


def test_both_histories_say_so(agent, two):
    moved = services.move_message(message_id=two[1].pk, to=None, by=agent, now=LATER)
    gone = moved.source.events.get(kind=EventKind.MOVED)
    came = moved.target.events.get(kind=EventKind.MOVED)
    assert gone.data["to"] == moved.target.reference
    assert came.data["from"] == moved.source.reference
    assert gone.actor == came.actor == agent


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize("is_new", [True, False])
def test_undoing_puts_everything_back(agent, two, which, is_new):
    other = None if is_new else ticket()
    before = facts(two[0].ticket), facts(other) if other else None
    message = two[which]
    to = other.pk if other else None
    moved = services.move_message(message_id=message.pk, to=to, by=agent, now=LATER)
    services.undo_move(message_id=message.pk, by=agent, now=LATER)
    assert facts(two[0].ticket) == before[0]
    if other:
        assert facts(other) == before[1]
    else:
        assert fresh(moved.target).status == states.MERGED
    assert Message.objects.get(pk=message.pk).ticket_id == two[0].ticket_id


def test_undoing_wakes_a_ticket_that_was_emptied_and_puts_the_other_to_rest(agent):
    lost = write(emails=("c@example.com",))
    other = ticket()
    services.reply(ticket_id=other.pk, text="您好", by=agent, now=MONDAY_TEN + timedelta(minutes=5))
    services.change_status(
        ticket_id=other.pk, status="waiting_customer", by=agent, now=MONDAY_TEN + timedelta(hours=1)
    )
    before = facts(lost.ticket), facts(other)
    services.move_message(message_id=lost.message.pk, to=other.pk, by=agent, now=LATER)
    services.undo_move(message_id=lost.message.pk, by=agent, now=LATER)
    assert facts(lost.ticket)[:7] == before[0][:7]
    assert facts(other)[:7] == before[1][:7]


def test_what_is_closed_takes_no_message(agent, two):
    other = ticket()
    services.reject(ticket_id=other.pk, by=agent, now=LATER)
    with pytest.raises(TicketClosed):
        services.move_message(message_id=two[1].pk, to=other.pk, by=agent, now=LATER)
    assert Message.objects.get(pk=two[1].pk).ticket_id == two[1].ticket_id


def test_only_what_a_customer_wrote_can_move(agent, two):
    said = services.reply(ticket_id=two[0].ticket_id, text="您好", by=agent, now=LATER)
    with pytest.raises(CannotMove):
        services.move_message(message_id=said.pk, to=None, by=agent, now=LATER)
    with pytest.raises(CannotMove):
        services.move_message(message_id=two[0].pk, to=two[0].ticket_id, by=agent, now=LATER)


def test_what_never_moved_is_not_taken_back(agent, two):
    services.move_message(message_id=two[1].pk, to=None, by=agent, now=LATER)
    with pytest.raises(CannotUndoMove):
        services.undo_move(message_id=two[0].pk, by=agent, now=LATER)


def test_a_ticket_that_has_gone_on_is_not_put_back(agent):
    lost, home = write(emails=("d@example.com",)), ticket()
    services.move_message(message_id=lost.message.pk, to=home.pk, by=agent, now=LATER)
    Ticket.objects.filter(pk=lost.ticket.pk).update(status=states.CLOSED)
    with pytest.raises(CannotUndoMove):
        services.undo_move(message_id=lost.message.pk, by=agent, now=LATER)
    assert Message.objects.get(pk=lost.message.pk).ticket_id == home.pk


def test_triage_hears_of_it(agent, two, django_capture_on_commit_callbacks):
    heard = []

    def opened(ticket_id, **_more):
        heard.append(("opened", ticket_id))

    def wrote(ticket_id, **_more):
        heard.append(("wrote", ticket_id))

    ticket_opened.connect(opened)
    customer_wrote.connect(wrote)
    other = ticket()
    try:
        with django_capture_on_commit_callbacks(execute=True):
            moved = services.move_message(message_id=two[1].pk, to=None, by=agent, now=LATER)
            services.move_message(message_id=two[0].pk, to=other.pk, by=agent, now=LATER)
    finally:
        ticket_opened.disconnect(opened)
        customer_wrote.disconnect(wrote)
    assert ("opened", moved.target.pk) in heard
    assert ("wrote", other.pk) in heard


def test_each_ticket_is_found_by_the_words_it_has(agent, two):
    moved = services.move_message(message_id=two[1].pk, to=None, by=agent, now=LATER)
    boss = make_user(role="supervisor")
    found = {one.pk for one in queries.search("发票抬头", visible_to=boss)}
    assert found == {moved.target.pk}


def test_the_page_offers_the_customers_other_tickets_and_a_search(client, agent, two):
    client.force_login(agent)
    same = write(emails=("a@example.com",), text="另一单")
    stranger = write(emails=("x@example.com",), text="快递丢了 <script>alert(1)</script>")
    url = f"/t/{two[1].ticket.reference}/messages/{two[1].pk}/move/"
    page = client.get(url).content.decode()
    assert same.ticket.reference in page
    assert stranger.ticket.reference not in page
    found = client.post(url, {"q": "快递丢了", "find": "yes"}).content.decode()
    assert stranger.ticket.reference in found
    assert "<script>alert" not in found
    done = client.post(url, {"to": stranger.ticket.reference})
    assert done.status_code == 302
    assert Message.objects.get(pk=two[1].pk).ticket_id == stranger.ticket.pk


def test_the_toast_takes_it_back(client, agent, two):
    client.force_login(agent)
    url = f"/t/{two[1].ticket.reference}/messages/{two[1].pk}/move/"
    answer = client.post(url, {"to": "new"}, headers={"HX-Request": "true"})
    undo = json.loads(answer["HX-Trigger"])["toast"]["undo"]
    assert client.post(undo).status_code == 302
    assert Message.objects.get(pk=two[1].pk).ticket_id == two[1].ticket_id


@pytest.mark.parametrize("role", ["editor", "auditor", "admin"])
def test_who_does_not_handle_tickets_moves_nothing(client, two, role):
    client.force_login(make_user(role=role))
    url = f"/t/{two[1].ticket.reference}/messages/{two[1].pk}/move/"
    assert client.post(url, {"to": "new"}).status_code in {403, 404}


def test_a_hidden_ticket_is_not_a_place_to_move_to(client, agent, two):
    from accounts.models import Team

    hidden = ticket()
    hidden.team, _ = Team.objects.get_or_create(code="Q", defaults={"name_en": "Q", "name_zh": "Q"})
    hidden.save()
    client.force_login(agent)
    url = f"/t/{two[1].ticket.reference}/messages/{two[1].pk}/move/"
    assert client.post(url, {"to": hidden.reference}).status_code == 422
    found = client.post(url, {"q": hidden.reference, "find": "1"}).content.decode()
    assert f'name="to" value="{hidden.reference}"' not in found
