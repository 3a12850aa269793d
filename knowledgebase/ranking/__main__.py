"""``python -m knowledgebase.ranking evaluate --articles A.jsonl --queries Q.jsonl [--json]``."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from knowledgebase.ranking.evaluate import evaluate, read_articles, read_queries


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; exit code 2 when a file cannot be read."""
    parser = argparse.ArgumentParser(prog="python -m knowledgebase.ranking")
    commands = parser.add_subparsers(dest="command", required=True)
    command = commands.add_parser("evaluate", help="recall, MRR and time on a set")
    command.add_argument("--articles", type=Path, required=True)
    command.add_argument("--queries", type=Path, required=True)
    command.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    try:
        articles, queries = read_articles(options.articles), read_queries(options.queries)
    except (OSError, ValueError, KeyError) as error:
        sys.stderr.write(f"cannot read the set: {error!r}\n")
        return 2
    report = evaluate(articles, queries).as_json()
    if options.json:
        sys.stdout.write(json.dumps(report, indent=2) + "\n")
    else:
        for name, value in report.items():
            sys.stdout.write(f"{name:18} {value}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
