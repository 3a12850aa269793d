"""Mails for mailboxes."""


def mail(number: int = 1, *, text: str = "The lamp is broken.", **headers: str) -> bytes:
    """Return one mail from Ann; underscores in names of headers stand for hyphens."""
    values = {
        "From": "Ann <ann@example.com>",
        "To": "care@shop.example",
        "Subject": f"Broken lamp {number}",
        "Message-ID": f"<{number}@example.com>",
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in values.items() if value]
    return ("\r\n".join([*lines, "", text, ""])).encode()
