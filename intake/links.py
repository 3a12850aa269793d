"""Receipt codes: short enough to read out, with a part that nobody can guess."""

import base64

from django.utils.crypto import constant_time_compare, salted_hmac

_SALT = "intake.receipt"
_PROOF_LENGTH = 10
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def receipt_code(delivery_id: int) -> str:
    """Return the code of a delivery, for example ``3F-Q7M2K-PX4TZ``."""
    proof = _proof(delivery_id)
    return f"{_number(delivery_id)}-{proof[:5]}-{proof[5:]}"


def delivery_of(code: str) -> int | None:
    """Return the delivery that a code belongs to, None for a wrong one."""
    number, _, proof = code.upper().partition("-")
    if not number or len(number) > 12 or not set(number) <= set(_ALPHABET):
        return None
    delivery_id = 0
    for letter in number:
        delivery_id = delivery_id * 32 + _ALPHABET.index(letter)
    expected = _proof(delivery_id)
    given = proof.replace("-", "").encode("utf-8", "replace")
    is_right = constant_time_compare(expected.encode(), given)
    return delivery_id if is_right and delivery_id < 2**63 else None


def _number(value: int) -> str:
    digits = _ALPHABET[value % 32]
    while value := value // 32:
        digits = _ALPHABET[value % 32] + digits
    return digits


def _proof(delivery_id: int) -> str:
    digest = salted_hmac(_SALT, str(delivery_id), algorithm="sha256").digest()
    letters = base64.b32encode(digest).decode()[:_PROOF_LENGTH]
    # The same alphabet everywhere: without I, L, O and U, which people mix up.
    return letters.translate(str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _ALPHABET))
