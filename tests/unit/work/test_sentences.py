"""What went wrong with a job is said in a sentence, without what an error's text may hold."""

import json

import pytest
from sqlalchemy.exc import OperationalError

from storage.pools import Stalled
from work.rules.kinds import GiveUp
from work.sentences import why_of


class _Told(Exception):
    sentence = "the mail server refuses the address"


def _not_json() -> None:
    json.loads("{")


@pytest.mark.parametrize(
    ("problem", "why"),
    [
        (_Told("138"), "the mail server refuses the address"),
        (GiveUp("the customer is gone"), "the customer is gone"),
        (Stalled("138"), "it failed because the database does not answer"),
        (
            OperationalError("SELECT", {}, Exception("database is locked")),
            "it failed because the database is locked by another program",
        ),
        (ValueError("138"), "it failed with ValueError; the log has more"),
    ],
)
def test_each_problem_is_one_sentence(problem: Exception, why: str) -> None:
    assert why_of(problem) == why


def test_the_place_is_the_last_one_in_our_own_code() -> None:
    with pytest.raises(ValueError, match="Expecting") as caught:
        _not_json()
    line = _not_json.__code__.co_firstlineno + 1
    assert why_of(caught.value) == (
        f"it failed with JSONDecodeError (tests/unit/work/test_sentences.py, line {line}); the log has more"
    )
