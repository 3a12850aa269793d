"""Does any source have a mailbox? Asked seldom, and answered while the database is away."""

from collections.abc import Iterator

import pytest
from django.db import OperationalError

from config.mailboxes import Look
from config.programs import Plan, programs
from intake.queries import list_mailbox_sources
from tests.factories import make_source


def test_an_answer_is_remembered_for_a_while() -> None:
    asked: list[bool] = []

    def ask() -> bool:
        asked.append(True)
        return True

    look = Look(ask)
    assert look()
    assert look()
    assert len(asked) == 1


def test_a_database_that_is_away_changes_nothing() -> None:
    answers: Iterator[bool | OperationalError] = iter([True, OperationalError("gone")])

    def ask() -> bool:
        answer = next(answers)
        if isinstance(answer, Exception):
            raise answer
        return answer

    look = Look(ask, seconds=0)
    assert look()
    assert look()


@pytest.mark.django_db
def test_only_enabled_sources_with_a_mailbox_count() -> None:
    make_source(kind="email")
    make_source(kind="email", settings={"imap_host": "a.example"}, is_enabled=False)
    assert list_mailbox_sources() == []
    found = make_source(kind="email", settings={"imap_host": "a.example"})
    assert list_mailbox_sources() == [found]


def test_a_desk_without_mailboxes_starts_no_process_for_them() -> None:
    plan = Plan(host="127.0.0.1", port=1, web_threads=1, worker_concurrency=1, public_url="")
    needed = {one.name: one.is_needed() for one in programs(plan)}
    assert needed == {"web": True, "mail": False, "beat": True, "worker": True}
