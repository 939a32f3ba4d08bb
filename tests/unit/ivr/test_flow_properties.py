"""For any flow that the checker passes and any caller: the engine ends, never raises, keeps the limit."""

import json
from datetime import UTC, datetime

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ivr.flow.caller import MAX_KEYS_IN_MARK
from ivr.flow.checker import check
from ivr.flow.effects import (
    Began,
    Collect,
    Effect,
    EnterQueue,
    FallBack,
    HangUp,
    Heard,
    HungUp,
    MarkStep,
    Play,
)
from ivr.flow.engine import Walk
from ivr.flow.flow import Flow
from ivr.flow.names import KEYS
from ivr.flow.problem import Severity
from tests.support.drawn_flows import LANGUAGES, Drawn, documents, inputs, moments
from tests.support.flow_oracle import Oracle
from tests.support.flows import flow_from

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
UNHURRIED = [HealthCheck.filter_too_much, HealthCheck.too_slow]
languages = st.sampled_from([*LANGUAGES, "xx"])


def usable(document: Drawn) -> Flow:
    """The flow of a document, as a file brings it: JSON is YAML."""
    flow = flow_from(json.dumps(document), "any")
    assume(not any(problem.severity is Severity.ERROR for problem in check(flow, {"q"})))
    return flow


@settings(max_examples=150, deadline=None, suppress_health_check=UNHURRIED)
@given(document=documents(), language=languages, caller=st.data())
def test_every_walk_ends_within_the_limit(document: Drawn, language: str, caller: st.DataObject) -> None:
    flow = usable(document)
    walk = Walk(flow, language)
    effects = walk.resume(Began(BEGAN))
    marks: list[MarkStep] = []
    waits = 0
    while True:
        assert all(
            not isinstance(effect, Play | Collect | EnterQueue | HangUp | FallBack) for effect in effects[:-1]
        )
        marks += [effect for effect in effects if isinstance(effect, MarkStep)]
        if walk.ended:
            break
        assert isinstance(effects[-1], Play | Collect)
        waits += 1
        effects = walk.resume(caller.draw(inputs()))
    assert len(marks) <= flow.document.max_steps + 1
    assert waits <= flow.document.max_steps * 10  # five tries, each spoken and asked
    assert isinstance(effects[-1], EnterQueue | HangUp | FallBack) or marks[-1].exit == "hangup"
    assert all(mark.step in flow.document.steps and mark.language in LANGUAGES for mark in marks)
    assert all(len(mark.keys) <= MAX_KEYS_IN_MARK and set(mark.keys) <= set(KEYS) for mark in marks)


@settings(max_examples=60, deadline=None, suppress_health_check=UNHURRIED)
@given(document=documents(), at=moments)
def test_a_silent_caller_always_comes_to_an_end_of_the_flows_own(document: Drawn, at: datetime) -> None:
    flow = usable(document)
    assume(len(flow.document.steps) < flow.document.max_steps)
    walk = Walk(flow, "zh")
    effects = walk.resume(Began(at))
    while not walk.ended:
        effects = walk.resume(Heard(at))
    assert isinstance(effects[-1], EnterQueue | HangUp)


@settings(max_examples=150, deadline=None, suppress_health_check=UNHURRIED)
@given(
    document=documents(written_in=1),
    language=languages,
    began=moments,
    answers=st.lists(inputs(), max_size=30),
)
def test_a_flow_of_the_first_format_walks_as_it_stands_there(
    document: Drawn, language: str, began: datetime, answers: list[Heard | HungUp]
) -> None:
    walk = Walk(usable(document), language)
    asked: list[Effect] = list(walk.resume(Began(began)))
    for answer in answers:
        asked += walk.resume(answer)
    assert asked == Oracle(document, "any", language).walk(began, answers)
