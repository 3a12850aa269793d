"""The API: scopes, shapes, filters, retries, and a schema that validates."""

import json
from typing import Any

import pytest
from django.test import Client
from openapi_spec_validator import validate

from accounts.services import create_token, revoke_token
from common import clock
from outbox.models import Outgoing
from tests import factories
from tickets.models import Ticket

pytestmark = pytest.mark.django_db

ALL = [
    "tickets:read",
    "tickets:write",
    "messages:read",
    "customers:read",
    "customers:write",
    "deliveries:read",
]


def call(method: str, path: str, body: Any = None, *, scopes: list[str] = ALL, **headers: str):
    _token, plain = create_token(name="test", scopes=scopes)
    return Client().generic(
        method,
        f"/api/v1/{path}",
        json.dumps(body) if body is not None else "",
        content_type="application/json",
        headers={"Authorization": f"Bearer {plain}"} | headers,
    )


def test_without_a_token_it_is_401_with_a_problem() -> None:
    response = Client().get("/api/v1/tickets/")
    assert response.status_code == 401
    assert response["Content-Type"] == "application/problem+json"


def test_without_the_scope_it_is_403() -> None:
    assert call("GET", "tickets/", scopes=["customers:read"]).status_code == 403


def test_a_revoked_token_is_401() -> None:
    token, plain = create_token(name="t", scopes=ALL)
    revoke_token(token_id=token.pk, now=clock.now())
    response = Client().get("/api/v1/tickets/", headers={"Authorization": f"Bearer {plain}"})
    assert response.status_code == 401


def test_tickets_are_listed_newest_first_with_their_reading() -> None:
    first = factories.triaged(factories.ticket())
    second = factories.ticket()
    rows = call("GET", "tickets/").json()["results"]
    assert [row["reference"] for row in rows] == [second.reference, first.reference]
    assert rows[1]["category"] == "logistics.stuck-parcel"
    assert rows[1]["emotion"] == "calm"
    assert rows[1]["team"] == "L"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("category=logistics.stuck-parcel", 1),
        ("category=logistics", 1),
        ("priority=2", 1),
        ("priority=1", 0),
        ("emotion=calm", 2),
        ("abstained=false", 2),
        ("source=shop", 2),
        ("status=new&priority=2", 1),
        ("team=L", 1),
        ("flags=safety", 0),
    ],
)
def test_lists_are_narrowed_by_each_field(query: str, count: int) -> None:
    factories.triaged(factories.ticket())
    factories.ticket()
    assert len(call("GET", f"tickets/?{query}").json()["results"]) == count


def test_a_wrong_filter_is_400_with_a_problem() -> None:
    response = call("GET", "tickets/?emotion=furious")
    assert response.status_code == 400
    assert response.json()["code"] == "invalid"


def test_the_list_costs_the_same_for_ten_as_for_one(django_assert_max_num_queries: Any) -> None:
    for _ in range(10):
        factories.triaged(factories.ticket())
    _token, plain = create_token(name="t", scopes=ALL)
    with django_assert_max_num_queries(4):
        Client().get("/api/v1/tickets/", headers={"Authorization": f"Bearer {plain}"})


def test_a_ticket_is_filed_once_however_often_it_is_sent() -> None:
    body = {
        "external_id": "9",
        "text": "快递三天没动",
        "order": "D9",
        "customer": {"email": "a@example.com"},
    }
    first, second = call("POST", "tickets/", body), call("POST", "tickets/", body)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["reference"] == second.json()["reference"]
    assert Ticket.objects.get().order_number == "D9"


def test_a_reply_with_one_key_leaves_once() -> None:
    ticket = factories.ticket()
    answers = [
        call("POST", f"tickets/{ticket.reference}/reply/", {"text": "您好"}) for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [201, 201]
    _token, plain = create_token(name="t", scopes=ALL)
    for _ in range(2):
        Client().post(
            f"/api/v1/tickets/{ticket.reference}/reply/",
            {"text": "只发一次"},
            content_type="application/json",
            headers={"Authorization": f"Bearer {plain}", "Idempotency-Key": "k1"},
        )
    assert Outgoing.objects.filter(body="只发一次").count() == 1


def test_a_refused_reply_is_a_problem_in_words() -> None:
    ticket = factories.ticket()
    path = f"tickets/{ticket.reference}/reply/"
    response = call("POST", path, {"text": "x", "then_status": "gone"})
    assert response.status_code == 400
    assert "then_status" in response.json()["errors"]


def test_the_conversation_is_read_in_order() -> None:
    ticket = factories.ticket()
    call("POST", f"tickets/{ticket.reference}/notes/", {"text": "call them"})
    rows = call("GET", f"tickets/{ticket.reference}/messages/").json()
    assert [row["kind"] for row in rows] == ["customer", "note"]


def test_a_customer_is_found_by_their_number() -> None:
    made = call("POST", "customers/", {"name": "Ann", "phone": "13800000001"})
    assert made.status_code == 201
    found = call("GET", "customers/?phone=%2B8613800000001").json()["results"]
    assert [row["id"] for row in found] == [made.json()["id"]]
    assert call("POST", "customers/", {"phone": "13800000001"}).status_code == 200


def test_an_unknown_ticket_is_404_with_a_problem() -> None:
    response = call("GET", "tickets/R-99999999/")
    assert response.status_code == 404
    assert response["Content-Type"] == "application/problem+json"


def test_the_schema_is_openapi_3_1_and_validates() -> None:
    response = Client().get("/api/v1/schema/", headers={"Accept": "application/json"})
    schema = response.json()
    assert schema["openapi"].startswith("3.1")
    validate(schema)
    assert "/api/v1/tickets/{reference}/reply/" in schema["paths"]
