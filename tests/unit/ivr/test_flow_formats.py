"""Documents of older formats are read as today's; what cannot be read is refused with what is needed."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ivr.flow.checker import check
from ivr.flow.formats import MIGRATIONS, NEWEST, Migration, UnknownFormat, migrate
from ivr.flow.problem import FlowRefused, Severity
from tests.support.drawn_flows import Drawn, documents
from tests.support.flows import SMALL, flow_from

FIRST = SMALL.replace("format: 2", "format: 1").replace("prompts: [offer]", "offer: offer")


def test_a_flow_of_the_first_format_is_the_same_flow() -> None:
    old, new = flow_from(FIRST), flow_from(SMALL)
    assert old.document == new.document
    assert (old.written_in, new.written_in) == (1, NEWEST)
    assert old.edition.digest != new.edition.digest


def test_the_author_is_told_once_what_to_change_and_callers_are_served_meanwhile() -> None:
    (warning,) = check(flow_from(FIRST), {"sales", "service"})
    assert warning.severity is Severity.WARNING
    assert str(warning) == (
        "small.yaml:1: warning: the flow is written in format 1, which is read as format 2. "
        "Write `format: 2`, where a language step has `prompts: [name]` in the place of `offer: name`"
    )
    assert check(flow_from(SMALL), {"sales", "service"}) == ()


@pytest.mark.parametrize(
    ("written", "sentence"),
    [
        ("3", "small.yaml:1: error: the flow is written in format 3, and this Ringdesk reads up to format 2. "
              "Upgrade Ringdesk to a version that reads format 3, or write it in format 2"),
        ("0", "small.yaml:1: error: there is no format 0. Write `format: 2`"),
        ("-1", "small.yaml:1: error: there is no format -1. Write `format: 2`"),
        ("two", "small.yaml:1: error: format: Input should be 2. Write the value named"),
        ("true", "small.yaml:1: error: format: Input should be 2. Write the value named"),
    ],
)  # fmt: skip
def test_a_format_that_cannot_be_read_is_refused_with_what_is_needed(written: str, sentence: str) -> None:
    with pytest.raises(FlowRefused) as refused:
        flow_from(SMALL.replace("format: 2", f"format: {written}"))
    assert [str(problem) for problem in refused.value.problems] == [sentence]


def test_what_the_first_format_did_not_know_is_as_wrong_in_it_as_it_was() -> None:
    both = FIRST.replace("offer: offer", "offer: offer\n    prompts: [offer]")
    with pytest.raises(FlowRefused, match=r"steps\.tongue\.offer: Extra inputs"):
        flow_from(both)
    with pytest.raises(FlowRefused, match=r"small\.yaml:15: error: steps\.tongue\.prompts: Field required"):
        flow_from(FIRST.replace("    offer: offer\n", ""))
    with pytest.raises(FlowRefused, match=r"steps\.tongue\.offer: Extra inputs"):
        flow_from(SMALL.replace("prompts: [offer]", "offer: offer"))


def test_a_chain_is_followed_from_the_format_of_the_document_on() -> None:
    def adding(word: str) -> Migration:
        return Migration(lambda document: {**document, "said": document.get("said", "") + word}, word)

    chain = (adding("a"), adding("b"), adding("c"))
    assert [migrate({"format": number}, chain) for number in (1, 2, 3, 4)] == [
        {"format": 4, "said": "abc"},
        {"format": 4, "said": "bc"},
        {"format": 4, "said": "c"},
        {"format": 4},
    ]
    with pytest.raises(UnknownFormat, match="format 5, and this Ringdesk reads up to format 4"):
        migrate({"format": 5}, chain)


@given(documents(written_in=1))
def test_migrations_are_pure_and_today_s_format_stays_as_it_is(document: Drawn) -> None:
    before = copy.deepcopy(document)
    migrated = migrate(document)
    assert document == before
    assert migrate(migrated) == migrated
    assert [type(step) for step in migrated["steps"].values()] == [dict] * len(document["steps"])


scalars = st.none() | st.booleans() | st.integers() | st.text(max_size=8)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(scalars, inner, max_size=3),
    max_leaves=12,
)


@given(
    document=st.dictionaries(st.sampled_from(["steps", "prompts", "languages", 7]), anything),
    step=st.dictionaries(st.sampled_from(["kind", "offer", "prompts"]), anything | st.just("language")),
)
def test_a_migration_raises_for_no_document_however_wrong(
    document: dict[Any, Any], step: dict[str, Any]
) -> None:
    for migration in MIGRATIONS:
        migration.change({"format": 1, **document})
        migration.change({"format": 1, **document, "steps": {"one": step, "two": 2}})
