"""Addresses of surveys."""

from django.urls import path

from surveys import views

app_name = "surveys"
urlpatterns = [
    path("s/<str:token>/", views.answer, name="answer"),
    path("t/<str:reference>/survey/", views.show_card, name="card"),
]
