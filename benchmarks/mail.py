"""Speed of the mail reader: ordinary mails of about 20 kB a second, and the slowest hostile ones.

Run from the project's folder: `python -m benchmarks.mail`. All times are the process's own (CPU)
time on one core. The best of several rounds counts: other work on the machine only adds.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import platform
import random
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from intake.mail import read_mail

RESULTS = Path(__file__).parent / "results" / "mail"
ROUNDS = 5
_CONDITIONS = (
    "CPU time of one core; Python {python}, {cores} cores, load before {load_before[0]}."
    " `python -m benchmarks.mail`"
)

WORDS = [
    "order", "parcel", "refund", "broken", "screen", "tomorrow", "invoice", "number", "service",
]  # fmt: skip
HEAD = (
    "Received: from a by b; Mon, 1 Jan 2024 10:00:00 +0000\n"
    * 6
    + "From: Jane Doe <jane@example.org>\nTo: shop@example.com\nMessage-ID: <1@example.org>\n"
    "Subject: =?utf-8?q?R=C3=BCckgabe?=\nDate: Mon, 1 Jan 2024 10:00:00 +0000\nMIME-Version: 1.0\n"
)
SHORT = "From: a@b.c\nSubject: x\nMIME-Version: 1.0\n"
ANNOUNCED = "On Mon, 1 Jan 2024 at 10:00, X <x@y.example> wrote:\n"


def ordinary() -> dict[str, bytes]:
    """Mails as people send them, about 20 kB each."""
    chance = random.Random(1)

    def prose(count: int) -> str:
        return " ".join(chance.choice(WORDS) for _ in range(count))

    plain = "\n\n".join(prose(60) for _ in range(20))
    page = "".join(
        f'<p style="margin:0"><span>{prose(40)}&nbsp;<a href="https://x.example/{n}">here</a></span></p>'
        for n in range(52)
    )
    quote = "\n".join("> " + prose(10) for _ in range(120))
    picture = base64.encodebytes(chance.randbytes(12_000)).decode()
    both = ("text/plain", plain[:9_000]), ("text/html", page[:10_000])
    filed = ("text/plain", plain[:3_000]), ("image/png\nContent-Transfer-Encoding: base64", picture)
    return {
        "plain with a quote": f"{HEAD}\n{plain}\n\n{ANNOUNCED}{quote}".encode(),
        "text and HTML": _multipart("alternative", *both),
        "HTML alone": f"{HEAD}Content-Type: text/html\n\n{page}".encode(),
        "with a picture": _multipart("mixed", *filed),
        "Chinese, no charset": f"{HEAD}\n".encode()
        + "您好，我的订单还没有收到。\n".encode("gbk") * 700,
        "Russian, no charset": f"{HEAD}\n".encode()
        + "Здравствуйте, мой заказ ещё не пришёл.\n".encode("cp1251") * 480,
        "Chinese HTML": f"{HEAD}Content-Type: text/html; charset=utf-8\n\n".encode()
        + "<div><p>您好，我的订单还没有收到，请尽快处理。</p></div>".encode() * 260,
    }


def _multipart(subtype: str, *parts: tuple[str, str]) -> bytes:
    inner = "".join(f"--b\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts)
    return f"{HEAD}Content-Type: multipart/{subtype}; boundary=b\n\n{inner}--b--\n".encode()


def hostile() -> dict[str, bytes]:
    """Mails of just under 1 MB that are made to be slow."""
    html = f"{SHORT}Content-Type: text/html\n\n"
    mixed = f"{SHORT}Content-Type: multipart/mixed; boundary=x\n\n"
    texts = {
        "quote signs": f"{SHORT}\n{ANNOUNCED}" + "> x\n" * 192_000,
        "announcements": f"{SHORT}\n" + "On 1 2020 10:00 foo bar:\n" * 38_000,
        "signatures": f"{SHORT}\n" + "a\n-- \n" * 150_000,
        "open tags": html + "<div>" * 180_000,
        "paragraphs": html + "<p>x y z</p>\n" * 29_000,
        "open quotes": html + '<a "' * 220_000,
        "entities": html + "&amp" * 220_000,
        "headers": "X-a: =?utf-8?b?YQ?=\n" * 45_000 + "\nx",
        "parts": mixed + "--x\n\na\n" * 120_000,
    }
    return {name: text.encode() for name, text in texts.items()} | {
        "noise": random.Random(1).randbytes(900_000)
    }


def _per_second(act: Callable[[], object]) -> float:
    """Calls a second of one core's own time, in the best of several rounds."""
    best = 0.0
    for _ in range(ROUNDS):
        count, start = 0, time.process_time()
        while (spent := time.process_time() - start) < 0.3:
            act()
            count += 1
        best = max(best, count / spent)
    return best


def _seconds(raw: bytes) -> float:
    start = time.process_time()
    read_mail(raw)
    return time.process_time() - start


def measure() -> dict[str, Any]:
    """Both tables, with what they were measured on."""
    load = [round(value, 2) for value in os.getloadavg()]
    return {
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "load_before": load,
        "ordinary": [
            {
                "kind": kind,
                "bytes": len(raw),
                "per_second": round(_per_second(partial(read_mail, raw))),
            }
            for kind, raw in ordinary().items()
        ],
        "hostile": [
            {"kind": kind, "bytes": len(raw), "seconds": round(_seconds(raw), 2)}
            for kind, raw in hostile().items()
        ],
    }


def as_text(found: dict[str, Any]) -> str:
    """The figures in Markdown."""
    lines = [
        "# Speed of the mail reader",
        "",
        _CONDITIONS.format(**found),
        "",
        "|ordinary mail|bytes|mails a second|",
        "|-|-:|-:|",
        *(f"|{row['kind']}|{row['bytes']}|{row['per_second']}|" for row in found["ordinary"]),
        "",
        "|hostile mail|bytes|seconds|",
        "|-|-:|-:|",
        *(f"|{row['kind']}|{row['bytes']}|{row['seconds']:.2f}|" for row in found["hostile"]),
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure, print and keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=RESULTS, help="files to write, without ending")
    options = parser.parse_args()
    found = measure()
    text = as_text(found)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.with_suffix(".json").write_text(json.dumps(found, indent=2) + "\n")
    options.out.with_suffix(".md").write_text(text)
    print(text)


if __name__ == "__main__":
    main()
