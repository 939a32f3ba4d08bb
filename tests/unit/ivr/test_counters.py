"""What the voice menus counted, in words for health and status."""

from ivr.counters import Counters


def test_menus_without_faults_have_nothing_to_say() -> None:
    assert Counters(calls=7).in_words() == ""


def test_faults_are_told_with_their_numbers() -> None:
    counters = Counters(
        calls=9,
        refused_connections=1,
        broken_connections=2,
        timeouts=3,
        script_faults=4,
        missing_prompts=5,
        fallbacks=6,
    )
    assert counters.in_words() == (
        "since the start 1 calls found no room, 2 connections were broken, 3 time-outs, 4 faults, "
        "5 prompts were not there, 6 callers fell back to the queue, of 9 calls"
    )
