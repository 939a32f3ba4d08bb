"""Logins, extensions and roles."""

import pytest

from office.rules.people import extension_problem, login_problem, next_extension


@pytest.mark.parametrize("login", ["lina", "w.wei", "a1", "7-of_9", "x" * 40])
def test_a_usual_login_is_accepted(login: str) -> None:
    assert login_problem(login) is None


@pytest.mark.parametrize("login", ["", "a", "Lina", "li na", "李娜", ".x", "a\n", "x" * 41, "a/b", "a'"])
def test_another_login_is_refused_with_a_reason(login: str) -> None:
    assert "login" in str(login_problem(login))


@pytest.mark.parametrize(
    ("extension", "good"), [("1001", True), ("100", True), ("0100", False), ("12", False)]
)
def test_an_extension_has_digits(extension: str, good: bool) -> None:
    assert (extension_problem(extension) is None) is good
    assert extension_problem("१००१") is not None


def test_the_lowest_free_extension_is_next() -> None:
    assert next_extension(set()) == "1001"
    assert next_extension({"1001", "1002", "1004"}) == "1003"
