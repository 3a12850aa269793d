"""How uses ended: decided once, for good and bad ends alike, then counted for the ranking."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from knowledgebase.models import Scenario

# A use is settled when a repeat can no longer come.
WATCH = timedelta(days=14)
# A reply on a ticket that was not resolved by then tells nothing.
_GIVEN_UP = timedelta(days=90)
# What is older than this says little about today's customers.
COUNTED = timedelta(days=365)
_BATCH = 2_000
# Recounts must not overlap; any fixed number will do.
_LOCK = 7_210_232

# Every use waits for the same moment, 14 days after the resolution. To settle failures when they
# happen and successes later would always show too many failures. A comeback that the survey
# caused is counted as its score; an undo of the person's own resolution is no comeback. As in the
# reports, a repeat is the same customer's same order or sub-category; one that came before the
# reply was sent is not the reply's doing.
_SETTLE = """
WITH due AS (
    SELECT u.id, u.round, u.sent_at, o.id AS written_in, t.id AS ticket_id, t.customer_id,
           t.order_number, t.category, t.opened_at, ended.at AS ended_at,
           NOT t.is_test AND NOT t.is_backfill AND ended.at IS NOT NULL AS counts
    FROM knowledgebase_templateuse u
    JOIN tickets_ticket o ON o.id = u.ticket_id
    JOIN tickets_ticket t ON t.id = coalesce(o.merged_into_id, o.id)
    CROSS JOIN LATERAL (
        SELECT min(e.at) AS at FROM tickets_ticketevent e
        WHERE e.ticket_id = t.id AND e.kind = 'resolved' AND e.at >= u.sent_at
    ) ended
    WHERE u.settled_at IS NULL AND u.sent_at <= %(watched)s
      AND (ended.at <= %(watched)s OR u.sent_at <= %(given_up)s)
    ORDER BY u.sent_at
    LIMIT %(limit)s
    FOR UPDATE OF u SKIP LOCKED
), told AS (
    SELECT due.id, due.counts, survey.score, coalesce(survey.solved, TRUE) AS solved,
        EXISTS (
            SELECT 1 FROM tickets_ticketevent e
            WHERE e.ticket_id = due.ticket_id AND e.kind = 'round'
              AND e.at > due.ended_at AND e.at <= due.ended_at + %(watch)s
              AND coalesce(e.data ->> 'cause', '') NOT IN ('low_score', 'not_solved')
              AND NOT (e.actor_kind = 'person' AND (e.data ->> 'keeps_owner')::boolean
                       AND e.at <= due.ended_at + interval '10 minutes')
        ) AS came_back,
        EXISTS (
            SELECT 1 FROM tickets_ticket again
            WHERE again.customer_id = due.customer_id
              AND again.id NOT IN (due.ticket_id, due.written_in)
              AND again.opened_at > due.sent_at
              AND again.opened_at > due.opened_at + interval '30 minutes'
              AND again.opened_at <= due.ended_at + %(watch)s
              AND NOT again.is_test AND NOT again.is_backfill AND again.status <> 'rejected'
              AND again.category NOT LIKE 'non-complaint.%%'
              AND ((again.order_number <> '' AND again.order_number = due.order_number)
                   OR (again.category <> '' AND again.category = due.category))
        ) AS repeated
    FROM due
    LEFT JOIN LATERAL (
        SELECT (e.data ->> 'score')::smallint AS score, (e.data ->> 'solved')::boolean AS solved
        FROM tickets_ticketevent e
        WHERE e.ticket_id IN (due.ticket_id, due.written_in) AND e.kind = 'survey'
          AND coalesce((e.data ->> 'round')::int, due.round) = due.round
          AND e.data ->> 'score' IS NOT NULL
        ORDER BY e.id LIMIT 1
    ) survey ON TRUE
)
UPDATE knowledgebase_templateuse u
SET settled_at = %(now)s,
    score = told.score,
    came_back = CASE WHEN told.counts THEN told.came_back END,
    repeated = CASE WHEN told.counts THEN told.repeated END,
    is_good = CASE
        WHEN NOT told.counts THEN NULL
        WHEN told.came_back OR told.repeated THEN FALSE
        WHEN told.score IS NOT NULL THEN told.score >= 4 AND told.solved
    END
FROM told, knowledgebase_template template
WHERE u.id = told.id AND template.id = u.template_id
RETURNING template.scenario_id
"""

# A text that does harm does not speak for the other texts of its scenario.
_ENDS = """
WITH ends AS (
    SELECT template.scenario_id, u.emotion, NOT (u.came_back OR u.repeated) AS quiet,
           u.score IS NOT NULL AS answered, coalesce(u.is_good, FALSE) AS good
    FROM knowledgebase_templateuse u
    JOIN knowledgebase_template template ON template.id = u.template_id
    WHERE u.came_back IS NOT NULL AND u.sent_at > %(since)s
      AND template.scenario_id = ANY(%(scenarios)s)
      AND NOT EXISTS (
          SELECT 1 FROM knowledgebase_harmflag flag
          WHERE flag.template_id = u.template_id AND flag.body_digest = u.body_digest
            AND flag.dismissed_at IS NULL
      )
    UNION ALL
    SELECT template.scenario_id, asked.emotion, NOT coalesce(u.came_back, FALSE),
           u.score IS NOT NULL, u.is_good
    FROM knowledgebase_deskuse u
    JOIN knowledgebase_desksuggestion asked ON asked.id = u.suggestion_id
    JOIN knowledgebase_template template ON template.id = u.template_id
    WHERE u.is_good IS NOT NULL AND u.picked_at > %(since)s
      AND template.scenario_id = ANY(%(scenarios)s)
)
INSERT INTO knowledgebase_outcomecount (scenario_id, emotion, uses, quiet, answered, good)
SELECT scenario_id, emotion, count(*), count(*) FILTER (WHERE quiet),
       count(*) FILTER (WHERE quiet AND answered),
       count(*) FILTER (WHERE quiet AND answered AND good)
FROM ends GROUP BY scenario_id, emotion
"""


@transaction.atomic
def settle_outcomes(*, now: datetime, limit: int = _BATCH) -> int:
    """Decide for uses whose time has come, count them; return how many. Safe to run twice."""
    values: dict[str, Any] = {
        "now": now,
        "watch": WATCH,
        "watched": now - WATCH,
        "given_up": now - _GIVEN_UP,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_SETTLE, values)
        touched = [row[0] for row in cursor.fetchall()]
    if touched:
        count_outcomes(scenario_ids=sorted(set(touched)), now=now)
    return len(touched)


@transaction.atomic
def count_outcomes(*, scenario_ids: Sequence[int], now: datetime) -> None:
    """Count how uses of scenarios ended, by emotion, from the uses themselves."""
    values: dict[str, Any] = {"scenarios": list(scenario_ids), "since": now - COUNTED}
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        cursor.execute(
            "DELETE FROM knowledgebase_outcomecount WHERE scenario_id = ANY(%(scenarios)s)", values
        )
        cursor.execute(_ENDS, values)


def count_all_outcomes(*, now: datetime) -> None:
    """Count every scenario anew: what is a year old by now goes out."""
    count_outcomes(scenario_ids=list(Scenario.objects.values_list("pk", flat=True)), now=now)
