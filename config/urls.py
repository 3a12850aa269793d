"""Every address of Redress; each room keeps its own."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from drf_spectacular.views import SpectacularAPIView

from config.health import healthz, readyz

API: list[URLPattern | URLResolver] = [
    path("schema/", SpectacularAPIView.as_view(api_version="v1"), name="schema"),
    path("", include("tickets.api.urls")),
    path("", include("intake.api.urls")),
    path("", include("knowledgebase.api.urls")),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("api/v1/", include((API, "api"))),
    path("i18n/", include("django.conf.urls.i18n")),
    path("", include("accounts.urls")),
    path("", include("intake.urls")),
    path("", include("surveys.urls")),
    path("", include("knowledgebase.urls")),
    path("", include("triage.urls")),
    path("", include("reports.urls")),
    path("", include("tickets.urls")),
]
