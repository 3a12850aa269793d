"""What the demo's customers bought, and who they are. All invented."""

import base64
import struct
import zlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

PRODUCTS = {
    "zh": ("亚麻四件套", "电热水壶", "儿童书桌", "无线吸尘器", "羊毛毯", "台灯", "保温杯"),
    "en": ("linen duvet set", "electric kettle", "desk lamp", "wool rug", "cordless vacuum"),
}
CARRIERS = {"zh": ("云雀快递", "白马物流"), "en": ("Lark Express", "Whitehorse Parcels")}
NAMES = {
    "zh": ("林晓雯", "周子昂", "陈美玲", "吴建国", "赵一凡", "孙丽", "郑浩", "何静"),
    "en": ("Marcus Oyelaran", "Hannah Lindqvist", "Priya Raman", "Tom Becker", "Daniel Kim"),
}
CHANNELS = {"zh": ("wechat", "chat", "phone", "generic"), "en": ("chat", "whatsapp", "review")}


@dataclass(frozen=True, slots=True)
class Person:
    """An invented customer with the keys by which channels know them."""

    name: str
    language: str
    email: str
    phone: str
    external_id: str
    vip: bool


def person(rng: Random, language: str, number: int) -> Person:
    """Invent a customer; numbers from ranges that nobody has."""
    name = rng.choice(NAMES[language])
    phone = (
        f"1380000{number % 10000:04d}" if language == "zh" else f"+1 202 555 01{number % 100:02d}"
    )
    return Person(
        name=name,
        language=language,
        email=f"customer{number}@mail.example",
        phone=phone,
        external_id=f"u-{number}",
        vip=rng.random() < 0.08,
    )


def order(rng: Random, language: str, number: int, at: datetime) -> dict[str, Any]:
    """Invent an order placed some days before the complaint."""
    placed = at - timedelta(days=rng.randint(3, 20))
    return {
        "number": f"TW-{2000 + number // 9000}-{1000 + number % 9000}",
        "amount": str(rng.choice((39, 79, 129, 219, 349, 599, 1299, 2680))),
        "currency": "CNY" if language == "zh" else "USD",
        "placed_at": placed.isoformat(),
        "product_name": rng.choice(PRODUCTS[language]),
        "sku": f"SKU-{rng.randint(100, 140)}",
        "carrier": rng.choice(CARRIERS[language]),
        "tracking_no": f"LX{rng.randint(10**9, 10**10 - 1)}",
        "promised_date": (placed + timedelta(days=5)).isoformat(),
    }


def picture(rng: Random, width: int = 96, height: int = 64) -> str:
    """Draw a small PNG of two colours and return it in base64: something to attach."""
    back, front = (bytes(rng.randrange(60, 220) for _ in range(3)) for _ in range(2))
    rows = b"".join(
        b"\x00"
        + b"".join(front if (x - 48) ** 2 + (y - 32) ** 2 < 400 else back for x in range(width))
        for y in range(height)
    )
    return base64.b64encode(_png(width, height, rows)).decode()


def _png(width: int, height: int, rows: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in chunks)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
