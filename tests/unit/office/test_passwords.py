"""What may become a password, and that one character typed in two ways is one password."""

import pytest
from argon2 import PasswordHasher

from office.passwords import hash_password, verify_password
from office.rules.passwords import LONGEST, SHORTEST, password_problem

WORDS = ("lina", "李娜", "Li Na")


@pytest.mark.parametrize(
    "password",
    [
        "four words in a row",
        "no capitals no digits no signs",
        "我爱北京天安门广场上的鸽子们啊啊",
        "yesterday's rain fell " * 20,
        "zuotian xiayu meiyou dai san",
        # One common word of fifteen characters: more than 10^8 guesses all the same.
        "qxvklr-ringdesk",
    ],
)
def test_length_and_rarity_are_enough(password: str) -> None:
    assert password_problem(password, WORDS) is None


@pytest.mark.parametrize("length", [1, SHORTEST - 1, LONGEST + 1])
def test_too_short_and_too_long_say_how_long(length: int) -> None:
    words = ("four words in a row " * 60)[:length]
    assert f"needs {SHORTEST} to {LONGEST} characters" in (password_problem(words, WORDS) or "")


def test_the_length_is_that_of_nist_for_a_password_without_a_second_proof() -> None:
    assert SHORTEST == 15
    assert LONGEST >= 64


@pytest.mark.parametrize("length", [SHORTEST, LONGEST])
def test_the_ends_of_the_range_belong_to_it(length: int) -> None:
    assert password_problem(("quince lamp " * 100)[:length], WORDS) is None


@pytest.mark.parametrize(
    "password",
    [
        " " * 20,
        "\u3000" * 20,
        "password1234567",
        "passwordpassword",
        "ｐａｓｓｗｏｒｄ１２３４５６７",
        "P@ssw0rd1234567",
        "123456789012345",
        "qwertyuiop123456",
        "1qaz2wsx3edc4rfv",
        "aaaaaaaaaaaaaaaaaaaa",
        "iloveyou20262026",
        "ringdeskringdesk",
        "ringdesk20261127",
        "linalinalinalina",
        "李娜李娜李娜李娜李娜李娜李娜李娜",
        "wangxiaominglina",
    ],
)
def test_common_ones_patterns_and_own_names_are_refused(password: str) -> None:
    assert "easy to guess" in (password_problem(password, ("wangxiaoming", *WORDS)) or "")


def test_each_part_of_a_name_is_the_users_own_word() -> None:
    assert "easy to guess" in (password_problem("adebayooyelaran", ("Oyelaran Adebayo-Smith",)) or "")
    assert password_problem("adebayooyelaran", WORDS) is None


@pytest.mark.parametrize("strange", ["\0", "\ud83d"])
def test_what_the_sign_in_cannot_receive_is_refused(strange: str) -> None:
    assert "cannot send" in (password_problem(f"four words in a row{strange}", WORDS) or "")


def test_a_long_one_is_judged_quickly_by_its_beginning() -> None:
    assert "easy to guess" in (password_problem("a" * LONGEST, WORDS) or "")


def test_one_character_typed_in_two_ways_is_one_password() -> None:
    stored = hash_password("ｆｏｕｒ words, in Ångström")
    assert verify_password(stored, "four words, in A\u030angstro\u0308m")
    assert not verify_password(stored, "four words, in Angstrom")


def test_a_password_stored_as_typed_before_there_was_a_normal_form_still_opens() -> None:
    typed = "ｆｏｕｒ words"
    assert verify_password(PasswordHasher(1, 8, 1).hash(typed), typed)
