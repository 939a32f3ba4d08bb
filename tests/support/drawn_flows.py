"""Random flows for property tests: documents that mostly pass the checker, in any format."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st

from ivr.flow.effects import Heard, HungUp
from ivr.flow.formats import NEWEST
from ivr.flow.names import KEYS

LANGUAGES = ("zh", "en", "de")
PROMPTS = ("one", "two")
HOURS = ("08:00-20:00", "20:00-08:00", "00:00-00:01")
Drawn = dict[str, Any]

moments = st.integers(1_700_000_000, 1_900_000_000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
spoken = st.lists(st.sampled_from(PROMPTS), min_size=1, max_size=2)


def inputs() -> st.SearchStrategy[Heard | HungUp]:
    """What a caller may do at a wait; one in eight hangs up."""
    pressed = (
        st.text(KEYS, max_size=3)
        | st.text(max_size=20)
        | st.just("")
        | st.text(KEYS, min_size=50, max_size=60)
    )
    heard = st.builds(Heard, moments, pressed)
    return heard | heard | heard | heard | heard | heard | heard | st.builds(HungUp, moments)


@st.composite
def documents(draw: st.DrawFn, written_in: int = NEWEST) -> Drawn:
    """A whole document. Steps mostly lead onwards, so that many pass the checker; keys may lead anywhere."""
    names = [f"s{number}" for number in range(draw(st.integers(1, 8)))]
    drawn = {name: draw(_step(names, index)) for index, name in enumerate(names)}
    if written_in == 1:
        for step in drawn.values():
            if step["kind"] == "language":
                step["offer"] = step.pop("prompts")[0]
    return {
        "format": written_in,
        "languages": list(LANGUAGES),
        "max_steps": draw(st.integers(5, 30)),
        "start": "s0",
        "prompts": {name: dict.fromkeys(LANGUAGES, "words") for name in PROMPTS},
        "steps": {name: drawn[name] for name in _reached(drawn, "s0")},
    }


@st.composite
def _step(draw: st.DrawFn, names: list[str], index: int) -> Drawn:
    if index + 1 == len(names):
        return draw(
            st.sampled_from([{"kind": "queue", "queue": "q", "prompts": ["one"]}, {"kind": "goodbye"}])
        )
    onwards, anywhere = st.sampled_from(names[index + 1 :]), st.sampled_from(names)
    return draw(
        st.one_of(_say(onwards), _hours(onwards), _language(onwards, anywhere), _menu(onwards, anywhere))
    )


def _say(onwards: st.SearchStrategy[str]) -> st.SearchStrategy[Drawn]:
    exits = st.fixed_dictionaries({"done": onwards})
    return st.fixed_dictionaries(
        {"kind": st.just("say"), "prompts": spoken, "barge_in": st.booleans(), "exits": exits}
    )


def _hours(onwards: st.SearchStrategy[str]) -> st.SearchStrategy[Drawn]:
    weekly = st.sampled_from(HOURS).map(lambda span: {"mon-sat": [span]})
    exits = st.fixed_dictionaries({"open": onwards, "closed": onwards})
    return st.fixed_dictionaries({"kind": st.just("hours"), "weekly": weekly, "exits": exits})


def _language(onwards: st.SearchStrategy[str], anywhere: st.SearchStrategy[str]) -> st.SearchStrategy[Drawn]:
    keys = st.dictionaries(st.sampled_from(KEYS), st.sampled_from(LANGUAGES), min_size=1, max_size=3)
    exits = st.fixed_dictionaries({"changed": anywhere, "kept": onwards})
    return st.fixed_dictionaries(
        {"kind": st.just("language"), "prompts": spoken, "keys": keys, "exits": exits}
    )


@st.composite
def _menu(draw: st.DrawFn, onwards: st.SearchStrategy[str], anywhere: st.SearchStrategy[str]) -> Drawn:
    keys = draw(st.dictionaries(st.sampled_from(KEYS), st.sampled_from("abc"), min_size=1, max_size=12))
    exits = {name: draw(anywhere) for name in sorted(set(keys.values()))}
    return {
        "kind": "menu",
        "prompts": draw(spoken),
        "wrong_key_prompts": draw(st.lists(st.sampled_from(PROMPTS), max_size=1)),
        "keys": keys,
        "tries": draw(st.integers(1, 5)),
        "barge_in": draw(st.booleans()),
        "exits": {**exits, "no_input": draw(onwards), "wrong_key": draw(onwards)},
    }


def _reached(drawn: dict[str, Drawn], name: str) -> dict[str, None]:
    """The steps that a caller can come to: a flow with others is refused, which would teach nothing here."""
    found = {name: None}
    open_ends = [name]
    while open_ends:
        for target in drawn[open_ends.pop()].get("exits", {}).values():
            if target not in found:
                found[target] = None
                open_ends.append(target)
    return found
