"""Numbers in every writing, and everything that is no number."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from crm.rules.numbers import MAX_LENGTH, is_withheld, normalise, to_dial


@pytest.mark.parametrize(
    ("written", "e164"),
    [
        ("+8613800138000", "+8613800138000"),
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        (" 138-0013-8000 ", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("8613800138000", "+8613800138000"),
        ("013800138000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("(021) 6123-4567", "+862161234567"),
        ("+44 20 7946 0000", "+442079460000"),
        ("0044 (20) 7946/0000", "+442079460000"),
        ("+85221234567", "+85221234567"),
        ("400 800 1234", "+864008001234"),
    ],
)
def test_any_writing_becomes_one_number(written: str, e164: str) -> None:
    assert normalise(written) == e164


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "anonymous",
        "Anonymous",
        "1001",
        "4001",
        "110",
        "61234567",
        "+",
        "++8613800138000",
        "+999123456789",
        "1-800-FLOWERS",
        "13800138000 ext. 5",
        "13800138000;phone-context=x",
        "sip:13800138000@host",
        "tel:+8613800138000",
        "${SHELL(id)}",
        "13800138000\r\nAction: Originate",
        "📞13800138000",
        "²³¹",
        "9" * 200,
        "+" + "1" * MAX_LENGTH,
        "\0",
    ],
)
def test_what_is_no_number_becomes_none(written: str) -> None:
    assert normalise(written) is None


def test_the_home_region_decides_about_national_numbers() -> None:
    assert normalise("020 7946 0000", "GB") == "+442079460000"
    assert normalise("020 7946 0000", "CN") != "+442079460000"
    assert normalise("+8613800138000", "GB") == "+8613800138000"


@pytest.mark.parametrize(
    "number",
    ["", "  ", "anonymous", "ANONYMOUS", "Anonymous ", "unknown", "<unknown>", "Private", "restricted"],
)
def test_a_hidden_number_is_seen_as_hidden(number: str) -> None:
    assert is_withheld(number)


@pytest.mark.parametrize("number", ["13800138000", "1001", "anonymous-42", "匿名 ", "0", "x" * 10_000])
def test_another_number_is_not_hidden(number: str) -> None:
    assert not is_withheld(number)


@given(st.text(max_size=60))
def test_any_text_is_a_number_in_e164_or_none(text: str) -> None:
    e164 = normalise(text)
    assert e164 is None or (e164[0] == "+" and e164[1:].isdigit() and len(e164) <= 16)


@given(st.from_regex(r"\+?[0-9 ().-]{0,18}", fullmatch=True))
@example("+49000000")  # No number; each reading would take one more zero for the trunk prefix.
def test_a_normal_number_stays_as_it_is(text: str) -> None:
    e164 = normalise(text)
    assert e164 is None or normalise(e164) == e164


@pytest.mark.parametrize(
    "number",
    ["10086", "110", "95588", "12345", "1001", "88888888", "4008123123", "13900139000", "010 88888888"],
)
def test_short_codes_extensions_and_what_is_written_for_this_country_are_dialled_as_they_are(
    number: str,
) -> None:
    assert to_dial(number) == number.replace(" ", "")


@pytest.mark.parametrize(
    ("written", "dialled"),
    [
        ("+86 (0)139 0013 9000", "+8613900139000"),
        ("+86 (0)10 8888 8888", "+861088888888"),
        ("86 139 0013 9000", "+8613900139000"),
        ("0044 (0)20 7946 0000", "+442079460000"),
        ("0044 20 7946 0000", "00442079460000"),
        ("0086 139 0013 9000", "008613900139000"),
        # A carrier's own prefix is meant.
        ("17951 00 1 212 555 0100", "179510012125550100"),
    ],
)
def test_a_number_with_a_country_code_is_dialled_as_it_is_understood(written: str, dialled: str) -> None:
    assert to_dial(written) == dialled


@pytest.mark.parametrize(
    "text", ["", "1", "abc", "+12", "+86 (0)999", "*97", "10086#", "1+2", "王小明", "1" * 33]
)
def test_what_is_no_number_cannot_be_dialled(text: str) -> None:
    assert to_dial(text) is None


@given(st.text(max_size=40))
def test_what_is_dialled_is_plus_and_digits_and_stays_the_same_when_dialled_again(text: str) -> None:
    number = to_dial(text)
    assert number is None or number.removeprefix("+").isascii()
    assert number is None or (number.removeprefix("+").isdigit() and to_dial(number) == number)


@given(st.from_regex(r"\+?[0-9 ().-]{2,18}", fullmatch=True))
def test_what_is_dialled_reaches_whom_a_caller_with_this_number_is_taken_for(text: str) -> None:
    number = to_dial(text)
    assert number is None or normalise(number) == normalise(text)
