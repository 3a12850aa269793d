"""Puts hand-written phrases together to whole complaints.

A text is a problem core with what customers say around it. Its labels are those of its phrases:
the emotion is their maximum, flags and second problems their union.
"""

from dataclasses import dataclass
from random import Random

from triage.seed.noise import roughen
from triage.seed.records import FLAGS, Book, Phrase, SeedRow, Topic
from triage.seed.slots import Filler

# Non-complaints that stand alone: nobody hangs an order number and a demand on spam.
BARE = {"non-complaint.spam", "non-complaint.no-reply-needed", "non-complaint.thanks"}
QUIET = BARE | {"non-complaint.enquiry", "non-complaint.suggestion"}
CHANNEL_WEIGHTS = {"chat": 34, "mail": 20, "form": 14, "review": 14, "phone": 10, "social": 8}
EMOTION_WEIGHTS = (34, 29, 21, 16)
OUTSIDE_FLAGS = ("legal", "regulator", "exposure", "platform")
RARE_FLAGS = ("abuse", "violence", "self-harm")
ORDERS = (
    ("greeting", "order", "core", "detail", "history", "demand", "emotion", "flag", "closing"),
    ("greeting", "emotion", "core", "order", "history", "flag", "demand", "closing"),
    ("greeting", "core", "emotion", "demand", "detail", "flag", "order", "closing"),
    ("greeting", "demand", "core", "detail", "history", "order", "emotion", "flag", "closing"),
    ("greeting", "history", "core", "order", "emotion", "detail", "demand", "flag", "closing"),
    ("flag", "greeting", "core", "emotion", "order", "demand", "closing"),
)


@dataclass(slots=True)
class _Part:
    role: str
    phrase: Phrase


def compose(book: Book, topic: Topic, rng: Random) -> SeedRow:
    """One invented complaint of the topic's sub-category."""
    core = rng.choice(topic.cores)
    channel = core.channel or _pick_channel(rng)
    parts = [_Part("core", core)]
    if topic.category in BARE:
        if rng.random() < 0.3:
            parts.append(_Part("core", rng.choice(topic.cores)))
    elif topic.category in QUIET:
        parts += _surround_question(book, channel, rng)
    else:
        parts += _surround_complaint(book, topic, core, channel, rng)
    return _finish(book, topic, parts, channel, rng)


def _pick_channel(rng: Random) -> str:
    return rng.choices(tuple(CHANNEL_WEIGHTS), tuple(CHANNEL_WEIGHTS.values()))[0]


def _pick(book: Book, section: str, rng: Random) -> Phrase:
    return rng.choice(book.phrases[section])


def _surround_question(book: Book, channel: str, rng: Random) -> list[_Part]:
    parts = _frame(book, channel, rng)
    if rng.random() < 0.2:
        parts.append(_Part("order", _pick(book, "order", rng)))
    if rng.random() < 0.2:
        parts.append(_Part("emotion", _pick(book, "emotion.0", rng)))
    if rng.random() < 0.08:
        parts.append(_Part("detail", _pick(book, "guard", rng)))
    return parts


def _surround_complaint(
    book: Book, topic: Topic, core: Phrase, channel: str, rng: Random
) -> list[_Part]:
    parts = _frame(book, channel, rng)
    fullness = rng.choice((0.15, 0.4, 0.8))
    top = topic.category.split(".")[0]
    for role, section, chance in (
        ("order", "order", 1.0),
        ("detail", f"detail.{top}", 0.8),
        ("history", "history", 0.7),
        ("demand", f"demand.{rng.choice(topic.demands)}", 1.0),
    ):
        if rng.random() < fullness * chance:
            parts.append(_Part(role, _pick(book, section, rng)))
    parts += _feeling(book, core, rng)
    if rng.random() < 0.07:
        parts.append(_Part("detail", _pick(book, "guard", rng)))
    if rng.random() < 0.07:
        parts += _second_problem(book, topic, rng)
    return parts


def _frame(book: Book, channel: str, rng: Random) -> list[_Part]:
    chance = {"mail": 0.9, "chat": 0.4, "phone": 0.8}.get(channel, 0.1)
    parts = []
    for role in ("greeting", "closing"):
        section = f"{role}.{channel if channel in {'mail', 'phone'} else 'chat'}"
        if rng.random() < chance:
            parts.append(_Part(role, _pick(book, section, rng)))
    return parts


def _feeling(book: Book, core: Phrase, rng: Random) -> list[_Part]:
    parts = []
    target = rng.choices((0, 1, 2, 3), EMOTION_WEIGHTS)[0]
    if target == 3:
        flag = rng.choice(OUTSIDE_FLAGS)
        parts.append(_Part("flag", _pick(book, f"flag.{flag}", rng)))
        if rng.random() < 0.35:
            parts.append(_Part("emotion", _pick(book, f"emotion.{rng.choice((0, 1, 2))}", rng)))
    elif target > core.emotion or rng.random() < 0.3:
        parts.append(_Part("emotion", _pick(book, f"emotion.{target}", rng)))
    if rng.random() < 0.035:
        parts.append(_Part("flag", _pick(book, f"flag.{rng.choice(RARE_FLAGS)}", rng)))
    if rng.random() < 0.08:
        parts.append(_Part("emotion", _pick(book, "distressed", rng)))
    return parts


def _second_problem(book: Book, topic: Topic, rng: Random) -> list[_Part]:
    phrase = _pick(book, "second", rng)
    return [] if topic.category in phrase.also else [_Part("detail", phrase)]


def _finish(book: Book, topic: Topic, parts: list[_Part], channel: str, rng: Random) -> SeedRow:
    filler = Filler(book, topic.products, rng)
    order = rng.choice(ORDERS)
    ranked = sorted(parts, key=lambda part: order.index(part.role) if part.role in order else 4)
    emotion = max(part.phrase.emotion for part in parts)
    text = _lay_out(book, ranked, channel, filler, rng)
    flags = {flag for part in parts for flag in part.phrase.flags}
    also = {slug for part in parts for slug in part.phrase.also}
    return SeedRow(
        text=roughen(text, emotion=emotion, channel=channel, book=book, rng=rng),
        subject=_subject(book, topic, parts[0].phrase, channel, filler, rng),
        language=book.language,
        category=topic.category,
        also=tuple(sorted(also - {topic.category})),
        emotion=emotion,
        distressed=any(part.phrase.distressed for part in parts),
        flags=tuple(flag for flag in FLAGS if flag in flags),
        channel=channel,
        origin=parts[0].phrase.text,
        voice=parts[0].phrase.voice,
    )


def _lay_out(book: Book, parts: list[_Part], channel: str, filler: Filler, rng: Random) -> str:
    said = [(part.role, filler.fill(part.phrase.text)) for part in parts]
    if channel == "form":
        return _as_form(book, said, rng)
    if channel == "mail":
        return _as_mail(book, said, rng)
    if channel == "chat" and rng.random() < 0.2:
        return "\n".join(text for _, text in said)
    text = _run_on(book, [text for _, text in said], rng)
    if channel == "phone" and rng.random() < 0.5:
        return rng.choice(book.slots["filler"]) + _gap(book) + text
    if channel == "social" and rng.random() < 0.5:
        return f"{rng.choice(book.slots['handle'])} {text}"
    return text


def _as_form(book: Book, said: list[tuple[str, str]], rng: Random) -> str:
    if rng.random() < 0.5:
        return _run_on(book, [text for _, text in said], rng)
    labels = dict(pair.split("=", 1) for pair in rng.choice(book.slots["form"]).split(";"))
    asked = [text for role, text in said if role == "demand"]
    told = [text for role, text in said if role != "demand"]
    lines = [labels["told"] + _gap(book) + _run_on(book, told, rng)]
    if asked:
        lines.append(labels["asked"] + _gap(book) + _run_on(book, asked, rng))
    return "\n".join(lines)


def _gap(book: Book) -> str:
    """Give what stands between two words: Chinese has no spaces."""
    return "" if book.language == "zh" else " "


def _as_mail(book: Book, said: list[tuple[str, str]], rng: Random) -> str:
    heads = [text for role, text in said if role == "greeting"]
    body = [text for role, text in said if role not in {"greeting", "closing"}]
    tails = [text for role, text in said if role == "closing"]
    cut = rng.randrange(1, len(body)) if len(body) > 2 else len(body)
    blocks = [_run_on(book, chunk, rng) for chunk in (body[:cut], body[cut:]) if chunk]
    return rng.choice(("\n", "\n\n")).join(heads + blocks + tails)


def _run_on(book: Book, texts: list[str], rng: Random) -> str:
    if book.language == "zh":
        stop = rng.choice(("。", "。", "，", "，", " "))
    else:
        stop = rng.choice((". ", ". ", ". ", ", ", " - "))
    pieces = []
    for text in texts[:-1]:
        ended = text[-1:] in "?!.？！。…"
        pieces.append(text + (_gap(book) if ended else stop))
    last = texts[-1] if texts else ""
    final = "。" if book.language == "zh" else "."
    if last[-1:] not in "?!.？！。…" and rng.random() < 0.5:
        last += final
    return "".join(pieces) + last


def _subject(
    book: Book, topic: Topic, core: Phrase, channel: str, filler: Filler, rng: Random
) -> str:
    if channel not in {"mail", "form"} or rng.random() < 0.3:
        return ""
    # A subject never adds a label: it is neutral, or the core itself cut short.
    if rng.random() < 0.5 or topic.category in BARE:
        return filler.fill(rng.choice(book.phrases["subject"]).text)
    text = filler.fill(core.text).splitlines()[0]
    return text[:24] if book.language == "zh" else " ".join(text.split()[:8])
