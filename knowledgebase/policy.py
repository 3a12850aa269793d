"""The reply policy: what a reply owes a customer by emotion and kind of complaint. Pure.

Each cell says how far the apology goes, how long the reply may be, what it may offer and
who else has to know. ``measure_apology`` reads the level that a text really reaches.
"""

import re
from dataclasses import dataclass

CALM, ANNOYED, ANGRY, THREATENING = range(4)
GROUPS = ("LOG", "QUA", "MON", "TRU", "SRV", "INF")
VARIANTS = ("calm", "angry", "distressed")

_GROUP_BY_TOP = {
    "logistics": "LOG",
    "quality": "QUA",
    "after-sales": "MON",
    "price": "MON",
    "payment": "MON",
    "authenticity": "TRU",
    "account": "TRU",
    "service": "SRV",
    "non-complaint": "INF",
}
_HARM = {"quality.safety-hazard", "quality.injury"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one emotion in one group asks of a reply."""

    apology: str  # A0 A1 A2 A3 AR
    length: str  # S M L
    offer: str  # O1 O2 O3 OX
    escalation: str = ""  # "", "lead", "S" second line, "C" compliance, "S+C"
    call: bool = False


def _cell(code: str) -> Cell:
    apology, length, offer, escalation = code.split("/")
    call = apology.endswith("+call")
    return Cell(apology.removesuffix("+call"), length, offer, escalation.strip("–"), call)


_TABLE: dict[str, tuple[str, str, str, str]] = {
    "LOG": ("A1/M/O2/–", "A2/M/O2/–", "A3/S/O3/lead", "A3/M/O3/S"),
    "QUA": ("A2/M/O2/–", "A2/M/O2/–", "A3/S/O3/lead", "A3/M/O3/S"),
    "MON": ("A1/M/O2/–", "A2/M/O2/–", "A3/M/O3/lead", "A3/M/O3/S"),
    "TRU": ("AR/M/OX/C", "AR/M/OX/C", "AR/M/OX/S+C", "AR/M/OX/S+C"),
    "SRV": ("A2/S/O1/–", "A2/M/O2/–", "A3/S/O3/lead", "A3+call/S/O3/lead"),
    "INF": ("A0/S/O1/–", "A1/S/O1/–", "A2/S/O1/–", "A2/M/O1/S"),
}
_CELLS = {group: tuple(_cell(code) for code in codes) for group, codes in _TABLE.items()}

_LIMITS = {"S": (80, 60), "M": (180, 120), "L": (350, 220)}

# Last words, regulators and crises may need the long form.
LONG_SCENARIOS = frozenset(
    {
        "promise-broken.final-reply",
        "general.regulator",
        "general.legal",
        "general.platform",
        "general.media",
        "general.holding",
        "general.crisis-apology",
        "general.incident-update",
        "general.incident-over",
        "general.self-harm",
        "privacy-leak.confirmed",
    }
)
# Written for after the check, when the finding itself may be told.
CHECKED_SCENARIOS = frozenset(
    {
        "counterfeit.confirmed",
        "counterfeit.genuine",
        "false-advertising.corrected",
        "privacy-leak.confirmed",
        "safety-hazard.recall",
    }
)


def group_of(category: str) -> str:
    """Return the policy group of ``top.sub``; "" when there is no category."""
    if category in _HARM:
        return "TRU"
    return _GROUP_BY_TOP.get(category.partition(".")[0], "")


def cell(emotion: int, group: str) -> Cell:
    """Return the cell of an emotion (0–3) in a group. Unknown groups are treated as LOG."""
    return _CELLS.get(group, _CELLS["LOG"])[min(max(emotion, CALM), THREATENING)]


def variant_for(emotion: int, *, distressed: bool = False) -> str:
    """Which body of a reply suits the customer now."""
    if distressed and emotion < ANGRY:
        return "distressed"
    return "angry" if emotion >= ANGRY else "calm"


def emotion_of_variant(variant: str) -> int:
    """Return the column of the policy table that a variant has to keep to."""
    return ANGRY if variant == "angry" else CALM


def offer_allowed(offer: str, allowed: str) -> bool:
    """Whether a reply that offers ``offer`` may be suggested where ``allowed`` is the most.

    OX (only what was approved) admits service and statutory offers for suggestion; what is
    promised in the text is still held to the sender's limit.
    """
    order = ("O1", "O2", "O3")
    if allowed == "OX":
        return offer in {"O1", "O2", "OX"}
    if offer == "OX":
        return False
    return order.index(offer) <= order.index(allowed)


_HAN = re.compile(r"[㐀-鿿]")
_TOKEN = re.compile(r"\{[a-z_]+\}|[A-Za-z0-9][A-Za-z0-9.,:/#@&%+'’_-]*")
_WORD = re.compile(r"\{[a-z_]+\}|[¥$€£]?[A-Za-z0-9][A-Za-z0-9.,:/#@&%+'’_-]*")


def text_length(text: str, language: str) -> int:
    """Length in characters (zh: Han characters, other words count one) or words (en)."""
    if language != "zh":
        return len(_WORD.findall(text))
    return len(_HAN.findall(text)) + len(_TOKEN.findall(text))


def length_limit(length: str, language: str) -> int:
    """Return the most characters (zh) or words (en) of a length class S, M or L."""
    chars, words = _LIMITS[length]
    return chars if language == "zh" else words


_REGRET_ZH = re.compile(r"抱歉|对不起|不好意思|歉意|致歉|道歉|遗憾|添麻烦|费心|久等|困扰|不便")
_APOLOGY_ZH = re.compile(r"抱歉|对不起|歉意|致歉|道歉|赔不是|不应该|不该")
_REGRET_EN = re.compile(r"sorry|apolog|regret|inconvenience|trouble|frustrat", re.IGNORECASE)
_APOLOGY_EN = re.compile(r"sorry|apolog|should not have|shouldn['’]t have", re.IGNORECASE)
_OWNS_ZH = re.compile(
    r"(是|属于|算|怪)(我们?|本店|小店|店里)[^，。；]{0,14}(责任|错|疏忽|失误|问题|不是|不对"
    r"|没|让|失|弄|丢|迟|晚|忘|不周|欠|拖|漏|误)"
    r"|(责任|过错|过失|问题|错|疏忽|失误|根子|毛病)[^，。；]{0,4}(在|是|归)(于)?(我们?|本店|店里)"
    r"|(责任|后果|损失|错|赔|费用?)[^，。；]{0,6}(由|归)?(我们?|本店)[^，。；]{0,4}(负|担"
    r"|认|出|扛|承担|背|来)"
    r"|(由|归)(我们?|本店)[^，。；]{0,6}(负责|承担|担责|来担|担)"
    r"|(我们?|本店|店里)[^，。；]{0,18}(没|未|弄|丢|忘|失约|失信|失职|失礼|拖|漏|弄错|错|失误|疏忽"
    r"|耽误|耽搁|食言|担责|负责|承担|认"
    r"|不该|不应|欠|让您|害您|不是|过失|理亏|责无旁贷)"
    r"|失职|失礼|失信|做得不对|做法不对|这样做不对|不该由您|不应由您|不该让您|不应让您"
)
_OWNS_EN = re.compile(
    r"\bwe (?:have |had |also |then |simply |clearly |never |only )*(?:fail|miss|made|broke"
    r"|let|did not|didn['’]t|should"
    r"|got|lost|sent|left|kept|packed|charged|took|gave|caused|own|were (?:wrong|late)"
    r"|are (?:responsible|answerable|to blame)"
    r"|take responsibility|have not|haven['’]t|held|shipped|delayed|ignored|owed?|told"
    r"|turned|promised|sold|carry|bear|pay"
    r"|put|handed|named|closed|asked|passed|wrote|said|answered|called|offered|stopped"
    r"|refused|cancelled|accept)"
    r"|\bour (?:own )?(?:\w+ )?(?:mistake|error|fault|failure|failing|responsibility|job"
    r"|miss|delay|oversight|slip|doing"
    r"|promise|duty|task|charge|side|mess|lapse)"
    r"|responsib|answerable|\bon us\b|\bours\b|accountable|\bI own\b|down to us|answer for",
    re.IGNORECASE,
)
_CONCERN_ZH = re.compile(
    r"关心|担心|担忧|重视|在意|牵挂|平安|安全|身体|健康|安好|感受|不安|理解|放心|安心"
    r"|谢谢您告诉|感谢您|抱歉|遗憾"
)
_CONCERN_EN = re.compile(
    r"concern|worr|serious|sorry to|safe|health|hope|thank you|thanks|understand|care"
    r"|matter|upset"
    r"|glad you|unsettl|distress|well-?being",
    re.IGNORECASE,
)
_WHO_ZH = re.compile(r"\{(?:agent|owner)_name\}|(?<![们])我(?!们)|专员|负责人|主管|由我")
_WHO_EN = re.compile(r"\{(?:agent|owner)_name\}|\bI\b|\bI['’](?:ll|m|ve)\b|\bmy\b")
_WHEN_ZH = re.compile(
    r"\{(?:next_update_at|callback_time|new_eta|refund_eta|promised_date|return_deadline)\}"
    r"|[0-9一二两三四五六七八九十]+ ?个?(?:分钟|小时|工作日|天|日|点)|今天|今日|明天|明日"
    r"|今晚|当天|当日|本周|下周|周[一二三四五六日]"
)
_WHEN_EN = re.compile(
    r"\{(?:next_update_at|callback_time|new_eta|refund_eta|promised_date|return_deadline)\}"
    r"|\b(?:\d+|one|two|three|five|seven|ten|fourteen|24|48) ?(?:minutes?|hours?"
    r"|working days?|business days?"
    r"|days?|weeks?)\b|\btoday\b|\btomorrow\b|\btonight\b|\bby (?:Mon|Tues|Wednes|Thurs|Fri"
    r"|Satur|Sun)day\b"
    r"|\b\d{1,2}:\d{2}\b|\b\d{1,2} (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)",
    re.IGNORECASE,
)
_FILLER_ZH = re.compile(
    r"非常|十分|实在|深表|表示|诚挚|真诚|再次|抱歉|对不起|歉意|致歉|道歉|给您|带来|造成"
    r"|不便|麻烦|困扰|添|了|的|地|很|这里|我们|我|向您|您|为此|这|此"
)
_FILLER_EN = re.compile(
    r"\b(?:we|i|are|am|is|my|our|very|really|truly|deeply|so|sorry|apologi[sz]e|apolog(?:y"
    r"|ies)|sincere(?:ly)?"
    r"|for|the|any|about|this|that|please|accept|inconvenience|trouble|caused|you|to|hear"
    r"|again|and|a)\b|['’]m|['’]re",
    re.IGNORECASE,
)
_AHEAD_ZH = re.compile(r"将(?!近)|会(?!员)|请您?|尽快|马上|处理")
_AHEAD_EN = re.compile(r"\bwill\b|['’]ll\b|\bplease\b|\bgoing to\b", re.IGNORECASE)
_SENTENCE = re.compile(r"[^。！？!?\n；;]+[。！？!?；;]?|\n")
_SENTENCE_EN = re.compile(r"[^.!?\n;]+[.!?;]?|\n")


def sentences(text: str, language: str) -> list[str]:
    """Return a text cut into sentences, empty ones left out."""
    cut = (_SENTENCE if language == "zh" else _SENTENCE_EN).findall(text)
    return [part.strip() for part in cut if part.strip()]


def has_time(text: str, language: str) -> bool:
    """Whether a text names a time: a time variable, a span, a day."""
    return bool((_WHEN_ZH if language == "zh" else _WHEN_EN).search(text))


def has_person(text: str, language: str) -> bool:
    """Whether a text says who will act."""
    return bool((_WHO_ZH if language == "zh" else _WHO_EN).search(text))


def names_the_fact(text: str, language: str) -> bool:
    """Whether an apology says what for, in its own sentence or the one before or after it.

    A neighbour only counts when it tells what happened: "Sorry. We will see to it." names nothing.
    """
    zh = language == "zh"
    apology, ahead = (_APOLOGY_ZH, _AHEAD_ZH) if zh else (_APOLOGY_EN, _AHEAD_EN)
    parts = sentences(text, language)
    for place, sentence in enumerate(parts):
        if not apology.search(sentence):
            continue
        near = [part for part in parts[max(place - 1, 0) : place + 2] if part is not sentence]
        told = [sentence, *(part for part in near if not ahead.search(part))]
        if any(_says_something(part, zh) for part in told):
            return True
    return False


def _says_something(sentence: str, zh: bool) -> bool:
    left = (_FILLER_ZH if zh else _FILLER_EN).sub("", sentence)
    left = re.sub(r"\{(?:customer|agent|owner|shop)_name\}|您好", "", left)
    if zh:
        return len(_HAN.findall(left)) + 2 * len(_TOKEN.findall(left)) >= 4
    return len(_WORD.findall(left)) >= 3


def measure_apology(text: str, language: str) -> int:
    """How far an apology goes: 0 none, 1 regret, 2 naming the fact, 3 owning it with a deadline."""
    zh = language == "zh"
    regret, owns = (_REGRET_ZH, _OWNS_ZH) if zh else (_REGRET_EN, _OWNS_EN)
    if not regret.search(text) and not (_APOLOGY_ZH if zh else _APOLOGY_EN).search(text):
        return 0
    if not names_the_fact(text, language):
        return 1
    owned = owns.search(text) and has_person(text, language) and has_time(text, language)
    return 3 if owned else 2


def apology_fits(text: str, language: str, required: str) -> bool:
    """Whether a text reaches the apology level ``required`` (A0–A3, AR)."""
    if required == "AR":
        return bool((_CONCERN_ZH if language == "zh" else _CONCERN_EN).search(text))
    return measure_apology(text, language) >= int(required[1])
