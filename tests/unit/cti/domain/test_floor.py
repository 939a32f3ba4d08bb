"""The floor: calls, agents and queues agree with each other, and deltas lead to the snapshot."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crm.rules.caller import CallerRecord, Match
from cti.domain import events as ev
from cti.domain.agent import AgentInfo
from cti.domain.floor import ENDED_CALLS_KEPT, Directory, Floor
from cti.domain.queue import QueueInfo
from tests.support.callers import card
from tests.support.shown import changes, state

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
# A moment after midnight in the firm's time zone.
MIDNIGHT = datetime(2026, 11, 2, 16, 0, 1, tzinfo=UTC)
DIRECTORY = Directory(
    agents={e: AgentInfo(e, n, f"u{n}", f"Agent {n}") for n, e in enumerate(["1001", "1002"])},
    queues={q: QueueInfo(q, q, q) for q in ("service", "sales")},
    timezone=ZoneInfo("Asia/Shanghai"),
)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def floor() -> Floor:
    return Floor(DIRECTORY, epoch="e", now=T0)


def feed(it: Floor, *events: ev.Event) -> None:
    for event in events:
        assert it.apply(event).drift is None, event


def answered_call(call_id: str = "c1", begin: float = 0) -> list[ev.Event]:
    return [
        ev.CallStarted(at=at(begin), call_id=call_id),
        ev.QueueEntered(at=at(begin + 1), call_id=call_id, queue="service"),
        ev.AgentRung(at=at(begin + 2), call_id=call_id, agent="1001"),
        ev.LegStarted(at=at(begin + 5), call_id=call_id, agent="1001"),
    ]


def test_the_pop_is_there_before_the_ring() -> None:
    it = floor()
    feed(it, ev.CallStarted(at=at(0), call_id="c1"))
    record = CallerRecord(Match.FOUND, customers=(card(7),))
    feed(it, ev.CallerIdentified(at=at(1), call_id="c1", number_e164="+8613800138000", record=record))
    feed(it, ev.QueueEntered(at=at(2), call_id="c1", queue="service"))
    ringing = it.apply(ev.AgentRung(at=at(3), call_id="c1", agent="1001"))
    call = next(c.value for c in changes(ringing) if c.kind == "calls")
    assert call is not None
    assert (call["state"], call["agent"]) == ("ringing", "1001")
    assert call["record"]["customers"][0]["name"] == card(7).name


def test_a_phone_that_reports_the_same_again_is_no_change() -> None:
    it = floor()
    reports = [
        ev.PhoneReported(at=at(n), agent="1001", muted=muted)
        for n, muted in enumerate([True, True, False, False])
    ]
    told = [changes(it.apply(report)) for report in reports]
    assert [[c.value and c.value["muted"] for c in changed] for changed in told] == [
        [True],
        [],
        [False],
        [],
    ]


def test_the_tile_counts_as_the_call_moves() -> None:
    it = floor()
    feed(it, ev.MemberAdded(at=at(0), agent="1001", queue="service"))
    feed(it, *answered_call())
    tile = state(it.snapshot(at(6)))["queues"]["service"]
    assert (tile["waiting"], tile["answered"], tile["talking"], tile["ready"]) == (0, 1, 1, 0)
    assert tile["service_level"]["C"] == 1.0
    feed(it, ev.CallEnded(at=at(9), call_id="c1"))
    assert state(it.snapshot(at(9)))["queues"]["service"]["wrapping_up"] == 1


def a_test_call(call_id: str, *, known: bool = True) -> list[ev.Event]:
    return [
        ev.CallStarted(at=at(0), call_id=call_id, test=known),
        ev.QueueEntered(at=at(1), call_id=call_id, queue="service"),
    ]


def figures(it: Floor) -> tuple[int, int, int, float | None]:
    tile = state(it.snapshot(at(30)))["queues"]["service"]
    return tile["offered"], tile["answered"], tile["abandoned"], tile["service_level"]["C"]


def test_a_test_call_is_seen_waiting_and_answered_but_counted_nowhere() -> None:
    it = floor()
    feed(it, *a_test_call("t1"))
    tile = state(it.snapshot(at(2)))["queues"]["service"]
    assert (tile["waiting"], tile["waiting_calls"]) == (1, ["t1"])
    assert figures(it) == (0, 0, 0, None)
    feed(it, ev.AgentRung(at=at(2), call_id="t1", agent="1001"))
    feed(it, ev.LegStarted(at=at(5), call_id="t1", agent="1001"))
    assert state(it.snapshot(at(6)))["agents"]["1001"]["activity"] == "talking"
    assert state(it.snapshot(at(6)))["calls"]["t1"]["test"] is True
    feed(it, *a_test_call("t2"), ev.CallEnded(at=at(20), call_id="t2"))
    assert figures(it) == (0, 0, 0, None)
    feed(it, *answered_call("c1", 10))
    assert figures(it) == (1, 1, 0, 1.0)


@pytest.mark.parametrize("waits", [True, False])
def test_what_is_learned_late_to_be_a_test_call_is_taken_out_of_the_figures(waits: bool) -> None:
    it = floor()
    feed(it, *answered_call("c1", 0), *a_test_call("t1", known=False))
    if not waits:
        feed(it, ev.CallEnded(at=at(20), call_id="t1"))
    assert figures(it)[:3] == (2, 1, 0 if waits else 1)
    mark = ev.CallStarted(at=at(0), call_id="t1", test=True, source=ev.Source.RECORD)
    changed = it.apply(mark)
    assert figures(it) == (1, 1, 0, 1.0)
    assert any(change.kind == "queues" for change in changes(changed))
    if waits:
        feed(it, ev.CallEnded(at=at(20), call_id="t1"))
        assert figures(it) == (1, 1, 0, 1.0)
        assert state(it.snapshot(at(30)))["queues"]["service"]["waiting"] == 0


def test_a_phone_that_rings_during_a_conversation_hides_nobody_elses_state() -> None:
    it = floor()
    feed(it, *answered_call("c1"), ev.CallStarted(at=at(10), call_id="c2"))
    for agent in ("1001", "1002"):
        feed(it, ev.AgentRung(at=at(11), call_id="c2", agent=agent))
    feed(it, ev.LegStarted(at=at(12), call_id="c2", agent="1002"))
    seen = {ext: (agent.activity, agent.call_id) for ext, agent in it.agents.items()}
    assert seen == {"1001": ("talking", "c1"), "1002": ("talking", "c2")}


def test_a_queue_without_calls_has_no_percentage() -> None:
    levels = state(floor().snapshot(T0))["queues"]["sales"]["service_level"]
    assert set(levels.values()) == {None}


def test_wrap_up_ends_only_for_its_own_call() -> None:
    it = floor()
    feed(it, *answered_call(), ev.CallEnded(at=at(9), call_id="c1"))
    feed(it, ev.WrapUpEnded(at=at(10), agent="1001", call_id="other", disposition="solved"))
    assert it.agents["1001"].activity == "wrapping_up"
    feed(it, ev.WrapUpEnded(at=at(11), agent="1001", call_id="c1", disposition="solved"))
    assert it.agents["1001"].activity == "idle"


def test_a_caller_who_comes_back_to_the_same_agent_begins_another_turn() -> None:
    it = floor()
    feed(it, *answered_call())
    seen = [it.agents["1001"].turn]
    for event in (
        ev.LegEnded(at=at(9), call_id="c1", agent="1001", reason=ev.LegEnd.TRANSFERRED),
        ev.WrapUpEnded(at=at(10), agent="1001", call_id="c1", disposition="solved"),
        ev.QueueEntered(at=at(11), call_id="c1", queue="service"),
        ev.AgentRung(at=at(12), call_id="c1", agent="1001", queue="service"),
        ev.LegStarted(at=at(13), call_id="c1", agent="1001"),
        ev.CallEnded(at=at(20), call_id="c1"),
        # The end of the first one, told again, does not end the second.
        ev.WrapUpEnded(at=at(21), agent="1001", call_id="c1", disposition="solved"),
    ):
        feed(it, event)
        seen.append(it.agents["1001"].turn)
    assert seen == [1, 1, None, None, 2, 2, 2, 2]
    assert it.agents["1001"].activity == "wrapping_up"


def test_after_a_direct_transfer_the_time_is_that_of_the_queue_by_which_the_call_came() -> None:
    service = replace(DIRECTORY.queues["service"], wrap_up_seconds=77)
    it = Floor(replace(DIRECTORY, queues={"service": service}), epoch="e", now=T0)
    feed(
        it,
        *answered_call(),
        ev.TransferAsked(at=at(8), call_id="c1", agent="1001", to_agent="1002"),
        ev.CallerUnbridged(at=at(9), call_id="c1"),
        ev.AgentRung(at=at(10), call_id="c1", agent="1002"),
        ev.LegStarted(at=at(11), call_id="c1", agent="1002"),
        ev.CallEnded(at=at(20), call_id="c1"),
    )
    assert it.calls["c1"].legs[-1].queue is None
    assert it.agents["1002"].wrap_up_until == at(20 + 77)


def test_an_event_for_a_call_never_seen_is_drift_and_not_an_error() -> None:
    applied = floor().apply(ev.LegStarted(at=at(0), call_id="ghost", agent="1001"))
    assert applied.drift is not None
    assert "ghost" in applied.drift


def test_a_gap_makes_the_holds_of_running_conversations_unknown() -> None:
    it = floor()
    feed(it, *answered_call(), ev.GapOpened(at=at(6), reason="connection lost"))
    assert it.calls["c1"].legs[0].hold_s is None
    feed(it, ev.GapClosed(at=at(9), since=at(6), recovered=True))
    gaps = state(it.snapshot(at(9)))["system"]["gaps"]["items"]
    assert [(g["to"] is not None, g["recovered"]) for g in gaps] == [(True, True)]


def test_the_calls_of_a_gap_are_marked_and_the_others_are_not() -> None:
    it = floor()
    feed(it, *answered_call("before"), ev.CallEnded(at=at(6), call_id="before"))
    feed(it, *(ev.CallStarted(at=at(10), call_id=call_id) for call_id in ("ended in it", "goes on")))
    feed(it, ev.GapOpened(at=at(20), reason="connection lost"))
    feed(it, ev.CallStarted(at=at(21), call_id="began in it", source=ev.Source.RECORD))
    feed(it, ev.CallEnded(at=at(22), call_id="ended in it", source=ev.Source.RECORD))
    feed(
        it, ev.GapClosed(at=at(30), since=at(20), recovered=True), ev.CallStarted(at=at(31), call_id="after")
    )
    marked = {call_id for call_id, call in state(it.snapshot(at(31)))["calls"].items() if call["incomplete"]}
    assert marked == {"ended in it", "goes on", "began in it"}


def test_figures_that_no_record_completes_say_so_until_midnight() -> None:
    it = floor()
    complete = []
    for recovered in (True, False):
        feed(it, ev.GapClosed(at=at(9), since=at(6), recovered=recovered))
        complete.append(state(it.snapshot(at(9)))["queues"]["service"]["complete"])
    feed(it, ev.PhoneReachable(at=MIDNIGHT, agent="1002"))
    complete.append(state(it.snapshot(MIDNIGHT))["queues"]["service"]["complete"])
    assert complete == [True, False, True]


def test_an_ended_call_is_forgotten_after_a_while_but_not_during_its_wrap_up() -> None:
    it = floor()
    feed(it, *answered_call(), ev.CallEnded(at=at(9), call_id="c1"))
    later = at(20) + ENDED_CALLS_KEPT
    feed(it, ev.PhoneReachable(at=later, agent="1002"))
    assert "c1" in it.calls
    gone = it.apply(ev.WrapUpEnded(at=later, agent="1001", call_id="c1", disposition="solved"))
    assert "c1" not in it.calls
    assert ("calls", "c1", None) in [(c.kind, c.id, c.value) for c in changes(gone)]


def test_local_midnight_begins_new_figures_and_keeps_who_waits() -> None:
    it = floor()
    feed(it, *answered_call(), ev.CallStarted(at=at(10), call_id="c2"))
    feed(it, ev.QueueEntered(at=at(11), call_id="c2", queue="service"))
    feed(it, ev.PhoneReachable(at=MIDNIGHT, agent="1002"))
    tile = state(it.snapshot(MIDNIGHT))["queues"]["service"]
    assert (tile["day"], tile["answered"], tile["waiting"], tile["offered"]) == ("2026-11-03", 0, 1, 1)


# Each kind of fact, with those of agent, call and queue that it is about.
_KINDS: list[tuple[type[ev.Event], str, dict[str, Any]]] = [
    (ev.CallStarted, "call_id", {}),
    (ev.QueueEntered, "call_id queue", {}),
    (ev.QueueLeft, "call_id queue", {"outcome": ev.StintOutcome.TIMEOUT}),
    (ev.AgentRung, "call_id agent", {}),
    (ev.RingEnded, "call_id agent", {"result": ev.RingResult.NO_ANSWER}),
    (ev.RingEnded, "call_id agent", {"result": ev.RingResult.REFUSED}),
    (ev.LegStarted, "call_id agent", {}),
    (ev.LegHeld, "call_id agent", {}),
    (ev.LegEnded, "call_id agent", {}),
    (ev.CallEnded, "call_id", {}),
    (ev.MemberAdded, "agent queue", {}),
    (ev.MemberPaused, "agent queue", {"reason": "lunch"}),
    (ev.MemberPaused, "agent queue", {"reason": "Auto-Pause"}),
    (ev.MemberUnpaused, "agent queue", {}),
    (ev.PauseDecided, "agent", {"reasons": ("lunch",)}),
    (ev.MemberRemoved, "agent queue", {}),
    (ev.WrapUpEnded, "agent call_id", {"disposition": "solved"}),
]
_LENGTHS, _PAUSES_S, _ANY_KIND = st.integers(0, 40), st.floats(0.0, 20.0), st.sampled_from(_KINDS)
_AGENTS, _CALLS = st.sampled_from(["1001", "1002"]), st.sampled_from("abc")
_QUEUES = st.sampled_from(["service", "sales"])


@st.composite
def shift(draw: st.DrawFn) -> list[ev.Event]:
    """Any facts about three calls and two agents."""
    seconds, events = 0.0, list[ev.Event]()
    for _ in range(draw(_LENGTHS)):
        seconds += draw(_PAUSES_S)
        of_all = {"agent": draw(_AGENTS), "call_id": draw(_CALLS), "queue": draw(_QUEUES)}
        kind, about, more = draw(_ANY_KIND)
        events.append(kind(at=at(seconds), **{name: of_all[name] for name in about.split()}, **more))
    return events


@given(shift())
def test_state_before_plus_deltas_is_the_state_after(events: list[ev.Event]) -> None:
    it, now = floor(), T0
    known = state(it.snapshot(T0))
    for event in events:
        now = event.at
        for change in changes(it.apply(event)):
            _merge(known, change.kind, change.id, change.value)
    assert _without_clock(known) == _without_clock(state(it.snapshot(now)))


@given(shift())
def test_offered_reconciles_with_outcomes_and_waiting(events: list[ev.Event]) -> None:
    it = floor()
    for event in events:
        it.apply(event)
    for name, queue in it.queues.items():
        stints = [s for c in it.calls.values() for s in c.stints if s.queue == name]
        assert queue.offered == len(stints)
        assert len(queue.waiting) == sum(s.left_at is None for s in stints)


def _merge(state: dict[str, dict[str, Any]], kind: str, key: str, value: Any) -> None:
    if value is None:
        state[kind].pop(key, None)
    else:
        state[kind][key] = value


def _without_clock(state: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Variant C looks at how long callers have waited at that very moment; the rest must be equal."""
    queues = {k: {**q, "service_level": None} for k, q in state["queues"].items()}
    return {**state, "queues": queues}


@pytest.mark.parametrize(("stays", "console"), [(True, True), (False, False)])
def test_a_new_user_may_be_at_the_console_before_the_directory_tells_of_them(
    stays: bool, console: bool
) -> None:
    floor = Floor(Directory({}, {}, UTC), epoch="e", now=at(0))
    floor.apply(ev.ConsoleOpened(at=at(1), agent="1004"))
    if not stays:
        floor.apply(ev.ConsoleClosed(at=at(2), agent="1004"))
    floor.set_directory(Directory({"1004": AgentInfo("1004", 4, "new", "New")}, {}, UTC), at(3))
    assert floor.agents["1004"].console is console
