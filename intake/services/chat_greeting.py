"""What a widget shows before anything was said: words, hours, who is there."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from intake import conversations
from intake.channels.chat_files import EXTENSIONS, LARGEST_FILE, LARGEST_TOTAL, MOST_FILES
from intake.models import Source
from intake.services.chat import settings_of
from tickets.sla.calendars import CALENDARS

LONGEST_LINE = 5000


def greeting(*, source: Source, language: str, now: datetime) -> dict[str, Any]:
    """Return all that the widget needs to know, in the visitor's language."""
    chosen = settings_of(source)
    is_chinese = language.startswith("zh")
    with translation.override("zh-hans" if is_chinese else "en"):
        words = _words()
    calendar = CALENDARS.get(chosen.calendar, CALENDARS["always"])
    is_open = calendar.is_open(now)
    title = chosen.title_zh if is_chinese else chosen.title_en
    hello = chosen.greeting_zh if is_chinese else chosen.greeting_en
    return {
        "language": "zh" if is_chinese else "en",
        "title": title or settings.REDRESS_SHOP_NAME,
        "greeting": hello or words["greeting"],
        "colour": chosen.colour,
        "on_colour": chosen.on_colour,
        "side": chosen.side,
        "open": is_open,
        "opens_at": None if is_open else calendar.next_opening(now).isoformat(),
        "people": conversations.people_here(now) if is_open and chosen.shows_people else [],
        "limits": {
            "text": LONGEST_LINE,
            "files": MOST_FILES,
            "file": LARGEST_FILE,
            "total": LARGEST_TOTAL,
            "types": ",".join(EXTENSIONS),
        },
        "words": words,
    }


def _words() -> dict[str, str]:
    """Return the widget's words; {places} are filled in by the script."""
    return {
        "greeting": _("Hello. What happened? We read this and answer here."),
        "open": _("Open chat"),
        "unread": _("Open chat, new messages: {n}"),
        "close": _("Close chat"),
        "log": _("Conversation"),
        "write": _("Your message"),
        "send": _("Send"),
        "attach": _("Attach files"),
        "remove": _("Remove {name}"),
        "you": _("You"),
        "here": _("Here now: {names}"),
        "here_none": _("We are here."),
        "back": _("We are back {when}. Write now, and we answer then."),
        "new": _("New message: {text}"),
        "offline": _("You are offline. Your message is sent as soon as you are back."),
        "retrying": _("We cannot be reached. Trying again in {n} s."),
        "waiting": _("Waiting to be sent"),
        "sending": _("Sending"),
        "sent": _("Sent"),
        "failed": _("Not sent: {why}"),
        "again": _("Try again"),
        "discard": _("Discard"),
        "mailed": _("Sent to you by e-mail"),
        "too_large": _("“{name}” is too large: up to 10 MB a file, 20 MB in all."),
        "too_many_files": _("Up to 5 files can be sent at once."),
        "bad_type": _("“{name}” is of a kind that cannot be sent."),
        "bad_file": _("“{name}” cannot be read. Please choose it again."),
        "too_long": _("This is too long. Please send it in parts."),
        "slow_down": _("Too many messages. Please wait a minute."),
        "refused": _("This page may not send messages."),
        "other": _("Something is wrong on our side."),
        "email": _("Your e-mail address"),
        "email_ask": _("If you leave before we answer, we write to your e-mail."),
        "email_save": _("Save"),
        "email_have": _("If you leave, we answer to {email}."),
        "email_change": _("Change"),
        "email_bad": _("This is no complete e-mail address. It looks like name@example.com."),
        "file_failed": _("The file cannot be fetched now. Please try again."),
    }
