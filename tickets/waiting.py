"""What a customer is told who does not answer, and how long we wait. No Django."""

from datetime import timedelta

REMIND_AFTER = timedelta(hours=24)
RESOLVE_AFTER = timedelta(hours=72)
# Nobody is given up on sooner than this after the reminder, however late that went out.
AFTER_REMINDER = timedelta(hours=24)
REMINDER, CLOSING = "waiting-reminder", "waiting-closing"

# We owe these customers something: silence settles nothing.
MONEY_OWED = frozenset(
    {
        "after-sales.refund-delay",
        "after-sales.promise-broken",
        "payment.double-charge",
        "payment.unauthorised-charge",
        "payment.auto-renewal",
    }
)

_TEXTS = {
    (REMINDER, "en"): (
        "We asked you something about your complaint {reference} and cannot go on without your "
        "answer. Please just reply to this message. If we hear nothing, we close the complaint; "
        "a reply opens it again."
    ),
    (REMINDER, "zh"): (
        "关于您的投诉 {reference}，我们仍在等待您的回复，收到后才能继续处理。直接回复本消息即可。"
        "如未收到回复，我们将先行结单；您之后回复，会重新为您处理。"
    ),
    (CLOSING, "en"): (
        "We have not heard from you about your complaint {reference}, so we close it for now. "
        "If it is not settled for you, reply to this message and we take it up again."
    ),
    (CLOSING, "zh"): (
        "关于您的投诉 {reference}，我们一直未收到您的回复，现先行结单。"
        "如果问题仍未解决，直接回复本消息，我们会重新为您处理。"
    ),
}


def text_of(slug: str, *, language: str, reference: str) -> str:
    """Return the message in the customer's language, English for any but Chinese."""
    return _TEXTS[slug, "zh" if language.startswith("zh") else "en"].format(reference=reference)
