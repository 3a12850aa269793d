"""Writes the figures of a benchmark as JSON and Markdown, with seed and package versions."""

import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results"
PACKAGES = ("numpy", "scipy", "scikit-learn", "rjieba", "opencc")


def write_report(name: str, title: str, seed: int, tables: dict[str, list[dict[str, Any]]]) -> None:
    """Write `results/<name>.json` and `.md` and print the latter."""
    versions = {package: version(package) for package in PACKAGES}
    versions["python"] = platform.python_version()
    RESULTS.mkdir(exist_ok=True)
    whole = {"seed": seed, "versions": versions, "tables": tables}
    RESULTS.joinpath(f"{name}.json").write_text(json.dumps(whole, indent=1) + "\n")
    packages = ", ".join(f"{package} {number}" for package, number in versions.items())
    lines = [f"# {title}", "", f"Seed {seed}; {packages}"]
    for heading, rows in tables.items():
        columns = list(dict.fromkeys(key for row in rows for key in row))
        lines += ["", f"## {heading[0].upper()}{heading[1:]}", "", "|" + "|".join(columns) + "|"]
        lines.append("|" + "-|" * len(columns))
        lines += [
            "|" + "|".join(_cell(row.get(column, "")) for column in columns) + "|" for row in rows
        ]
    text = "\n".join(lines) + "\n"
    RESULTS.joinpath(f"{name}.md").write_text(text)
    print(text)


def _cell(value: object) -> str:
    return f"{value:.4g}" if isinstance(value, float) else str(value)
