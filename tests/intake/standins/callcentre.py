"""A call centre that pushes its calls, signed as the generic webhook: docs/channels.md."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from tests.intake.standins.base import SOUND, Asked, Call, Received, Said, encoded, now
from tests.intake.standins.shop import Shop


class CallCentre(Shop):
    """One call a delivery; what is pushed later under the same id joins it."""

    name = kind = "phone"
    lacks: ClassVar = dict(Shop.lacks) | {
        "conversation": "each call is a complaint of its own",
        "delivered": "an agent calls back, or another system does and knows itself",
        "read": "an agent calls back, or another system does and knows itself",
        "failed": "an agent calls back, or another system does and knows itself",
    }

    @property
    def person(self) -> str:
        return f"+86137{self.number:08d}"

    @property
    def address(self) -> str:
        return f"call:c-{self.number}-1"

    @property
    def settings(self) -> dict[str, Any]:
        return super().settings | {"media_hosts": ["127.0.0.1"]}

    def letter(self, text: str, *, age: int = 0) -> Any:
        return {
            "call_id": f"c-{self.number}-{next(self.counter)}",
            "caller": self.person,
            "callee": "4001",
            "direction": "in",
            "status": "answered",
            "started_at": datetime.fromtimestamp(now(age + 192), UTC).isoformat(),
            "ended_at": datetime.fromtimestamp(now(age), UTC).isoformat(),
            "agent": "Li Na",
            "transcript": text,
        }

    def shown(self, text: str) -> str:
        return f"{text}\n[phone call 3:12]"

    def picture(self) -> Any:
        self.media["rec"] = SOUND
        return self.letter("听录音") | {"recording_url": f"{self.base}/recordings/rec"}

    def call(self, *letters: Any, age: int = 0) -> Call:
        (value,) = letters
        return self.signed(encoded(value), age)

    def receipt(self, sent: Received, state: str) -> Call | None:
        return None

    def serve(self, asked: Asked) -> Said:
        if asked.path.startswith("/recordings/"):
            return Said(200, self.media["rec"])
        return super().serve(asked)
