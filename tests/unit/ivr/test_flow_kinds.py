"""A new kind of step is one new file: because it is there, it is read, checked, published and walked."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType

import pytest

import tests.support.own_steps
from ivr.flow import steps
from ivr.flow.checker import check
from ivr.flow.flow import Flow
from ivr.flow.kinds import KINDS, Kinds, found_in
from ivr.flow.loader import load
from ivr.flow.names import names_prompts
from ivr.flow.problem import FlowRefused
from ivr.flow.schema import render
from ivr.flow.source import Edition
from ivr.flow.steps.say import SayStep
from tests.support.flows import transcript

ROOT = Path(__file__).resolve().parents[3]
DAY = datetime(2026, 11, 23, 2, tzinfo=UTC)
FLOW = """\
format: 2
languages: [en]
start: account
prompts:
  which: {en: Enter your account number}
steps:
  account: {kind: number, questions: [which], digits: 3, exits: {entered: done, no_input: done}}
  done: {kind: goodbye}
"""


@pytest.fixture(scope="module")
def kinds() -> Kinds:
    return found_in(steps, tests.support.own_steps)


def flow(text: str, kinds: Kinds) -> Flow:
    return load(Edition("own", "own.yaml", text.encode()), kinds)


def test_the_shipped_kinds_are_those_of_their_files() -> None:
    files = {path.stem for path in Path(str(steps.__file__)).parent.glob("*.py")} - {"__init__"}
    assert set(KINDS.by_name) == files
    assert files >= {"say", "menu", "hours", "language", "queue", "goodbye"}


@pytest.mark.parametrize("name", KINDS.by_name)
def test_every_kind_says_what_it_is_and_speaks_in_fields_that_are_checked(name: str) -> None:
    kind = KINDS.by_name[name]
    assert {"en", "zh"} <= set(kind.words)
    assert kind.__doc__
    fields = kind.model_fields
    assert {field for field in fields if "prompts" in field} == {
        field for field, info in fields.items() if names_prompts(info)
    }
    assert kind.ends == ("exits" not in fields)
    assert kind.words["en"].exits.keys() == kind.words["zh"].exits.keys()


def test_the_console_calls_them_as_they_call_themselves() -> None:
    checked = subprocess.run(
        [sys.executable, ROOT / "scripts" / "step_words.py", "--check"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert checked.returncode == 0, checked.stderr


def test_a_kind_of_another_file_is_walked_checked_and_published(kinds: Kinds) -> None:
    loaded = flow(FLOW, kinds)
    assert check(loaded) == ()
    assert transcript(loaded, "123", DAY, "en") == [
        "  language en",
        "  en: Enter your account number",
        "  waits 3 s for 1 key",
        "  caller presses 1",
        "  waits 3 s for 1 key",
        "  caller presses 2",
        "  waits 3 s for 1 key",
        "  caller presses 3",
        "[account] number → entered keys 123 (en)",
        "[done] goodbye → ended (en)",
        "= hang up",
    ]
    assert transcript(loaded, "1", DAY, "en")[-3] == "[account] number → no_input keys 1 (en)"
    assert json.loads(render(kinds))["$defs"]["NumberStep"]["properties"]["digits"]["minimum"] == 1
    assert "NumberStep" not in render()


@pytest.mark.parametrize(
    ("good", "bad", "line", "reason"),
    [
        ("digits: 3", "digits: 17", 7, "account asks for 17 digits"),
        ("questions: [which]", "questions: [what]", 7, "account speaks 'what', which is no prompt"),
        ("no_input: done", "no_input: account", 7, "who presses nothing goes round: account → account"),
        ("entered: done", "entered: dune", 7, "account leads by entered to 'dune', which is no step"),
    ],
)  # fmt: skip
def test_it_is_checked_by_its_own_rules_and_by_those_of_all(
    kinds: Kinds, good: str, bad: str, line: int, reason: str
) -> None:
    problems = check(flow(FLOW.replace(good, bad), kinds))
    assert any(problem.line == line and problem.reason.endswith(reason) for problem in problems)


def test_it_may_go_round_for_a_caller_who_chooses_to(kinds: Kinds) -> None:
    assert check(flow(FLOW.replace("entered: done", "entered: account"), kinds)) == ()


def test_what_is_wrong_with_it_is_told_as_of_any_other(kinds: Kinds) -> None:
    with pytest.raises(
        FlowRefused, match=r"own\.yaml:7: error: steps\.account\.digits: Input should be a valid"
    ):
        flow(FLOW.replace("digits: 3", "digits: many"), kinds)
    with pytest.raises(
        FlowRefused, match="Use one of the kinds goodbye, hours, language, menu, number, queue, say"
    ):
        flow(FLOW.replace("kind: number", "kind: numbers"), kinds)
    with pytest.raises(FlowRefused, match="Use one of the kinds goodbye, hours, language, menu, queue, say"):
        flow(FLOW, KINDS)


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A package of kinds that a test writes files into."""
    folder = tmp_path / "kinds_of_a_test"
    folder.mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    package = ModuleType("kinds_of_a_test")
    package.__path__ = [str(folder)]
    monkeypatch.setitem(sys.modules, package.__name__, package)
    return package


@pytest.mark.parametrize(
    "text",
    [
        "",
        "from ivr.flow.steps.say import SayStep\n",
        "from typing import Literal\nfrom ivr.flow.step import Step\n"
        "class Other(Step):\n    kind: Literal['other']\n",
    ],
)
def test_a_file_that_is_no_kind_of_its_name_is_refused(package: ModuleType, text: str) -> None:
    (Path(package.__path__[0]) / "stray.py").write_text(text)
    with pytest.raises(TypeError, match=r"stray has to hold one kind of step, and of the name stray"):
        found_in(package)


def test_two_kinds_of_one_name_are_refused() -> None:
    class Again(SayStep):
        """A second `say`."""

    with pytest.raises(TypeError, match="Again and SayStep are both the kind say"):
        Kinds([SayStep, Again])
