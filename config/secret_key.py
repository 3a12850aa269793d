"""A signing key that the first start makes for itself and every later start finds again."""

import os
import secrets
from pathlib import Path

from config.errors import SettingError


def load_or_create(file: Path) -> str:
    """Return the key in the file; make a new one (readable by the owner only) if there is none.

    Several processes may start at once: the file appears complete or not at all, and all of them
    read the one that won.
    """
    try:
        if not file.exists():
            _create(file)
        key = file.read_text(encoding="ascii").strip()
    except OSError as error:
        raise SettingError(
            f"{file} cannot be written or read ({error}); set REDRESS_SECRET_KEY or REDRESS_VAR."
        ) from error
    if len(key) < 50:
        raise SettingError(f"{file} is too short to be a key; delete it to get a new one.")
    return key


def _create(file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(secrets.token_urlsafe(64))
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(draft, file)
    except FileExistsError:
        # Another process was first; its key is the one that counts.
        pass
    finally:
        draft.unlink()
