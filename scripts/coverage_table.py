"""Prints how much of each package the unit tests reach, as slipcover and, for the console, vitest wrote it.

Usage: python scripts/coverage_table.py PYTHON.json CONSOLE.json; a file that is not there is left out.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Reached:
    """Lines and branches, those that tests reach and all."""

    lines: int = 0
    all_lines: int = 0
    branches: int = 0
    all_branches: int = 0

    def __add__(self, other: "Reached") -> "Reached":
        return Reached(
            self.lines + other.lines,
            self.all_lines + other.all_lines,
            self.branches + other.branches,
            self.all_branches + other.all_branches,
        )

    def __str__(self) -> str:
        branches = _percent(self.branches, self.all_branches)
        return f"{_percent(self.lines, self.all_lines)} of lines, {branches} of branches"


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:5.1f} %" if whole else "      -"


def of_python(report: Mapping[str, Any]) -> dict[str, Reached]:
    """By package, from slipcover's JSON."""
    found: dict[str, Reached] = defaultdict(Reached)
    for name, file in report["files"].items():
        summary = file["summary"]
        lines, branches = summary["covered_lines"], summary.get("covered_branches", 0)
        found[name.split("/")[0]] += Reached(
            lines, lines + summary["missing_lines"], branches, branches + summary.get("missing_branches", 0)
        )
    return dict(sorted(found.items()))


def of_console(report: Mapping[str, Any]) -> dict[str, Reached]:
    """The whole, from vitest's JSON summary."""
    lines, branches = report["total"]["lines"], report["total"]["branches"]
    return {"console": Reached(lines["covered"], lines["total"], branches["covered"], branches["total"])}


def table(rows: Mapping[str, Reached]) -> Iterator[str]:
    """A line for each."""
    width = max(map(len, rows), default=0)
    yield from (f"  {name:{width}} {reached}" for name, reached in rows.items())


def main() -> None:
    """Read the two files and print."""
    rows: dict[str, Reached] = {}
    for path, read in zip(map(Path, sys.argv[1:3]), (of_python, of_console), strict=False):
        if path.is_file():
            rows |= read(json.loads(path.read_text(encoding="utf-8")))
    print("Unit tests reach:", *table(rows), sep="\n")


if __name__ == "__main__":
    main()
