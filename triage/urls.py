"""Addresses of triage."""

from django.urls import path

from triage.views import card, classes, desk, models, replays, similar

app_name = "triage"
urlpatterns = [
    path("triage/", desk.show_desk, name="desk"),
    path("triage/label/<slug:reference>/", desk.label, name="label"),
    path("triage/take-back/<slug:reference>/", desk.take_back, name="take-back"),
    path("triage/card/<slug:reference>/", card.show_card, name="card"),
    path("triage/similar/<slug:reference>/", similar.show_similar, name="similar"),
    path("models/", models.show_models, name="models"),
    path("models/effect/", models.show_effect, name="effect"),
    path("models/classes/", classes.show_classes, name="classes"),
    path("models/confusion/", classes.show_confusion, name="confusion"),
    path("models/replays/", replays.list_replays, name="replays"),
    path("models/replays/<int:replay_id>/", replays.show_replay, name="replay"),
    path("models/replays/<int:replay_id>/cancel/", replays.cancel_replay, name="replay-cancel"),
    path("models/replays/<int:replay_id>/csv/", replays.download_replay, name="replay-csv"),
    path("models/allowed-error/", models.set_allowed_error, name="allowed-error"),
    path("models/labellers/<int:user_id>/trust/", models.trust, name="trust"),
    path("models/labellers/<int:user_id>/doubt/", models.doubt, name="doubt"),
    path("models/<int:number>/promote/", models.promote, name="promote"),
]
