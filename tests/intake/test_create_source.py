"""``manage.py create_source``: what a script reads, and a platform's own secrets."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from intake.models import Source

pytestmark = pytest.mark.django_db


def create(*arguments: str) -> dict[str, str]:
    out = StringIO()
    call_command("create_source", *arguments, "--json", stdout=out)
    answer: dict[str, str] = json.loads(out.getvalue())
    return answer


def test_a_source_has_a_slug_an_address_and_a_secret() -> None:
    answer = create("generic", "My shop")
    assert answer["slug"] == "my-shop"
    assert answer["url"].endswith("/intake/my-shop/")
    assert Source.objects.get().secret == answer["secret"]


def test_the_same_name_twice_makes_two() -> None:
    assert [create("generic", "Shop")["slug"] for _ in range(2)] == ["shop", "shop-2"]


def test_a_platform_brings_its_own_secret_and_settings() -> None:
    create("whatsapp", "Care", "--secret", "app secret", "--set", "phone_number_id=a=b")
    source = Source.objects.get()
    assert source.secret == "app secret"
    assert source.settings == {"phone_number_id": "a=b"}


def test_a_setting_without_a_value_is_refused() -> None:
    with pytest.raises(CommandError, match="NAME=VALUE"):
        create("generic", "Shop", "--set", "nonsense")
    assert not Source.objects.exists()
