"""For any flow that the checker passes and any caller: the engine ends, never raises, keeps the limit."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ivr.flow.checker import check
from ivr.flow.document import KEYS, FlowDocument
from ivr.flow.effects import Began, Collect, EnterQueue, FallBack, HangUp, Heard, HungUp, MarkStep, Play
from ivr.flow.engine import MAX_KEYS_IN_MARK, Walk
from ivr.flow.flow import Flow, Severity

LANGUAGES = ("zh", "en", "de")
PROMPTS = ("one", "two")
moments = st.integers(1_700_000_000, 1_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))


@st.composite
def steps(draw: st.DrawFn, names: list[str], index: int) -> dict[str, Any]:
    """A step that mostly leads onwards, so that many flows pass the checker; keys may lead anywhere."""
    onwards = st.sampled_from(names[index + 1 :]) if index + 1 < len(names) else st.nothing()
    spoken = st.lists(st.sampled_from(PROMPTS), min_size=1, max_size=2)
    kind = draw(st.sampled_from(["say", "menu", "hours", "language"])) if index + 1 < len(names) else "end"
    if kind == "say":
        return {
            "kind": kind,
            "prompts": draw(spoken),
            "barge_in": draw(st.booleans()),
            "exits": {"done": draw(onwards)},
        }
    if kind == "hours":
        hours = draw(st.sampled_from(["08:00-20:00", "20:00-08:00", "00:00-00:01"]))
        return {
            "kind": kind,
            "weekly": {"mon-sat": [hours]},
            "exits": {"open": draw(onwards), "closed": draw(onwards)},
        }
    anywhere = st.sampled_from(names)
    if kind == "language":
        exits = {"changed": draw(anywhere), "kept": draw(onwards)}
        keys = draw(
            st.dictionaries(st.sampled_from(KEYS), st.sampled_from(LANGUAGES), min_size=1, max_size=3)
        )
        return {"kind": kind, "offer": "one", "keys": keys, "exits": exits}
    if kind == "menu":
        keys = draw(
            st.dictionaries(st.sampled_from(KEYS), st.sampled_from(["a", "b", "c"]), min_size=1, max_size=12)
        )
        exits = {name: draw(anywhere) for name in set(keys.values())}
        exits |= {"no_input": draw(onwards), "wrong_key": draw(onwards)}
        tries, barge_in = draw(st.integers(1, 5)), draw(st.booleans())
        return {
            "kind": kind,
            "prompts": draw(spoken),
            "keys": keys,
            "tries": tries,
            "barge_in": barge_in,
            "exits": exits,
        }
    return draw(st.sampled_from([{"kind": "queue", "queue": "q", "prompts": ["one"]}, {"kind": "goodbye"}]))


def reached(drawn: dict[str, dict[str, Any]], name: str) -> dict[str, None]:
    """The steps that a caller can come to: a flow with others is refused, which would teach nothing here."""
    found = {name: None}
    open_ends = [name]
    while open_ends:
        for target in drawn[open_ends.pop()].get("exits", {}).values():
            if target not in found:
                found[target] = None
                open_ends.append(target)
    return found


@st.composite
def flows(draw: st.DrawFn) -> Flow:
    names = [f"s{number}" for number in range(draw(st.integers(1, 8)))]
    drawn = {name: draw(steps(names, index)) for index, name in enumerate(names)}
    document = FlowDocument.model_validate(
        {
            "format": 1,
            "languages": LANGUAGES,
            "max_steps": draw(st.integers(5, 30)),
            "start": "s0",
            "prompts": {name: dict.fromkeys(LANGUAGES, "words") for name in PROMPTS},
            "steps": {name: drawn[name] for name in reached(drawn, "s0")},
        }
    )
    return Flow("any", "any.yaml", "", document, {})


def inputs() -> st.SearchStrategy[Heard | HungUp]:
    pressed = (
        st.text(KEYS, max_size=3)
        | st.text(max_size=20)
        | st.just("")
        | st.text(KEYS, min_size=50, max_size=60)
    )
    heard = st.builds(Heard, moments, pressed)
    return heard | heard | heard | heard | heard | heard | heard | st.builds(HungUp, moments)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
@given(flow=flows(), language=st.sampled_from([*LANGUAGES, "xx"]), caller=st.data())
def test_every_walk_ends_within_the_limit(flow: Flow, language: str, caller: st.DataObject) -> None:
    assume(not any(problem.severity is Severity.ERROR for problem in check(flow, {"q"})))
    walk = Walk(flow, language)
    effects = walk.resume(Began(datetime(2026, 1, 1, tzinfo=UTC)))
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


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
@given(flow=flows(), at=moments)
def test_a_silent_caller_always_comes_to_an_end_of_the_flows_own(flow: Flow, at: datetime) -> None:
    assume(not any(problem.severity is Severity.ERROR for problem in check(flow, {"q"})))
    assume(len(flow.document.steps) < flow.document.max_steps)
    walk = Walk(flow, "zh")
    effects = walk.resume(Began(at))
    while not walk.ended:
        effects = walk.resume(Heard(at))
    assert isinstance(effects[-1], EnterQueue | HangUp)
