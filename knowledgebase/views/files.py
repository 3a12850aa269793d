"""Replies as files: taking them out, looking at what comes back, taking it over."""

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, can, requires
from common import clock
from common.errors import DomainError
from knowledgebase import labels, queries, sentences, services
from knowledgebase.bundles import LARGEST_UPLOAD
from knowledgebase.errors import BadBundle, BundleChanged
from knowledgebase.models import KnowledgeUpload, Language, Scenario, Variant
from knowledgebase.queries.bundles import CHANGED, CONFLICT, KEPT, NEW, UNCHANGED, Plan, Planned
from knowledgebase.views.shared import signed_in
from tickets.taxonomy import SUBS, TOPS


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_http_methods(["GET", "HEAD", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """Offer the library as files, and take files in for a look."""
    error: DomainError | None = None
    if request.method == "POST" and can(request.user, Permission.TEMPLATE_WRITE):
        try:
            upload, _plan = services.keep_upload(
                **_sent(request), by=signed_in(request), now=clock.now()
            )
            return redirect("knowledgebase:import", upload.pk)
        except DomainError as refused:
            error = refused
    language = labels.interface_language()
    context = {
        "error": error,
        "categories": [(top.slug, top.zh if language == "zh" else top.en) for top in TOPS],
        "may_write": can(request.user, Permission.TEMPLATE_WRITE),
        "most_mb": LARGEST_UPLOAD // 1_000_000,
    }
    return render(
        request, "knowledgebase/files.html", context, status=error.status if error else 200
    )


def _sent(request: HttpRequest) -> dict[str, Any]:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        raise BadBundle(why=_("choose a file first"))
    # One byte more than allowed tells that there is too much, without reading the rest.
    return {"name": file.name or "", "raw": file.read(LARGEST_UPLOAD + 1)}


@requires(Permission.TEMPLATE_WRITE, Permission.TEMPLATE_APPROVE)
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Hand the library, a category or one scenario out as a zip."""
    rows = Scenario.objects.prefetch_related("templates").order_by("id")
    category = request.GET.get("category", "")
    slug = request.GET.get("slug", "")
    name = "replies"
    if slug:
        rows, name = rows.filter(slug=slug), slug
    elif category in {top.slug for top in TOPS}:
        wanted = [one for one in SUBS if one.startswith(f"{category}.")]
        rows, name = rows.filter(category__in=wanted), category
    response = HttpResponse(queries.export_bundle(rows), content_type="application/zip")
    safe = "".join(char for char in name if char.isalnum() or char in ".-")[:80]
    response["Content-Disposition"] = f'attachment; filename="{safe or "replies"}.zip"'
    response["Cache-Control"] = "no-store"
    return response


@requires(Permission.TEMPLATE_WRITE)
@require_http_methods(["GET", "HEAD", "POST"])
def take_over(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what a file would change, line by line, and take it over."""
    user = signed_in(request)
    upload = get_object_or_404(KnowledgeUpload, pk=pk, by=user)
    if upload.applied_at is not None:
        return render(request, "knowledgebase/import_done.html", {"upload": upload})
    status = 200
    if request.method == "POST":
        try:
            services.apply_upload(
                upload_id=pk,
                take=request.POST.getlist("take"),
                hand_in="hand_in" in request.POST,
                by=user,
                now=clock.now(),
            )
            return redirect("knowledgebase:import", pk)
        except BundleChanged as error:
            messages.warning(request, str(error))
            status = error.status
    plan = services.plan_upload(upload.name, bytes(upload.content))
    if plan.digest != upload.plan_digest:
        # What is shown now is what may be taken over now.
        KnowledgeUpload.objects.filter(pk=pk).update(plan_digest=plan.digest)
    context = _plan_context(plan) | {"upload": upload}
    return render(request, "knowledgebase/import.html", context, status=status)


def _plan_context(plan: Plan) -> dict[str, Any]:
    shown = [_shown(item) for item in plan.items]
    return {
        "parts": [
            (kind, [one for one in shown if one["kind"] == kind])
            for kind in (CONFLICT, NEW, CHANGED, UNCHANGED)
        ],
        "refused": [(one, sentences.refusal_sentence(one)) for one in plan.refused],
        "is_empty": not any(one["kind"] != UNCHANGED for one in shown),
    }


def _shown(item: Planned) -> dict[str, Any]:
    article = item.sheet.article
    kept = len(item.of(KEPT))
    return {
        "slug": article.slug,
        "path": article.path,
        "title": article.title.get(labels.interface_language(), article.slug),
        "kind": item.kind,
        "kept": kept,
        "changes": [
            {
                "name": _name(change.language, change.variant),
                "take": f"{article.slug} {change.place}",
                "is_conflict": change.kind == CONFLICT,
                "is_new": change.kind == NEW,
                "language": change.language,
                "rows": change.rows,
            }
            for change in item.of(CONFLICT, CHANGED, NEW)
        ],
    }


def _name(language: str, variant: str) -> str:
    if not language:
        return _("Title, conditions and phrasings")
    return f"{Language(language).label} · {Variant(variant).label}"
