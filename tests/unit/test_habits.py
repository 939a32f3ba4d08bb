"""The programs that keep the repository in order: what they find, and what they say when nobody answers."""

import json
import runpy
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

CALLS = "tests/unit/cti/domain/test_call.py"
SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"


@cache
def script(name: str) -> dict[str, Any]:
    """What a script defines; it is not run."""
    return runpy.run_path(str(SCRIPTS / f"{name}.py"), run_name="loaded")


def test_every_decision_says_when_it_was_made_and_whether_it_stands_and_is_in_the_index() -> None:
    checked = subprocess.run(
        [sys.executable, SCRIPTS / "decisions.py", "--check"], capture_output=True, text=True, check=False
    )
    assert checked.returncode == 0, checked.stderr


def page(state: str) -> str:
    return f"# A title\n\nDecided 2026-11-22 · {state}\n\n## Context\n"


def test_an_index_is_sorted_by_date_and_names_what_took_a_place(tmp_path: Path) -> None:
    (tmp_path / "new.md").write_text(page("accepted").replace("A title", "B").replace("-22", "-23"))
    (tmp_path / "old.md").write_text(page("superseded by [B](new.md)"))
    lines = script("decisions")["index"](tmp_path).splitlines()
    assert lines[-2:] == [
        "| 2026-11-22 | [A title](old.md) | superseded by [B](new.md) |",
        "| 2026-11-23 | [B](new.md) | accepted |",
    ]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (page("perhaps"), "it.md: the line after the title has to be: Decided"),
        ("# A title\n\n## Context\n", "it.md: the line after the title has to be: Decided"),
        (page("superseded by [B](gone.md)"), "it.md: gone.md, which took its place, is not there"),
    ],
)
def test_a_page_that_does_not_say_whether_it_stands_is_refused(
    tmp_path: Path, text: str, sentence: str
) -> None:
    (tmp_path / "it.md").write_text(text)
    with pytest.raises(ValueError, match=sentence):
        script("decisions")["index"](tmp_path)


def test_known_holes_are_named_and_no_answer_is_no_hole() -> None:
    its = script("known_vulnerabilities")
    good = {"name": "a", "version": "1", "vulns": []}
    bad = {"name": "b", "version": "2", "vulns": [{"id": "CVE-1", "fix_versions": ["3"]}]}
    unknown = {"name": "c", "skip_reason": "not found"}
    assert its["in_python"]({"dependencies": [good, bad, unknown]}) == ["b 2: CVE-1, repaired in 3"]
    assert its["in_python"]({"dependencies": [good, unknown]}) == []
    assert its["in_python"]({"dependencies": [unknown]}) is None
    assert its["in_console"]({"vulnerabilities": {"x": {"range": "<2", "severity": "high"}}}) == [
        "x <2: high severity"
    ]
    assert its["in_console"]({"vulnerabilities": {}}) == []
    assert its["in_console"]({"error": {"summary": "no"}}) is None
    assert its["in_console"]([]) is None


def test_coverage_is_told_by_package() -> None:
    its = script("coverage_table")
    summary = {"covered_lines": 3, "missing_lines": 1, "covered_branches": 1, "missing_branches": 1}
    report = {"files": {"cti/a.py": {"summary": summary}, "cti/b/c.py": {"summary": summary}}}
    total = {"total": {"lines": {"covered": 1, "total": 2}, "branches": {"covered": 0, "total": 0}}}
    rows = its["of_python"](report) | its["of_console"](json.loads(json.dumps(total)))
    assert list(its["table"](rows)) == [
        "  cti      75.0 % of lines,  50.0 % of branches",
        "  console  50.0 % of lines,       - of branches",
    ]


@pytest.mark.parametrize(
    ("changed", "reached", "not_reached"),
    [
        ("ivr/flow/engine.py", "tests/unit/ivr/test_simulator.py", CALLS),
        ("ivr/flow/steps/hours.py", "tests/unit/ivr/test_flow_kinds.py", CALLS),
        ("ivr/flows/service.yaml", "tests/unit/ivr/test_flow_store.py", CALLS),
        ("tests/support/flows.py", "tests/unit/ivr/test_flow_engine.py", CALLS),
        ("CONTRIBUTING.md", "tests/unit/test_readme.py", "tests/unit/ivr/test_flow_engine.py"),
        ("README.md", "tests/unit/test_structure.py", "tests/unit/ivr/test_flow_engine.py"),
    ],
)  # fmt: skip
def test_a_commit_runs_the_tests_that_its_change_reaches(
    changed: str, reached: str, not_reached: str
) -> None:
    tests = script("reached_tests")["reached"]([changed])
    assert reached in tests
    assert not_reached not in tests


def test_what_every_test_uses_reaches_all() -> None:
    every = script("reached_tests")["reached"](["pyproject.toml"])
    assert len(every) > 100
    assert {"tests/unit/test_habits.py", "tests/unit/ivr/test_flow_engine.py"} <= set(every)
