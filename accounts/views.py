"""Pages about oneself."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts import services
from accounts.forms import SettingsForm
from accounts.models import User
from common.htmx import render_page


@login_required
def edit_settings(request: HttpRequest) -> HttpResponse:
    """Language, theme, density, keys, away."""
    assert isinstance(request.user, User)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        services.save_preferences(user=request.user, changes=form.cleaned_data)
        return _saved(request, form.cleaned_data["language"])
    status = 422 if form.errors else 200
    return render_page(
        request,
        "accounts/settings.html",
        "accounts/_settings_form.html",
        {"form": form},
        status=status,
    )


def _saved(request: HttpRequest, language: str) -> HttpResponse:
    # In the language just chosen: that is the one the next page speaks.
    with override(language):
        messages.success(request, _("Saved."))
    response = redirect("accounts:settings")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
    )
    return response
