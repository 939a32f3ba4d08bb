"""State before + deltas = snapshot after, for every viewer, over breaks of any length."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent_console.gateway.audience import Audience
from agent_console.gateway.picture import OutOfStep, Picture, Step
from agent_console.gateway.visibility import Viewer
from cti.domain.floor import Change
from tests.unit.agent_console.consoles import Folded, shown
from tests.unit.agent_console.moments import NOON

VIEWERS = (
    Viewer("1001", False),
    Viewer("1002", False),
    Viewer("1003", True),
    Viewer(None, True),
    Viewer(None, False),
)
HISTORY = 6


@dataclass(frozen=True)
class Changes:
    """The part of the floor's `Applied` that the picture reads."""

    seq: int
    changes: tuple[Change, ...]
    epoch: str = "e1"
    at: datetime = NOON


extensions = st.sampled_from(["1001", "1002"])
call_ids = st.sampled_from(["a", "b", "c"])
queues = st.sampled_from(["service", "sales"])
calls = st.builds(
    lambda id_, state, queue, agent, name, test: {
        "id": id_,
        "state": state,
        "queue": queue,
        "agent": agent,
        "name": name,
        "test": test,
    },
    call_ids,
    st.sampled_from(["menu", "queued", "ringing", "talking", "ended"]),
    st.none() | queues,
    st.none() | extensions,
    st.text(max_size=3),
    st.booleans(),
)
agents = st.builds(
    lambda ext, call, wrap_up, members: {
        "ext": ext,
        "call": call,
        "wrap_up_call": wrap_up,
        "aside": [],
        "turn": None,
        "queues": sorted(members),
    },
    extensions,
    st.none() | call_ids,
    st.none() | call_ids,
    st.sets(queues),
)
one_change = st.one_of(
    calls.map(lambda it: Change("calls", it["id"], it)),
    call_ids.map(lambda it: Change("calls", it, None)),
    agents.map(lambda it: Change("agents", it["ext"], it)),
    extensions.map(lambda it: Change("agents", it, None)),
    queues.map(lambda it: Change("queues", it, {"name": it})),
    st.builds(lambda ext, kind: Change("happenings", ext, {"kind": kind}), extensions, queues),
    extensions.map(lambda it: Change("happenings", it, None)),
    st.sampled_from([Change("system", "link", {"state": "up"}), Change("system", "link", {"state": "down"})]),
)
# The floor names an entity at most once in a step, and takes nothing away that is not there.
changes_of_an_event = st.lists(one_change, max_size=4, unique_by=lambda it: (it.kind, it.id)).map(tuple)
groups = st.lists(changes_of_an_event, min_size=1, max_size=4)


def step_of(picture: Picture, *changes: Change) -> Step:
    picture.fold(Changes(picture.seq + 1, changes))
    step = picture.take_step()
    assert step is not None
    return step


def legal(picture: Picture, changes: tuple[Change, ...]) -> tuple[Change, ...]:
    return tuple(c for c in changes if c.value is not None or c.id in picture.entities[c.kind])


class Desk:
    """One viewer's console, which may be away for a while."""

    def __init__(self, picture: Picture, viewer: Viewer) -> None:
        self.picture, self.viewer = picture, viewer
        self.console = Folded()
        self.audience: Audience | None = None
        self.snapshots = 0
        self.connect()

    def connect(self) -> None:
        frame = None
        if self.console.epoch is not None:
            frame = self.picture.since(self.viewer, self.console.epoch, self.console.seq, NOON)
        if frame is None:
            self.snapshots += 1
            frame = self.picture.snapshot(self.viewer, NOON)
        self.console.offer(frame)
        self.audience = Audience(self.viewer, self.picture)
        self.audience.listeners.add(self.console)


@given(
    st.lists(groups, max_size=15),
    st.lists(st.lists(st.booleans(), min_size=len(VIEWERS), max_size=len(VIEWERS)), max_size=25),
)
def test_every_console_holds_what_a_new_snapshot_would_show(
    taken: list[list[tuple[Change, ...]]], presence: list[list[bool]]
) -> None:
    picture = Picture(history=HISTORY)
    picture.reset("e1", 0, {})
    desks = [Desk(picture, viewer) for viewer in VIEWERS]
    for number, group in enumerate(taken):
        for changes in group:
            picture.fold(Changes(picture.seq + 1, legal(picture, changes)))
        step = picture.take_step()
        for index, desk in enumerate(desks):
            there = presence[number][index] if number < len(presence) else True
            if not there:
                desk.audience = None
            elif desk.audience is None:
                desk.connect()
            elif step is not None:
                desk.audience.follow(step)
            if there:
                assert desk.console.state == shown(picture, desk.viewer)


def test_a_break_within_the_history_is_bridged_by_one_delta_and_a_longer_one_is_not() -> None:
    picture = Picture(history=HISTORY)
    picture.reset("e1", 0, {})
    viewer = VIEWERS[2]
    epoch = picture.scoped_epoch(viewer)
    for seq in range(1, HISTORY + 2):
        picture.fold(Changes(seq, (Change("queues", "service", {"name": "service", "waiting": seq}),)))
    bridged = picture.since(viewer, epoch, 1, NOON)
    assert bridged is not None
    assert json.loads(bridged.text)["changes"] == [
        {"kind": "queues", "id": "service", "value": {"name": "service", "waiting": HISTORY + 1}}
    ]
    assert picture.since(viewer, epoch, 0, NOON) is None
    up_to_date = picture.since(viewer, epoch, HISTORY + 1, NOON)
    assert up_to_date is not None
    assert json.loads(up_to_date.text)["changes"] == []
    assert picture.since(viewer, epoch, HISTORY + 2, NOON) is None


def test_another_run_or_another_pair_of_eyes_cannot_resume() -> None:
    picture = Picture(history=HISTORY)
    picture.reset("e2", 5, {})
    agent, supervisor = VIEWERS[0], VIEWERS[2]
    assert picture.since(agent, picture.scoped_epoch(agent), 5, NOON) is not None
    assert picture.since(agent, picture.scoped_epoch(supervisor), 5, NOON) is None
    assert picture.since(agent, "e1/agent-1001", 5, NOON) is None


@pytest.mark.parametrize(("epoch", "seq"), [("e1", 7), ("e1", 5), ("e2", 6)])
def test_a_step_that_does_not_follow_is_refused_and_changes_nothing(epoch: str, seq: int) -> None:
    picture = Picture(history=HISTORY)
    picture.reset("e1", 5, {})
    before = shown(picture, VIEWERS[2])
    with pytest.raises(OutOfStep):
        picture.fold(Changes(seq, (Change("queues", "service", {"name": "service"}),), epoch=epoch))
    assert (picture.seq, shown(picture, VIEWERS[2])) == (5, before)


def test_consoles_that_see_the_same_get_the_very_same_text() -> None:
    picture = Picture(history=HISTORY)
    members: dict[str, Any] = {"call": None, "wrap_up_call": None, "queues": ["service"]}
    picture.reset("e1", 0, {"agents": {ext: {"ext": ext, **members} for ext in ("1001", "1002", "1004")}})
    viewers = [Viewer(ext, False) for ext in ("1001", "1002", "1004")] + [VIEWERS[2]]
    consoles = [Folded() for _ in viewers]
    audiences = [Audience(viewer, picture) for viewer in viewers]
    for console, audience in zip(consoles, audiences, strict=True):
        console.offer(picture.snapshot(audience.viewer, NOON))
        audience.listeners.add(console)
    waiting = {"id": "a", "state": "queued", "queue": "service", "agent": None, "name": "王", "test": False}
    step = step_of(picture, Change("calls", "a", waiting))
    for audience in audiences:
        audience.follow(step)
    assert len({id(console.frames[-1]) for console in consoles}) == 1


def test_a_viewer_hears_nothing_of_calls_that_are_not_theirs() -> None:
    picture = Picture(history=HISTORY)
    picture.reset("e1", 0, {})
    console, audience = Folded(), Audience(VIEWERS[0], picture)
    audience.listeners.add(console)
    mine_not = {"id": "a", "state": "talking", "queue": "service", "agent": "1002", "name": "", "test": False}
    audience.follow(step_of(picture, Change("calls", "a", mine_not)))
    audience.follow(step_of(picture, Change("calls", "a", None)))
    assert console.frames == []


def test_what_happened_to_an_agent_is_told_to_them_alone() -> None:
    picture = Picture(history=HISTORY)
    picture.reset("e1", 0, {})
    audiences = {viewer: Audience(viewer, picture) for viewer in VIEWERS}
    consoles = {viewer: Folded() for viewer in VIEWERS}
    for viewer, console in consoles.items():
        console.offer(picture.snapshot(viewer, NOON))
        audiences[viewer].listeners.add(console)
    step = step_of(picture, Change("happenings", "1002", {"kind": "signed_out", "reason": "went home"}))
    for audience in audiences.values():
        audience.follow(step)
    told = {viewer for viewer, console in consoles.items() if console.state["happenings"]}
    assert told == {viewer for viewer in VIEWERS if shown(picture, viewer)["happenings"]}
    assert told == {viewer for viewer in VIEWERS if viewer.ext == "1002"}


def test_what_came_and_went_between_two_steps_is_never_told() -> None:
    picture = Picture(history=HISTORY)
    picture.reset("e1", 0, {})
    call = {"id": "a", "state": "queued", "queue": "service", "agent": None, "name": "", "test": False}
    for value in (call, call | {"state": "talking"}, None):
        picture.fold(Changes(picture.seq + 1, (Change("calls", "a", value),)))
    step = picture.take_step()
    assert step is not None
    assert (step.seq, step.calls, step.frame(())) == (3, (), None)
    assert picture.take_step() is None


def test_what_consoles_have_already_is_not_told_again() -> None:
    """As when a phone is reached that was: the floor knows more of an agent than consoles show."""
    picture = Picture(history=HISTORY)
    agent: dict[str, Any] = {"ext": "1001", "call": None, "wrap_up_call": None, "queues": ["service"]}
    call = {"id": "a", "state": "queued", "queue": "service", "agent": None, "name": "", "test": False}
    picture.reset("e1", 0, {"agents": {"1001": agent}, "calls": {"a": call}})
    console, audience = Folded(), Audience(VIEWERS[0], picture)
    console.offer(picture.snapshot(VIEWERS[0], NOON))
    audience.listeners.add(console)
    audience.follow(step_of(picture, Change("agents", "1001", dict(agent)), Change("calls", "a", dict(call))))
    assert len(console.frames) == 1
    audience.follow(step_of(picture, Change("calls", "a", call | {"state": "ringing"})))
    assert (len(console.frames), console.state["calls"]["a"]["state"]) == (2, "ringing")


def test_the_events_of_one_moment_are_one_delta_with_the_last_state() -> None:
    picture = Picture(history=HISTORY)
    picture.reset("e1", 0, {})
    console, audience = Folded(), Audience(VIEWERS[2], picture)
    console.offer(picture.snapshot(VIEWERS[2], NOON))
    audience.listeners.add(console)
    call = {"id": "a", "state": "queued", "queue": "service", "agent": None, "name": "", "test": False}
    for state in ("queued", "ringing", "talking"):
        picture.fold(Changes(picture.seq + 1, (Change("calls", "a", call | {"state": state}),)))
    step = picture.take_step()
    assert step is not None
    audience.follow(step)
    assert len(console.frames) == 2
    assert (console.seq, console.state["calls"]["a"]["state"]) == (3, "talking")
