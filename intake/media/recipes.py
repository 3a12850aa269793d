"""How each platform hands out what its messages name, and on which hosts. No Django.

The setting ``media_hosts`` of a source (names, or endings with a leading dot) replaces
the hosts given here, and ``api_url`` the platform's address, as it does for replies. Hosts and
times marked with [k] follow general knowledge, not a checked page.
"""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, ClassVar
from urllib.parse import quote, urlencode, urlsplit

from common.file_types import sniff
from intake.channels.base import Door
from intake.channels.reading import child, number, text
from intake.media.problems import MediaLater, MediaRefused, Problem
from intake.media.references import MediaRef
from intake.media.wire import Ask, Fetched, Net, read_json


class Recipe:
    """By its address, from the hosts that the platform or the source names."""

    hosts: ClassVar[tuple[str, ...]] = ()
    # How long the platform keeps a file, None where it does not say.
    keeps: ClassVar[timedelta | None] = None
    base_url: ClassVar[str] = ""

    def fetch(self, ref: MediaRef, door: Door, net: Net) -> Fetched:
        """Return the file. Raises MediaRefused, MediaLater."""
        return net.get(Ask(_address(ref)))

    def hosts_for(self, door: Door) -> tuple[str, ...]:
        """Return the hosts that may be asked for this source."""
        return listed_hosts(door) or self.hosts

    def base(self, door: Door) -> str:
        """Return the platform's address, without a slash at the end."""
        return (text(door.settings, "api_url", 500) or self.base_url).rstrip("/")


def listed_hosts(door: Door) -> tuple[str, ...]:
    """Return the hosts that the source lists: a list, or a text with one in each line."""
    chosen = door.settings.get("media_hosts")
    if isinstance(chosen, str):
        chosen = chosen.replace(",", " ").split()
    if not isinstance(chosen, list):
        return ()
    return tuple(host.strip() for host in chosen if isinstance(host, str) and host.strip())


def _address(ref: MediaRef) -> str:
    if not ref.url:
        raise MediaRefused(Problem.ODD_ANSWER, "the message names no address")
    # WeChat and some others still write http for hosts that speak https.
    is_old = ref.url.startswith("http://") and urlsplit(ref.url).port is None
    return f"https://{ref.url[7:]}" if is_old else ref.url


def _key(door: Door, name: str) -> str:
    found = door.secret_named(name)
    if not found:
        raise MediaRefused(Problem.NO_KEY, name)
    return found


def _part(value: str) -> str:
    return quote(value, safe="")


class Telegram(Recipe):
    """getFile names a path that works for an hour; files above 20 MB are not handed out."""

    hosts: ClassVar[tuple[str, ...]] = ("api.telegram.org",)
    base_url: ClassVar[str] = "https://api.telegram.org"

    def fetch(self, ref: MediaRef, door: Door, net: Net) -> Fetched:
        """Ask for the path, then for the file."""
        token, base = _key(door, "bot_token"), self.base(door)
        query = urlencode({"file_id": ref.id})
        answer = net.ask(Ask(f"{base}/bot{token}/getFile?{query}"))
        path = text(child(answer, "result"), "file_path", 500)
        if not path:
            raise MediaRefused(Problem.ODD_ANSWER, text(answer, "description", 200))
        return net.get(Ask(f"{base}/file/bot{token}/{quote(path)}"))


class WhatsApp(Recipe):
    """The id leads to an address that works for five minutes, with the same token."""

    hosts: ClassVar[tuple[str, ...]] = (
        "graph.facebook.com",
        "lookaside.fbsbx.com",
        ".fbcdn.net",
        ".whatsapp.net",
    )
    keeps: ClassVar[timedelta | None] = timedelta(days=30)
    base_url: ClassVar[str] = "https://graph.facebook.com"

    def fetch(self, ref: MediaRef, door: Door, net: Net) -> Fetched:
        """Ask for the address, then for the file."""
        token = _key(door, "access_token")
        version = text(door.settings, "api_version", 20) or "v21.0"
        answer = net.ask(Ask.bearing(f"{self.base(door)}/{_part(version)}/{_part(ref.id)}", token))
        url = text(answer, "url", 2000)
        if not url:
            raise MediaRefused(Problem.ODD_ANSWER, text(child(answer, "error"), "message", 200))
        return net.get(Ask.bearing(url, token))


class Meta(Recipe):
    """Messenger and Instagram give addresses that run out after some days [k]."""

    hosts: ClassVar[tuple[str, ...]] = (".fbcdn.net", ".fbsbx.com", ".cdninstagram.com")


class Line(Recipe):
    """By the message's id; kept "for a certain period", two weeks [k]."""

    hosts: ClassVar[tuple[str, ...]] = ("api-data.line.me",)
    keeps: ClassVar[timedelta | None] = timedelta(days=14)
    base_url: ClassVar[str] = "https://api-data.line.me"

    def fetch(self, ref: MediaRef, door: Door, net: Net) -> Fetched:
        """Ask for the content; what another host keeps is asked of that host, if it is listed."""
        if ref.url:
            return super().fetch(ref, door, net)
        token = _key(door, "access_token")
        url = f"{self.base(door)}/v2/bot/message/{_part(ref.id)}/content"
        return net.get(Ask.bearing(url, token))


class Slack(Recipe):
    """By url_private with the bot's token (scope files:read); without it a log-in page comes."""

    hosts: ClassVar[tuple[str, ...]] = ("files.slack.com", "slack-files.com")

    def fetch(self, ref: MediaRef, door: Door, net: Net) -> Fetched:
        """Ask with the token."""
        return net.get(Ask.bearing(_address(ref), _key(door, "bot_token")))


class Twilio(Recipe):
    """By MediaUrl and RecordingUrl, with basic authentication; redirects to a store [k]."""

    hosts: ClassVar[tuple[str, ...]] = (
        "api.twilio.com",
        "mms.twiliocdn.com",
        "media.twiliocdn.com",
        "s3-external-1.amazonaws.com",
    )

    def fetch(self, ref: MediaRef, door: Door, net: Net) -> Fetched:
        """Ask with account and token; the store that it leads to gets neither."""
        url = _address(ref)
        account = text(door.settings, "account_sid") or door.secret_named("account_sid")
        account = account or _account_in(url)
        token = door.secret_named("auth_token", alone=True)
        if not account or not token:
            raise MediaRefused(Problem.NO_KEY, "account_sid" if token else "auth_token")
        return net.get(Ask.named(url, account, token))


def _account_in(url: str) -> str:
    parts = urlsplit(url).path.split("/")
    following = parts[parts.index("Accounts") + 1 :] if "Accounts" in parts else []
    return following[0] if following else ""


class WeChat(Recipe):
    """By media/get with a token; kept for three days.

    The stable token stays the same until it runs out, so asking for it makes no other one invalid.
    """

    hosts: ClassVar[tuple[str, ...]] = (
        "api.weixin.qq.com",
        "mmbiz.qpic.cn",
        ".qpic.cn",
        ".video.qq.com",
    )
    keeps: ClassVar[timedelta | None] = timedelta(days=3)
    base_url: ClassVar[str] = "https://api.weixin.qq.com"

    def fetch(self, ref: MediaRef, door: Door, net: Net) -> Fetched:
        """Ask for a token, then for the file; a picture without an id by its address."""
        if not ref.id:
            return super().fetch(ref, door, net)
        query = urlencode({"access_token": self.token(door, net), "media_id": ref.id})
        found = net.get(Ask(f"{self.base(door)}/cgi-bin/media/get?{query}"))
        # Both errors and videos come as JSON with status 200.
        answer = read_json(found.content) if sniff(found.content) == "text/plain" else {}
        url = text(answer, "video_url", 2000)
        if url:
            return super().fetch(MediaRef(ref.kind, url=url), door, net)
        _judge_code(answer)
        return found

    def token(self, door: Door, net: Net) -> str:
        """Return an access token. Raises MediaRefused, MediaLater."""
        app = door.setting("app_id")
        if not app:
            raise MediaRefused(Problem.NO_KEY, "app_id")
        body = {
            "grant_type": "client_credential",
            "appid": app,
            "secret": _key(door, "app_secret"),
        }
        url = f"{self.base(door)}/cgi-bin/stable_token"
        headers = {"Content-Type": "application/json"}
        return _token_in(net.ask(Ask(url, headers, json.dumps(body).encode())))


class WeCom(WeChat):
    """As WeChat, with the company's own token; asking again returns the same one [k]."""

    hosts: ClassVar[tuple[str, ...]] = ("qyapi.weixin.qq.com", ".qpic.cn")
    base_url: ClassVar[str] = "https://qyapi.weixin.qq.com"

    def token(self, door: Door, net: Net) -> str:
        """Return an access token. Raises MediaRefused, MediaLater."""
        company = door.setting("corp_id")
        if not company:
            raise MediaRefused(Problem.NO_KEY, "corp_id")
        secret = door.secret_named("corp_secret") or _key(door, "app_secret")
        query = urlencode({"corpid": company, "corpsecret": secret})
        return _token_in(net.ask(Ask(f"{self.base(door)}/cgi-bin/gettoken?{query}")))


# Invalid media id; the file ran out.
_GONE_CODES = frozenset({40007, 41006})
# Busy; the token ran out or was replaced in between; too many calls.
_LATER_CODES = frozenset({-1, 40001, 40014, 42001, 45009, 45011})


def _token_in(answer: Mapping[str, Any]) -> str:
    token = text(answer, "access_token", 1000)
    if not token:
        _judge_code(answer)
        raise MediaLater(Problem.ODD_ANSWER, "it gave no token")
    return token


def _judge_code(answer: Mapping[str, Any]) -> None:
    code = number(answer, "errcode")
    if not code:
        return
    said = f"{code:.0f} {text(answer, 'errmsg', 150)}".strip()
    if code in _GONE_CODES:
        raise MediaRefused(Problem.GONE, said)
    if code in _LATER_CODES:
        raise MediaLater(Problem.UNREACHABLE, said)
    raise MediaRefused(Problem.REFUSED, said)


class Douyin(Recipe):
    """By resource_url; the names of the hosts follow general knowledge [k]."""

    hosts: ClassVar[tuple[str, ...]] = (
        ".douyinpic.com",
        ".douyinvod.com",
        ".byteimg.com",
        ".douyin.com",
        ".zjcdn.com",
    )


class Brevo(Recipe):
    """By the token's address, with the API key; the other providers send their files along."""

    hosts: ClassVar[tuple[str, ...]] = ("api.brevo.com",)

    def fetch(self, ref: MediaRef, door: Door, net: Net) -> Fetched:
        """Return the file."""
        return net.get(Ask(_address(ref), {"api-key": _key(door, "api_key")}))


RECIPES: dict[str, Recipe] = {
    "telegram": Telegram(),
    "whatsapp": WhatsApp(),
    "messenger": Meta(),
    "instagram": Meta(),
    "line": Line(),
    "slack": Slack(),
    "twilio_sms": Twilio(),
    "twilio_voice": Twilio(),
    "wechat": WeChat(),
    "wecom": WeCom(),
    "douyin": Douyin(),
    "anymail": Brevo(),
}
_BY_ADDRESS = Recipe()


def recipe_for(kind: str) -> Recipe:
    """Return how a kind of source is asked; by address alone for those without a platform."""
    return RECIPES.get(kind, _BY_ADDRESS)
