"""The test caller: a real SIP call with RTP from this Asterisk to itself, in by the trunk like any other."""

# ruff: noqa: PT028 - the linter takes this file for tests by its name

import re

from cti.ami.action import AmiAction
from cti.ami.actions import originate

_HOTLINE = re.compile(r"\+?[0-9]{2,20}")
_NUMBER = re.compile(r"\+?[0-9]{1,20}|anonymous")
_KEYS = re.compile(r"[0-9*#]{0,32}")
_MARK = re.compile(r"[0-9a-f]{32}")
_LANGUAGE = re.compile(r"[a-z]{2}")

LOOP_ENDPOINT = "loop"
TEST_CALLER_CONTEXT = "ringdesk-test-caller"
LONGEST_CALL_SECONDS = 600
RING_SECONDS = 30


def number_of_test_calls(hotline: str, mark: str) -> str:
    """What the test caller dials: a number of the hotline's that no caller knows, so figures leave it out."""
    return f"{hotline}.{mark}"


def test_call_action(
    hotline: str,
    from_number: str,
    keys: str = "",
    *,
    mark: str,
    language: str = "zh",
    seconds: int = LONGEST_CALL_SECONDS,
    channel_id: str | None = None,
) -> AmiAction:
    """The action that places the call; the outcome shows in events like any caller's.

    Each key is pressed when the prompt before it is over. After the last one the caller speaks until somebody
    hangs up, `seconds` at most. `mark` is `secrets.mark_of_test_calls`. Raises ValueError for what is
    no number or no key.
    """
    for pattern, value, what in (
        (_HOTLINE, hotline, "a hotline's number"),
        (_NUMBER, from_number, "a caller's number"),
        (_KEYS, keys, "a sequence of keys"),
        (_LANGUAGE, language, "a language"),
    ):
        if not pattern.fullmatch(value):
            raise ValueError(f"{value!r} is not {what}")
    if not 1 <= seconds <= LONGEST_CALL_SECONDS:
        raise ValueError(f"a test call takes 1 to {LONGEST_CALL_SECONDS} seconds, not {seconds}")
    if not _MARK.fullmatch(mark):
        raise ValueError("the mark of a test call is hexadecimal")
    return originate(
        f"PJSIP/{number_of_test_calls(hotline, mark)}@{LOOP_ENDPOINT}",
        TEST_CALLER_CONTEXT,
        "s",
        caller_id=f"<{from_number}>",
        ring_ms=RING_SECONDS * 1000,
        variables=(
            f"RD_TEST_KEYS={keys}",
            f"RD_TEST_LANGUAGE={language}",
            f"RD_TEST_SECONDS={seconds}",
        ),
        channel_id=channel_id,
    )
