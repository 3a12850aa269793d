"""Addresses of intake."""

from django.urls import path

from intake.views import deliveries, door, form, media, sources

app_name = "intake"
urlpatterns = [
    path("intake/<slug:source>/", door.deliver, name="deliver"),
    path("complain/", form.complain, name="form"),
    path("complain/sent/<str:code>/", form.show_receipt, name="form-sent"),
    path("complain/<slug:source>/", form.complain, name="form-of"),
    path("deliveries/", deliveries.list_deliveries, name="deliveries"),
    path("deliveries/<int:delivery_id>/", deliveries.show_delivery, name="delivery"),
    path("deliveries/<int:delivery_id>/raw/", deliveries.download_raw, name="delivery-raw"),
    path("deliveries/<int:delivery_id>/retry/", deliveries.retry, name="delivery-retry"),
    path("t/<str:reference>/files/<int:message_id>/", media.show_files, name="media"),
    path("t/<str:reference>/files/<int:media_id>/retry/", media.retry_file, name="media-retry"),
    path("sources/", sources.list_sources, name="sources"),
]
