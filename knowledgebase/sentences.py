"""Why a file, or a line of it, is not taken, in the reader's language."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from knowledgebase.bundles import Refusal
from knowledgebase.labels import WHY_TONE

_SENTENCES = {
    "too-large": _("The file is larger than %(most)s."),
    "not-a-zip": _("This is not a zip file, or only half of one arrived."),
    "too-many": _("The zip holds more than %(most)s files."),
    "unpacks-too-large": _("Unpacked, the zip is far too large."),
    "encrypted": _("The file is locked with a password."),
    "outside": _("The name leads outside the folder."),
    "not-toml": _("Only TOML files are read."),
    "twice": _("The zip holds this name twice."),
    "broken": _("The file is damaged."),
    "file-too-large": _("The file is larger than 200 kB."),
    "manifest": _("The list of versions cannot be read; every text edited here counts as newer."),
    "same-slug": _("Another file describes %(slug)s already."),
    "encoding": _("The text is not UTF-8."),
    "toml": _("Not readable as TOML: %(why)s"),
    "shape": _("Something is missing or has the wrong shape: %(why)s"),
    "expires": _("The last day must be a date such as 2026-12-31."),
    "unknown-key": _("There is no field %(key)s."),
    "no-such-body": _("There is no language and mood %(body)s."),
    "empty-body": _("The text %(body)s is empty."),
    "head": _("This scenario cannot be saved: %(why)s"),
}


def refusal_sentence(refusal: Refusal) -> str:
    """Say why something was refused."""
    data = refusal.data
    if refusal.code == "variable":
        if data["meant"]:
            return gettext("Nothing can fill %(name)s. Perhaps %(meant)s is meant.") % data
        return gettext("Nothing can fill %(name)s.") % data
    if refusal.code == "tone":
        shown = {"rule": data["rule"], "why": str(WHY_TONE[data["reason"]]), "text": data["text"]}
        if data["text"]:
            return gettext("%(rule)s: %(why)s “%(text)s”") % shown
        return gettext("%(rule)s: %(why)s") % shown
    return str(_SENTENCES[refusal.code]) % data
