"""Waiting times double with jitter up to the longest; after its attempts a job is dead."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from work.rules.retries import Bury, RetryRule, TryAgain, after_failure, wait_s

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("failures", "full"), [(1, 10), (2, 20), (3, 40), (8, 1280), (9, 2560), (10, 3600), (5000, 3600)]
)
def test_the_wait_doubles_up_to_the_longest(failures: int, full: float) -> None:
    assert wait_s(RetryRule(), failures, 1.0) == full
    assert wait_s(RetryRule(), failures, 0.0) == full / 2


@given(st.integers(1, 20), st.integers(1, 20), st.floats(0, 1))
def test_it_is_tried_as_often_as_the_rule_says(attempts: int, failures: int, fraction: float) -> None:
    rule = RetryRule(attempts=attempts)
    fate = after_failure(rule, failures, "it failed", now=NOW, fraction=fraction)
    if failures < attempts:
        assert fate == TryAgain(NOW + timedelta(seconds=wait_s(rule, failures, fraction)), "it failed")
    else:
        assert isinstance(fate, Bury)


def test_the_dead_say_how_often_they_were_tried() -> None:
    assert after_failure(RetryRule(attempts=1), 1, "why", now=NOW, fraction=0) == Bury("why")
    assert after_failure(RetryRule(attempts=2), 2, "why", now=NOW, fraction=0) == Bury(
        "why; it was tried 2 times"
    )
