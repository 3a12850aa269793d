"""A small library that tests can predict."""

from collections.abc import Iterator

import pytest

from knowledgebase.content import Article

_EN = {
    "calm": "Hello {customer_name}: {carrier} on SLUG answers by {next_update_at}. {agent_name}",
    "angry": "{customer_name}, we failed you with SLUG. {owner_name} answers by {next_update_at}.",
}
_ZH = {
    "calm": "{customer_name}您好,SLUG已为您登记,{next_update_at}前回复。{agent_name}",
    "angry": "{customer_name},SLUG是我们的疏忽。{owner_name}负责,{next_update_at}前回复。",
}


def _bodies(slug: str, patterns: dict[str, str]) -> dict[str, str]:
    return {variant: text.replace("SLUG", slug) for variant, text in patterns.items()}


def article(slug: str, category: str, **changes: object) -> Article:
    """Return an article with a body in both languages and moods."""
    sub, _, item = slug.partition(".")
    values: dict[str, object] = {
        "slug": slug,
        "category": category,
        "remedy": "",
        "offer": "O2",
        "limit": "",
        "legal": (),
        "jurisdiction": (),
        "conditions": {},
        "title": {"en": f"{sub} {item}".replace("-", " "), "zh": f"{sub}·{item}"},
        "examples": {"en": (), "zh": ()},
        "body": {"en": _bodies(slug, _EN), "zh": _bodies(slug, _ZH)},
        "digest": slug,
    }
    return Article(**(values | changes))


ARTICLES = (
    article(
        "stuck-parcel.no-scan",
        "logistics.stuck-parcel",
        examples={
            "en": ("My parcel has not moved for three days", "No tracking update since Monday"),
            "zh": ("物流三天没更新了", "快递一直停在中转站不动"),
        },
    ),
    article(
        "stuck-parcel.trace-opened",
        "logistics.stuck-parcel",
        examples={"en": ("What did the trace find?",), "zh": ("查件有结果了吗",)},
    ),
    article(
        "refund-delay.not-arrived",
        "after-sales.refund-delay",
        examples={
            "en": ("My refund has not arrived", "Where is my money back?"),
            "zh": ("退款还没到账", "说好退的钱呢"),
        },
    ),
    article(
        "counterfeit.genuine",
        "authenticity.counterfeit",
        offer="O3",
        examples={"en": ("Is this bag fake?",), "zh": ("这个包是假货吧",)},
    ),
    article(
        "general.ask-order",
        "",
        offer="O1",
        examples={"en": ("I need help with my purchase",), "zh": ("帮我处理一下",)},
    ),
)


@pytest.fixture
def shelf(db: None) -> Iterator[None]:
    """Fill the library with ARTICLES."""
    from knowledgebase import library, services
    from tests.factories import MONDAY_TEN

    library.forget()
    services.load_knowledge(articles=ARTICLES, now=MONDAY_TEN)
    yield
    library.forget()
