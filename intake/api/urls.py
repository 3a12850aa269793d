"""Addresses of intake's API, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from intake.api import views

router = SimpleRouter()
router.register("deliveries", views.DeliveryViewSet, basename="delivery")

urlpatterns = router.urls
