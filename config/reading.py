"""Lets triage read texts that another desk asks replies for: only here do both rooms meet."""

from knowledgebase.readers import TextReading
from tickets.records import PriorityFacts

# No ticket, so nothing is known beyond the words.
_NO_FACTS = PriorityFacts(
    round=1,
    earlier_complaints=0,
    order_amount=None,
    order_currency="CNY",
    vip=False,
    oldest_unanswered_hours=0.0,
    is_public=False,
    author_followers=0,
)


def read_text(text: str, subject: str, language: str) -> TextReading:
    """Read category and mood; without a model the rules alone do."""
    # Late: the model brings scipy and the dictionaries, and few calls need it.
    from triage import runtime
    from triage.queries import TextToRead
    from triage.reading import read

    version, model = runtime.current()
    decision = read(
        TextToRead(text, subject, language, 0),
        model=model,
        version=version.number if version else 0,
        facts=lambda _category: _NO_FACTS,
    ).decision
    return TextReading(
        category=decision.category,
        is_sure=bool(decision.category) and not decision.abstained,
        emotion=decision.emotion,
        distressed=decision.distressed,
        language=decision.language if decision.language in {"zh", "en"} else "",
    )
