"""Fetching over real HTTP: bounds of place, size and time."""

import base64
import socket
from collections.abc import Iterator

import pytest

from intake.media.problems import MediaError, MediaLater, MediaRefused, Problem
from intake.media.wire import Ask, Limits, Net
from tests.intake.media.stand_in import PNG, Page, StandIn, serving

QUICK = Limits(largest_bytes=1000, read_seconds=0.4, total_seconds=1.0)


@pytest.fixture
def host() -> Iterator[StandIn]:
    with serving() as found:
        yield found


def net(host: StandIn, limits: Limits = QUICK) -> Net:
    return Net((), test_places=[host.place], limits=limits)


def refused(host: StandIn, path: str, limits: Limits = QUICK) -> MediaError:
    with pytest.raises(MediaError) as caught:
        net(host, limits).get(Ask(host.url + path))
    return caught.value


def test_a_file_is_fetched_with_its_key(host: StandIn) -> None:
    host.pages["/a"] = Page(PNG, headers={"Content-Type": "image/png; x=y"})
    found = net(host).get(Ask.bearing(f"{host.url}/a?b=c", "tok"))
    assert (found.content, found.content_type) == (PNG, "image/png")
    assert host.paths() == ["/a?b=c"]
    assert host.calls[0][2]["Authorization"] == "Bearer tok"


def test_basic_authentication_is_sent(host: StandIn) -> None:
    host.pages["/a"] = Page(PNG)
    net(host).get(Ask.named(f"{host.url}/a", "AC1", "auth"))
    pair = base64.b64decode(host.calls[0][2]["Authorization"].split()[1])
    assert pair == b"AC1:auth"


@pytest.mark.parametrize(
    "to",
    [
        "http://127.0.0.1:1/x",
        "https://127.0.0.1/x",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/x",
        "http://2130706433/x",
        "https://evil.example/x",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_another_place_is_not_followed(host: StandIn, to: str) -> None:
    host.pages["/a"] = Page(status=302, headers={"Location": to})
    assert refused(host, "/a").problem == Problem.HOST
    assert host.paths() == ["/a"]


def test_a_redirect_within_the_list_is_followed_without_the_key(host: StandIn) -> None:
    with serving() as store:
        host.pages["/a"] = Page(status=307, headers={"Location": f"{store.url}/b"})
        store.pages["/b"] = Page(PNG)
        both = Net((), test_places=[host.place, store.place], limits=QUICK)
        assert both.get(Ask.bearing(f"{host.url}/a", "tok")).content == PNG
        assert "Authorization" not in store.calls[0][2]


def test_a_relative_redirect_keeps_the_key(host: StandIn) -> None:
    host.pages |= {"/a": Page(status=301, headers={"Location": "/b"}), "/b": Page(PNG)}
    net(host).get(Ask.bearing(f"{host.url}/a", "tok"))
    assert host.calls[1][2]["Authorization"] == "Bearer tok"


def test_going_round_in_circles_ends(host: StandIn) -> None:
    host.pages["/a"] = Page(status=302, headers={"Location": "/a"})
    assert refused(host, "/a").problem == Problem.ODD_ANSWER
    assert len(host.calls) == QUICK.most_redirects + 1


def test_what_says_that_it_is_too_large_is_not_read(host: StandIn) -> None:
    host.pages["/a"] = Page(b"x", headers={"Content-Length": "5000000"})
    assert refused(host, "/a").problem == Problem.TOO_LARGE


def test_what_hides_its_size_is_cut_off(host: StandIn) -> None:
    chunk = b"3e8\r\n" + b"x" * 1000 + b"\r\n"
    host.pages["/a"] = Page(chunk * 50 + b"0\r\n\r\n", headers={"Transfer-Encoding": "chunked"})
    host.pages["/a"].headers["Content-Length"] = ""
    del host.pages["/a"].headers["Content-Length"]
    assert refused(host, "/a").problem in {Problem.TOO_LARGE, Problem.UNREACHABLE}


def test_drops_of_bytes_do_not_prolong_the_time(host: StandIn) -> None:
    host.pages["/a"] = Page(b"x" * 500, pause=0.1)
    error = refused(host, "/a", Limits(read_seconds=0.5, total_seconds=0.6))
    assert isinstance(error, MediaLater)
    assert error.problem == Problem.TOO_SLOW


def test_silence_ends_the_wait(host: StandIn) -> None:
    host.pages["/a"] = Page(b"xx", pause=1.0)
    assert refused(host, "/a").problem == Problem.TOO_SLOW


def test_a_packed_answer_is_refused(host: StandIn) -> None:
    host.pages["/a"] = Page(b"x", headers={"Content-Encoding": "gzip"})
    assert refused(host, "/a").problem == Problem.ODD_ANSWER


@pytest.mark.parametrize(
    ("status", "problem", "later"),
    [
        (404, Problem.GONE, False),
        (410, Problem.GONE, False),
        (401, Problem.REFUSED, False),
        (403, Problem.REFUSED, False),
        (429, Problem.UNREACHABLE, True),
        (503, Problem.UNREACHABLE, True),
        (202, Problem.UNREACHABLE, True),
    ],
)
def test_each_status_has_its_meaning(
    host: StandIn, status: int, problem: Problem, later: bool
) -> None:
    host.pages["/a"] = Page(status=status)
    error = refused(host, "/a")
    assert error.problem == problem
    assert isinstance(error, MediaLater) is later


def test_the_wait_that_is_asked_for_is_told(host: StandIn) -> None:
    host.pages["/a"] = Page(status=429, headers={"Retry-After": "77"})
    error = refused(host, "/a")
    assert isinstance(error, MediaLater)
    assert error.after == 77


def test_a_listed_name_that_leads_into_our_network_is_never_connected_to(
    host: StandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_a, **_k: rows)
    with pytest.raises(MediaRefused) as caught:
        Net(["files.platform.example"], limits=QUICK).get(Ask("https://files.platform.example/a"))
    assert caught.value.problem == Problem.PRIVATE
    assert host.calls == []


def test_no_answer_at_all_may_be_better_later(host: StandIn) -> None:
    with pytest.raises(MediaLater) as caught:
        Net((), test_places=["127.0.0.1:9"], limits=QUICK).get(Ask("http://127.0.0.1:9/tok"))
    assert "tok" not in str(caught.value)


@pytest.mark.parametrize("body", [b"", b"[]", b"[" * 100_000, b"\xff", b"{"])
def test_an_answer_that_is_no_object_is_an_empty_one(host: StandIn, body: bytes) -> None:
    host.pages["/a"] = Page(body)
    assert net(host, Limits(read_seconds=1, total_seconds=2)).ask(Ask(f"{host.url}/a")) == {}
