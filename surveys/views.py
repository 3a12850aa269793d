"""The survey page of the customer, and the card beside the ticket."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from accounts.permissions import Permission, requires
from common import clock
from common.htmx import render_page
from common.public_pages import language_for, render_public
from common.rate_limit import is_allowed
from surveys import links, queries, services
from surveys.card import card_context
from surveys.errors import LinkExpired, UnknownLink
from surveys.forms import AnswerForm
from surveys.models import SCORES, Reason, Survey, SurveyStatus
from surveys.rules import LAST_ROUND
from tickets import queries as tickets

MOST_POSTS, POST_WINDOW = 30, timedelta(minutes=10)


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show the survey of a signed link and take its answer; no log-in, no script needed."""
    try:
        survey = queries.get_survey(links.token_of(token), now=clock.now())
    except (UnknownLink, LinkExpired) as error:
        return _refused(request, error)
    language = language_for(request, otherwise=queries.language_of(survey.ticket))
    with translation.override(language):
        if survey.status == SurveyStatus.ANSWERED:
            return _thanks(request, survey, language, is_first=False)
        if request.method == "POST":
            return _take(request, survey, language)
        return _page(request, survey, AnswerForm(), language)


def _take(request: HttpRequest, survey: Survey, language: str) -> HttpResponse:
    form = AnswerForm(request.POST)
    seconds = int(POST_WINDOW.total_seconds())
    if not is_allowed(request, "survey", most=MOST_POSTS, seconds=seconds):
        error = _("Too many answers from this connection. Please try again in ten minutes.")
        return _page(request, survey, form, language, status=429, error=error)
    if not form.is_valid():
        return _page(request, survey, form, language, status=422)
    try:
        answered = services.answer(
            token=survey.token,
            now=clock.now(),
            staff=request.user if isinstance(request.user, User) else None,
            **form.cleaned_data,
        )
    except (UnknownLink, LinkExpired) as error:
        return _refused(request, error)
    return _thanks(
        request,
        answered.survey,
        language,
        is_first=answered.is_first,
        is_handled_again=answered.is_handled_again,
    )


def _page(
    request: HttpRequest,
    survey: Survey,
    form: AnswerForm,
    language: str,
    *,
    status: int = 200,
    error: str = "",
) -> HttpResponse:
    ticket = survey.ticket
    context = {
        "survey": survey,
        "ticket": ticket,
        "last_reply": queries.last_reply(ticket),
        "form": form,
        "faces": SCORES,
        "reasons": Reason.choices,
        "chosen_score": str(form["score"].value() or ""),
        "chosen_solved": str(form["solved"].value() or ""),
        "chosen_reasons": form["reasons"].value() or [],
        "may_be_handled_again": survey.round < LAST_ROUND,
        "error": error,
    }
    return render_public(request, "surveys/answer.html", context, language=language, status=status)


def _thanks(
    request: HttpRequest,
    survey: Survey,
    language: str,
    *,
    is_first: bool,
    is_handled_again: bool = False,
) -> HttpResponse:
    context = {
        "survey": survey,
        "is_first": is_first,
        "is_handled_again": is_handled_again,
        "score_label": dict(SCORES).get(survey.score or 0, ""),
    }
    return render_public(request, "surveys/thanks.html", context, language=language)


def _refused(request: HttpRequest, error: UnknownLink | LinkExpired) -> HttpResponse:
    language = language_for(request)
    with translation.override(language):
        return render_public(
            request,
            "surveys/refused.html",
            {"error": error},
            language=language,
            status=error.status,
        )


@require_safe
@requires(Permission.READ_TICKETS)
def show_card(request: HttpRequest, reference: str) -> HttpResponse:
    """Show what the customer was asked and said, round by round, with the link."""
    ticket = tickets.get_ticket(reference, visible_to=request.user)
    return render_page(
        request, "surveys/card.html", "surveys/_card.html", card_context(request, ticket)
    )
