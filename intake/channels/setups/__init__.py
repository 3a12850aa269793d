"""The table of what each kind of source needs, and where it is found at the platform.

A new kind gets one entry in a file here; a test keeps the table complete. Names of menus are those
that the platforms used when this was written: they move, the things that they hold do not.
"""

from collections.abc import Mapping
from typing import Any

from intake.channels.fields import Setup
from intake.channels.setups import chinese, mail, messengers, own

SETUPS: dict[str, Setup] = {
    **own.SETUPS,
    **mail.SETUPS,
    **messengers.SETUPS,
    **chinese.SETUPS,
}


def setup_of(kind: str, settings: Mapping[str, Any]) -> Setup:
    """Return how a source is set up; a kind without an entry has a name and nothing else."""
    variant = "mailbox" if kind == "email" and settings.get("imap_host") else kind
    return SETUPS.get(variant) or Setup(kind, "", address=False)
