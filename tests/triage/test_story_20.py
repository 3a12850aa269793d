"""Story 20 from the correction to the roll-back, and the same figures in both languages."""

import hashlib
import re
from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import User
from tests import factories
from tests.factories import MONDAY_TEN, make_user
from tests.triage.test_model_classes import FIGURES as DRIFT
from tests.triage.test_model_classes import MIXED, judge
from tests.triage.test_model_page import add, check, comparison
from tickets import services as pool
from triage import queries, services
from triage.models import DriftReport, Label, ModelVersion, VersionState

pytestmark = pytest.mark.django_db

NUMBER = re.compile(r"\d+(?:\.\d+)?%?")
FIGURES = {"en": {"rows": 900, "accuracy": 0.91}, "zh": {"rows": 950, "accuracy": 0.93}}


def version(artefact: bytes, state: VersionState) -> ModelVersion:
    return services.add_version(
        artefact=artefact,
        digest=hashlib.sha256(artefact).hexdigest(),
        figures=FIGURES,
        settings={"seed": 0},
        data_fingerprint="",
        state=state,
        now=MONDAY_TEN,
    )


def test_a_correction_is_kept_and_a_promoted_challenger_is_rolled_back(
    django_capture_on_commit_callbacks: Callable[..., AbstractContextManager[object]],
) -> None:
    champion = version(b"first", VersionState.CHAMPION)
    ticket = factories.triaged(factories.ticket(), category="quality.defective", priority=2)
    at = MONDAY_TEN + timedelta(minutes=50)
    with django_capture_on_commit_callbacks(execute=True):
        ticket = pool.correct_triage(
            ticket_id=ticket.pk,
            by=make_user(),
            now=at,
            category="quality.safety-hazard",
            reason="smoke in the picture",
        )
    assert (ticket.priority, ticket.due_at) == (1, at + timedelta(minutes=15))
    assert Label.objects.get(ticket=ticket, field="category").value == "quality.safety-hazard"

    shadow = version(b"second", VersionState.SHADOW)
    supervisor = make_user(role="supervisor")
    services.promote(number=shadow.number, by=supervisor, now=at)
    assert queries.champion() == shadow
    services.promote(number=champion.number, by=supervisor, now=at + timedelta(minutes=1))
    assert queries.champion() == champion


def figures_of(page: str) -> list[str]:
    """Return the numbers of tables, drawings and main figures; days are written otherwise."""
    main = re.sub(r"<time.*?</time>", "", page[page.index("<main") : page.index("</main>")])
    cells = re.findall(
        r"<(td|text|b|dd|p class=\"v)[ >](.*?)</(?:td|text|b|dd|p)>", main, re.DOTALL
    )
    said = " ".join(re.sub(r"<[^>]*>", " ", cell) for _, cell in cells)
    return sorted(NUMBER.findall(re.sub(r"\d+ [A-Z][a-z]{2}\b|\d+月\d+日", "", said)))


def test_both_languages_show_the_same_figures(client: Client) -> None:
    judge(*MIXED)
    add(VersionState.SHADOW, comparison=comparison("no_better"), compared_with=1)
    DriftReport.objects.create(measured_at=MONDAY_TEN, figures=DRIFT)
    for number in range(40):
        check(wrong=number % 9 == 0)
    supervisor = make_user(role="supervisor")
    client.force_login(supervisor)
    for field in ("sub", "category", "emotion"):
        shown = {}
        for language in ("en", "zh-hans"):
            User.objects.filter(pk=supervisor.pk).update(language=language)
            page = client.get(f"/models/?field={field}&language=en&allowed=10").content.decode()
            assert f'<html lang="{language}"' in page.replace("zh-Hans", "zh-hans", 1)
            shown[language] = figures_of(page)
        assert len(shown["en"]) > 150
        assert shown["en"] == shown["zh-hans"]
