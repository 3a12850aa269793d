"""Shows every page in the language that the person who is logged in chose."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils import translation

from accounts.models import User

GetResponse = Callable[[HttpRequest], HttpResponse]


class LanguageOfUserMiddleware:
    """Stands behind AuthenticationMiddleware; a visitor keeps what LocaleMiddleware found."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Activate the person's language for this request."""
        if not isinstance(request.user, User) or not request.user.language:
            return self.get_response(request)
        with translation.override(request.user.language):
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", request.user.language)
        return response
