"""The settings page."""

import pytest
from django.test import Client

from accounts.models import User
from tests.factories import make_user

pytestmark = pytest.mark.django_db

FORM = {
    "display_name": "Mei Tan",
    "language": "zh-hans",
    "theme": "dark",
    "density": "compact",
    "single_keys": "on",
}


@pytest.fixture
def person(client: Client) -> User:
    user = make_user()
    client.force_login(user)
    return user


def test_settings_are_kept_and_the_next_page_shows_them(client: Client, person: User) -> None:
    response = client.post("/settings/", FORM)
    assert response.status_code == 302
    page = client.get("/settings/").content.decode()
    assert 'lang="zh-Hans"' in page
    assert 'data-theme="dark"' in page
    assert 'data-density="compact"' in page


def test_an_unknown_language_is_refused_and_nothing_changes(client: Client, person: User) -> None:
    assert client.post("/settings/", FORM | {"language": "xx"}).status_code == 422
    person.refresh_from_db()
    assert person.language == "en"


def test_nobody_makes_themselves_a_supervisor(client: Client, person: User) -> None:
    client.post("/settings/", FORM | {"role": "supervisor", "is_superuser": "on"})
    person.refresh_from_db()
    assert (person.role, person.is_superuser) == ("agent", False)


def test_single_keys_can_be_turned_off(client: Client, person: User) -> None:
    client.post("/settings/", {k: v for k, v in FORM.items() if k != "single_keys"})
    assert 'data-single-keys="off"' in client.get("/settings/").content.decode()


def test_a_stranger_is_sent_to_the_log_in(client: Client) -> None:
    assert client.get("/settings/").status_code == 302


def test_the_log_in_page_names_no_way_to_sign_up(client: Client) -> None:
    page = client.get("/accounts/login/").content.decode()
    assert 'name="login"' in page
    assert "signup" not in page
