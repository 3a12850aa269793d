"""Scenarios with their reply templates over HTTP."""

from typing import Any, ClassVar

import django_filters
from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.decorators import method_decorator
from django.views.decorators.http import conditional_page
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from accounts.permissions import Permission, can
from common import clock
from common.errors import NotFound
from knowledgebase import services
from knowledgebase.api.serializers import (
    NewBodiesSerializer,
    ScenarioSerializer,
    StatusSerializer,
    VersionSerializer,
)
from knowledgebase.api.suggestions import KnowledgeViewSet
from knowledgebase.models import (
    Language,
    Scenario,
    Template,
    TemplateStatus,
    TemplateVersion,
    Variant,
)
from knowledgebase.services import Written


class ScenarioFilter(django_filters.FilterSet):
    """``category`` also takes a top category; ``q`` looks into names and titles."""

    category = django_filters.CharFilter(method="filter_category")
    q = django_filters.CharFilter(method="filter_words", label="part of name or title")
    language = django_filters.ChoiceFilter(
        choices=Language.choices, field_name="templates__language", distinct=True
    )
    status = django_filters.ChoiceFilter(
        choices=TemplateStatus.choices, field_name="templates__status", distinct=True
    )
    offer = django_filters.CharFilter()
    is_withdrawn = django_filters.BooleanFilter(
        field_name="withdrawn_at", lookup_expr="isnull", exclude=True
    )
    changed_at = django_filters.IsoDateTimeFromToRangeFilter()

    class Meta:
        model = Scenario
        fields: tuple[str, ...] = ()

    def filter_category(
        self, rows: QuerySet[Scenario], _name: str, value: str
    ) -> QuerySet[Scenario]:
        """Match the leaf, or every leaf of a top category; "general" has none."""
        if value == "general":
            return rows.filter(category="")
        return rows.filter(Q(category=value) | Q(category__startswith=f"{value}."))

    def filter_words(self, rows: QuerySet[Scenario], _name: str, value: str) -> QuerySet[Scenario]:
        """Match a part of the name or of a title."""
        return rows.filter(
            Q(slug__icontains=value) | Q(title_en__icontains=value) | Q(title_zh__icontains=value)
        )


@method_decorator(conditional_page, name="dispatch")
class TemplateViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, KnowledgeViewSet):
    """The library, newest first. GET answers carry an ETag; If-None-Match makes them 304."""

    required_scopes: ClassVar[dict[str, str]] = {
        "GET": "knowledge:read",
        "HEAD": "knowledge:read",
        "PATCH": "knowledge:write",
        "POST": "knowledge:write",
    }
    serializer_class = ScenarioSerializer
    filterset_class = ScenarioFilter
    lookup_field = "slug"
    lookup_value_regex = r"[a-z0-9.-]+"
    queryset = Scenario.objects.none()

    def get_queryset(self) -> QuerySet[Scenario]:
        """Return scenarios with their texts in two statements."""
        texts = Template.objects.order_by("language", "variant")
        return Scenario.objects.prefetch_related(Prefetch("templates", queryset=texts))

    def get_serializer_context(self) -> dict[str, Any]:
        """Say whether the token's owner may see drafts."""
        return {**super().get_serializer_context(), "shows_drafts": self._edits()}

    def _edits(self) -> bool:
        user = self.request.user
        return can(user, Permission.TEMPLATE_WRITE) or can(user, Permission.TEMPLATE_APPROVE)

    def _again(self, scenario: Scenario) -> Response:
        fresh = self.get_queryset().get(pk=scenario.pk)
        return Response(self.get_serializer(fresh).data)

    @extend_schema(request=NewBodiesSerializer, responses=ScenarioSerializer)
    def partial_update(self, request: Request, slug: str = "") -> Response:
        """Save texts as drafts, all or none; 409 when one was saved meanwhile."""
        scenario = self.get_object()
        form = NewBodiesSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        bodies = {
            (one["language"], one["variant"]): Written(one["body"], one["version"])
            for one in form.validated_data["bodies"]
        }
        services.save_bodies(
            scenario_id=scenario.pk, bodies=bodies, by=_user(request), now=clock.now()
        )
        return self._again(scenario)

    @extend_schema(request=StatusSerializer, responses=ScenarioSerializer)
    @action(detail=True, methods=["post"])
    def status(self, request: Request, slug: str = "") -> Response:
        """Hand a text in, publish it or send it back, at the version that was read."""
        scenario = self.get_object()
        form = StatusSerializer(data=request.data)
        form.is_valid(raise_exception=True)
        data = form.validated_data
        template = scenario.templates.filter(
            language=data["language"], variant=data["variant"]
        ).first()
        if template is None:
            raise NotFound
        services.change_status(
            template_id=template.pk,
            status=data["status"],
            by=_user(request),
            now=clock.now(),
            seen=data["version"],
        )
        return self._again(scenario)

    @extend_schema(
        responses=VersionSerializer(many=True),
        filters=False,
        parameters=[
            OpenApiParameter("language", str, enum=Language.values),
            OpenApiParameter("variant", str, enum=Variant.values),
        ],
    )
    @action(detail=True, methods=["get"])
    def versions(self, request: Request, slug: str = "") -> Response:
        """List what texts once were, newest first; only the published ones without the right."""
        scenario = self.get_object()
        rows = TemplateVersion.objects.filter(template__scenario=scenario)
        rows = rows.select_related("template", "by")
        for name in ("language", "variant"):
            if wanted := request.query_params.get(name):
                rows = rows.filter(**{f"template__{name}": wanted})
        if not self._edits():
            rows = rows.filter(number=F("template__published_version"))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(VersionSerializer(page, many=True).data)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)
    return request.user
