"""Help pages for customers: a list with a search, and a page each; no log-in."""

from datetime import timedelta

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from common.public_pages import language_for, render_public
from knowledgebase.models import HelpText

KEPT_FOR = timedelta(minutes=10)
MOST_SHOWN = 200


def _code(language: str) -> str:
    return "zh" if language.startswith("zh") else "en"


@require_safe
def show_list(request: HttpRequest) -> HttpResponse:
    """List what is open to customers in their language; ``q`` narrows by words."""
    language = language_for(request)
    wanted = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    pages = _open().filter(language=_code(language))
    for word in wanted.split()[:8]:
        pages = pages.filter(Q(published_title__icontains=word) | Q(published_text__icontains=word))
    with translation.override(language):
        context = {"pages": list(pages[:MOST_SHOWN]), "query": wanted}
        response = render_public(
            request, "knowledgebase/help_list.html", context, language=language
        )
    return _kept(request, response)


@require_safe
def show_page(request: HttpRequest, slug: str) -> HttpResponse:
    """Show one page in the customer's language, or in the one that it has."""
    pages = {page.language: page for page in _open().filter(scenario__slug=slug)}
    if not pages:
        raise Http404
    language = language_for(request)
    page = pages.get(_code(language)) or next(iter(pages.values()))
    with translation.override(language):
        context = {"page": page, "is_other": page.language != _code(language)}
        response = render_public(
            request, "knowledgebase/help_page.html", context, language=language
        )
    return _kept(request, response)


def _open() -> QuerySet[HelpText]:
    rows = HelpText.objects.filter(is_public=True, scenario__withdrawn_at=None)
    return rows.select_related("scenario").order_by("scenario__category", "scenario_id")


def _kept(request: HttpRequest, response: HttpResponse) -> HttpResponse:
    """Let browsers keep a page for a while: the same for everybody, and listed nowhere secret.

    Shared caches may not: the language is chosen by a cookie.
    """
    if response.cookies:
        return response
    del response["Cache-Control"]
    del response["Expires"]
    if "X-Robots-Tag" in response:
        del response["X-Robots-Tag"]
    patch_cache_control(response, private=True, max_age=int(KEPT_FOR.total_seconds()))
    return response
