"""What all pages for customers share: their language, and answers that nobody keeps or lists."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import add_never_cache_headers, patch_vary_headers

PARAMETER = "lang"
_SHORT = {"zh": "zh-hans", "zh-cn": "zh-hans"}


def language_for(request: HttpRequest, *, otherwise: str = "") -> str:
    """Return the language to show: ?lang=, the earlier choice, ``otherwise``, the browser's.

    The desk's own language of a colleague who is logged in does not count here.
    """
    chosen = _supported(request.GET.get(PARAMETER, ""))
    kept = _supported(request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, ""))
    return chosen or kept or _supported(otherwise) or translation.get_language_from_request(request)


def _supported(code: str) -> str:
    code = code.lower()
    code = _SHORT.get(code, code)
    return code if code in dict(settings.LANGUAGES) else ""


def render_public(
    request: HttpRequest,
    template: str,
    context: Mapping[str, Any],
    *,
    language: str,
    status: int = 200,
) -> HttpResponse:
    """Render in the active language; never cached, never listed by search engines."""
    shared = {
        "shop_name": settings.REDRESS_SHOP_NAME,
        "other_language": "en" if language.startswith("zh") else "zh-hans",
        "here": request.path,
    }
    response = render(request, template, shared | dict(context), status=status)
    response["Content-Language"] = language
    return private(response, request, language)


def private(response: HttpResponse, request: HttpRequest, language: str) -> HttpResponse:
    """Mark an answer as nobody else's, and keep a language that was asked for by name."""
    add_never_cache_headers(response)
    patch_vary_headers(response, ["Accept-Language", "Cookie"])
    response["X-Robots-Tag"] = "noindex, nofollow"
    if _supported(request.GET.get(PARAMETER, "")):
        response.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            language,
            max_age=settings.LANGUAGE_COOKIE_AGE or 365 * 24 * 3600,
            samesite="Lax",
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
        )
    return response
