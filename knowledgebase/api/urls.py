"""Addresses of the knowledge base's API, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from knowledgebase.api import suggestions, templates

router = SimpleRouter()
router.register("suggestions", suggestions.SuggestionViewSet, basename="suggestion")
router.register("templates", templates.TemplateViewSet, basename="template")

urlpatterns = router.urls
