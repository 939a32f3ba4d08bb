"""Where an outbound call may go: premium numbers, patterns, writings that hide a destination, and help."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.rules.destinations import PATTERN, DialRules, is_emergency, is_premium, refusal_of

DEFAULT = DialRules()


@pytest.mark.parametrize(
    "number",
    [
        "16812345",
        "16012345",
        "+8616812345",
        "008616812345",
        "075516812345",
        "01016012345",
        "+8675516812345",
        "12590123",
        "+19005551234",
        "0019005551234",
        "+448712345678",
    ],
)
def test_premium_numbers_are_off_by_default_however_they_are_written(number: str) -> None:
    assert refusal_of(number, DEFAULT) == "premium_number"
    assert refusal_of(number, DialRules(premium=True)) is None


@pytest.mark.parametrize(
    "number",
    [
        "13900139000",
        "+8613900139000",
        "16612345678",
        "01062345678",
        "075583765566",
        "4008123456",
        "8008101234",
        "10086",
        "95588",
        "12345",
        "96110",
        "1795113900139000",
        "+85221234567",
        "4001",
    ],
)
def test_what_a_mainland_call_centre_dials_every_day_is_allowed(number: str) -> None:
    assert refusal_of(number, DEFAULT) is None


@pytest.mark.parametrize("number", ["1 1 0", "１１９", "(120)"])
def test_help_is_known_in_every_writing(number: str) -> None:
    assert is_emergency(number, "CN")


@pytest.mark.parametrize("number", ["110", "119", "120", "122"])
def test_help_can_be_called_whatever_is_allowed(number: str) -> None:
    assert is_emergency(number, "CN")
    assert refusal_of(number, DialRules(allowed=("+8613900139000",))) is None
    assert refusal_of(number, DialRules(forbidden=("1*",))) == "forbidden_number"


def test_premium_rules_are_those_of_the_country_in_which_one_is() -> None:
    assert is_premium("09001234567", "DE")
    assert not is_premium("12590123", "GB")
    # A short number of France.
    assert is_premium("118712", "FR")
    assert not is_premium("118712", "CN")


@pytest.mark.parametrize(
    ("pattern", "number", "matches"),
    [
        ("+86*", "13900139000", True),
        ("+86*", "+8613900139000", True),
        ("+86*", "008613900139000", True),
        ("+86*", "+12125550100", False),
        ("+86139????9000", "13900139000", True),
        ("+86139????900", "13900139000", False),
        ("13900139000", "13900139000", True),
        ("+8613900139000", "+86139001390001", False),
        ("9*", "95588", True),
        ("9*", "+8695588", False),
    ],
)
def test_patterns_are_for_numbers_in_e164_and_short_ones_as_dialled(
    pattern: str, number: str, matches: bool
) -> None:
    assert (refusal_of(number, DialRules(allowed=(pattern,))) is None) == matches


@pytest.mark.parametrize(
    "number", ["+12125550100", "0012125550100", "1795100112125550100", "+1 2125550100", "99912345678901"]
)
def test_a_writing_that_hides_the_destination_is_not_allowed(number: str) -> None:
    assert refusal_of(number, DialRules(allowed=("+86*",))) == "number_not_allowed"


@pytest.mark.parametrize("number", ["+12125550100", "0012125550100"])
def test_what_is_forbidden_is_so_in_every_writing(number: str) -> None:
    assert refusal_of(number, DialRules(forbidden=("+1*",))) == "forbidden_number"
    assert refusal_of(number, DialRules(allowed=("+1*",), forbidden=("+1212*",))) == "forbidden_number"


@pytest.mark.parametrize(
    "text", ["", "+", "*", "?", "+86 139", "86*1", "+86-*", "1(2|3)", "[0-9]", "++86", "x"]
)
def test_what_is_no_pattern_is_refused(text: str) -> None:
    assert PATTERN.fullmatch(text) is None


# What PATTERN matches; from its look-ahead hypothesis would make much that does not.
patterns = st.from_regex(r"\+?[0-9?]*\*?", fullmatch=True).filter(PATTERN.fullmatch)


@given(st.from_regex(r"\+?[0-9]{2,32}", fullmatch=True), patterns)
def test_every_number_and_pattern_has_an_answer(number: str, pattern: str) -> None:
    for rules in (DEFAULT, DialRules(allowed=(pattern,)), DialRules(forbidden=(pattern,))):
        assert refusal_of(number, rules) in (
            None,
            "premium_number",
            "number_not_allowed",
            "forbidden_number",
        )
    if re.fullmatch(r"\+?[0-9]+", pattern):
        assert refusal_of(pattern, DialRules(forbidden=(pattern,))) == "forbidden_number"
