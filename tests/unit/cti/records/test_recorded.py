"""Real calls, told twice: what Asterisk's records say of a call equals what AMI said of it live."""

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from cti.domain import events as ev
from cti.domain.agent import Activity
from cti.domain.call import Call
from cti.domain.call_parts import Offer
from cti.domain.outcome import ended_by, outcome_of
from cti.records.comparison import differences
from tests.support.records import record_events
from tests.support.traces import NAMES, TRACES, calls_of, floor_after, live_events

CORNERS = sorted((Path(__file__).parent / "recorded").iterdir())
# Its channel has not the kind of id that the service gives; `dialled-out` has.
SHARED = [TRACES / name for name in NAMES if name != "click-to-dial"]
CALLS = [folder for folder in (*SHARED, *CORNERS) if folder.name not in ("members", "asterisk-killed")]
CLOSE = timedelta(milliseconds=250)


def both(folder: Path) -> list[tuple[Call, Call]]:
    live, told = calls_of(live_events(str(folder))), calls_of(record_events(folder))
    assert live.keys() == told.keys()
    assert live
    return [(live[call_id], told[call_id]) for call_id in live]


@pytest.fixture(params=CALLS, ids=lambda folder: folder.name)
def pairs(request: pytest.FixtureRequest) -> list[tuple[Call, Call]]:
    return both(request.param)


def test_the_check_at_the_end_finds_no_difference(pairs: list[tuple[Call, Call]]) -> None:
    for live, told in pairs:
        assert differences(live, told) == ()


def test_who_called_where_and_how_it_ended_is_the_same(pairs: list[tuple[Call, Call]]) -> None:
    for live, told in pairs:
        for name in ("direction", "hotline", "number", "name", "language", "state", "end_cause", "own_agent"):
            assert getattr(live, name) == getattr(told, name), name


def test_steps_stints_and_recordings_are_the_same(pairs: list[tuple[Call, Call]]) -> None:
    for live, told in pairs:
        assert [(s.step, s.kind, s.exit, s.keys, s.language) for s in live.path] == [
            (s.step, s.kind, s.exit, s.keys, s.language) for s in told.path
        ]
        assert [(s.no, s.queue, s.outcome, s.priority) for s in live.stints] == [
            (s.no, s.queue, s.outcome, s.priority) for s in told.stints
        ]
        assert [r.file for r in live.recordings] == [r.file for r in told.recordings]


def test_offers_and_legs_are_the_same(pairs: list[tuple[Call, Call]]) -> None:
    for live, told in pairs:
        assert sorted(map(_offered, live.offers)) == sorted(map(_offered, told.offers))
        assert [(leg.no, leg.agent, leg.queue, leg.stint, leg.channel) for leg in live.legs] == [
            (leg.no, leg.agent, leg.queue, leg.stint, leg.channel) for leg in told.legs
        ]
        for ours, theirs in zip(live.legs, told.legs, strict=True):
            # Who asked for a transfer is known to the service alone; the records see where the caller went.
            assert ours.end is theirs.end or theirs.end is ev.LegEnd.TRANSFERRED
            assert theirs.hold_s is None


def test_times_are_the_same_within_a_quarter_of_a_second(pairs: list[tuple[Call, Call]]) -> None:
    for live, told in pairs:
        for ours, theirs in zip(_times(live), _times(told), strict=True):
            assert (ours is None) == (theirs is None)
            assert ours is None or theirs is None or abs(ours - theirs) < CLOSE


def _offered(offer: Offer) -> tuple[str, str, str]:
    return offer.agent, offer.queue or "", str(offer.result)


def _times(call: Call) -> list[datetime | None]:
    parts: list[tuple[datetime | None, datetime | None]] = [(s.entered_at, s.left_at) for s in call.stints]
    parts += [(leg.started_at, leg.ended_at) for leg in call.legs]
    parts += sorted((o.rang_at, o.ended_at) for o in call.offers)
    return [call.started_at, call.ended_at, *(moment for part in parts for moment in part)]


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("caller-hangs-up", ev.LegEnd.CALLER_GONE),
        ("agent-hangs-up", ev.LegEnd.HANGUP),
        ("phone-lost", ev.LegEnd.PHONE_LOST),
        ("transfer-to-queue", ev.LegEnd.TRANSFERRED),
        ("transfer-to-agent", ev.LegEnd.TRANSFERRED),
    ],
)
def test_why_the_first_leg_ended_is_told(name: str, end: ev.LegEnd) -> None:
    first, *_ = calls_of(record_events(TRACES / name)).values()
    assert first.legs[0].end is end


@pytest.mark.parametrize(
    ("name", "results"),
    [
        ("declined", {"1001": "refused", "1002": "caller_gone"}),
        ("not-found", {"1001": "unreachable", "1002": "caller_gone"}),
        ("all-ring-one-answers", {"1001": "answered_elsewhere", "1002": "answered"}),
        ("all-ring-nobody-answers", {"1001": "no_answer", "1002": "no_answer"}),
        ("moved-while-waiting", {"1001": "moved", "1002": "answered"}),
        ("caller-leaves-direct-offer", {"1001": "answered", "1002": "caller_gone"}),
        ("dialled-out", {"1001": "answered"}),
        ("dialled-out-from-a-silent-phone", {"1001": "no_answer"}),
    ],
)
def test_what_became_of_each_phone_that_rang_is_told_both_ways(name: str, results: dict[str, str]) -> None:
    ((live, told),) = corner(name)
    for call in (live, told):
        assert {offer.agent: offer.result for offer in call.offers} == results


def test_the_own_phone_of_who_dials_out_rings_until_it_is_taken_and_not_until_the_customer_answers() -> None:
    ((live, told),) = corner("dialled-out")
    for call in (live, told):
        (own,), (leg,) = call.offers, call.legs
        assert own.ended_at is not None
        assert 0.4 < (own.ended_at - own.rang_at).total_seconds() < 1
        assert (leg.started_at - own.ended_at).total_seconds() > 1.5


def test_who_dials_out_is_not_idle_while_the_customer_is_rung() -> None:
    folder = next(folder for folder in CORNERS if folder.name == "dialled-out")
    for told in (live_events(str(folder)), record_events(folder)):
        events = [event for event in told if isinstance(event, ev.CallEvent)]
        answered = next(n for n, event in enumerate(events) if isinstance(event, ev.LegStarted))
        floor, _ = floor_after(list(events[:answered]))
        assert floor.agents["1001"].activity is Activity.RINGING


@pytest.mark.parametrize(
    ("name", "outcome", "by"),
    [
        ("dialled-out", "answered", "agent"),
        ("dialled-a-busy-number", "busy", "customer"),
        ("dialled-and-declined", "declined", "customer"),
        ("dialled-an-unknown-number", "unknown_number", "line"),
        ("dialled-a-phone-switched-off", "unavailable", "line"),
        ("dialled-into-congestion", "congestion", "line"),
        ("dialled-and-barred", "line_refused", "line"),
        ("dialled-and-given-up", "cancelled", "agent"),
        ("dialled-out-from-a-silent-phone", "agent_no_answer", "timeout"),
        ("own-phone-declines-to-dial", "agent_declined", "agent"),
        ("own-phone-given-up", "cancelled", "agent"),
    ],
)
def test_what_came_of_a_dialled_number_and_who_ended_it_is_told_both_ways(
    name: str, outcome: str, by: str
) -> None:
    ((live, told),) = corner(name)
    for call in (live, told):
        assert (outcome_of(call), ended_by(call)) == (outcome, by)


def corner(name: str) -> list[tuple[Call, Call]]:
    return both(next(folder for folder in CORNERS if folder.name == name))


@pytest.mark.parametrize(
    ("name", "queue", "outcome"),
    [
        ("queue-is-full", "complaints", ev.StintOutcome.FULL),
        ("queue-takes-nobody", "vip", ev.StintOutcome.EMPTY),
    ],
)
def test_a_caller_whom_a_queue_refused_had_a_stay_without_a_wait_in_it(
    name: str, queue: str, outcome: ev.StintOutcome
) -> None:
    for call in corner(name)[-1]:
        first = call.stints[0]
        assert (first.no, first.queue, first.outcome) == (1, queue, outcome)
        assert (first.left_at, first.waited_s) == (first.entered_at, 0.0)
        # Asterisk counts this stay too: the recordings of the next ones have its number in their names.
        assert [r.file for r in call.recordings] == [f"{call.id}-{stint.no}" for stint in call.stints]


def test_a_caller_whom_a_queue_refused_is_offered_and_overflowed() -> None:
    folder = next(folder for folder in CORNERS if folder.name == "queue-is-full")
    for told in (live_events(str(folder)), record_events(folder)):
        floor, drift = floor_after(told)
        queue = floor.queues["complaints"]
        assert (queue.offered, queue.counts.overflowed, queue.counts.abandoned) == (2, 1, 1)
        assert drift == []


def test_the_priority_that_the_menu_gave_is_known_both_ways() -> None:
    ((live, told),) = both(TRACES / "menu-then-queue")
    assert [stint.priority for stint in (*live.stints, *told.stints)] == [5, 5]


def test_a_caller_who_was_taken_out_of_a_queue_by_mistake_stays_in_the_same_stay() -> None:
    ((live, told),) = corner("sent-on-though-waiting")
    for call in (live, told):
        assert [(s.no, s.outcome) for s in call.stints] == [(1, ev.StintOutcome.ANSWERED)]
        assert 1.9 < (call.stints[0].waited_s or 0) < 2.5
        assert [leg.stint for leg in call.legs] == [1]


def test_what_agents_did_is_the_same() -> None:
    kinds = (ev.MemberAdded, ev.MemberRemoved, ev.MemberPaused, ev.MemberUnpaused)
    live = [e for e in live_events("members") if isinstance(e, kinds)]
    told = [e for e in record_events(TRACES / "members") if isinstance(e, kinds)]
    assert [(type(e), e.agent, e.queue) for e in live] == [(type(e), e.agent, e.queue) for e in told]
    assert [e.reason for e in live if isinstance(e, ev.MemberPaused)] == [
        e.reason for e in told if isinstance(e, ev.MemberPaused)
    ]
    assert [e.paused for e in live if isinstance(e, ev.MemberAdded)] == [
        e.paused for e in told if isinstance(e, ev.MemberAdded)
    ]


def test_calls_that_asterisk_took_with_it_end_when_it_wrote_its_last_word() -> None:
    folder = next(folder for folder in CORNERS if folder.name == "asterisk-killed")
    talking, ringing = calls_of(record_events(folder)).values()
    assert [(s.outcome) for s in (*talking.stints, *ringing.stints)] == [
        ev.StintOutcome.ANSWERED,
        ev.StintOutcome.UNKNOWN,
    ]
    assert [leg.end for leg in talking.legs] == [ev.LegEnd.UNKNOWN]
    assert talking.ended_at is not None
    assert talking.ended_at >= ringing.offers[0].rang_at
    assert ringing.ended_at is not None
    # Nobody knows whether the caller would have waited.
    assert [offer.result for offer in ringing.offers] == [ev.RingResult.UNKNOWN]
