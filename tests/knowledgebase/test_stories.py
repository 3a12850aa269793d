"""What the shipped replies offer in the stories of the domain guide."""

from knowledgebase import content
from knowledgebase.ranking.index import LanguageIndex
from knowledgebase.ranking.records import Article
from knowledgebase.ranking.suggest import Need, suggest

SHELVES = ("safety-hazard", "injury", "defective")


def test_story_2_a_smoking_power_bank_is_offered_words_to_stop_using_it() -> None:
    paths = [path for shelf in SHELVES for path in sorted((content.ROOT / shelf).glob("*.toml"))]
    written = {one.slug: one for one in map(content.read_article, paths)}
    articles = [
        Article(slug, one.title["en"], examples=tuple(one.examples["en"]), category=one.category)
        for slug, one in written.items()
    ]
    need = Need(
        text="Your power bank is smoking, nobody hurt",
        language="en",
        category="quality.safety-hazard",
        category_is_sure=True,
    )
    [first, *_] = suggest(LanguageIndex(articles, "en"), need, limit=3)
    assert "stop using" in written[first.id].body["en"]["calm"]
