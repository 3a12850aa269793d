"""Addresses of the knowledge base."""

from django.urls import path

from knowledgebase.views import (
    comments,
    editor,
    files,
    help_editor,
    help_pages,
    library,
    outcomes,
    proposals,
    scenarios,
    suggestions,
    versions,
    waiting,
)

app_name = "knowledgebase"

urlpatterns = [
    path("help/", help_pages.show_list, name="help"),
    path("help/<str:slug>/", help_pages.show_page, name="help_page"),
    path("knowledge/", library.show_library, name="index"),
    path(
        "knowledge/suggestions/<slug:reference>/", suggestions.show_suggestions, name="suggestions"
    ),
    path("knowledge/check/<slug:reference>/", suggestions.check_reply, name="check"),
    path("knowledge/templates/<int:pk>/edit/", editor.edit_template, name="edit"),
    path("knowledge/templates/<int:pk>/status/", editor.change_status, name="status"),
    path("knowledge/templates/<int:pk>/versions/", versions.show_versions, name="versions"),
    path(
        "knowledge/templates/<int:pk>/versions/<int:number>/restore/",
        versions.restore,
        name="restore",
    ),
    path("knowledge/templates/<int:pk>/comments/", comments.add_comment, name="comment"),
    path("knowledge/comments/<int:pk>/settle/", comments.resolve_comment, name="settle"),
    path("knowledge/comments/<int:pk>/take/", comments.take_wording, name="take"),
    path("knowledge/waiting/", waiting.show_waiting, name="waiting"),
    path("knowledge/waiting/publish/", waiting.publish_many, name="publish_many"),
    path("knowledge/files/", files.files, name="files"),
    path("knowledge/files/export/", files.export, name="export"),
    path("knowledge/files/<int:pk>/", files.take_over, name="import"),
    path("knowledge/proposals/", proposals.show_proposals, name="proposals"),
    path("knowledge/proposals/<int:pk>/", proposals.show_proposals, name="proposal"),
    path("knowledge/proposals/<int:pk>/approve/", proposals.approve, name="approve"),
    path("knowledge/proposals/<int:pk>/write/", proposals.write, name="write"),
    path("knowledge/proposals/<int:pk>/reject/", proposals.reject, name="reject"),
    path("knowledge/new/", scenarios.create, name="create"),
    path("knowledge/help/<int:pk>/", help_editor.open_or_close, name="open_help"),
    path("knowledge/outcomes/", outcomes.show_outcomes, name="outcomes"),
    path("knowledge/templates/<int:pk>/pause/", outcomes.pause, name="pause"),
    path("knowledge/flags/<int:pk>/keep/", outcomes.keep, name="keep"),
    path("knowledge/<str:slug>/edit/", editor.edit, name="editor"),
    path("knowledge/<str:slug>/draft/", editor.check_draft, name="check_draft"),
    path("knowledge/<str:slug>/preview/", editor.preview, name="preview"),
    path("knowledge/<str:slug>/about/", scenarios.edit_head, name="edit_head"),
    path("knowledge/<str:slug>/withdraw/", scenarios.withdraw, name="withdraw"),
    path("knowledge/<str:slug>/bring-back/", scenarios.bring_back, name="bring_back"),
    path("knowledge/<str:slug>/users/", scenarios.show_users, name="users"),
    path("knowledge/<str:slug>/help/", help_editor.edit_help, name="help_editor"),
    path("knowledge/<str:slug>/", library.show_library, name="scenario"),
]
