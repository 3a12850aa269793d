"""Loads the shipped replies: repeatable, and never over what was edited here."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction

from knowledgebase.content import Article, body_digest
from knowledgebase.models import Scenario, Template, TemplateStatus, TemplateVersion
from knowledgebase.services.revision import bump_revision

# Two loads at once (web and worker starting) must not race; any fixed number will do.
_LOCK = 7_210_231


@dataclass(slots=True)
class LoadReport:
    """What a load did, counted in bodies."""

    scenarios: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    kept: int = 0


@transaction.atomic
def load_knowledge(*, articles: Sequence[Article], now: datetime) -> LoadReport:
    """Bring the shipped articles in. Bodies that were edited here stay as they are."""
    lock_library()
    report = LoadReport(scenarios=len(articles))
    known = {s.slug: s for s in Scenario.objects.prefetch_related("templates")}
    changed = False
    for article in articles:
        scenario, is_new = _save_scenario(article, known.get(article.slug), now)
        changed |= is_new
        existing = {(t.language, t.variant): t for t in scenario.templates.all()}
        for language, variant, body in article.bodies():
            template = existing.get((language, variant))
            if template is None:
                _create(scenario, language, variant, body, now)
                report.created += 1
            else:
                _update(template, body, now, report)
    if changed or report.created or report.updated:
        bump_revision()
    return report


def lock_library() -> None:
    """Let no other load or import run until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def _save_scenario(
    article: Article, scenario: Scenario | None, now: datetime
) -> tuple[Scenario, bool]:
    if scenario is None:
        scenario = Scenario(slug=article.slug, created_at=now)
    elif scenario.source_digest == article.digest or scenario.is_edited_here:
        return scenario, False
    scenario.category = article.category
    scenario.title_en, scenario.title_zh = article.title["en"], article.title["zh"]
    scenario.remedy, scenario.offer, scenario.limit = article.remedy, article.offer, article.limit
    scenario.legal, scenario.jurisdiction = list(article.legal), list(article.jurisdiction)
    scenario.conditions = article.conditions
    scenario.examples_en = list(article.examples.get("en", ()))
    scenario.examples_zh = list(article.examples.get("zh", ()))
    scenario.source_digest = article.digest
    scenario.changed_at = now
    scenario.save()
    return scenario, True


def _create(scenario: Scenario, language: str, variant: str, body: str, now: datetime) -> None:
    template = Template.objects.create(
        scenario=scenario,
        language=language,
        variant=variant,
        body=body,
        published_body=body,
        status=TemplateStatus.PUBLISHED,
        source_digest=body_digest(body),
        changed_at=now,
        published_version=1,
        published_at=now,
    )
    TemplateVersion.objects.create(template=template, number=1, body=body, at=now, is_shipped=True)


def _update(template: Template, body: str, now: datetime, report: LoadReport) -> None:
    if template.source_digest == body_digest(body):
        report.unchanged += 1
    elif template.is_edited_here:
        report.kept += 1
    else:
        template.body = template.published_body = body
        template.source_digest = body_digest(body)
        template.version += 1
        template.changed_at, template.changed_by = now, None
        template.published_version, template.published_at = template.version, now
        template.published_by = None
        template.save()
        TemplateVersion.objects.create(
            template=template, number=template.version, body=body, at=now, is_shipped=True
        )
        report.updated += 1
