"""Phone numbers are hidden in whatever form they come; ids, dates and digests stay readable."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.rules.numbers import masked
from ringdesk.logs.masking import mask_field, mask_text


@pytest.mark.parametrize(
    "text",
    [
        "+8613800138000",
        "13800138000",
        "138 0013 8000",
        "+86 138-0013-8000",
        "(010) 6552 9988",
        "sip:13800138000@127.0.0.1",
        "PJSIP/13800138000-0000001a",
        '"Wang" <13800138000>',
        "caller='13800138000'",
    ],
)
def test_numbers_in_a_text_are_hidden(text: str) -> None:
    masked = mask_text(f"event {text} end")
    assert "138000" not in masked
    assert "0013" not in masked
    assert "6552" not in masked
    assert masked.startswith("event ")
    assert masked.endswith(" end")


@pytest.mark.parametrize(
    "text",
    [
        "ringdesk-1763790000.12",
        "2026-11-22T03:12:00.123456Z",
        "2026-11-22 03:12:00",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "4001 -> service",
        "PJSIP/1001-0000001a",
        "took 1763790000.123 s",
        "127.0.0.1:5038",
    ],
)
def test_what_is_no_number_stays(text: str) -> None:
    assert mask_text(text) == text


@given(st.from_regex(r"[1-9][0-9]{6,14}", fullmatch=True))
def test_no_number_survives_between_words(number: str) -> None:
    assert number not in mask_text(f"call from {number} to 4001")


def test_a_number_keeps_two_digits_to_tell_calls_apart() -> None:
    assert masked("+8613800138042") == "•••42"
    assert masked("42") == "•••"


def test_a_field_named_for_a_number_is_hidden_even_when_it_looks_like_none() -> None:
    assert mask_field("caller_number", "1380x0138") == "•••38"
    assert mask_field("number", "4001") == "4001"


@pytest.mark.parametrize(
    "key", ["password", "Secret", "session_token", "Cookie", "authorization", "X-CSRF-Token"]
)
def test_secret_fields_are_hidden_whole(key: str) -> None:
    assert mask_field(key, "anything") == "•••"


def test_nested_fields_and_known_secrets_are_reached() -> None:
    fields = {"headers": [{"Cookie": "a=b"}], "line": "login with s3cr3t-value", "raw": b"+8613800138000"}
    masked = mask_field("detail", fields, secrets=["s3cr3t-value"])
    assert masked == {"headers": [{"Cookie": "•••"}], "line": "login with •••", "raw": "•••00"}


def test_figures_stay_figures() -> None:
    assert mask_field("bytes", 123456789) == 123456789
    assert mask_field("ok", True) is True
