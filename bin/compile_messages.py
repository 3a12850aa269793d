"""Compile the translations (.po to .mo) without gettext's own programs, which may be missing."""

import sys
from pathlib import Path

import polib

LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"


def main() -> None:
    """Compile every catalogue that is newer than its compiled form."""
    for source in sorted(LOCALE_DIR.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        try:
            polib.pofile(str(source)).save_as_mofile(str(target))
        except OSError as error:
            sys.exit(f"setup: {source} cannot be compiled ({error}).")
        sys.stdout.write(f"setup: compiled {target.relative_to(LOCALE_DIR.parent)}\n")


if __name__ == "__main__":
    main()
