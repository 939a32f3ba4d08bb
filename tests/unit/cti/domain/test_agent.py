"""One agent: presence follows membership, activity follows the calls, and the intervals leave no hole."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.domain.agent import (
    ACTIVITY_MOVES,
    PRESENCE_MOVES,
    ROOM_TO_GO_ON,
    Activity,
    Agent,
    AgentInfo,
    Interval,
    Presence,
)
from cti.domain.call_state import IllegalMove

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def agent() -> Agent:
    return Agent(AgentInfo("1001", 1, "lina", "Li Na"), T0)


def test_member_of_a_queue_is_ready_and_of_none_is_signed_out() -> None:
    it = agent()
    seen = []
    for queue, joins in (("service", True), ("sales", True), ("service", False), ("sales", False)):
        _ = it.joined(queue, None, at(1)) if joins else it.left(queue, at(2))
        seen.append(it.presence)
    assert seen == [Presence.READY, Presence.READY, Presence.READY, Presence.SIGNED_OUT]


def test_paused_while_talking_keeps_both_truths() -> None:
    it = agent()
    it.joined("service", None, at(1))
    it.act(Activity.TALKING, "c1", at(2))
    it.joined("service", "lunch", at(3))
    assert (it.presence, it.reason, it.activity) == (Presence.PAUSED, "lunch", Activity.TALKING)


def test_the_pause_for_after_call_work_is_not_a_pause_of_the_agent() -> None:
    it = agent()
    it.joined("service", None, at(1))
    it.joined("service", "wrapup", at(2))
    assert it.presence is Presence.READY


def test_asterisks_own_pause_for_no_answer_gets_our_word() -> None:
    it = agent()
    it.joined("service", None, at(1))
    it.joined("service", "Auto-Pause", at(2))
    assert (it.presence, it.reason) == (Presence.PAUSED, "no_answer")


def test_wrap_up_has_an_end_and_zero_seconds_mean_none() -> None:
    it = agent()
    it.act(Activity.TALKING, "c1", at(1))
    it.wrap_up("c1", 30, at(10))
    assert (it.activity, it.wrap_up_until, it.wrap_up_call) == (Activity.WRAPPING_UP, at(40), "c1")
    it.wrapped_up("c1", 1, at(11))
    assert (it.activity, it.wrap_up_until) == (Activity.IDLE, None)
    it.act(Activity.TALKING, "c2", at(11))
    it.wrap_up("c2", 0, at(12))
    assert it.activity is Activity.IDLE


def test_work_that_another_call_interrupts_is_taken_up_again_with_the_time_it_had() -> None:
    it = agent()
    it.act(Activity.TALKING, "c1", at(1), 1)
    it.wrap_up("c1", 60, at(10))
    it.act(Activity.RINGING, "c2", at(20), 1)
    assert (it.wrap_up_call, it.wrap_up_until, it.wraps_up("c1", 1)) == (None, None, True)
    # No call of a queue comes in between.
    assert it.pause == "wrapup"
    it.act(Activity.IDLE, None, at(25))
    assert (it.activity, it.wrap_up_call, it.wrap_up_until) == (Activity.WRAPPING_UP, "c1", at(25 + 50))
    it.act(Activity.RINGING, "c2", at(74), 1)
    it.act(Activity.TALKING, "c2", at(80), 1)
    it.wrap_up("c2", 60, at(90))
    it.wrapped_up("c2", 1, at(95))
    assert (it.wrap_up_call, it.wrap_up_until) == ("c1", at(95) + ROOM_TO_GO_ON)
    it.wrapped_up("c1", 1, at(99))
    assert it.activity is Activity.IDLE


# What comes next: a call rings, is answered, ends; after-call work is finished or runs out.
_STEPS = st.lists(
    st.tuples(st.sampled_from(["ring", "answer", "leave", "done"]), st.integers(0, 9)), max_size=40
)


@given(_STEPS, st.booleans())
def test_no_after_call_work_is_lost_whatever_comes_in_between(
    steps: list[tuple[str, int]], with_time: bool
) -> None:
    """Compared with a plain list of what was begun and not finished."""
    it, now, turn = agent(), 0.0, 0
    owed: list[tuple[str, int]] = []
    for step, choice in steps:
        now += choice
        if step == "ring" and it.activity in (Activity.IDLE, Activity.WRAPPING_UP):
            turn += 1
            it.act(Activity.RINGING, "c", at(now), turn)
        elif step == "answer" and it.activity is Activity.RINGING:
            it.act(Activity.TALKING, "c", at(now), turn)
        elif step == "leave" and it.activity is Activity.RINGING:
            it.act(Activity.IDLE, None, at(now))
        elif step == "leave" and it.activity is Activity.TALKING:
            it.wrap_up("c", 30 if with_time else 0, at(now), turn)
            owed += [("c", turn)] if with_time else []
        elif step == "done" and owed:
            it.wrapped_up(*owed.pop(choice % len(owed)), at(now))
        assert all(it.wraps_up(*work) for work in owed)
        in_hand = it.activity is Activity.WRAPPING_UP
        assert len(it.aside) + in_hand == len(owed)
        assert (it.activity is not Activity.IDLE) or not owed
        assert not in_hand or (it.wrap_up_call, it.turn) == owed[-1]


def test_an_illegal_move_changes_nothing() -> None:
    it = agent()
    it.act(Activity.TALKING, "c1", at(1))
    with pytest.raises(IllegalMove):
        it.act(Activity.RINGING, "c2", at(2))
    assert (it.activity, it.call_id, it.activity_since) == (Activity.TALKING, "c1", at(1))


@pytest.mark.parametrize("table", [PRESENCE_MOVES, ACTIVITY_MOVES])
def test_every_state_has_a_row_and_a_way_out(table: dict[object, frozenset[object]]) -> None:
    assert all(targets - {state} for state, targets in table.items())
    assert set().union(*table.values()) <= set(table)


@given(st.lists(st.tuples(st.sampled_from(list(Activity)), st.floats(0, 100)), max_size=30))
def test_activity_intervals_follow_each_other_without_hole_or_overlap(
    moves: list[tuple[Activity, float]],
) -> None:
    it, seconds, intervals = agent(), 0.0, list[Interval]()
    for activity, wait in moves:
        seconds += wait
        try:
            intervals += it.act(activity, "c", at(seconds))
        except IllegalMove:
            continue
    closed = [i for i in intervals if i.ended_at is not None]
    for one, following in itertools.pairwise(closed):
        assert one.ended_at == following.started_at
    assert all(i.ended_at is None or i.ended_at >= i.started_at for i in intervals)
