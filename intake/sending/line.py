"""LINE: push message. Needs the secret ``access_token``. No Django.

LINE tells nothing of what became of a push. A second try with the same retry key arrives once; LINE
knows the key for 24 hours.
"""

import uuid
from collections.abc import Mapping
from typing import Any

from intake.channels.reading import children, text
from intake.sending.wire import Platform, Reply, Wire

LONGEST_BUBBLE, MOST_BUBBLES = 5000, 5


class Line(Platform):
    """A long text becomes up to five bubbles of one push, which arrive together or not at all."""

    name = "LINE"
    base_url = "https://api.line.me"
    longest_text = LONGEST_BUBBLE * MOST_BUBBLES
    needs_secrets = ("access_token",)

    def build(self, reply: Reply) -> Wire:
        """Return the push; the retry key keeps a second try from arriving twice."""
        bubbles = _split(reply.text)
        return Wire(
            "/v2/bot/message/push",
            headers={
                "Authorization": f"Bearer {reply.secret_named('access_token')}",
                "X-Line-Retry-Key": str(uuid.uuid5(uuid.NAMESPACE_OID, reply.key)),
            },
            json={"to": reply.to, "messages": [{"type": "text", "text": b} for b in bubbles]},
        )

    def length(self, words: str) -> int:
        """Count as LINE does, in UTF-16 units."""
        return len(words.encode("utf-16-le")) // 2

    def is_refused(self, status: int, answer: Mapping[str, Any]) -> bool:
        """409 says that this retry key was taken before: it has arrived."""
        return status != 409 and super().is_refused(status, answer)

    def sent_id(self, answer: Mapping[str, Any]) -> str:
        """Return the id of the first bubble."""
        return next((text(one, "id") for one in children(answer, "sentMessages")), "")

    def code_of(self, status: int, answer: Mapping[str, Any]) -> str:
        """403 is a plan or a permission; 400 with "to" somebody who is no friend any more."""
        if status == 400 and "'to'" in text(answer, "message", 300):
            return "unknown_recipient"
        return "credentials" if status == 403 else super().code_of(status, answer)

    def reason(self, answer: Mapping[str, Any]) -> str:
        """Return the message."""
        return text(answer, "message", 300)


def _split(words: str) -> list[str]:
    """Cut by UTF-16 units without tearing a character apart."""
    bubbles, size = [""], 0
    for character in words:
        units = 2 if ord(character) > 0xFFFF else 1
        if size + units > LONGEST_BUBBLE:
            bubbles.append("")
            size = 0
        bubbles[-1] += character
        size += units
    return bubbles
