"""Pages for customers: written by editors, opened by those who may approve."""

from datetime import datetime

from django.db import transaction

from accounts.models import User
from accounts.permissions import Permission, can, require
from common.errors import NotFound
from common.text import storable
from knowledgebase.errors import BadScenario, EditedMeanwhile, EmptyBody, NotForCustomers
from knowledgebase.models import HelpText, Language, Scenario
from knowledgebase.variables import BRACES

LONGEST_HELP = 20_000


@transaction.atomic
def write_help(
    *,
    scenario_id: int,
    language: str,
    title: str,
    text: str,
    by: User,
    now: datetime,
    over: int | None = None,
) -> HelpText:
    """Write a page; customers go on seeing the published one.

    Raises NotAllowed, EmptyBody, NotForCustomers, EditedMeanwhile.
    """
    require(by, Permission.TEMPLATE_WRITE)
    scenario = Scenario.objects.select_for_update().filter(pk=scenario_id).first()
    if scenario is None or language not in Language.values:
        raise NotFound
    title = " ".join(storable(title).split())[:160]
    text = storable(text).replace("\r\n", "\n").strip()[:LONGEST_HELP]
    if not title or not text:
        raise EmptyBody
    named = [match[0] for match in BRACES.finditer(f"{title}\n{text}")]
    if named:
        raise NotForCustomers(names=", ".join(named[:5]))
    page = HelpText.objects.filter(scenario=scenario, language=language).first()
    if over is not None and over != (page.version if page else 0):
        raise EditedMeanwhile(places=str(Language(language).label))
    if page is None:
        page = HelpText(scenario=scenario, language=language, version=0)
    elif (page.title, page.text) == (title, text):
        return page
    page.title, page.text, page.version = title, text, page.version + 1
    page.changed_by, page.changed_at = by, now
    page.save()
    return page


@transaction.atomic
def open_help(*, help_id: int, seen: int, by: User, now: datetime) -> HelpText:
    """Show a page to customers as it is now. Raises NotAllowed, EditedMeanwhile, BadScenario."""
    require(by, Permission.TEMPLATE_APPROVE)
    page = _lock(help_id)
    if page.version != seen:
        raise EditedMeanwhile(places=str(page.get_language_display()))
    if page.scenario.withdrawn_at is not None:
        raise BadScenario(why=page.scenario.withdrawn_why or page.scenario.slug)
    page.published_title, page.published_text = page.title, page.text
    page.is_public, page.published_at = True, now
    page.save()
    return page


@transaction.atomic
def close_help(*, help_id: int, by: User) -> HelpText:
    """Take a page away from customers; what is written stays."""
    if not can(by, Permission.TEMPLATE_WRITE):
        require(by, Permission.TEMPLATE_APPROVE)
    page = _lock(help_id)
    page.is_public = False
    page.save(update_fields=["is_public"])
    return page


def _lock(help_id: int) -> HelpText:
    page = (
        HelpText.objects.select_for_update(of=("self",))
        .select_related("scenario")
        .filter(pk=help_id)
        .first()
    )
    if page is None:
        raise NotFound
    return page
