"""Looks into the database of a running Redress: what came in and what became of it."""

from typing import Any

import psycopg

from tests.stack import Stack, wait_for

# Long enough for every lease and pause in the chain on a machine that is busy with other things.
FINISH_SECONDS = 240


def one(stack: Stack, query: str, *values: Any) -> Any:
    """Return the first column of the first row."""
    with stack.connect() as connection:
        row = connection.execute(query, values).fetchone()
    return row[0] if row is not None else None


def rows(stack: Stack, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Return all rows."""
    with stack.connect() as connection:
        return connection.execute(query, values).fetchall()


def wait_until_none(stack: Stack, query: str, what: str, seconds: float = FINISH_SECONDS) -> None:
    """Wait until the count is zero, also while the database is away for a moment."""

    def is_zero() -> bool:
        try:
            return bool(one(stack, query) == 0)
        except psycopg.Error:
            return False

    wait_for(is_zero, what, seconds)


def wait_until_handled(stack: Stack, seconds: float = FINISH_SECONDS) -> None:
    """Wait until every delivery has its end and every message of a customer has been read."""
    wait_until_none(
        stack,
        "SELECT count(*) FROM intake_rawdelivery WHERE status = 'received'",
        "all deliveries are handled",
        seconds,
    )
    wait_until_none(
        stack,
        "SELECT count(*) FROM tickets_ticket t WHERE NOT EXISTS (SELECT 1 FROM triage_prediction p"
        " WHERE p.ticket_id = t.id AND p.message_id = t.last_customer_message_id)",
        "all tickets are triaged",
        seconds,
    )


def doubled(stack: Stack, table: str, *columns: str) -> list[tuple[Any, ...]]:
    """Return the values that stand in more than one row."""
    names = ", ".join(columns)
    return rows(
        stack, f"SELECT {names}, count(*) FROM {table} GROUP BY {names} HAVING count(*) > 1"
    )


def mails(stack: Stack) -> list[str]:
    """Return the mails that left, by the file backend: several may share one file."""
    left = []
    for file in sorted((stack.var_dir / "mail").glob("*.log")):
        parts = file.read_text(encoding="utf-8").split(f"{'-' * 79}\n")
        left += [part for part in parts if part.strip()]
    return left
