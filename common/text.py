"""Making any text fit for PostgreSQL and JSON. No Django."""


def storable(text: str) -> str:
    """Return the text without NUL and lone surrogates, which PostgreSQL refuses."""
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")
