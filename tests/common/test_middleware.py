"""Expected errors become pages, fragments and problems; others stay surprises."""

import pytest
from django.db import DataError
from django.test import Client, RequestFactory

from common.middleware import DomainErrorMiddleware
from tests.factories import make_user


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address",
    ["/knowledge/?q=a%00", "/knowledge/a%00/", "/knowledge/files/export/?slug=a%00"],
)
def test_a_nul_byte_in_an_address_is_the_callers_fault(client: Client, address: str) -> None:
    client.force_login(make_user(role="editor"))
    answer = client.get(address)
    assert answer.status_code == 400
    assert "characters that are no text" in answer.content.decode()


@pytest.mark.parametrize(
    ("path", "why"),
    [("/t/R-1/", "value out of range"), ("/intake/shop/", "cannot contain NUL (0x00) bytes")],
)
def test_other_faults_of_data_stay_surprises(path: str, why: str) -> None:
    middleware = DomainErrorMiddleware(lambda _request: pytest.fail("not asked"))
    request = RequestFactory().post(path)
    assert middleware.process_exception(request, DataError(why)) is None
