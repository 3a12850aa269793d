"""The facts behind the figures, in SQL.

``FACTS`` yields one row for each case of each figure: (figure, ticket_id, at, good, value, other,
priority). ``good`` says whether the case counts in the numerator, ``value`` and ``other`` are
seconds. The page adds these rows up and the list of tickets shows the very same rows, so a figure
and its list cannot disagree. All of it is constant text; what varies comes in as parameters.

Parameters: start, before, end, now; scope (own|team|all), user_id, team_ids; priority (0 for any),
category, top ("" for any), team, channel.
"""

# Tickets that count and that this person's reports are about. NOT MATERIALIZED, because each
# fact narrows it by its own index.
_BASE = """
WITH pool AS NOT MATERIALIZED (
    SELECT t.*, team.code AS team_code, split_part(t.category, '.', 1) AS top,
           t.category NOT LIKE 'non-complaint.%%' AS is_complaint,
           (%(scope)s = 'all'
            OR (%(scope)s = 'team' AND t.team_id = ANY(%(team_ids)s))
            OR (%(scope)s = 'own' AND (t.owner_id = %(user_id)s OR t.resolved_by_id = %(user_id)s))
           ) AS in_scope
    FROM tickets_ticket t
    LEFT JOIN accounts_team team ON team.id = t.team_id
    WHERE NOT t.is_test AND NOT t.is_backfill
      AND t.status <> 'rejected' AND t.category <> 'non-complaint.spam'
      AND (%(category)s = '' OR t.category = %(category)s)
      AND (%(top)s = '' OR split_part(t.category, '.', 1) = %(top)s)
      AND (%(team)s = '' OR team.code = %(team)s)
      AND (%(channel)s = '' OR t.channel = %(channel)s)
),
base AS NOT MATERIALIZED (
    SELECT * FROM pool WHERE in_scope AND status <> 'merged'
),
"""

# Past due and still open is missed now, on the day it was due; running clocks are not counted.
_CLOCKS = """
clocks AS (
    SELECT c.metric, c.ticket_id, coalesce(c.stopped_at, c.due_at) AS at, c.state = 'met' AS good,
           extract(epoch FROM coalesce(c.stopped_at, %(now)s) - c.started_at) AS value,
           c.priority, c.stopped_at IS NOT NULL AS has_stopped
    FROM tickets_slaclock c
    JOIN base t ON t.id = c.ticket_id
    WHERE (c.state IN ('met', 'missed')
           AND c.stopped_at >= %(before)s AND c.stopped_at < %(end)s)
       OR (c.state = 'running' AND c.due_at < %(now)s
           AND c.due_at >= %(before)s AND c.due_at < %(end)s)
),
"""

# A reply that was not delivered is none. Merged tickets: the first reply on either counts.
_FIRST_RESPONSES = """
first_responses AS (
    SELECT t.id AS ticket_id, reply.at, extract(epoch FROM reply.at - t.opened_at) AS value,
           coalesce(clock.priority, t.priority) AS priority
    FROM (
        SELECT DISTINCT coalesce(m.merged_into_id, m.id) AS id
        FROM tickets_ticketevent e
        JOIN tickets_ticket m ON m.id = e.ticket_id
        WHERE e.kind = 'reply' AND e.at >= %(before)s AND e.at < %(end)s
    ) candidate
    JOIN base t ON t.id = candidate.id
    CROSS JOIN LATERAL (
        SELECT min(e.at) AS at
        FROM tickets_ticketevent e
        WHERE e.ticket_id IN (
            SELECT t.id UNION ALL
            SELECT merged.id FROM tickets_ticket merged WHERE merged.merged_into_id = t.id
        ) AND e.kind = 'reply' AND e.actor_kind = 'person'
          AND NOT EXISTS (
            SELECT 1 FROM tickets_ticketevent failed
            WHERE failed.ticket_id = e.ticket_id AND failed.kind = 'reply_failed'
              AND failed.message_id = e.message_id AND failed.id > e.id
        )
    ) reply
    LEFT JOIN tickets_slaclock clock
        ON clock.ticket_id = t.id AND clock.metric = 'first'
       AND clock.round = 1 AND clock.sequence = 0
    WHERE reply.at >= %(before)s AND reply.at < %(end)s
      AND NOT (t.source = 'desk' AND t.channel IN ('phone', 'chat'))
),
"""

_RESOLUTIONS = """
resolutions AS (
    SELECT t.id AS ticket_id, t.resolved_at AS at, t.net_seconds AS value,
           t.gross_seconds AS other, t.priority
    FROM base t
    WHERE t.resolved_at >= %(before)s AND t.resolved_at < %(end)s
      AND t.status IN ('resolved', 'closed') AND t.is_complaint
),
"""

# What happened to a ticket after its first resolution. A new round that a person opens within
# ten minutes and whose owner stays is that person's undo.
_FIRST_RESOLVED = """
first_resolved AS (
    SELECT t.id AS ticket_id, t.first_resolved_at AS at, t.priority, t.is_complaint, t.category,
           t.customer_id, t.order_number, t.opened_at, first_end.reason, back.at AS back_at
    FROM base t
    LEFT JOIN LATERAL (
        SELECT e.data ->> 'reason' AS reason
        FROM tickets_ticketevent e
        WHERE e.ticket_id = t.id AND e.kind = 'resolved'
        ORDER BY e.id LIMIT 1
    ) first_end ON TRUE
    LEFT JOIN LATERAL (
        SELECT min(e.at) AS at
        FROM tickets_ticketevent e
        WHERE e.ticket_id = t.id AND e.kind = 'round'
          AND NOT (e.actor_kind = 'person' AND (e.data ->> 'keeps_owner')::boolean
                   AND e.at <= t.first_resolved_at + interval '10 minutes')
    ) back ON TRUE
    WHERE t.first_resolved_at >= %(before)s AND t.first_resolved_at < %(end)s
),
"""

# A chase: more than ten minutes after the customer's previous message, and it was our turn.
_FIRST_CONTACT = """
first_contact AS (
    SELECT f.ticket_id, f.at, f.priority, f.at <= %(now)s - interval '7 days' AS is_settled,
           (f.back_at IS NULL OR f.back_at > f.at + interval '7 days')
           AND NOT EXISTS (
               SELECT 1
               FROM tickets_ticketevent e
               CROSS JOIN LATERAL (
                   SELECT p.at FROM tickets_ticketevent p
                   WHERE p.ticket_id = e.ticket_id AND p.id < e.id
                     AND p.kind IN ('opened', 'customer_message')
                   ORDER BY p.id DESC LIMIT 1
               ) previous
               WHERE e.ticket_id = f.ticket_id AND e.kind = 'customer_message' AND e.at <= f.at
                 AND coalesce((e.data ->> 'needs_reply')::boolean, TRUE)
                 AND e.at > previous.at + interval '10 minutes'
                 AND coalesce((
                     SELECT s.data ->> 'new' FROM tickets_ticketevent s
                     WHERE s.ticket_id = e.ticket_id AND s.id < e.id AND s.kind = 'status'
                     ORDER BY s.id DESC LIMIT 1
                 ), 'new') <> 'waiting_customer'
           )
           AND NOT EXISTS (
               SELECT 1 FROM tickets_ticketevent e
               WHERE e.ticket_id = f.ticket_id AND e.kind = 'team' AND e.actor_kind = 'person'
                 AND e.data ->> 'new' = 'S' AND e.data ->> 'old' NOT IN ('', 'S')
                 AND e.at <= f.at + interval '7 days'
           )
           AND NOT EXISTS (
               SELECT 1 FROM tickets_ticket again
               WHERE again.customer_id = f.customer_id AND again.id <> f.ticket_id
                 AND again.opened_at > f.opened_at + interval '30 minutes'
                 AND again.opened_at <= f.at + interval '7 days'
                 AND NOT again.is_test AND NOT again.is_backfill AND again.status <> 'rejected'
                 AND again.category NOT LIKE 'non-complaint.%%'
                 AND ((again.order_number <> '' AND again.order_number = f.order_number)
                      OR (again.category <> '' AND again.category = f.category))
           ) AS good
    FROM first_resolved f
    WHERE f.is_complaint
      AND coalesce(f.reason, '') NOT IN ('no-customer-response', 'duplicate')
),
"""

# A merged ticket's answer was given before and stays. Scores are credited to the resolver.
_ANSWERS = """
surveyed AS (
    SELECT s.ticket_id, s.round, s.score, s.status, s.sent_at, s.answered_at, t.priority,
           extract(epoch FROM s.answered_at - s.sent_at) AS value,
           coalesce(o.status IN ('failed', 'cancelled'), FALSE) AS is_lost
    FROM surveys_survey s
    JOIN pool t ON t.id = s.ticket_id
    LEFT JOIN tickets_message m ON m.id = s.message_id
    LEFT JOIN outbox_outgoing o ON o.id = m.outgoing_id
    WHERE (t.in_scope AND %(scope)s <> 'own'
           OR %(scope)s = 'own' AND s.resolver_id = %(user_id)s)
      AND ((s.answered_at >= %(before)s AND s.answered_at < %(end)s)
           OR (s.sent_at >= %(before)s AND s.sent_at < %(end)s))
),
"""

# Every complaint as it came in, later merged ones too. Technical duplicates are no complaint of
# their own. A merged earlier complaint was settled when the one it went into was.
_EVENTS = """
complaints AS (
    SELECT t.id AS ticket_id, t.opened_at AS at, t.priority,
           coalesce(bool_or(earlier.opened_at >= t.opened_at - interval '30 minutes'), FALSE)
               AS is_double,
           coalesce(bool_or(earlier.opened_at < t.opened_at - interval '30 minutes'
                            AND earlier.is_near), FALSE) AS good
    FROM pool t
    LEFT JOIN LATERAL (
        SELECT e.opened_at, coalesce((
                   SELECT h.kind = 'round' OR h.at >= t.opened_at - interval '14 days'
                   FROM tickets_ticketevent h
                   WHERE h.ticket_id = coalesce(e.merged_into_id, e.id)
                     AND h.kind IN ('resolved', 'round') AND h.at <= t.opened_at
                   ORDER BY h.id DESC LIMIT 1
               ), TRUE) AS is_near
        FROM tickets_ticket e
        WHERE e.customer_id = t.customer_id AND e.id <> t.id
          AND (e.opened_at, e.id) < (t.opened_at, t.id)
          AND NOT e.is_test AND e.status <> 'rejected'
          AND e.category NOT LIKE 'non-complaint.%%'
          AND ((e.order_number <> '' AND e.order_number = t.order_number)
               OR (e.category <> '' AND e.category = t.category))
    ) earlier ON TRUE
    WHERE t.in_scope AND t.is_complaint
      AND t.opened_at >= %(before)s AND t.opened_at < %(end)s
    GROUP BY t.id, t.opened_at, t.priority
),
"""

_BACKLOG = """
backlog AS (
    SELECT t.id AS ticket_id, t.priority, t.status = 'waiting_customer' AS waits,
           extract(epoch FROM %(now)s - t.opened_at) AS value
    FROM base t
    WHERE t.status IN ('new', 'open', 'waiting_customer', 'waiting_third_party', 'scheduled')
),
"""

_UNION = """
cases AS (
    SELECT slug.figure, c.ticket_id, c.at, c.good, c.value::float8, NULL::float8 AS other,
           c.priority
    FROM clocks c CROSS JOIN LATERAL (VALUES ('sla'), ('sla_' || c.metric)) slug(figure)
    UNION ALL
    SELECT 'next_response', ticket_id, at, TRUE, value, NULL, priority
    FROM clocks WHERE metric = 'next' AND has_stopped
    UNION ALL
    SELECT 'first_response', ticket_id, at, TRUE, value, NULL, priority FROM first_responses
    UNION ALL
    SELECT 'resolution', ticket_id, at, TRUE, value, other, priority FROM resolutions
    UNION ALL
    SELECT 'reopen', ticket_id, at, coalesce(back_at <= at + interval '14 days', FALSE), NULL,
           NULL, priority
    FROM first_resolved
    UNION ALL
    SELECT CASE WHEN is_settled THEN 'fcr' ELSE 'fcr_provisional' END, ticket_id, at, good, NULL,
           NULL, priority
    FROM first_contact
    UNION ALL
    SELECT slug.figure, s.ticket_id, s.answered_at, s.score >= 4, s.value, s.score, s.priority
    FROM surveyed s
    CROSS JOIN LATERAL (VALUES ('csat'), (CASE WHEN s.round = 2 THEN 'saved' END)) slug(figure)
    WHERE s.status = 'answered' AND slug.figure IS NOT NULL
    UNION ALL
    SELECT 'survey_response', ticket_id, sent_at, status = 'answered', NULL, NULL, priority
    FROM surveyed WHERE sent_at IS NOT NULL AND NOT is_lost
    UNION ALL
    SELECT 'repeat', ticket_id, at, good, NULL, NULL, priority FROM complaints WHERE NOT is_double
    UNION ALL
    SELECT slug.figure, b.ticket_id, NULL, TRUE, b.value, NULL, b.priority
    FROM backlog b
    CROSS JOIN LATERAL (VALUES ('backlog'), (CASE
        WHEN b.waits THEN 'backlog_waiting'
        WHEN b.value < 4 * 3600 THEN 'backlog_4h'
        WHEN b.value < 12 * 3600 THEN 'backlog_12h'
        WHEN b.value < 24 * 3600 THEN 'backlog_24h'
        WHEN b.value < 3 * 86400 THEN 'backlog_3d'
        WHEN b.value < 7 * 86400 THEN 'backlog_7d'
        ELSE 'backlog_old' END)) slug(figure)
),
facts AS (
    SELECT *, at IS NULL OR (at >= %(start)s AND at < %(end)s) AS is_now
    FROM cases
    WHERE (at IS NULL OR (at >= %(before)s AND at < %(end)s))
      AND (%(priority)s = 0 OR priority = %(priority)s)
)
"""

FACTS = (
    _BASE
    + _CLOCKS
    + _FIRST_RESPONSES
    + _RESOLUTIONS
    + _FIRST_RESOLVED
    + _FIRST_CONTACT
    + _ANSWERS
    + _EVENTS
    + _BACKLOG
    + _UNION
)

# One row for each figure, period and group. Parameters besides: zone, first, bucket_days, heat.
_GROUPS = """
SELECT f.figure, f.is_now, grouped.by, grouped.key, count(*), count(*) FILTER (WHERE f.good),
       avg(f.value), avg(f.other),
       percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY f.value)
FROM facts f
JOIN tickets_ticket t ON t.id = f.ticket_id
LEFT JOIN accounts_team team ON team.id = t.team_id
CROSS JOIN LATERAL (
    SELECT ((f.at AT TIME ZONE %(zone)s)::date - %(first)s) / %(bucket_days)s AS bucket,
           split_part(t.category, '.', 1) AS top
) place
CROSS JOIN LATERAL (VALUES
    ('all', ''),
    ('priority', f.priority::text),
    ('category', place.top),
    ('team', coalesce(team.code, '')),
    ('trend', CASE WHEN f.is_now AND f.figure = 'repeat' THEN place.bucket::text END),
    ('trend', CASE WHEN f.is_now AND f.figure = 'sla' THEN f.priority || '|' || place.bucket END),
    ('heat', CASE WHEN f.is_now AND f.figure = 'repeat' THEN place.top || '|' || CASE %(heat)s
        WHEN 'priority' THEN f.priority::text
        WHEN 'channel' THEN t.channel
        ELSE extract(isodow FROM f.at AT TIME ZONE %(zone)s)::text END END)
) grouped(by, key)
WHERE grouped.key IS NOT NULL
GROUP BY 1, 2, 3, 4
"""
SUMMARY = FACTS + _GROUPS

# The tickets of one figure, newest first; each with how many of its cases count and the longest.
# Parameters besides: figure, outcome (""|good|bad), weekday (0 for any), zone, after, size.
_CHOSEN = """,
chosen AS MATERIALIZED (
    SELECT f.ticket_id, count(*) AS cases, max(f.value) AS value,
           count(*) FILTER (WHERE f.good) AS good
    FROM facts f
    WHERE f.is_now AND f.figure = %(figure)s
      AND (%(outcome)s = '' OR f.good = (%(outcome)s = 'good'))
      AND (%(weekday)s = 0 OR extract(isodow FROM f.at AT TIME ZONE %(zone)s) = %(weekday)s)
    GROUP BY f.ticket_id
)
"""
_PAGE = """
SELECT page.ticket_id, page.cases, page.good, page.value, total.tickets, total.cases
FROM (SELECT count(*) AS tickets, coalesce(sum(cases), 0)::bigint AS cases FROM chosen) total
LEFT JOIN LATERAL (
    SELECT * FROM chosen
    WHERE %(after)s = 0 OR chosen.ticket_id < %(after)s
    ORDER BY chosen.ticket_id DESC LIMIT %(size)s
) page ON TRUE
ORDER BY page.ticket_id DESC
"""
TICKETS = FACTS + _CHOSEN + _PAGE
