"""The checker finds what would leave a caller stuck or hearing nothing, at its line, with advice."""

import pytest

from ivr.flow.checker import check, ensure_usable
from ivr.flow.problem import FlowRefused, Severity
from tests.support.flows import SMALL, flow_from

QUEUES = {"sales", "service"}


def found(text: str, queues: set[str] | None = None) -> list[tuple[str, int, str]]:
    problems = check(flow_from(text), QUEUES if queues is None else queues)
    assert all(problem.advice for problem in problems)
    return [(problem.severity.value, problem.line, problem.reason) for problem in problems]


def line_with(text: str, needle: str) -> int:
    return next(number for number, line in enumerate(text.splitlines(), 1) if needle in line)


def test_a_sound_flow_has_no_problems() -> None:
    assert found(SMALL) == []


def test_without_a_list_of_queues_their_names_are_not_checked() -> None:
    assert check(flow_from(SMALL)) == ()


@pytest.mark.parametrize(
    ("good", "bad", "where", "reason"),
    [
        ("start: hello", "start: hullo", "start: hullo", "the flow starts at 'hullo', which is no step"),
        (
            "closed: night",
            "closed: nite",
            "closed: nite",
            "office leads by closed to 'nite', which is no step",
        ),
        ("closed: night", "closed: service", "  night: {", "no caller can reach night"),
        (
            "queue: sales, p",
            "queue: sails, p",
            "queue: sails",
            "sales leads to the queue 'sails', which does not exist",
        ),
        ("prompts: [ask]", "prompts: [aks]", "prompts: [aks]", "main speaks 'aks', which is no prompt"),
        ("[quiet]", "[quite]", "[quite]", "main speaks 'quite', which is no prompt"),
        (
            "ask: {zh: 请按键, en: Press a key}",
            "ask: {zh: 请按键}",
            "  ask:",
            "the prompt ask is missing in en",
        ),
        ('"9": en}\n', '"9": fr}\n', '"9": fr', "tongue offers 'fr', which the flow does not speak"),
        ('{mon-fri: ["08:00-20:00"]}', "{mon-fri: []}", "weekly:", "office is never open"),
    ],
)
def test_each_error_is_told_at_its_line(good: str, bad: str, where: str, reason: str) -> None:
    assert good in SMALL
    text = SMALL.replace(good, bad, 1)
    assert ("error", line_with(text, where), reason) in found(text)


def test_warnings_do_not_refuse_the_flow() -> None:
    text = SMALL.replace('{mon-fri: ["08:00-20:00"]}', '{daily: ["00:00-24:00"]}')
    text = text.replace("prompts:\n", "prompts:\n  spare: {zh: 备用, en: Spare}\n", 1)
    warnings = ensure_usable(flow_from(text), QUEUES)
    assert {problem.reason for problem in warnings} == {
        "no step speaks the prompt spare",
        "office is always open, no caller goes by closed",
    }
    assert all(problem.severity is Severity.WARNING for problem in warnings)


def test_errors_refuse_the_flow() -> None:
    with pytest.raises(FlowRefused, match="sails"):
        ensure_usable(flow_from(SMALL.replace("queue: sales", "queue: sails")), QUEUES)


def test_a_loop_without_a_wait() -> None:
    text = SMALL.replace("barge_in: false, exits: {done: service}", "barge_in: false, exits: {done: hello}")
    text = text.replace("exits: {done: tongue}", "exits: {done: office}").replace(
        "closed: night", "closed: night"
    )
    assert "a loop without a wait: hello → office → night → hello" in [reason for _, _, reason in found(text)]


def test_a_caller_who_presses_nothing_must_not_go_round() -> None:
    text = SMALL.replace("no_input: service", "no_input: main")
    assert "a caller who presses nothing goes round: main → main" in [reason for _, _, reason in found(text)]


def test_a_caller_who_presses_wrong_keys_must_not_go_round() -> None:
    text = SMALL.replace("wrong_key: bye", "wrong_key: hello")
    assert any("goes round" in reason for _, _, reason in found(text))


def test_a_menu_that_a_key_leads_back_to_is_allowed() -> None:
    assert "again: main" in SMALL
    assert found(SMALL) == []


def test_a_menu_without_a_way_out() -> None:
    text = SMALL.replace(
        "exits: {sales: sales, person: service, again: main, no_input: service, wrong_key: bye}",
        "exits: {sales: main, person: main, again: main, no_input: main, wrong_key: main}",
    )
    assert ("error", line_with(text, "  main:"), "main has no way out") in found(text)
