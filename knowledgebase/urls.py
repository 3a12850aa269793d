"""Addresses of the knowledge base."""

from django.urls import path

from knowledgebase import views

app_name = "knowledgebase"

urlpatterns = [
    path("knowledge/", views.show_library, name="index"),
    path("knowledge/suggestions/<slug:reference>/", views.show_suggestions, name="suggestions"),
    path("knowledge/check/<slug:reference>/", views.check_reply, name="check"),
    path("knowledge/templates/<int:pk>/edit/", views.edit_template, name="edit"),
    path("knowledge/templates/<int:pk>/status/", views.change_status, name="status"),
    path("knowledge/<str:slug>/", views.show_library, name="scenario"),
]
