"""What the measuring programs share says what it is asked for."""

import math

import pytest

from bench.common import quantile


@pytest.mark.parametrize(("share", "value"), [(0.0, 1), (0.5, 51), (0.99, 100), (1.0, 100)])
def test_a_quantile_is_a_value_that_was_seen(share: float, value: float) -> None:
    assert quantile(list(range(100, 0, -1)), share) == value


def test_nothing_seen_has_no_quantile() -> None:
    assert math.isnan(quantile([], 0.5))
