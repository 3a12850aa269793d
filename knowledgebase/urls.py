"""Addresses of the knowledge base."""

from django.urls import path

from knowledgebase.views import editor, library, suggestions

app_name = "knowledgebase"

urlpatterns = [
    path("knowledge/", library.show_library, name="index"),
    path(
        "knowledge/suggestions/<slug:reference>/", suggestions.show_suggestions, name="suggestions"
    ),
    path("knowledge/check/<slug:reference>/", suggestions.check_reply, name="check"),
    path("knowledge/templates/<int:pk>/edit/", editor.edit_template, name="edit"),
    path("knowledge/templates/<int:pk>/status/", editor.change_status, name="status"),
    path("knowledge/<str:slug>/", library.show_library, name="scenario"),
]
