"""The public complaint form and its receipt."""

import uuid
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from common import clock
from common.public_pages import language_for, private, render_public
from common.rate_limit import is_allowed
from intake import complaints, links, queries
from intake.errors import UnknownReceipt, UnknownSource
from intake.forms import MOST_FILES, ORDER_PATTERN, WISHES, ComplaintForm
from intake.models import Source, SourceKind

MOST_POSTS, POST_WINDOW = 20, timedelta(minutes=10)
MOST_LOOKS = 120


@require_http_methods(["GET", "HEAD", "POST"])
def complain(request: HttpRequest, source: str = complaints.FORM_SLUG) -> HttpResponse:
    """Show the form and take a complaint; no log-in, no script needed."""
    found = _form_of(source)
    language = language_for(request)
    with translation.override(language):
        if request.method == "POST":
            return _take(request, found, language)
        form = ComplaintForm(initial={"form_id": uuid.uuid4()})
        return _page(request, form, language)


def _form_of(slug: str) -> Source:
    found = complaints.form_source() if slug == complaints.FORM_SLUG else queries.get_source(slug)
    if found.kind != SourceKind.FORM or not found.is_enabled:
        raise UnknownSource
    return found


def _take(request: HttpRequest, source: Source, language: str) -> HttpResponse:
    form = ComplaintForm(request.POST, files=request.FILES.getlist("files"))
    seconds = int(POST_WINDOW.total_seconds())
    if not is_allowed(request, "complain", most=MOST_POSTS, seconds=seconds):
        error = _("Too many complaints from this connection. Please try again in ten minutes.")
        return _page(request, form, language, status=429, error=error)
    if not form.is_valid():
        return _page(request, form, language, status=422)
    accepted = complaints.take_complaint(source=source, complaint=form.complaint(), now=clock.now())
    sent = redirect("intake:form-sent", links.receipt_code(accepted.delivery_id))
    return private(sent, request, language)


def _page(
    request: HttpRequest, form: ComplaintForm, language: str, *, status: int = 200, error: str = ""
) -> HttpResponse:
    context = {
        "form": form,
        "form_id": form["form_id"].value() or uuid.uuid4(),
        "wishes": WISHES,
        "chosen_wish": form["wish"].value() or "",
        "order_pattern": ORDER_PATTERN,
        "file_inputs": range(1, MOST_FILES + 1),
        "most_files": MOST_FILES,
        "had_files": bool(form.chosen_files) and status != 200,
        "error": error,
    }
    return render_public(request, "intake/form.html", context, language=language, status=status)


@require_safe
def show_receipt(request: HttpRequest, code: str) -> HttpResponse:
    """Show the receipt of a complaint, and the ticket's number once there is one."""
    language = language_for(request)
    with translation.override(language):
        if not is_allowed(request, "receipt", most=MOST_LOOKS, seconds=600):
            error = _("Too many requests from this connection. Please try again in ten minutes.")
            return _missing(request, error, language, status=429)
        try:
            receipt = queries.get_receipt(links.delivery_of(code))
        except UnknownReceipt as refusal:
            return _missing(request, str(refusal), language, status=404)
        context = {"code": code.upper(), "receipt": receipt}
        return render_public(request, "intake/receipt.html", context, language=language)


def _missing(request: HttpRequest, error: str, language: str, *, status: int) -> HttpResponse:
    template, context = "intake/receipt_missing.html", {"error": error}
    return render_public(request, template, context, language=language, status=status)
