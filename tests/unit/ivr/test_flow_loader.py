"""A broken flow file is refused with file, line, reason and advice."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.loader import MAX_BYTES, MAX_DEPTH, load
from ivr.flow.problem import FlowRefused, Problem
from ivr.flow.source import Edition
from ivr.flow.steps.menu import MenuStep
from tests.support.flows import SMALL, flow_from


def refusal(source: str | bytes) -> Problem:
    with pytest.raises(FlowRefused) as refused:
        load(Edition("broken", "broken.yaml", source if isinstance(source, bytes) else source.encode()))
    first = refused.value.problems[0]
    assert first.file == "broken.yaml"
    assert first.advice
    return first


def line_with(text: str, needle: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if needle in line)


def test_a_good_file_is_read_whole() -> None:
    flow = flow_from(SMALL)
    assert list(flow.document.steps) == [
        "hello",
        "tongue",
        "office",
        "main",
        "night",
        "sales",
        "service",
        "bye",
    ]
    assert flow.line_of("steps", "main", "exits", "again") == line_with(SMALL, "again: main")
    assert len(flow.texts()) == 14


@pytest.mark.parametrize(
    ("good", "bad", "reason"),
    [
        ("kind: menu", "kind: menue", "does not match any of the expected tags"),
        ("tries: 3", "tries: 9", "less than or equal to 5"),
        ("timeout_s: 4", "timeout_s: soon", "valid number"),
        ("    timeout_s: 4", "    timeoutt: 4", "Extra inputs"),
        ("priority: 7", "priority: -1", "greater than or equal to 0"),
        ('weekly: {mon-fri: ["08:00-20:00"]}', 'weekly: {mon-fri: ["8-20"]}', "not a span of time"),
        ("timezone: Asia/Shanghai", "timezone: Asia/Atlantis", "unknown time zone"),
        ("format: 2", "format: x", "should be 2"),
        ("languages: [zh, en]", "languages: [zh, zh]", "named twice"),
        ("again: main", "agin: main", "exits lack again"),
        ('"1": sales', '"1": no_input', "reserved exit"),
        ('"1": sales', "012: sales", "string_pattern|should match pattern"),
        ("queue: sales", "queue: 'sales,,,1'", "should match pattern"),
        ("start: hello", "start: ${SHELL(id)}", "should match pattern"),
    ],
)
def test_each_fault_is_named_at_its_line(good: str, bad: str, reason: str) -> None:
    assert good in SMALL
    broken = SMALL.replace(good, bad, 1)
    problem = refusal(broken)
    assert re.search(reason, problem.reason), problem.reason
    near = line_with(broken, bad.strip().splitlines()[0])
    assert near - 12 <= problem.line <= near  # a fault of a whole step is told at its first line


def test_a_flow_without_a_format_is_refused() -> None:
    assert refusal(SMALL.replace("format: 2\n", "")).reason == "format: Field required"


def test_the_line_of_a_wrong_value_is_exact() -> None:
    assert refusal(SMALL.replace("tries: 3", "tries: 9")).line == line_with(SMALL, "tries: 3")


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(FlowRefused) as refused:
        flow_from(SMALL.replace("tries: 3", "tries: 9").replace("priority: 7", "priority: x"))
    assert len(refused.value.problems) == 2
    assert "small.yaml:" in str(refused.value)


@pytest.mark.parametrize(
    ("source", "line", "reason"),
    [
        ("a:\n  - b\n c: 4", 3, "expected"),
        ("a: 1\na: 2", 2, "twice"),
        ("a: &x [1]\nb: *x", 2, "alias"),
        ("a: 1\n---\nb: 2", 2, "another document"),
        ("\n? [1, 2]\n: 3", 2, "as a name"),
        ("a: \x00", 1, "not YAML"),
        (b"a: 1\nb: \xff", 2, "not UTF-8"),
        ("", 1, "not a mapping"),
        ("- 1", 1, "not a mapping"),
        ("[" * 1200, 1, "nested"),
        ("? " * 5000, 1, "nested"),
        ("{" * MAX_DEPTH + "}" * MAX_DEPTH, 1, "as a name"),
        ("a:\n  - " + "[" * MAX_DEPTH + "]" * MAX_DEPTH, 2, "nested"),
        ("a" * (MAX_BYTES + 1), 1, "larger than"),
    ],
)
def test_what_is_no_yaml_of_ours_is_refused(source: str | bytes, line: int, reason: str) -> None:
    problem = refusal(source)
    assert (problem.line, reason in problem.reason) == (line, True), problem


def test_a_bomb_of_aliases_is_refused_before_it_grows() -> None:
    levels = "\n".join(f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 9)}]" for n in range(1, 12))
    assert "alias" in refusal(f"l0: &l0 [x]\n{levels}").reason


def test_yaml_one_point_two_reads_no_and_012_as_they_stand() -> None:
    flow = flow_from(SMALL.replace("hi: {zh: 你好, en: Hello}", "hi: {zh: no, en: 012}"))
    assert flow.document.prompts["hi"] == {"zh": "no", "en": "012"}


def test_a_bare_digit_is_a_key() -> None:
    flow = flow_from(SMALL.replace('"1": sales', "1: sales"))
    menu = flow.document.steps["main"]
    assert isinstance(menu, MenuStep)
    assert menu.keys["1"] == "sales"


def test_a_file_name_that_is_no_name_is_refused() -> None:
    with pytest.raises(FlowRefused, match="cannot be a flow's name"):
        load(Edition("../etc", "../etc.yaml", SMALL.encode()))


@given(st.text() | st.binary())
def test_any_bytes_are_a_flow_or_a_refusal(source: str | bytes) -> None:
    data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogatepass")
    with pytest.raises(FlowRefused):
        load(Edition("noise", "noise.yaml", data))


@given(st.integers(0, len(SMALL)), st.integers(0, len(SMALL)), st.text(max_size=12))
def test_any_edit_is_a_flow_or_a_refusal_with_a_line_of_the_file(start: int, end: int, put: str) -> None:
    edited = SMALL[: min(start, end)] + put + SMALL[max(start, end) :]
    problems: tuple[Problem, ...] = ()
    try:
        load(Edition("edited", "edited.yaml", edited.encode("utf-8", "surrogatepass")))
    except FlowRefused as refused:
        problems = refused.problems
    assert all(1 <= problem.line <= edited.count("\n") + 2 for problem in problems)
