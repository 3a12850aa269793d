"""Calls that no honest client makes are answered with a problem, never with a fault of ours."""

import base64
from urllib.parse import quote

import pytest
from django.test import Client

from accounts.services import create_token
from tests import factories

pytestmark = pytest.mark.django_db


def get(path: str) -> int:
    return call("GET", path).status_code


def call(method: str, path: str, body: str = ""):
    _token, plain = create_token(
        name="test", scopes=["tickets:read", "tickets:write", "customers:read", "messages:read"]
    )
    return Client().generic(
        method,
        f"/api/v1/{path}",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {plain}"},
    )


@pytest.mark.parametrize("position", ["p=abc", "p=%00", "p=1e400", "p=٣", "r=1&p=-5"])
def test_a_cursor_that_we_did_not_make_is_not_found(position: str) -> None:
    factories.ticket()
    cursor = base64.b64encode(position.encode()).decode()
    assert get(f"tickets/?cursor={quote(cursor)}") == 404


@pytest.mark.parametrize("name", ["round", "customer"])
@pytest.mark.parametrize("number", ["1e999999999", "-1e999999999", "99999999999999999999", "nan"])
def test_a_number_out_of_all_bounds_is_refused(name: str, number: str) -> None:
    assert get(f"tickets/?{name}={number}") == 400


@pytest.mark.parametrize(
    "path",
    [
        "customers/?email=a%00@example.com",
        "customers/?phone=%00",
        "messages/99999999999999999999/",
        "messages/%00/",
        "tickets/R-99999999999999999999/",
    ],
)
def test_what_cannot_be_there_is_simply_not_found(path: str) -> None:
    assert get(path) in {200, 404}


def test_json_nested_too_deeply_is_a_bad_request() -> None:
    response = call("POST", "tickets/", "[" * 100_000)
    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("query", ["search/?q=%00", "queue/all/?status=%00", "queue/all/?flag=%00"])
def test_a_nul_in_the_address_of_a_page_is_harmless(query: str) -> None:
    client = Client()
    client.force_login(
        factories.make_user(role="supervisor"),
        backend="allauth.account.auth_backends.AuthenticationBackend",
    )
    assert client.get(f"/{query}").status_code == 200
