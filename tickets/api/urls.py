"""Addresses of the hub's API, below /api/v1/."""

from rest_framework.routers import SimpleRouter

from tickets.api import views

router = SimpleRouter()
router.register("tickets", views.TicketViewSet, basename="ticket")
router.register("messages", views.MessageViewSet, basename="message")
router.register("customers", views.CustomerViewSet, basename="customer")

urlpatterns = router.urls
