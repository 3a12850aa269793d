"""How well the lists did week by week, kept for good; the lists themselves are not."""

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from knowledgebase.models import SuggestionList

# Late answers move the figures of a week for this long.
_OPEN_WEEKS = 5
_BATCH = 5_000

_COUNT = """
INSERT INTO knowledgebase_rankingweek
    (week, language, answered, used, first, top3, reciprocal)
SELECT date_trunc('week', answered_at AT TIME ZONE %(zone)s)::date, language, count(*),
       count(*) FILTER (WHERE picked <> ''), count(*) FILTER (WHERE picked_rank = 1),
       count(*) FILTER (WHERE picked_rank <= 3), coalesce(sum(1.0 / picked_rank), 0)
FROM knowledgebase_suggestionlist
WHERE answered_at >= date_trunc('week', %(since)s AT TIME ZONE %(zone)s) AT TIME ZONE %(zone)s
GROUP BY 1, 2
ON CONFLICT (week, language) DO UPDATE
SET answered = excluded.answered, used = excluded.used, first = excluded.first,
    top3 = excluded.top3, reciprocal = excluded.reciprocal
"""


@transaction.atomic
def count_ranking_weeks(*, now: datetime) -> None:
    """Count the lists of the last weeks by what was picked. Safe to run twice."""
    since = now - timedelta(weeks=_OPEN_WEEKS)
    values: dict[str, Any] = {"zone": settings.TIME_ZONE, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, values)


def forget_old_lists(*, now: datetime) -> int:
    """Remove lists past their time, some thousand at a time; return how many."""
    before = now - timedelta(days=SuggestionList.KEPT_DAYS)
    removed = 0
    while True:
        ids = list(
            SuggestionList.objects.filter(shown_at__lt=before).values_list("pk", flat=True)[:_BATCH]
        )
        if not ids:
            return removed
        SuggestionList.objects.filter(pk__in=ids).delete()
        removed += len(ids)
