"""What the customer is written, in the language of the ticket. No Django."""

_INVITATION = {
    "en": (
        "Your complaint {reference} has been closed on our side.\n\n"
        "Is it really solved for you? Two taps are enough:\n{link}\n\n"
        "If it is not solved, say so there and another colleague takes it up again. "
        "The link works for {days} days and needs no log-in."
    ),
    "zh": (
        "您的投诉 {reference} 我们已处理完毕。\n\n"
        "问题真的解决了吗？点两下即可告诉我们：\n{link}\n\n"
        "如果没有解决，请在页面上注明，我们会换一位同事重新处理。链接 {days} 天内有效，无需登录。"
    ),
}
_REMINDER = {
    "en": (
        "Two days ago we asked whether complaint {reference} is solved for you. "
        "If you have a moment:\n{link}\n\n"
        "We will not ask again about this."
    ),
    "zh": (
        "两天前我们询问过投诉 {reference} 是否已经解决。如果您方便，请告诉我们：\n{link}\n\n"
        "此事我们不会再次打扰您。"
    ),
}


def invitation(*, language: str, reference: str, link: str, days: int) -> str:
    """Return the text that asks."""
    return _INVITATION[_known(language)].format(reference=reference, link=link, days=days)


def reminder(*, language: str, reference: str, link: str) -> str:
    """Return the text that asks once more."""
    return _REMINDER[_known(language)].format(reference=reference, link=link)


def _known(language: str) -> str:
    return "zh" if language.startswith("zh") else "en"
