"""Access tokens for mailboxes that take no passwords (XOAUTH2). No Django."""

from typing import Any

import httpx

from intake.channels.mailbox_account import Account

TIMEOUT_SECONDS = 15


class NoToken(Exception):
    """No access token could be had; the text says why, without any secret."""


def access_token(account: Account) -> str:
    """Return a fresh access token, or the one that was given. Raises NoToken."""
    refresh = account.secret_named("refresh_token")
    if not refresh:
        given = account.secret_named("token")
        if not given:
            raise NoToken("the secret needs “token”, or “refresh_token” and “client_id”")
        return given
    if not account.token_url.startswith("https://"):
        raise NoToken("imap_token_url must begin with https://")
    form = {
        "grant_type": "refresh_token",
        "refresh_token": refresh,
        "client_id": account.secret_named("client_id"),
        "client_secret": account.secret_named("client_secret"),
    }
    try:
        answer = httpx.post(
            account.token_url,
            data={name: value for name, value in form.items() if value},
            timeout=TIMEOUT_SECONDS,
            follow_redirects=False,
        )
        token: Any = answer.json().get("access_token") if answer.status_code == 200 else None
    except (httpx.HTTPError, ValueError, AttributeError) as error:
        raise NoToken(f"the token's server: {type(error).__name__}") from error
    if not isinstance(token, str) or not token:
        raise NoToken(f"the token's server answered {answer.status_code}")
    return token
