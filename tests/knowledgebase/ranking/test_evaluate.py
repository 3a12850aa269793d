"""The measuring command."""

import json
from pathlib import Path

import pytest

from knowledgebase.ranking.__main__ import main
from knowledgebase.ranking.evaluate import evaluate
from knowledgebase.ranking.records import Article, Query


@pytest.fixture
def files(tmp_path: Path) -> tuple[str, str]:
    articles, queries = tmp_path / "a.jsonl", tmp_path / "q.jsonl"
    rows = [{"id": 1, "title": "refund", "lang": "en"}, {"id": 2, "title": "parcel", "body": None}]
    asked = [{"text": "my refund", "relevant": [1]}, {"text": "a parcel", "relevant": ["2", "9"]}]
    articles.write_text("\n".join(map(json.dumps, rows)) + "\n\n", "utf-8")
    queries.write_text("\n".join(map(json.dumps, asked)), "utf-8")
    return str(articles), str(queries)


def test_the_command_prints_figures_as_json(files, capsys) -> None:
    assert main(["evaluate", "--articles", files[0], "--queries", files[1], "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["recall@1"] == told["recall@3"] == told["recall@5"] == told["mrr"] == 1.0
    assert told["share_found@5"] == 0.75
    assert {"build_seconds", "query_ms_p50", "query_ms_p95"} <= told.keys()


def test_the_command_prints_figures_for_people(files, capsys) -> None:
    assert main(["evaluate", "--articles", files[0], "--queries", files[1]]) == 0
    assert "recall@1" in capsys.readouterr().out


def test_a_missing_file_is_said_in_one_line(capsys) -> None:
    assert main(["evaluate", "--articles", "/no/such", "--queries", "/no/such"]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_a_miss_counts_as_none() -> None:
    report = evaluate([Article("a", "refund", lang="en")], [Query("refund", ("zzz",))])
    assert (report.recall_at_5, report.mrr) == (0.0, 0.0)


def test_queries_without_an_answer_are_left_out() -> None:
    assert evaluate([Article("a", "refund")], [Query("refund")]).queries == 0
