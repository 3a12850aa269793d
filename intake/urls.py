"""Addresses of intake."""

from django.urls import path

from intake.views import calls, chat, deliveries, door, form, imports, media, sources, trying

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
    path("t/<str:reference>/media/<int:message_id>/", media.show_files, name="media"),
    path("t/<str:reference>/media/<int:media_id>/retry/", media.retry_file, name="media-retry"),
    path("calls/new/", calls.new_call, name="call-new"),
    path("calls/person/", calls.show_caller, name="call-person"),
    path("imports/", imports.list_imports, name="imports"),
    path("imports/<int:import_id>/", imports.show_import, name="import"),
    path("imports/<int:import_id>/failed.csv", imports.download_failed, name="import-failed"),
    path("imports/<int:import_id>/undo/", imports.undo_import, name="import-undo"),
    path("imports/<int:import_id>/resume/", imports.resume_import, name="import-resume"),
    path("imports/<int:import_id>/discard/", imports.discard_import, name="import-discard"),
    path("sources/", sources.list_sources, name="sources"),
    path("sources/new/", sources.choose_kind, name="source-new"),
    path("sources/new/<slug:variant>/", sources.new_source, name="source-new-of"),
    path("sources/<slug:source>/", sources.show_source, name="source"),
    path("sources/<slug:source>/edit/", sources.edit_source, name="source-edit"),
    path("sources/<slug:source>/rotate/", sources.rotate, name="source-rotate"),
    path("sources/<slug:source>/switch/", sources.switch, name="source-switch"),
    path("sources/<slug:source>/delete/", sources.delete, name="source-delete"),
    path("sources/<slug:source>/confirm/", sources.confirm_alert, name="source-confirm"),
    path("sources/<slug:source>/retry/", sources.retry_dead, name="source-retry"),
    path("sources/<slug:source>/test/", trying.send_test, name="source-test"),
    path("sources/<slug:source>/test/<str:token>/", trying.show_test, name="source-test-fate"),
    path("widget/<slug:source>.js", chat.script, name="chat-script"),
    path("widget/<slug:source>/hello/", chat.hello, name="chat-hello"),
    path("widget/<slug:source>/talk/", chat.talk, name="chat-talk"),
    path("widget/<slug:source>/email/", chat.email, name="chat-email"),
    path("widget/<slug:source>/file/<int:attachment_id>/", chat.file, name="chat-file"),
    path("widget/<slug:source>/try/", chat.try_out, name="chat-try"),
]
