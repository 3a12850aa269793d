"""The knowledge base as people walk through it: a tree, a search, one scenario."""

from dataclasses import dataclass, field

from django.db.models import Q

from knowledgebase.library import current_library
from knowledgebase.models import Scenario, Template
from tickets.taxonomy import SUBS, TOPS, sub_label, top_label

# Hits much weaker than the best one are noise.
_LEAST_SHARE = 0.4


@dataclass(slots=True)
class Branch:
    """A category, or a sub-category below it, with its scenarios."""

    slug: str
    label: str
    scenarios: list[Scenario] = field(default_factory=list)
    below: list["Branch"] = field(default_factory=list)

    @property
    def count(self) -> int:
        """Scenarios here and below."""
        return len(self.scenarios) + sum(branch.count for branch in self.below)

    def holds(self, slug: str) -> bool:
        """Whether a scenario is somewhere in here."""
        return any(s.slug == slug for s in self.scenarios) or any(
            branch.holds(slug) for branch in self.below
        )


def scenario_tree(language: str, general_label: str) -> list[Branch]:
    """Return all scenarios by category and sub-category, in the order of the taxonomy."""
    by_category: dict[str, list[Scenario]] = {}
    for scenario in Scenario.objects.order_by("id"):
        by_category.setdefault(scenario.category, []).append(scenario)
    tree = []
    for top in TOPS:
        subs = [
            Branch(slug, sub_label(slug, language), by_category[slug])
            for slug in SUBS
            if slug.partition(".")[0] == top.slug and slug in by_category
        ]
        if subs:
            tree.append(Branch(top.slug, top_label(top.slug, language), below=subs))
    if "" in by_category:
        tree.append(Branch("general", general_label, by_category[""]))
    return tree


def search_scenarios(text: str, language: str, *, limit: int = 30) -> list[Scenario]:
    """Return scenarios that answer a text, best first: by meaning, then by slug or title."""
    library = current_library(language)
    found = library.index.search(text, limit=limit) if library else []
    least = _LEAST_SHARE * found[0].score if found else 0.0
    ranked = [library.scenarios[hit.id] for hit in found if hit.score > least] if library else []
    named = Scenario.objects.filter(
        Q(slug__icontains=text) | Q(title_en__icontains=text) | Q(title_zh__icontains=text)
    )[:limit]
    return list({s.slug: s for s in [*named, *ranked]}.values())[:limit]


def templates_of(scenario: Scenario) -> list[Template]:
    """Return every body of a scenario, zh before en, calm first."""
    order = {"zh": 0, "en": 1, "calm": 0, "angry": 1, "distressed": 2}
    templates = scenario.templates.select_related("changed_by", "published_by")
    return sorted(templates, key=lambda t: (order[t.language], order[t.variant]))
