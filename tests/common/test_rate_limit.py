"""Who is counted: the caller, also behind a proxy, and never who they say that they are."""

from ipaddress import ip_network
from typing import Any

import pytest
from django.core.cache import cache
from django.test import RequestFactory

from common.rate_limit import address_of, is_allowed
from config import env
from config.errors import SettingError


@pytest.fixture(autouse=True)
def _proxies(settings: Any) -> None:
    settings.REDRESS_TRUSTED_PROXIES = [ip_network("10.0.0.0/8"), ip_network("fd00::/8")]
    cache.clear()


def called(remote: str, forwarded: str = "") -> Any:
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    return RequestFactory().get("/", REMOTE_ADDR=remote, **headers)


@pytest.mark.parametrize(
    ("remote", "forwarded", "who"),
    [
        ("203.0.113.7", "", "203.0.113.7"),
        ("203.0.113.7", "198.51.100.1", "203.0.113.7"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "1.1.1.1, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "198.51.100.1:4711", "198.51.100.1"),
        ("10.0.0.1", "evil, 10.0.0.2", "10.0.0.2"),
        ("10.0.0.1", "evil", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::ffff:10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("fd00::1", "[2001:db8:1:2:3::4]:55", "2001:db8:1:2::"),
        ("2001:db8:1:2:3::4", "", "2001:db8:1:2::"),
        ("", "198.51.100.1", ""),
    ],
)
def test_who_is_counted(remote: str, forwarded: str, who: str) -> None:
    assert address_of(called(remote, forwarded)) == who


def test_people_behind_one_proxy_do_not_share_a_limit() -> None:
    first, second = called("10.0.0.1", "198.51.100.1"), called("10.0.0.1", "198.51.100.2")
    assert is_allowed(first, "x", most=1, seconds=60)
    assert not is_allowed(first, "x", most=1, seconds=60)
    assert is_allowed(second, "x", most=1, seconds=60)


def test_nobody_gets_a_limit_of_their_own_by_writing_a_header() -> None:
    assert is_allowed(called("203.0.113.7", "1.1.1.1"), "x", most=1, seconds=60)
    assert not is_allowed(called("203.0.113.7", "2.2.2.2"), "x", most=1, seconds=60)


def test_a_network_that_is_none_is_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDRESS_TRUSTED_PROXIES", "10.0.0.0/8, 127.0.0.1")
    assert env.networks("REDRESS_TRUSTED_PROXIES") == [
        ip_network("10.0.0.0/8"),
        ip_network("127.0.0.1"),
    ]
    monkeypatch.setenv("REDRESS_TRUSTED_PROXIES", "10.0.0.0/8, localhost")
    with pytest.raises(SettingError, match="localhost"):
        env.networks("REDRESS_TRUSTED_PROXIES")
