"""The engine: what it asks of its host at each step, and what it makes of keys, silence and hang-ups."""

from datetime import UTC, datetime

import pytest

from ivr.flow.caller import MAX_TYPED_AHEAD
from ivr.flow.effects import (
    Began,
    Collect,
    Effect,
    EnterQueue,
    FallBack,
    HangUp,
    Heard,
    HungUp,
    MarkStep,
    Play,
    Prompt,
    SetLanguage,
)
from ivr.flow.engine import Walk
from tests.support.flows import SMALL, flow_from

DAY = datetime(2026, 11, 23, 2, tzinfo=UTC)  # Monday, 10:00 in Shanghai
NIGHT = datetime(2026, 11, 23, 20, tzinfo=UTC)


class Caller:
    """A walk with the clock held at one time."""

    def __init__(self, at: datetime = DAY, language: str = "zh", text: str = SMALL) -> None:
        self.walk = Walk(flow_from(text), language)
        self.at = at
        self.effects = self.walk.resume(Began(at))

    def hears(self, keys: str = "") -> tuple[Effect, ...]:
        self.effects = self.walk.resume(Heard(self.at, keys))
        return self.effects

    def hangs_up(self) -> tuple[Effect, ...]:
        self.effects = self.walk.resume(HungUp(self.at))
        return self.effects


def prompt(name: str, language: str = "zh") -> Prompt:
    return Prompt(f"small-{name}", language)


def at_menu(at: datetime = DAY, text: str = SMALL) -> Caller:
    caller = Caller(at, text=text)
    caller.hears()
    caller.hears()
    return caller


def test_the_first_effects_set_the_language_and_speak() -> None:
    assert Caller().effects == (SetLanguage("zh"), Play((prompt("hi"),), barge_in=True))


def test_an_unknown_language_becomes_the_flows_first() -> None:
    assert Caller(language="fr").effects[0] == SetLanguage("zh")


def test_a_step_is_marked_when_it_is_left() -> None:
    effects = Caller().hears()
    assert effects[0] == MarkStep("hello", "say", "done", "", "zh")


def test_the_other_languages_are_offered_in_their_own_voice() -> None:
    assert Caller(language="en").hears()[-1] == Collect((prompt("offer", "zh"),), 1, 2.0)


def test_a_chosen_language_is_spoken_from_there_on() -> None:
    caller = Caller()
    caller.hears()
    effects = caller.hears("9")
    assert effects == (
        SetLanguage("en"),
        MarkStep("tongue", "language", "changed", "9", "en"),
        MarkStep("office", "hours", "open", "", "en"),
        Collect((prompt("ask", "en"),), 1, 4.0),
    )


def test_choosing_the_language_already_spoken_keeps_it() -> None:
    caller = Caller()
    caller.hears()
    assert caller.hears("8")[0] == MarkStep("tongue", "language", "kept", "8", "zh")


def test_the_time_of_the_input_decides_the_hours() -> None:
    assert MarkStep("office", "hours", "open", "", "zh") in at_menu(at=DAY).effects
    night = at_menu(at=NIGHT)
    assert night.effects[-2:] == (
        MarkStep("office", "hours", "closed", "", "zh"),
        Play((prompt("closed"),), barge_in=False),
    )


def test_a_key_of_the_menu_leads_to_the_queue_with_its_priority() -> None:
    caller = at_menu()
    assert caller.hears("1") == (
        MarkStep("main", "menu", "sales", "1", "zh"),
        MarkStep("sales", "queue", "queued", "", "zh"),
        EnterQueue("sales", 7),
    )
    assert caller.walk.ended


def test_a_queue_may_speak_before_it_is_entered() -> None:
    caller = at_menu()
    assert caller.hears("0")[-1] == Play((prompt("hi"),), barge_in=False)
    assert caller.hears() == (MarkStep("service", "queue", "queued", "", "zh"), EnterQueue("service", 0))


def test_silence_is_told_and_asked_again_until_the_tries_run_out() -> None:
    caller = at_menu()
    assert caller.hears() == (Collect((prompt("quiet"), prompt("ask")), 1, 4.0),)
    caller.hears()
    assert caller.hears()[0] == MarkStep("main", "menu", "no_input", "", "zh")


def test_wrong_keys_are_told_and_all_of_them_are_in_the_mark() -> None:
    caller = at_menu()
    assert caller.hears("7") == (Collect((prompt("wrong"), prompt("ask")), 1, 4.0),)
    caller.hears("#")
    assert caller.hears("4")[0] == MarkStep("main", "menu", "wrong_key", "7#4", "zh")
    assert caller.effects[-1] == Play((prompt("bye"),), barge_in=False)
    assert caller.hears() == (MarkStep("bye", "goodbye", "ended", "", "zh"), HangUp())


def test_the_last_mistake_decides_the_exit() -> None:
    caller = at_menu()
    caller.hears("7")
    caller.hears("7")
    assert caller.hears()[0] == MarkStep("main", "menu", "no_input", "77", "zh")


def test_a_right_key_after_a_wrong_one() -> None:
    caller = at_menu()
    caller.hears("7")
    assert caller.hears("1")[0] == MarkStep("main", "menu", "sales", "71", "zh")


def test_a_key_pressed_in_the_greeting_counts_in_the_menu() -> None:
    caller = Caller()
    effects = caller.hears("1")
    assert effects == (
        MarkStep("hello", "say", "done", "", "zh"),
        MarkStep("tongue", "language", "kept", "", "zh"),
        MarkStep("office", "hours", "open", "", "zh"),
        MarkStep("main", "menu", "sales", "1", "zh"),
        MarkStep("sales", "queue", "queued", "", "zh"),
        EnterQueue("sales", 7),
    )


def test_keys_typed_ahead_choose_the_language_and_then_the_menu() -> None:
    caller = Caller()
    effects = caller.hears("91")
    assert MarkStep("tongue", "language", "changed", "9", "en") in effects
    assert MarkStep("main", "menu", "sales", "1", "en") in effects


def test_keys_typed_ahead_of_a_mistake_are_forgotten() -> None:
    caller = Caller()
    effects = caller.hears("71")
    assert effects[-1] == Collect((prompt("wrong"), prompt("ask")), 1, 4.0)
    assert caller.hears("0")[0] == MarkStep("main", "menu", "person", "70", "zh")


def test_what_is_no_key_is_not_heard() -> None:
    caller = at_menu()
    assert caller.hears("x\r\né ") == (Collect((prompt("quiet"), prompt("ask")), 1, 4.0),)


def test_a_storm_of_keys_is_bounded() -> None:
    caller = at_menu()
    effects = caller.hears("*" * 1000)  # * leads back to the menu
    assert len([mark for mark in effects if isinstance(mark, MarkStep)]) == MAX_TYPED_AHEAD


def test_a_menu_without_barge_in_is_heard_whole_and_keeps_the_keys() -> None:
    text = SMALL.replace("    timeout_s: 4\n", "    timeout_s: 4\n    barge_in: false\n")
    caller = at_menu(text=text)
    assert caller.effects[-1] == Play((prompt("ask"),), barge_in=False)
    assert caller.hears() == (Collect((), 1, 4.0),)
    caller = at_menu(text=text)
    assert caller.hears("1")[0] == MarkStep("main", "menu", "sales", "1", "zh")


def test_going_round_by_keys_ends_at_the_step_limit_in_the_fallback_queue() -> None:
    caller = at_menu()
    before_the_menu = 3
    for _ in range(flow_from(SMALL).document.max_steps - before_the_menu):
        assert not caller.walk.ended
        caller.hears("*")
    assert caller.effects == (
        MarkStep("main", "menu", "again", "*", "zh"),
        MarkStep("main", "menu", "limit", "", "zh"),
        FallBack("step limit reached"),
    )
    assert caller.walk.ended


@pytest.mark.parametrize("waits", [0, 1, 2, 3])
def test_a_hang_up_at_any_step_marks_where_the_caller_was(waits: int) -> None:
    caller = Caller()
    for _ in range(waits):
        caller.hears()
    step, kind = [("hello", "say"), ("tongue", "language"), ("main", "menu"), ("main", "menu")][waits]
    assert caller.hangs_up() == (MarkStep(step, kind, "hangup", "", "zh"),)
    assert caller.walk.ended


def test_a_hang_up_in_a_menu_tells_the_keys_pressed_so_far() -> None:
    caller = at_menu()
    caller.hears("7")
    assert caller.hangs_up() == (MarkStep("main", "menu", "hangup", "7", "zh"),)


def test_nothing_follows_the_end() -> None:
    caller = at_menu()
    caller.hears("1")
    assert caller.hears("1") == ()
    assert caller.hangs_up() == ()


def test_a_hang_up_before_the_beginning() -> None:
    walk = Walk(flow_from(SMALL), "zh")
    assert walk.resume(HungUp(DAY)) == (MarkStep("hello", "say", "hangup", "", "zh"),)
    assert walk.resume(Began(DAY)) == ()
