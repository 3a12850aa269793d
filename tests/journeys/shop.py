"""A shop's system that delivers to Redress over HTTP, as stubborn as a platform is."""

import http.client
import json
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

import pytest

from intake.channels.base import sign
from tests.stack import Stack

# Platforms go on for hours; a test says sooner that nobody answers.
GIVE_UP_SECONDS = 150
PAUSE_SECONDS = 0.3


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    body: bytes
    content_type: str = ""

    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Shop:
    """One generic source and its secret."""

    url: str
    slug: str
    secret: str

    @classmethod
    def of(cls, stack: Stack, name: str = "Shop") -> "Shop":
        """Create a source in the stack, as its administrator would."""
        made = json.loads(stack.manage("create_source", "generic", name, "--json"))
        return cls(f"{stack.url}/intake/{made['slug']}/", made["slug"], made["secret"])

    def headers(self, body: bytes, *, at: float | None = None) -> dict[str, str]:
        """Return the headers that sign the body."""
        timestamp = str(int(time.time() if at is None else at))
        return {
            "Content-Type": "application/json",
            "X-Redress-Timestamp": timestamp,
            "X-Redress-Signature": sign(self.secret, timestamp, body),
        }

    def post(self, body: bytes, **headers: str) -> Answer:
        """Send a body once, signed now; headers given replace those."""
        return post(self.url, body, self.headers(body) | headers)

    def deliver(self, complaint: dict[str, Any]) -> Answer:
        """Send a complaint until it is taken, through every 5xx and every broken connection."""
        body = json.dumps(complaint, ensure_ascii=False).encode()
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            try:
                answer = self.post(body)
            except (OSError, http.client.HTTPException):
                answer = Answer(503, b"")
            if answer.status < 500:
                return answer
            if time.monotonic() > deadline:
                pytest.fail(f"nobody took the delivery {complaint['id']} ({answer.status})")
            time.sleep(PAUSE_SECONDS)


def post(url: str, body: bytes, headers: dict[str, str]) -> Answer:
    """Send one request and return what came back, whatever its status."""
    request = urllib.request.Request(url, data=body, headers=headers, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return Answer(answer.status, answer.read(), answer.headers["Content-Type"])
    except urllib.error.HTTPError as error:
        with error:
            return Answer(error.code, error.read(), error.headers["Content-Type"])
