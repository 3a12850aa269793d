"""Fills the slots of a phrase with invented products, numbers, dates and names."""

import re
from random import Random

from triage.seed.records import Book

SLOT = re.compile(r"\{([a-z]+)\}")
_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


class Filler:
    """Values of one text: the same slot has the same value wherever it stands."""

    def __init__(self, book: Book, products: tuple[str, ...], rng: Random) -> None:
        self._book = book
        self._products = products
        self._rng = rng
        self._values: dict[str, str] = {}

    def fill(self, text: str) -> str:
        """`text` with every `{slot}` replaced. Raises KeyError for an unknown slot."""
        return SLOT.sub(lambda match: self._value(match[1]), text)

    def _value(self, name: str) -> str:
        if name not in self._values:
            self._values[name] = self._invent(name)
        return self._values[name]

    def _invent(self, name: str) -> str:
        if name == "product":
            group = self._rng.choice(self._products)
            return self._rng.choice(self._book.slots[f"product.{group}"])
        makers = {
            "order": self._order,
            "tracking": self._tracking,
            "amount": self._amount,
            "date": self._date,
            "phone": self._phone,
        }
        if name in makers:
            return makers[name]()
        return self._rng.choice(self._book.slots[name])

    def _order(self) -> str:
        digits = self._rng.choice((4, 5, 8, 12))
        number = "".join(str(self._rng.randrange(10)) for _ in range(digits))
        letter = self._rng.choice(_LETTERS) if self._rng.random() < 0.6 else ""
        return f"{letter}{number}"

    def _tracking(self) -> str:
        letters = "".join(self._rng.choice(_LETTERS) for _ in range(2))
        return f"{letters}{self._rng.randrange(10**9, 10**10)}"

    def _amount(self) -> str:
        whole = self._rng.choice((self._rng.randrange(9, 200), self._rng.randrange(200, 4000)))
        cents = self._rng.choice(("", "", "", ".9", ".50", ".99"))
        if self._book.language == "zh":
            return f"{whole}{cents}"
        return f"{self._rng.choice(('£', '$', '€', '¥'))}{whole}{cents}"

    def _date(self) -> str:
        month, day = self._rng.randrange(1, 13), self._rng.randrange(1, 29)
        if self._book.language == "zh":
            return self._rng.choice((f"{month}月{day}号", f"{month}月{day}日", f"{month}.{day}"))
        return self._rng.choice((f"{day} {_MONTHS[month - 1]}", f"{_MONTHS[month - 1]} {day}"))

    def _phone(self) -> str:
        # Ranges no subscriber has: 555-01xx in English, the all-zero block in Chinese.
        if self._book.language == "zh":
            return f"138000000{self._rng.randrange(10, 100)}"
        return f"555-01{self._rng.randrange(10, 100)}"
