"""Which addresses are asked, and which never: case 19 of the channels' case list."""

import socket

import pytest

from intake.media.guard import check_url, is_public, resolve
from intake.media.problems import MediaLater, MediaRefused, Problem

HOSTS = ("files.platform.example", ".cdn.example")
TEST_PLACES = ("127.0.0.1:8123",)

BAD = [
    "http://files.platform.example/a",
    "https://files.platform.example:8443/a",
    "https://127.0.0.1/a",
    "https://127.1/a",
    "https://2130706433/a",
    "https://0x7f000001/a",
    "https://0177.0.0.1/a",
    "https://[::1]/a",
    "https://[::ffff:127.0.0.1]/a",
    "https://169.254.169.254/latest/meta-data/",
    "https://localhost/a",
    "https://files.platform.example@127.0.0.1/a",
    "https://user:pass@files.platform.example/a",
    "https://files.platform.example\\@evil.example/a",
    "https://files.platform.example.evil.example/a",
    "https://evilcdn.example/a",
    "https://cdn.example.evil/a",
    "https://evil.example/?https://files.platform.example/",
    "https://evil.example#files.platform.example",
    "https://files.platform.example%2f@evil.example/",
    "https://ﬁles.platform.example/a",
    "https://files.platform.example/a b",
    "https://files.platform.example/a\r\nHost: evil.example",
    "ftp://files.platform.example/a",
    "file:///etc/passwd",
    "gopher://files.platform.example/a",
    "//files.platform.example/a",
    "https:///a",
    "https://files.platform.example:99999/a",
    "https://[",
    "",
    "https://files.platform.example/" + "a" * 5000,
]


@pytest.mark.parametrize("url", BAD, ids=range(len(BAD)))
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(MediaRefused) as caught:
        check_url(url, hosts=HOSTS, test_places=TEST_PLACES)
    assert caught.value.problem == Problem.HOST


@pytest.mark.parametrize(
    "url",
    [
        "https://files.platform.example/a?b=c",
        "https://FILES.platform.example./a",
        "https://files.platform.example:443/a",
        "https://eu-1.cdn.example/a",
        "http://127.0.0.1:8123/a",
    ],
)
def test_listed_hosts_and_places_of_tests_are_asked(url: str) -> None:
    assert check_url(url, hosts=HOSTS, test_places=TEST_PLACES).path.startswith("/a")


def test_an_empty_entry_lists_nothing() -> None:
    for entry in ("", ".", "..", " "):
        with pytest.raises(MediaRefused):
            check_url("https://files.platform.example/", hosts=(entry,))


PRIVATE = [
    "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "0.0.0.0", "224.0.0.1", "255.255.255.255", "198.18.0.1", "240.0.0.1", "::1", "::", "fe80::1",
    "fe80::1%eth0", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "::ffff:169.254.169.254",
    "::127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:4136:e378:8000:63bf:80ff:fffe",
    "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("number", PRIVATE)
def test_our_own_network_is_not_the_open_internet(number: str) -> None:
    assert not is_public(number)


@pytest.mark.parametrize("number", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_the_open_internet_is(number: str) -> None:
    assert is_public(number)


def answering(monkeypatch: pytest.MonkeyPatch, *numbers: str) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (number, 443)) for number in numbers]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: rows)


def test_a_name_that_leads_into_our_network_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "10.1.2.3")
    with pytest.raises(MediaRefused) as caught:
        resolve("files.platform.example", 443, may_be_private=False)
    assert caught.value.problem == Problem.PRIVATE


def test_one_private_number_among_others_spoils_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answering(monkeypatch, "8.8.8.8", "127.0.0.1")
    with pytest.raises(MediaRefused):
        resolve("files.platform.example", 443, may_be_private=False)


def test_the_number_that_was_looked_at_is_the_one_to_connect_to(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    answering(monkeypatch, "8.8.8.8")
    assert resolve("files.platform.example", 443, may_be_private=False) == "8.8.8.8"


def test_a_name_that_nobody_knows_may_be_known_later(monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(*_a: object, **_k: object) -> None:
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", fails)
    with pytest.raises(MediaLater):
        resolve("files.platform.example", 443, may_be_private=False)
