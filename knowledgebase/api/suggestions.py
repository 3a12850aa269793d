"""Suggestions for another desk, and what it tells about them."""

import hashlib
import json
from datetime import datetime
from typing import Any, ClassVar

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from accounts.api_auth import HasScope, TokenAuthentication
from accounts.models import ApiToken
from common import clock
from common.parsers import BoundedJSONParser
from common.text import storable
from knowledgebase import policy, queries, services
from knowledgebase.api.serializers import (
    EMOTION_NAMES,
    AnswerSerializer,
    AskSerializer,
    NewUseSerializer,
    UseSerializer,
)
from knowledgebase.api.throttling import TokenThrottle
from knowledgebase.conditions import OrderFacts, days_between
from knowledgebase.queries.asking import Answer, Ask
from knowledgebase.queries.filling import settings_zone
from knowledgebase.variables import Money, currency_name

_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key gives the same answer for a day; another request under it is 422.",
)
_ORDER_TEXTS = ("product_name", "sku", "carrier", "tracking_no", "last_scan", "last_scan_time")
_ORDER_DAYS = ("promised_date", "new_eta")


class KnowledgeViewSet(GenericViewSet[Any]):
    """Tokens only, so many calls a minute; scopes by method in ``required_scopes``."""

    authentication_classes = (TokenAuthentication,)
    permission_classes = (HasScope,)
    parser_classes: tuple[type[BaseParser], ...] = (BoundedJSONParser,)
    throttle_classes = (TokenThrottle,)
    required_scopes: ClassVar[dict[str, str]] = {}


def token_of(request: Request) -> ApiToken:
    """Return the token of a call; the scope check let nobody else in."""
    assert isinstance(request.auth, ApiToken)
    return request.auth


class SuggestionViewSet(KnowledgeViewSet):
    """The best replies to a customer's words."""

    # Asking writes nothing of the library; what is told about a use changes its ranking.
    required_scopes: ClassVar[dict[str, str]] = {"POST": "knowledge:read"}
    lookup_value_regex = "[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    serializer_class = AnswerSerializer

    @extend_schema(
        request=AskSerializer,
        responses={200: AnswerSerializer, 201: AnswerSerializer},
        parameters=[_KEY],
    )
    def create(self, request: Request) -> Response:
        """Rank replies for a text: 201, or 200 with the first answer for a key seen before."""
        form = AskSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        now = clock.now()
        ask = _ask(form.validated_data, now)
        told = json.dumps(request.data, sort_keys=True, ensure_ascii=True)
        _row, answer, is_new = services.record_suggestion(
            token=token_of(request),
            key=storable(request.headers.get("Idempotency-Key", "").strip())[:200],
            request_digest=hashlib.sha256(told.encode()).hexdigest(),
            answer=lambda: _shown(queries.suggest_for_text(ask, now=now)),
            now=now,
        )
        return Response(answer, status=201 if is_new else 200)

    @extend_schema(request=NewUseSerializer, responses={200: UseSerializer, 201: UseSerializer})
    @action(detail=True, methods=["post"])
    def uses(self, request: Request, pk: str = "") -> Response:
        """Tell that a reply was picked, sent, scored; 201 the first time, 200 afterwards."""
        form = NewUseSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        sent = data.get("sent_text")
        use, is_new = services.report_use(
            token=token_of(request),
            suggestion_id=pk,
            slug=storable(data["slug"]),
            sent_text=storable(sent) if sent is not None else None,
            score=data.get("score"),
            came_back=data["came_back"],
            now=clock.now(),
        )
        return Response(UseSerializer(use).data, status=201 if is_new else 200)


def _ask(data: dict[str, Any], now: datetime) -> Ask:
    order = data.get("order") or {}
    emotion = data.get("emotion")
    language = data.get("language", "")
    given = {name: storable(value) for name, value in (data.get("values") or {}).items()}
    return Ask(
        text=storable(data["text"]),
        subject=storable(data["subject"]),
        language=language,
        category=data.get("category"),
        emotion=None if emotion is None else EMOTION_NAMES.index(emotion),
        distressed=data["distressed"],
        facts=_facts(order, now),
        values=_order_values(order, language) | given,
        limit=data["limit"],
    )


def _facts(order: dict[str, Any], now: datetime) -> OrderFacts:
    delivered = order.get("delivered_at")
    days = order.get("days_since_delivery")
    if days is None and delivered is not None:
        days = days_between(delivered, now, settings_zone())
    return OrderFacts(
        state=order.get("state") or ("delivered" if days is not None else ""),
        days_since_delivery=days,
        traits=frozenset(order.get("traits") or ()),
    )


def _order_values(order: dict[str, Any], language: str) -> dict[str, object]:
    values: dict[str, object] = {name: order.get(name) for name in (*_ORDER_TEXTS, *_ORDER_DAYS)}
    values["order_no"] = order.get("number")
    placed = order.get("placed_at")
    values["order_date"] = placed.astimezone(settings_zone()).date() if placed else None
    if order.get("amount") is not None:
        values["amount"] = Money(order["amount"], order["currency"])
        values["currency"] = currency_name(order["currency"], language)
    return {
        name: storable(value) if isinstance(value, str) else value
        for name, value in values.items()
        if value is not None
    }


def _shown(answer: Answer) -> dict[str, Any]:
    return {
        "language": answer.language,
        "category": answer.category,
        "emotion": EMOTION_NAMES[answer.emotion],
        "emotion_level": answer.emotion,
        "distressed": answer.distressed,
        "decided_by": answer.decided_by,
        "policy": _policy(answer),
        "suggestions": [
            {
                "slug": one.scenario.slug,
                "title": one.scenario.title(answer.language),
                "category": one.scenario.category,
                "variant": one.variant,
                "text": one.text,
                "missing": list(one.missing),
                "offer": one.scenario.offer,
                "score": round(one.score, 4),
                "why": {
                    "words": list(one.why.words),
                    "same_category": one.why.same_category,
                    "is_trial": one.why.is_trial,
                    "outcome": {
                        "uses": one.why.outcome.uses,
                        "good": one.why.outcome.good,
                    },
                },
            }
            for one in answer.offered
        ],
    }


def _policy(answer: Answer) -> dict[str, Any] | None:
    cell = answer.cell
    if cell is None:
        return None
    return {
        "group": answer.group,
        "apology": cell.apology,
        "length": cell.length,
        "most": policy.length_limit(cell.length, answer.language),
        "offer": cell.offer,
        "escalation": cell.escalation,
        "call": cell.call,
    }
