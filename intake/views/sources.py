"""Where complaints come from, whether they do, and how each source is set up."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from accounts.permissions import Permission, can, requires
from common import clock
from intake import complaints, queries, services
from intake.channels.fields import Setup, hint, read_secrets
from intake.channels.probes import can_probe
from intake.channels.setups import SETUPS, setup_of
from intake.forms_sources import SourceForm
from intake.models import Source, SourceKind
from intake.services import setup as setting_up
from intake.services.sources import door_of
from intake.views.deliveries import RIGHTS

MANAGE = Permission.MANAGE_CHANNELS
LAST_SHOWN = 10


@require_safe
@requires(*RIGHTS)
def list_sources(request: HttpRequest) -> HttpResponse:
    """List the sources with how they do."""
    context = {
        "items": queries.source_health(now=clock.now()),
        "may_manage": can(request.user, MANAGE),
    }
    return render(request, "intake/sources.html", context)


@require_safe
@requires(MANAGE)
def choose_kind(request: HttpRequest) -> HttpResponse:
    """Offer every kind of source."""
    kinds = [{"variant": v, "label": _label(s), "about": s.about} for v, s in SETUPS.items()]
    return render(request, "intake/source_kinds.html", {"kinds": kinds})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE)
def new_source(request: HttpRequest, variant: str) -> HttpResponse:
    """Set up a source; the answer shows the secrets that we made, this once."""
    setup = SETUPS.get(variant)
    if setup is None:
        raise Http404
    form = SourceForm(request.POST if request.method == "POST" else None, setup=setup)
    if request.method == "POST" and form.is_valid() and _is_free(form, setup):
        source = _save(request, form)
        made = read_secrets(source.secret, setup).keys() - form.given().keys()
        return _page(request, source, fresh=frozenset(made))
    return _form_page(request, form, setup, title=_label(setup))


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@requires(MANAGE)
def edit_source(request: HttpRequest, source: str) -> HttpResponse:
    """Change a source; secrets that are left empty stay."""
    found = queries.get_any_source(source)
    setup = setup_of(found.kind, found.settings)
    form = SourceForm(
        request.POST if request.method == "POST" else None,
        setup=setup,
        name=found.name,
        settings=found.settings,
        stored=read_secrets(found.secret, setup),
    )
    if request.method == "POST" and form.is_valid():
        _save(request, form, found.pk)
        messages.success(request, _("Saved. Send a test to see that it still works."))
        return redirect("intake:source", found.slug)
    return _form_page(request, form, setup, title=found.name, source=found)


@never_cache
@require_safe
@requires(*RIGHTS)
def show_source(request: HttpRequest, source: str) -> HttpResponse:
    """Show one source: health, address, what to click, tests and the last deliveries."""
    return _page(request, queries.get_any_source(source))


@never_cache
@require_POST
@requires(MANAGE)
def rotate(request: HttpRequest, source: str) -> HttpResponse:
    """Make a new secret of ours; the answer shows it, this once."""
    found = queries.get_any_source(source)
    name = request.POST.get("name", "")
    setting_up.rotate_secret(source_id=found.pk, name=name, by=_person(request))
    return _page(request, queries.get_any_source(source), fresh=frozenset({name}))


@require_POST
@requires(MANAGE)
def switch(request: HttpRequest, source: str) -> HttpResponse:
    """Switch a source on or off."""
    found, on = queries.get_any_source(source), request.POST.get("on") == "yes"
    setting_up.switch_source(source_id=found.pk, on=on, by=_person(request), now=clock.now())
    said = _("Switched on. What came meanwhile is being read.")
    if not on:
        said = _("Switched off. What comes is kept and read when it is on again.")
    messages.success(request, said)
    return redirect("intake:source", found.slug)


@require_POST
@requires(MANAGE)
def delete(request: HttpRequest, source: str) -> HttpResponse:
    """Remove a source that nothing came from."""
    found = queries.get_any_source(source)
    setting_up.delete_source(source_id=found.pk, by=_person(request))
    messages.success(request, _("“%(name)s” is removed.") % {"name": found.name})
    return redirect("intake:sources")


@require_POST
@requires(MANAGE, Permission.MANAGE_RULES)
def confirm_alert(request: HttpRequest, source: str) -> HttpResponse:
    """Say that the refusals have been seen."""
    found = queries.get_any_source(source)
    setting_up.confirm_alert(source_id=found.pk, by=_person(request))
    messages.success(request, _("Confirmed. The next refusal raises a new alert."))
    return redirect("intake:source", found.slug)


@require_POST
@requires(*RIGHTS)
def retry_dead(request: HttpRequest, source: str) -> HttpResponse:
    """Have everything of a source that could not be read tried again."""
    found = queries.get_any_source(source)
    count = services.retry_all_dead(source_id=found.pk, now=clock.now())
    messages.success(request, _("%(count)s are being read again.") % {"count": count})
    return redirect("intake:source", found.slug)


def _save(request: HttpRequest, form: SourceForm, source_id: int | None = None) -> Source:
    return setting_up.set_up_source(
        setup=form.setup,
        name=form.cleaned_data["name"],
        options=form.options(),
        given=form.given(),
        by=_person(request),
        source_id=source_id,
    )


def _is_free(form: SourceForm, setup: Setup) -> bool:
    """Refuse a second source of the same name and kind: the page was sent twice."""
    name = form.cleaned_data["name"]
    if not Source.objects.filter(kind=setup.kind, name=name).exists():
        return True
    form.add_error("name", _("There is a source of this kind with this name already."))
    return False


def _form_page(
    request: HttpRequest,
    form: SourceForm,
    setup: Setup,
    *,
    title: str,
    source: Source | None = None,
) -> HttpResponse:
    needed = [form[f.name] for f in setup.fields if not f.for_replies]
    replies = [form[f.name] for f in setup.fields if f.for_replies]
    context = {
        "form": form,
        "title": title,
        "setup": setup,
        "needed": [form["name"], *needed],
        "replies": replies,
        "source": source,
        "fallback": reverse("intake:source", args=[source.slug])
        if source
        else reverse("intake:source-new"),
    }
    return render(request, "intake/source_form.html", context, status=422 if form.errors else 200)


def _page(
    request: HttpRequest, source: Source, *, fresh: frozenset[str] = frozenset()
) -> HttpResponse:
    setup = setup_of(source.kind, source.settings)
    stored = read_secrets(source.secret, setup)
    may_manage = can(request.user, MANAGE)
    rows, more = queries.delivery_page(status="", source=source.slug, before=None, size=LAST_SHOWN)
    context = {
        "source": source,
        "health": queries.health_of(source, now=clock.now()),
        "setup": setup,
        "address": _address(source, setup, stored, fresh),
        "hides_key": bool(setup.key_in_address) and setup.key_in_address not in fresh,
        "secrets": _secrets(setup, stored, fresh),
        "fresh": fresh,
        "rows": rows,
        "has_more": more is not None,
        "may_manage": may_manage,
        "may_confirm": may_manage or can(request.user, Permission.MANAGE_RULES),
        "can_probe": source.kind == SourceKind.FORM or can_probe(source.kind, door_of(source)),
        "extra_page": reverse(setup.page, args=[source.slug]) if setup.page else "",
    }
    return render(request, "intake/source.html", context)


def _secrets(
    setup: Setup, stored: Mapping[str, str], fresh: frozenset[str]
) -> list[dict[str, Any]]:
    """List the secrets; a value is shown only where we have just made it."""
    return [
        {
            "name": field.name,
            "label": field.label,
            "is_set": bool(stored.get(field.name)),
            "ends": hint(stored.get(field.name, "")),
            "ours": field.ours,
            "missing": field.required or not field.for_replies,
            "for_replies": field.for_replies,
            "fresh": stored[field.name] if field.name in fresh and field.name in stored else "",
        }
        for field in setup.fields
        if field.secret
    ]


def _label(setup: Setup) -> str:
    return str(setup.name or SourceKind(setup.kind).label)


def _address(source: Source, setup: Setup, stored: Mapping[str, str], fresh: frozenset[str]) -> str:
    if not setup.address:
        return ""
    if source.kind != SourceKind.FORM:
        path = source.get_absolute_url()
    elif source.slug == complaints.FORM_SLUG:
        path = reverse("intake:form")
    else:
        path = reverse("intake:form-of", args=[source.slug])
    url = f"{settings.REDRESS_PUBLIC_URL.rstrip('/')}{path}"
    key = setup.key_in_address
    if key and key in fresh:
        return f"{url}?{urlencode({'key': stored[key]})}"
    return f"{url}?key=…" if key else url


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
