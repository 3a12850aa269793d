"""The doors of the live chat widget, and the page on which it is tried.

Pages of other origins call these, so each answer says who may read it (CORS), no cookie is read
or set, and the browser proves itself by a token in a header. ADR 13 says why they are polled.
"""

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache, wraps
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.http.request import RawPostDataException
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.permissions import Permission, requires
from common import clock
from common.errors import DomainError, NotFound
from common.problems import problem
from common.rate_limit import is_allowed, is_allowed_to
from common.text import storable
from intake import conversations, queries
from intake.channels.chat_files import FileRefused, read_files
from intake.channels.chat_identity import IdentityRefused, Visitor, read_identity
from intake.errors import UnknownSource
from intake.models import ChatConversation, Source, SourceKind
from intake.services import chat
from intake.services.chat_greeting import LONGEST_LINE, greeting
from tickets.identity import normal_email

SCRIPT = settings.BASE_DIR / "static" / "widget" / "chat.js"
SCRIPT_KEPT_SECONDS = 300
PREFLIGHT_KEPT_SECONDS = 7200
REQUEST_HEADERS = (
    "Content-Type, X-Redress-Visitor, X-Redress-Seen, X-Redress-Version, X-Redress-Identity"
)

MOST_LINES_A_MINUTE = 20
MOST_LINES_OF_ADDRESS = 120
MOST_POLLS_OF_ADDRESS = 3000
_TOKEN = re.compile(r"[A-Za-z0-9_-]{40,100}")
_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_EMAIL = re.compile(r"[^@\s,;<>]{1,64}@[^@\s,;<>]+\.[^@\s,;<>.]{2,}")
_SEEN = re.compile(r"(\d{1,9}),(\d{1,9})")

View = Callable[..., HttpResponseBase]


class Declined(DomainError):
    """What the widget sent is not taken; the code is what it shows."""

    def __init__(self, code: str, status: int, **data: Any) -> None:
        super().__init__(**data)
        self.said, self.answer = code, status


def _for_pages(*methods: str) -> Callable[[View], View]:
    """Answer pages of allowed origins only, preflights included, and let them read the answer."""

    def decorate(view: View) -> View:
        @csrf_exempt
        @require_http_methods([*methods, "OPTIONS"])
        @wraps(view)
        def wrapped(request: HttpRequest, source: str, **more: Any) -> HttpResponseBase:
            token = request.headers.get("X-Redress-Visitor", "")
            token = token if _TOKEN.fullmatch(token) else ""
            try:
                found = _conversation_of(token, source)
                place = found.source if found else _chat_source(source)
            except UnknownSource as error:
                return problem(status=error.status, code=error.code, title=str(error))
            origin = request.headers.get("Origin", "")
            if not _may_ask(request, place, origin):
                chat.note_stranger(source=place, origin=origin, now=clock.now())
                return problem(status=403, code="refused", title="This origin is not allowed.")
            if request.method == "OPTIONS":
                response: HttpResponseBase = HttpResponse(status=204)
            else:
                response = _answered(view, request, place, found, token, more)
            return _readable_by(response, origin)

        return wrapped

    return decorate


def _answered(
    view: View,
    request: HttpRequest,
    source: Source,
    found: ChatConversation | None,
    token: str,
    more: Mapping[str, Any],
) -> HttpResponseBase:
    try:
        return view(request, source=source, conversation=found, token=token, **more)
    except Declined as error:
        response = problem(status=error.answer, code=error.said, title=error.said, **error.data)
        if error.answer == 429:
            response["Retry-After"] = "60"
        return response
    except DomainError as error:
        return problem(status=error.status, code=error.code, title=str(error))


def _conversation_of(token: str, source: str) -> ChatConversation | None:
    return conversations.find_conversation(token=token, source=source) if token else None


def _chat_source(slug: str) -> Source:
    source = queries.get_source(slug)
    if source.kind != SourceKind.CHAT:
        raise UnknownSource
    return source


def _may_ask(request: HttpRequest, source: Source, origin: str) -> bool:
    # A page's own origin is not named when it only reads.
    return chat.may_talk(source, origin) if origin else request.method == "GET"


def _readable_by(response: HttpResponseBase, origin: str) -> HttpResponseBase:
    if origin:
        response["Access-Control-Allow-Origin"] = origin
        response["Access-Control-Allow-Methods"] = "GET, POST"
        response["Access-Control-Allow-Headers"] = REQUEST_HEADERS
        response["Access-Control-Expose-Headers"] = "Retry-After"
        response["Access-Control-Max-Age"] = str(PREFLIGHT_KEPT_SECONDS)
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    response["X-Content-Type-Options"] = "nosniff"
    response.setdefault("Cache-Control", "no-store")
    patch_vary_headers(response, ["Origin"])
    return response


@require_safe
def script(request: HttpRequest, source: str) -> HttpResponse:
    """Hand out the widget; its own address tells it which source it belongs to."""
    _chat_source(source)
    read = _read_script if settings.DEBUG else _script
    is_packed = "gzip" in request.headers.get("Accept-Encoding", "")
    body, etag = read(is_packed=is_packed)
    if request.headers.get("If-None-Match") == etag:
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type="text/javascript; charset=utf-8")
        if is_packed:
            response["Content-Encoding"] = "gzip"
    response["ETag"] = etag
    patch_vary_headers(response, ["Accept-Encoding"])
    response["Cache-Control"] = f"public, max-age={SCRIPT_KEPT_SECONDS}"
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
    return response


def _read_script(*, is_packed: bool) -> tuple[bytes, str]:
    """Return the script without indentation and remarks, and its sign."""
    text = SCRIPT.read_text(encoding="utf-8")
    text = re.sub(r"^\s*/\*.*?\*/\s*$", "", text, flags=re.DOTALL | re.MULTILINE)
    lines = (line.strip() for line in text.splitlines())
    text = "\n".join(line for line in lines if line and not line.startswith("//"))
    body = gzip.compress(text.encode(), mtime=0) if is_packed else text.encode()
    return body, f'"{hashlib.sha256(body).hexdigest()[:16]}"'


_script = lru_cache(maxsize=2)(_read_script)


@_for_pages("GET")
def hello(
    request: HttpRequest, *, source: Source, conversation: ChatConversation | None, token: str
) -> HttpResponse:
    """Say what the widget shows before anything was said."""
    language = request.GET.get("lang", "")
    return JsonResponse(greeting(source=source, language=language, now=clock.now()))


@_for_pages("GET", "POST")
def talk(
    request: HttpRequest, *, source: Source, conversation: ChatConversation | None, token: str
) -> HttpResponse:
    """Take a line, or return the conversation: 204 when nothing is new."""
    if request.method == "POST":
        return _take(request, source, token)
    if not is_allowed(request, "chat-poll", most=MOST_POLLS_OF_ADDRESS, seconds=60):
        raise Declined("slow_down", 429)
    if conversation is None:
        said = _identity(request, source)[1] if "X-Redress-Identity" in request.headers else None
        return JsonResponse({"version": 0, "lines": [], "identity": said})
    fetched, read = _seen(request)
    chat.note_presence(conversation=conversation, fetched=fetched, read=read, now=clock.now())
    if request.headers.get("X-Redress-Version") == str(conversation.version):
        # Not If-None-Match with 304: browsers ask for leave anew before each such request.
        return HttpResponse(status=204)
    return JsonResponse(_conversation(conversation))


def _seen(request: HttpRequest) -> tuple[int, int]:
    found = _SEEN.fullmatch(request.headers.get("X-Redress-Seen", ""))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def _conversation(conversation: ChatConversation) -> dict[str, Any]:
    return {
        "version": conversation.version,
        "email": conversation.email,
        "email_is_verified": conversation.email_is_verified,
        "lines": [
            {
                "n": line.number,
                "own": line.is_own,
                "key": line.key,
                "name": line.name,
                "text": line.text,
                "at": line.at.isoformat(),
                "mailed": line.is_mailed,
                "files": [
                    {"id": file.file_id, "name": file.name, "size": file.size}
                    for file in line.files
                ],
            }
            for line in conversations.shown_lines(conversation)
        ],
    }


def _take(request: HttpRequest, source: Source, token: str) -> HttpResponse:
    _limit_lines(request, token)
    value = _json(request)
    # The row with its secret: the one found by the token comes without.
    source = queries.get_source(source.slug)
    visitor, said = _identity(request, source)
    taken = chat.take_line(
        source=source,
        token=token,
        said=_said(value),
        origin=request.headers.get("Origin", ""),
        visitor=visitor,
        is_refused=said is not None and visitor is None,
        now=clock.now(),
    )
    answer = {"n": taken.number, "duplicate": taken.duplicate, "identity": said}
    return JsonResponse(answer, status=200 if taken.duplicate else 202)


def _limit_lines(request: HttpRequest, token: str) -> None:
    if not token:
        raise Declined("bad_token", 400)
    of_visitor = is_allowed_to(token, "chat", most=MOST_LINES_A_MINUTE, seconds=60)
    if not (of_visitor and is_allowed(request, "chat", most=MOST_LINES_OF_ADDRESS, seconds=60)):
        raise Declined("slow_down", 429)


def _json(request: HttpRequest) -> dict[str, Any]:
    try:
        body = request.body
    except (RawPostDataException, OSError):
        raise Declined("cut_off", 400) from None
    try:
        value = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Declined("bad_body", 400) from None
    if not isinstance(value, dict):
        raise Declined("bad_body", 400)
    return value


def _said(value: Mapping[str, Any]) -> chat.Said:
    """Return what is said, checked: the widget checks the same before it sends."""
    key, text = value.get("key"), value.get("text", "")
    if not isinstance(key, str) or not _KEY.fullmatch(key) or not isinstance(text, str):
        raise Declined("bad_body", 400)
    text = storable(text).strip()
    if len(text) > LONGEST_LINE:
        raise Declined("too_long", 413)
    try:
        files = read_files(value.get("files"))
    except FileRefused as error:
        status = 413 if error.code in {"too_large", "too_many_files"} else 422
        raise Declined(error.code, status, name=error.name[:255]) from None
    if not text and not files:
        raise Declined("empty", 422)
    language = value.get("language")
    return chat.Said(
        key=key,
        text=text,
        page=_page(value.get("page")),
        language=language if language in {"en", "zh"} else "",
        files=files,
    )


def _page(value: Any) -> str:
    """Return the address of the page without what follows "?": that may hold secrets."""
    try:
        parts = urlsplit(value if isinstance(value, str) else "")
    except ValueError:
        return ""
    if parts.scheme not in {"http", "https"} or not parts.netloc or "@" in parts.netloc:
        return ""
    return storable(f"{parts.scheme}://{parts.netloc}{parts.path}")[:500]


def _identity(request: HttpRequest, source: Source) -> tuple[Visitor | None, Any]:
    """Return whom the shop signed for, and what to tell the page; a bad sign is nobody's."""
    token = request.headers.get("X-Redress-Identity", "")
    if not token:
        return None, None
    try:
        visitor = read_identity(token, secret=chat.identity_secret(source), now=clock.now())
    except IdentityRefused as error:
        return None, {"state": "refused", "why": error.code}
    return visitor, {"state": "verified", "name": visitor.name}


@_for_pages("POST")
def email(
    request: HttpRequest, *, source: Source, conversation: ChatConversation | None, token: str
) -> HttpResponse:
    """Note where to answer when the visitor has gone."""
    if conversation is None:
        raise NotFound
    _limit_lines(request, token)
    typed = _json(request).get("email", "")
    if not isinstance(typed, str) or (typed.strip() and not _is_email(typed)):
        raise Declined("email_bad", 422)
    changed = chat.give_email(conversation=conversation, email=typed)
    return JsonResponse({"email": changed.email})


def _is_email(text: str) -> bool:
    return _EMAIL.fullmatch(normal_email(text)) is not None


@_for_pages("GET")
def file(
    request: HttpRequest,
    *,
    source: Source,
    conversation: ChatConversation | None,
    token: str,
    attachment_id: int,
) -> HttpResponseBase:
    """Hand out a file of the visitor's own conversation, as a download."""
    if conversation is None:
        raise NotFound
    attachment = conversations.get_file(conversation, attachment_id)
    response = FileResponse(
        attachment.file.open("rb"),
        as_attachment=True,
        filename=attachment.name,
        content_type="application/octet-stream",
    )
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


@require_safe
@requires(Permission.MANAGE_CHANNELS)
def try_out(request: HttpRequest, source: str) -> HttpResponse:
    """Show a page with the widget on it, as a shop's page would."""
    found = _chat_source(source)
    context = {
        "source": found,
        "snippet": chat.snippet(found),
        "origins": chat.settings_of(found).origins,
    }
    return render(request, "intake/chat_try.html", context)
