"""Writes the index of docs/decisions from the pages themselves; `--check` only compares."""

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CLONE = Path(__file__).resolve().parent.parent
FOLDER = CLONE / "docs" / "decisions"
INDEX = FOLDER / "README.md"
FORM = "Decided YYYY-MM-DD · accepted (or: superseded by [title](page.md))"
_PAGE = re.compile(
    r"# (?P<title>[^\n]+)\n\nDecided (?P<date>\d{4}-\d\d-\d\d) · "
    r"(?P<state>accepted|superseded by \[[^]\n]+\]\((?P<by>[a-z0-9-]+\.md)\))\n\n"
)


@dataclass(frozen=True, slots=True)
class Decision:
    """One page. `by` is the page that took its place, None while it stands."""

    page: str
    title: str
    date: str
    state: str
    by: str | None


def decisions(folder: Path = FOLDER) -> Iterator[Decision]:
    """All of them by date, then title. Raises ValueError for a page whose second line is another."""
    found = []
    for path in folder.glob("*.md"):
        if path.name == INDEX.name:
            continue
        read = _PAGE.match(path.read_text(encoding="utf-8"))
        if read is None:
            raise ValueError(f"{path.name}: the line after the title has to be: {FORM}")
        found.append(Decision(path.name, read["title"], read["date"], read["state"], read["by"]))
    pages = {decision.page for decision in found}
    for decision in found:
        if decision.by is not None and decision.by not in pages:
            raise ValueError(f"{decision.page}: {decision.by}, which took its place, is not there")
    yield from sorted(found, key=lambda decision: (decision.date, decision.title))


def index(folder: Path = FOLDER) -> str:
    """The page that lists them."""
    lines = [
        "# Decisions",
        "",
        "Why things are as they are: one page for each choice that others would wonder about. What no longer",
        "holds stays, and names what took its place. `python scripts/decisions.py` writes this list.",
        "",
        "| decided | what | state |",
        "|---|---|---|",
        *(f"| {it.date} | [{it.title}]({it.page}) | {it.state} |" for it in decisions(folder)),
    ]
    return "\n".join(lines) + "\n"


def main() -> int:
    """1 when the index is not what the pages say, or a page does not say what it has to."""
    try:
        wanted = index()
    except ValueError as error:
        print(error, file=sys.stderr)
        return 1
    if "--check" not in sys.argv:
        INDEX.write_text(wanted, encoding="utf-8")
    elif not INDEX.is_file() or INDEX.read_text(encoding="utf-8") != wanted:
        print(
            "docs/decisions/README.md is not up to date; write it with: python scripts/decisions.py",
            file=sys.stderr,
        )
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
