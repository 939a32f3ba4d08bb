"""The reasons that stand: their order, and what is left of them after everything that can be heard."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cti.domain import events as ev
from cti.domain import pauses
from cti.domain.agent import Activity, Agent, AgentInfo, Interval, Presence
from cti.domain.events import Source
from cti.domain.floor import Floor
from tests.support.traces import DIRECTORY, live_events

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
# Each text of Asterisk, the reason it means, its rank, and whether others than we write it.
TEXTS = {
    "phone_lost": ("phone_lost", 0, True),
    "phone_stays_lost": ("phone_lost", 0, False),
    "lunch": ("lunch", 1, False),
    "meeting": ("meeting", 1, False),
    "by hand": ("by hand", 1, True),
    "Auto-Pause": ("no_answer", 2, True),
    "no_answer": ("no_answer", 2, False),
    "declined": ("declined", 2, False),
    "wrapup": ("wrapup", 3, False),
}
STEPS = st.one_of(
    st.tuples(st.sampled_from(["heard", "found"]), st.sampled_from(sorted(TEXTS))),
    st.tuples(st.just("asked"), st.sampled_from(["lunch", "meeting"])),
    st.tuples(st.sampled_from(["ready", "declines"]), st.just("")),
    st.tuples(st.just("phone found"), st.just("")),
)


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def agent() -> Agent:
    return Agent(AgentInfo("1001", 1, "lina", "Li Na"), T0)


def by_the_book(steps: list[tuple[str, str]]) -> dict[int, str]:
    """The reason of each rank, written out case by case."""
    stands: dict[int, str] = {}
    for what, text in steps:
        reason, rank, by_others = TEXTS.get(text, ("", 9, False))
        if what == "ready":
            stands = {}
        elif what == "phone found":
            stands.pop(0, None)
        elif what == "declines":
            if stands.get(2) == "no_answer":
                stands[2] = "declined"
        elif what == "heard":
            if by_others:
                stands[rank] = reason
        elif what == "found" and by_others:
            stands[rank] = reason
        elif text != "wrapup":
            stands = {r: other for r, other in stands.items() if r > rank}
            stands[rank] = reason
    return stands


def as_it_is(steps: list[tuple[str, str]]) -> pauses.Reasons:
    standing: pauses.Reasons = ()
    for what, text in steps:
        match what:
            case "ready":
                standing = ()
            case "phone found":
                standing = pauses.without("phone_lost", standing)
            case "declines":
                standing = pauses.explained(standing)
            case "heard":
                standing = pauses.heard(text, standing)
            case "found":
                standing = pauses.found(text, standing)
            case "asked":
                standing = pauses.asked(text, standing)
    return standing


@given(st.lists(STEPS, max_size=12))
def test_what_stands_is_what_the_book_says(steps: list[tuple[str, str]]) -> None:
    book = by_the_book(steps)
    assert as_it_is(steps) == tuple(book[rank] for rank in sorted(book))


@given(st.lists(STEPS, max_size=8), st.sampled_from(sorted(set(TEXTS) - {"wrapup"})))
def test_what_we_write_is_read_back_as_the_same_reason_and_is_no_news(
    steps: list[tuple[str, str]], text: str
) -> None:
    standing = as_it_is(steps)
    reason = pauses.our_reason(text)
    assert pauses.our_reason(pauses.text_of(reason)) == reason
    if reason != "by hand":
        assert pauses.heard(pauses.text_of(reason), standing) == standing


def test_after_call_work_with_a_pause_wished_shows_both() -> None:
    it = agent()
    it.joined("service", None, at(1))
    it.act(Activity.TALKING, "c1", at(2))
    it.wrap_up("c1", 30, at(9))
    it.joined("service", "wrapup", at(9))
    assert (it.presence, it.pause) == (Presence.READY, "wrapup")
    it.decide(("lunch",), at(10))
    assert (it.presence, it.reason, it.activity) == (Presence.PAUSED, "lunch", Activity.WRAPPING_UP)
    it.act(Activity.IDLE, None, at(20))
    assert it.pause == "lunch"


def test_a_wish_is_not_shown_before_asterisk_holds_it() -> None:
    it = agent()
    it.joined("service", None, at(1))
    it.decide(("lunch",), at(2))
    assert (it.presence, it.pause) == (Presence.READY, "lunch")


def test_who_leaves_all_queues_takes_no_reason_along() -> None:
    it = agent()
    it.joined("service", "phone_lost", at(1))
    it.left("service", at(2))
    it.joined("service", None, at(3))
    assert (it.presence, it.pause) == (Presence.READY, None)


# After a time in which nothing was heard ---------------------------------------------------------------


def resumed(reason: str | None) -> Agent:
    """As the service finds an agent whom it knew to be paused when it died."""
    it = agent()
    state = "ready" if reason is None else "paused"
    it.resume_interval(Interval("1001", "presence", state, reason, None, T0, None), wrap_up_seconds=30)
    return it


@pytest.mark.parametrize(
    ("known", "found", "wanted"),
    [
        ("lunch", ["lunch", "lunch"], "lunch"),
        ("lunch", ["Auto-Pause", "Auto-Pause"], "lunch"),
        ("lunch", ["phone_lost", "phone_lost"], "phone_lost"),
        ("phone_lost", ["lunch", "lunch"], "lunch"),
        ("phone_lost", ["wrapup", "wrapup"], "phone_lost"),
        ("phone_lost", ["phone_stays_lost", "wrapup"], "phone_lost"),
        ("lunch", [None, "lunch"], "lunch"),
        ("lunch", [None, None], None),
        (None, ["wrapup", "phone_lost"], "phone_lost"),
    ],
)
def test_a_service_that_died_in_between_goes_on_with_the_right_reason(
    known: str | None, found: list[str | None], wanted: str | None
) -> None:
    it = resumed(known)
    for queue, text in zip(("sales", "service"), found, strict=True):
        it.joined(queue, text, at(5), live=False)
    assert it.pause == wanted


def test_the_records_tell_of_a_lost_phone_that_after_call_work_wrote_over() -> None:
    floor = Floor(DIRECTORY, epoch="e", now=T0)
    told: dict[str, Any] = {"agent": "1001", "queue": "service", "source": Source.RECORD}
    for event in (
        ev.MemberAdded(at=at(1), **told),
        ev.MemberPaused(at=at(2), reason="phone_lost", **told),
        ev.MemberPaused(at=at(2.001), reason="wrapup", **told),
    ):
        floor.apply(event)
    it = floor.agents["1001"]
    assert (it.pause, it.presence, it.reason) == ("phone_lost", "paused", "phone_lost")


# As it was recorded ------------------------------------------------------------------------------------

LOST = live_events("phone-lost")
PAUSED = next(n for n, event in enumerate(LOST) if isinstance(event, ev.MemberPaused))


@pytest.mark.parametrize("place", range(PAUSED - 6, PAUSED + 7), ids=lambda place: f"{place - PAUSED:+d}")
def test_a_lost_phone_is_wanted_paused_wherever_our_own_pause_came_between(place: int) -> None:
    """The recorded call of a phone that vanished, with a pause for after-call work put in around it."""
    floor = Floor(DIRECTORY, epoch="trace", now=LOST[0].at)
    ours = ev.MemberPaused(at=LOST[place].at, agent="1001", queue="service", reason="wrapup")
    for event in (*LOST[:place], ours, *LOST[place:]):
        floor.apply(event)
    it = floor.agents["1001"]
    done = ev.WrapUpEnded(at=LOST[-1].at, agent="1001", call_id=it.wrap_up_call or "", disposition="none")
    floor.apply(done)
    assert (it.activity, it.pause, it.reason) == (Activity.IDLE, "phone_lost", "phone_lost")
