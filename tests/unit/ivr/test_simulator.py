"""The terminal simulator: scripted keys, someone at a keyboard, and what the checker says."""

import io
from datetime import UTC, datetime

import pytest
from rich.console import Console

from ivr.simulator import ScriptedCaller, check_flow, terminal_caller, try_flow
from tests.support.flows import SMALL, flow_from, transcript

DAY = datetime(2026, 11, 23, 2, tzinfo=UTC)


def screen(typed: str = "") -> tuple[Console, io.StringIO]:
    shown = io.StringIO()
    return Console(file=shown, width=60), shown


def test_a_script_presses_one_key_a_wait_stays_silent_and_hangs_up() -> None:
    lines = transcript(flow_from(SMALL), "., 7 !", DAY, "en")
    assert [line.strip() for line in lines if "caller" in line] == [
        "caller stays silent",
        "caller presses 7",
        "caller hangs up",
    ]
    assert lines[-1] == "[main] menu → hangup keys 7 (en)"


def test_a_script_with_what_no_telephone_has_is_refused() -> None:
    with pytest.raises(ValueError, match="'a' is no key"):
        ScriptedCaller("1a")


def test_a_walk_is_printed_with_what_is_spoken_and_where_it_ends() -> None:
    console, shown = screen()
    try_flow(flow_from(SMALL), ScriptedCaller("1"), DAY, "zh", console)
    assert "zh: 你好" in shown.getvalue()
    assert "= queue sales, priority 7" in shown.getvalue()


def test_someone_at_a_keyboard_types_the_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    console, shown = screen()
    typed = iter(["what?", " 1"])
    monkeypatch.setattr("builtins.input", lambda *_: next(typed))
    try_flow(flow_from(SMALL), terminal_caller(console), DAY, "zh", console)
    assert "caller stays silent" in shown.getvalue()
    assert "caller presses 1\n" in shown.getvalue()
    assert "= queue sales" in shown.getvalue()


def test_the_end_of_input_hangs_up(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing_more(*_: object) -> str:
        raise EOFError

    console, shown = screen()
    monkeypatch.setattr("builtins.input", nothing_more)
    try_flow(flow_from(SMALL), terminal_caller(console), DAY, "zh", console)
    assert shown.getvalue().rstrip().endswith("[tongue] language → hangup (zh)")


def test_text_that_looks_like_markup_is_printed_as_it_stands() -> None:
    console, shown = screen()
    flow = flow_from(SMALL.replace("en: Hello", 'en: "[red]Hello[/nonsense]"'))
    try_flow(flow, ScriptedCaller("1"), DAY, "en", console)
    assert "[red]Hello[/nonsense]" in shown.getvalue()


def test_checking_tells_every_problem_and_whether_the_flow_can_be_used() -> None:
    console, shown = screen()
    assert check_flow(flow_from(SMALL), frozenset({"sales", "service"}), console)
    assert "small.yaml: 8 steps, can be used" in shown.getvalue()
    assert not check_flow(flow_from(SMALL), frozenset({"sales"}), console)
    assert "small.yaml:35: error: service leads to the queue 'service'" in shown.getvalue()
