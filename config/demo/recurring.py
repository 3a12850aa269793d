"""What the demo's agents keep explaining in their own words, and what nobody has a reply for."""

import tomllib
from collections.abc import Iterator
from pathlib import Path

from triage.seed import SeedRow

_FILE = Path(__file__).with_name("recurring.toml")


def planted() -> Iterator[tuple[SeedRow, str]]:
    """Yield every question with the wording that answers it; "" where nobody has one."""
    for one in tomllib.loads(_FILE.read_text("utf-8"))["recurring"]:
        wordings = one["wordings"] or [""]
        for number, question in enumerate(one["questions"]):
            row = _row(question, one["language"], one["category"])
            yield row, wordings[number % len(wordings)]


def _row(text: str, language: str, category: str) -> SeedRow:
    """Return a question as the sources deliver it."""
    return SeedRow(
        text=text,
        subject="",
        language=language,
        category=category,
        also=(),
        emotion=0,
        distressed=False,
        flags=(),
        channel="chat",
        origin="handwritten",
    )
