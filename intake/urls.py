"""Addresses of intake."""

from django.urls import path

from intake.views import chat, deliveries, door, form, media, sources

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
    path("widget/<slug:source>.js", chat.script, name="chat-script"),
    path("widget/<slug:source>/hello/", chat.hello, name="chat-hello"),
    path("widget/<slug:source>/talk/", chat.talk, name="chat-talk"),
    path("widget/<slug:source>/email/", chat.email, name="chat-email"),
    path("widget/<slug:source>/file/<int:attachment_id>/", chat.file, name="chat-file"),
    path("widget/<slug:source>/try/", chat.try_out, name="chat-try"),
]
