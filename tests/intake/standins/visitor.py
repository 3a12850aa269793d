"""A customer with a browser at the complaint form, without JavaScript."""

import http.cookiejar
import re
import urllib.parse
import urllib.request
from typing import Any

from tests.intake.standins.base import Call, Heard
from tests.intake.standins.postmark import PostmarkApi


class Visitor(PostmarkApi):
    """Opens the page, fills it in, sends it; replies come by mail."""

    name = kind = "form"
    lacks = PostmarkApi.lacks | {
        "handshake": "a page is opened by people",
        "several": "one complaint a form",
        "altered body": "the page is for people and signs nothing",
        "old timestamp": "the page is for people and signs nothing",
        "header": "the page is for people and signs nothing",
        "wrong key": "the page is for people and has no key",
        "order": "a form tells no time of its own",
        "after a fault": "a person presses the button again",
        "conversation": "each form is a complaint of its own",
        "odd body": "the form's own fields are checked; see the tests of the form",
        "picture": "files come with the form itself; see the tests of the form",
    }
    tries = 1

    def __init__(self) -> None:
        super().__init__()
        self.secrets = {"unused": "x"}
        self.jar = http.cookiejar.CookieJar()

    def _open(self, data: bytes | None = None) -> Heard:
        cookies = urllib.request.HTTPCookieProcessor(self.jar)
        opener = urllib.request.build_opener(cookies)
        request = urllib.request.Request(self.page, data, {"Accept-Language": "en"})
        with opener.open(request, timeout=10) as response:
            kind = response.headers.get("Content-Type", "")
            return Heard(response.status, response.read(), kind)

    @property
    def page(self) -> str:
        where = urllib.parse.urlsplit(self.door)
        slug = where.path.strip("/").rpartition("/")[2]
        return f"{where.scheme}://{where.netloc}/complain/{slug}/"

    def letter(self, text: str, *, age: int = 0) -> Any:
        shown = self._open().body.decode()
        hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', shown))
        return hidden | {"text": text, "contact": self.address, "consent": "on"}

    def call(self, *letters: Any, age: int = 0) -> Call:
        (form,) = letters
        return Call(urllib.parse.urlencode(form).encode())

    def visit(self, call: Call) -> Heard:
        return self._open(call.body)
