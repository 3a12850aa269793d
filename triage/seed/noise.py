"""The marks of haste: typos, lost punctuation, web spelling, emoji, Traditional characters."""

from random import Random

from triage.seed.records import Book

_ANGRY = 2
# Emoji that fit a degree: none of them may move a text to another degree.
EMOJI = {
    0: ("🙏", "😊", "🙂", "👀", "🤔", "📦"),
    1: ("😒", "🙄", "😕", "😞", "😩", "🙂", "😤"),
    2: ("😡", "🤬", "😡😡😡", "💢", "👎"),
    3: ("😡", "🤬", "😤", "👎"),
}
SHOUTS = {"zh": ("！！！", "!!!", "！！", "!!"), "en": ("!!!", "!!", "!!!!")}


def roughen(text: str, *, emotion: int, channel: str, book: Book, rng: Random) -> str:
    """`text` as a customer in a hurry may have typed it; the labels stay true."""
    if book.language == "zh":
        text = _roughen_chinese(text, channel=channel, book=book, rng=rng)
    else:
        text = _roughen_english(text, emotion=emotion, channel=channel, book=book, rng=rng)
    if emotion >= _ANGRY and rng.random() < 0.25:
        text = text.rstrip("。.！! ") + rng.choice(SHOUTS[book.language])
    if channel in {"chat", "review", "social"} and rng.random() < 0.14:
        text = f"{text}{rng.choice(EMOJI[emotion])}"
    return text


def _roughen_chinese(text: str, *, channel: str, book: Book, rng: Random) -> str:
    if rng.random() < 0.05:
        return to_traditional(text, book)
    if channel in {"chat", "social", "review"}:
        if rng.random() < 0.15:
            text = _swap_words(text, book.slots["web"], rng)
        if rng.random() < 0.2:
            text = text.replace("，", " ").replace("。", " ")
        elif rng.random() < 0.15:
            text = text.replace("，", "").replace("。", "")
    if channel != "mail" and rng.random() < 0.15:
        text = _swap_words(text, book.slots["typo"], rng)
    return text.strip()


def _roughen_english(text: str, *, emotion: int, channel: str, book: Book, rng: Random) -> str:
    if channel in {"chat", "social", "review"}:
        if rng.random() < 0.2:
            text = _swap_words(text, book.slots["web"], rng)
        if rng.random() < 0.25:
            text = text.replace("'", "")
        if rng.random() < 0.2:
            text = text.replace(". ", rng.choice((" ", ", "))).rstrip(".")
        if rng.random() < 0.3:
            text = text.lower()
    if rng.random() < 0.12:
        text = _mistype(text, rng)
    # Capitals are shouting, so only a text that is angry anyway may shout.
    if emotion >= _ANGRY and channel != "mail" and rng.random() < 0.1:
        text = text.upper()
    return text.strip()


def to_traditional(text: str, book: Book) -> str:
    """Simplified characters folded to Traditional ones by the table of the slots file."""
    table = {pair[0]: pair[1] for pair in book.slots["traditional"]}
    return "".join(table.get(char, char) for char in text)


def _swap_words(text: str, pairs: tuple[str, ...], rng: Random) -> str:
    fitting = [pair.split("=", 1) for pair in pairs if pair.split("=", 1)[0] in text]
    for old, new in rng.sample(fitting, min(len(fitting), rng.choice((1, 1, 2, 3)))):
        text = text.replace(old, new, 1)
    return text


def _mistype(text: str, rng: Random) -> str:
    words = text.split(" ")
    places = [i for i, word in enumerate(words) if len(word) > 4 and word.isalpha()]
    if not places:
        return text
    place = rng.choice(places)
    word = words[place]
    at = rng.randrange(1, len(word) - 2)
    words[place] = rng.choice(
        (
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
        )
    )
    return " ".join(words)
