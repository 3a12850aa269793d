"""EMAIL_URL of mail providers."""

import pytest
from django.core.mail import get_connection

from config.errors import SettingError
from config.mail_providers import PROVIDERS, email_settings

# What each needs besides its key.
MORE = {
    "mailgun": {},
    "mailjet": {"secret_key": "s"},
    "postmark": {"server_token": "t"},
    "mailersend": {"api_token": "t"},
    "mailtrap": {"api_token": "t"},
    "postal": {"api_url": "https://postal.example"},
    "unisender_go": {"api_url": "https://go1.unisender.example"},
}


@pytest.mark.parametrize("provider", sorted(PROVIDERS))
def test_each_provider_s_backend_starts_with_what_the_address_gives(provider, settings) -> None:
    options = {"api_key": "k"} | MORE.get(provider, {})
    query = "&".join(f"{name}={value}" for name, value in options.items())
    found = email_settings(f"anymail://{provider}?{query}")
    settings.ANYMAIL = found["ANYMAIL"]
    assert get_connection(found["EMAIL_BACKEND"]).esp_name


@pytest.mark.parametrize(
    "url", ["anymail://nobody?api_key=k", "anymail://mailgun", "anymail://mailgun?a-b=secret"]
)
def test_an_address_that_cannot_be_right_is_refused_without_repeating_it(url: str) -> None:
    with pytest.raises(SettingError) as refused:
        email_settings(url)
    assert "secret" not in str(refused.value)
