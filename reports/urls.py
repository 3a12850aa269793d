"""Addresses of the reports."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.show_report, name="overview"),
    path("reports/tickets/", views.list_tickets, name="tickets"),
    path("reports/definitions/", views.show_definitions, name="definitions"),
    path("reports/<slug:by>.csv", views.download_table, name="csv"),
]
