"""Addresses of the queue and of tickets."""

from django.urls import path

from tickets.views import (
    actions,
    approvals,
    bulk,
    create,
    delivery,
    detail,
    files,
    move,
    queue,
    styles,
    undo,
    write,
)

app_name = "tickets"

urlpatterns = [
    path("", queue.home, name="home"),
    path("queue/<slug:view>/", queue.show_queue, name="queue"),
    path("queue/bulk/<slug:action>/", bulk.act_on_many, name="bulk"),
    path("search/", queue.show_search, name="search"),
    path("new/", create.new_ticket, name="new"),
    path("styles/", styles.show_styles, name="styles"),
    path("approvals/", approvals.list_waiting, name="approvals"),
    path("approvals/<int:pk>/decide/", approvals.decide, name="decide-approval"),
    path("approvals/<int:pk>/withdraw/", approvals.withdraw, name="withdraw-approval"),
    path("undo/<str:token>/", undo.undo, name="undo"),
    path("t/<slug:reference>/", detail.show_ticket, name="detail"),
    path("t/<slug:reference>/timeline/", detail.show_timeline, name="timeline"),
    path("t/<slug:reference>/customer/", detail.show_customer, name="customer"),
    path("t/<slug:reference>/sla/", detail.show_sla, name="sla"),
    path("t/<slug:reference>/write/", write.write, name="write"),
    path("t/<slug:reference>/draft/", write.save_draft, name="draft"),
    path("t/<slug:reference>/resolve/", actions.resolve_ticket, name="resolve"),
    path("t/<slug:reference>/approval/", approvals.ask, name="ask-approval"),
    path("t/<slug:reference>/confirm/", actions.confirm, name="confirm"),
    path("t/<slug:reference>/reopen/", actions.reopen, name="reopen"),
    path("t/<slug:reference>/files/<int:pk>/", files.download, name="file"),
    path("t/<slug:reference>/messages/<int:pk>/html/", files.message_html, name="message-html"),
    path("t/<slug:reference>/messages/<int:pk>/move/", move.move, name="move"),
    path("t/<slug:reference>/messages/<int:pk>/delivery/", delivery.show_delivery, name="delivery"),
    path(
        "t/<slug:reference>/messages/<int:pk>/retry/", delivery.retry_message, name="retry-message"
    ),
    path(
        "t/<slug:reference>/messages/<int:pk>/by-email/",
        delivery.message_by_email,
        name="message-by-email",
    ),
    path("t/<slug:reference>/<slug:action>/", actions.act, name="act"),
]
