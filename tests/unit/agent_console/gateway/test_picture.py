"""State before + deltas = snapshot after, for every viewer, over breaks of any length."""

import json
from dataclasses import replace
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import structs

from agent_console.gateway.audience import Audience
from agent_console.gateway.picture import Picture, Step
from agent_console.gateway.visibility import Viewer
from cti.domain.day import Day
from cti.domain.delta import FloorDelta, FloorSnapshot, Kind
from cti.domain.events import DayBegan
from cti.domain.happenings import Happening, HappeningKind
from cti.domain.system import Link, new_system
from cti.replica import OutOfStep
from tests.support.views import agent_view, call_view, queue_view
from tests.unit.agent_console.consoles import Folded, shown
from tests.unit.agent_console.moments import NOON

VIEWERS = (
    Viewer("1001", False),
    Viewer("1002", False),
    Viewer("1003", True),
    Viewer(None, True),
    Viewer(None, False),
    Viewer("1003", False, team=frozenset({"1001"})),
    Viewer(None, False, team=frozenset({"1001", "1002"})),
    Viewer("1001", False, team=frozenset({"1002"})),
)
HISTORY = 6


extensions = st.sampled_from(["1001", "1002"])
call_ids = st.sampled_from(["a", "b", "c"])
queues = st.sampled_from(["service", "sales"])
calls = st.builds(
    lambda id_, state, queue, agent, name, test: call_view(
        id_, state, queue=queue, agent=agent, name=name, test=test
    ),
    call_ids,
    st.sampled_from(["menu", "queued", "ringing", "talking", "ended"]),
    st.none() | queues,
    st.none() | extensions,
    st.text(max_size=3),
    st.booleans(),
)
agents = st.builds(
    lambda ext, call, wrap_up, members: agent_view(ext, call=call, wrap_up_call=wrap_up, queues=members),
    extensions,
    st.none() | call_ids,
    st.none() | call_ids,
    st.sets(queues),
)
happenings = st.tuples(
    extensions, st.none() | st.builds(Happening, st.sampled_from(HappeningKind), st.just(NOON))
)
SYSTEM = new_system(NOON, Day.at(NOON, UTC))
systems = st.sampled_from(
    [SYSTEM, replace(SYSTEM, link=Link(True, NOON)), replace(SYSTEM, recordings_lost=1)]
)
gone = st.one_of(call_ids.map(lambda id_: (Kind.CALLS, id_)), extensions.map(lambda ext: (Kind.AGENTS, ext)))
# What one event did. The floor names an entity at most once in it.
changes_of_an_event = st.fixed_dictionaries(
    {},
    optional={
        "gone": st.lists(gone, max_size=2, unique=True).map(tuple),
        "calls": st.lists(calls, max_size=2, unique_by=lambda it: it.id).map(tuple),
        "agents": st.lists(agents, max_size=2, unique_by=lambda it: it.ext).map(tuple),
        "queues": st.lists(queues.map(queue_view), max_size=1).map(tuple),
        "happenings": st.lists(happenings, max_size=2, unique_by=lambda it: it[0]).map(tuple),
        "system": systems,
    },
)
groups = st.lists(changes_of_an_event, min_size=1, max_size=4)


def delta(seq: int, epoch: str = "e1", **changes: Any) -> FloorDelta:
    return FloorDelta(seq=seq, epoch=epoch, at=NOON, event=DayBegan(at=NOON), **changes)


def picture_of(epoch: str = "e1", seq: int = 0, **entities: Any) -> Picture:
    picture = Picture(history=HISTORY)
    nothing: dict[str, Any] = dict.fromkeys(("calls", "agents", "queues", "happenings"), ())
    picture.reset(FloorSnapshot(epoch=epoch, seq=seq, at=NOON, system=SYSTEM, **{**nothing, **entities}))
    return picture


def step_of(picture: Picture, **changes: Any) -> Step:
    picture.fold(delta(picture.seq + 1, **changes))
    step = picture.take_step()
    assert step is not None
    return step


def legal(picture: Picture, changes: dict[str, Any]) -> dict[str, Any]:
    """The floor takes nothing away that is not there, and nothing that it names as changed."""
    kept = {("calls", it.id) for it in changes.get("calls", ())}
    kept |= {("agents", it.ext) for it in changes.get("agents", ())}
    gone = (it for it in changes.get("gone", ()) if it[1] in picture.entities[it[0]] and it not in kept)
    over = (it for it in changes.get("happenings", ()) if it[1] or it[0] in picture.happenings)
    return {**changes, "gone": tuple(gone), "happenings": tuple(over)}


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
    taken: list[list[dict[str, Any]]], presence: list[list[bool]]
) -> None:
    picture = picture_of()
    desks = [Desk(picture, viewer) for viewer in VIEWERS]
    for number, group in enumerate(taken):
        for changes in group:
            picture.fold(delta(picture.seq + 1, **legal(picture, changes)))
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
    picture = picture_of()
    viewer = VIEWERS[2]
    epoch = picture.scoped_epoch(viewer)
    for seq in range(1, HISTORY + 2):
        picture.fold(delta(seq, queues=(queue_view("service", waiting=seq),)))
    bridged = picture.since(viewer, epoch, 1, NOON)
    assert bridged is not None
    (change,) = json.loads(bridged.text)["changes"]
    assert (change["kind"], change["id"], change["value"]["waiting"]) == ("queues", "service", HISTORY + 1)
    assert picture.since(viewer, epoch, 0, NOON) is None
    up_to_date = picture.since(viewer, epoch, HISTORY + 1, NOON)
    assert up_to_date is not None
    assert json.loads(up_to_date.text)["changes"] == []
    assert picture.since(viewer, epoch, HISTORY + 2, NOON) is None


def test_another_run_or_another_pair_of_eyes_cannot_resume() -> None:
    picture = picture_of("e2", 5)
    agent, supervisor = VIEWERS[0], VIEWERS[2]
    assert picture.since(agent, picture.scoped_epoch(agent), 5, NOON) is not None
    assert picture.since(agent, picture.scoped_epoch(supervisor), 5, NOON) is None
    assert picture.since(agent, "e1/agent-1001", 5, NOON) is None


@pytest.mark.parametrize(("epoch", "seq"), [("e1", 7), ("e1", 5), ("e2", 6)])
def test_a_step_that_does_not_follow_is_refused_and_changes_nothing(epoch: str, seq: int) -> None:
    picture = picture_of("e1", 5)
    before = shown(picture, VIEWERS[2])
    with pytest.raises(OutOfStep):
        picture.fold(delta(seq, epoch, queues=(queue_view("service"),)))
    assert (picture.seq, shown(picture, VIEWERS[2])) == (5, before)


def test_consoles_that_see_the_same_get_the_very_same_text() -> None:
    picture = picture_of(agents=tuple(map(agent_view, ("1001", "1002", "1004"))))
    viewers = [Viewer(ext, False) for ext in ("1001", "1002", "1004")] + [VIEWERS[2]]
    consoles = [Folded() for _ in viewers]
    audiences = [Audience(viewer, picture) for viewer in viewers]
    for console, audience in zip(consoles, audiences, strict=True):
        console.offer(picture.snapshot(audience.viewer, NOON))
        audience.listeners.add(console)
    step = step_of(picture, calls=(call_view("a", "queued", name="王"),))
    for audience in audiences:
        audience.follow(step)
    assert len({id(console.frames[-1]) for console in consoles}) == 1


def test_a_viewer_hears_nothing_of_calls_that_are_not_theirs() -> None:
    picture = picture_of()
    console, audience = Folded(), Audience(VIEWERS[0], picture)
    audience.listeners.add(console)
    audience.follow(step_of(picture, calls=(call_view("a", "talking", agent="1002"),)))
    audience.follow(step_of(picture, gone=((Kind.CALLS, "a"),)))
    assert console.frames == []


def test_what_happened_to_an_agent_is_told_to_them_alone() -> None:
    picture = picture_of()
    audiences = {viewer: Audience(viewer, picture) for viewer in VIEWERS}
    consoles = {viewer: Folded() for viewer in VIEWERS}
    for viewer, console in consoles.items():
        console.offer(picture.snapshot(viewer, NOON))
        audiences[viewer].listeners.add(console)
    signed_out = Happening(HappeningKind.SIGNED_OUT, NOON, reason="went home")
    step = step_of(picture, happenings=(("1002", signed_out),))
    for audience in audiences.values():
        audience.follow(step)
    told = {viewer for viewer, console in consoles.items() if console.state["happenings"]}
    assert told == {viewer for viewer in VIEWERS if shown(picture, viewer)["happenings"]}
    assert told == {viewer for viewer in VIEWERS if viewer.ext == "1002"}


def test_what_came_and_went_between_two_steps_is_never_told() -> None:
    picture = picture_of()
    for state in ("queued", "talking"):
        picture.fold(delta(picture.seq + 1, calls=(call_view("a", state),)))
    picture.fold(delta(picture.seq + 1, gone=((Kind.CALLS, "a"),)))
    step = picture.take_step()
    assert step is not None
    assert (step.seq, step.calls, step.frame(())) == (3, (), None)
    assert picture.take_step() is None


def test_what_consoles_have_already_is_not_told_again() -> None:
    """As when a phone is reached that was: the floor knows more of an agent than consoles show."""
    agent, call = agent_view("1001"), call_view("a", "queued")
    picture = picture_of(agents=(agent,), calls=(call,))
    console, audience = Folded(), Audience(VIEWERS[0], picture)
    console.offer(picture.snapshot(VIEWERS[0], NOON))
    audience.listeners.add(console)
    known = structs.replace(agent, standing=("lunch",))
    routed = structs.replace(call, channel="PJSIP/trunk-1")
    audience.follow(step_of(picture, agents=(known,), calls=(routed,)))
    assert len(console.frames) == 1
    audience.follow(step_of(picture, calls=(call_view("a", "ringing"),)))
    assert (len(console.frames), console.state["calls"]["a"]["state"]) == (2, "ringing")


def test_the_events_of_one_moment_are_one_delta_with_the_last_state() -> None:
    picture = picture_of()
    console, audience = Folded(), Audience(VIEWERS[2], picture)
    console.offer(picture.snapshot(VIEWERS[2], NOON))
    audience.listeners.add(console)
    for state in ("queued", "ringing", "talking"):
        picture.fold(delta(picture.seq + 1, calls=(call_view("a", state),)))
    step = picture.take_step()
    assert step is not None
    audience.follow(step)
    assert len(console.frames) == 2
    assert (console.seq, console.state["calls"]["a"]["state"]) == (3, "talking")
