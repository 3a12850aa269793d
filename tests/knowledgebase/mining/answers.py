"""Answers that several people wrote in several wordings, about things the library lacks."""

from knowledgebase.mining.answers import Shelf
from knowledgebase.mining.records import Answer, Known

# What everybody may say: a library in small.
LIBRARY = {
    "zh": (
        "{customer_name}您好，您的订单{order_no}由{carrier}承运，我们已经登记，{next_update_at}前直接回复您。",
        "请您放心，有问题可以直接回复本消息，我来处理。这是我们的问题，给您添麻烦了。{agent_name}",
    ),
    "en": (
        "Hello {customer_name}, thank you for telling us. Your order {order_no} is with {carrier}.",
        "I will write to you again by {next_update_at}. Please answer me if you have a question.",
    ),
}
_ZH_HOW = "请倒入半壶水和两勺白醋，烧开后静置30分钟"
_EN_HOW = (
    "Fill the kettle halfway, add two spoons of vinegar, boil it and let it stand for 30 minutes"
)
WORDINGS = {
    "zh": (
        "{name}您好，壶底的白色是水垢，不是质量问题。" + _ZH_HOW + "，再用清水冲洗两遍。{extra}",
        "您好，{name}，壶底的白色是水垢。" + _ZH_HOW + "，再用清水冲洗两遍。{extra}",
        "{name}您好，这是水垢，" + _ZH_HOW + "。再用清水冲洗两遍。{extra}",
    ),
    "en": (
        "Dear {name}, the white film is harmless limescale. " + _EN_HOW + ". Rinse twice. {extra}",
        "{name}, the white film is limescale. " + _EN_HOW + ", then rinse twice. {extra}",
        "Hi {name}, this is harmless limescale. " + _EN_HOW + ". Then rinse twice. {extra}",
    ),
}


def shelf(language: str, *bodies: str) -> Shelf:
    """Return a library in small, with more bodies if wanted."""
    told = [*LIBRARY[language], *bodies]
    return Shelf(language, [(f"known.{number}", body) for number, body in enumerate(told)])


def answer(number: int, language: str, *, name: str, extra: str = "", **changes: object) -> Answer:
    """Return one of the wordings, to one customer."""
    wording = WORDINGS[language][number % len(WORDINGS[language])]
    values: dict[str, object] = {
        "text": wording.format(name=name, extra=extra).strip(),
        "language": language,
        "customer": f"customer {number}",
        "author": f"agent {number % 2}",
        "category": "quality.defective",
        "reference": f"R-{number}",
        "known": Known(),
    }
    return Answer(**(values | changes))


ZH_NAMES = ("林晓雯", "周子昂", "孙丽", "赵一凡", "郑浩", "何静")
EN_NAMES = (
    "Marcus Oyelaran",
    "Hannah Lindqvist",
    "Priya Raman",
    "Gunther Prosk",
    "Siobhan Quill",
    "Tomasz Becker",
)


def cluster(language: str, count: int = 6, **changes: object) -> list[Answer]:
    """Return one answer in several wordings to different people."""
    names = ZH_NAMES if language == "zh" else EN_NAMES
    return [answer(n, language, name=names[n % 6], **changes) for n in range(count)]
