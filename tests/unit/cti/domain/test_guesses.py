"""A guess gives way to what was heard or written, in whatever order they come."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.call_fold import take
from cti.domain.call_state import IllegalMove
from cti.domain.facts import MOST_GUESSES, PRECISION
from cti.domain.story import Story

T0 = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
CALL = "ringdesk-1.1"
LIVE, RECORD, GUESS = ev.Source.LIVE, ev.Source.RECORD, ev.Source.SERVICE
UNKNOWN, ABANDONED = ev.StintOutcome.UNKNOWN, ev.StintOutcome.ABANDONED


def at(seconds: float) -> datetime:
    return T0 + timedelta(seconds=seconds)


def entered(seconds: float, source: ev.Source = LIVE, queue: str = "service") -> ev.QueueEntered:
    return ev.QueueEntered(at=at(seconds), call_id=CALL, queue=queue, source=source)


def left(seconds: float, outcome: ev.StintOutcome, source: ev.Source = RECORD) -> ev.QueueLeft:
    return ev.QueueLeft(at=at(seconds), call_id=CALL, queue="service", outcome=outcome, source=source)


def talks(seconds: float, source: ev.Source = LIVE) -> ev.LegStarted:
    return ev.LegStarted(at=at(seconds), call_id=CALL, agent="1001", channel="c", source=source)


def hung_up(seconds: float, source: ev.Source = LIVE) -> ev.LegEnded:
    reason = ev.LegEnd.UNKNOWN if source is GUESS else ev.LegEnd.HANGUP
    return ev.LegEnded(at=at(seconds), call_id=CALL, agent="1001", reason=reason, source=source)


def ended(seconds: float, source: ev.Source = LIVE) -> ev.CallEnded:
    return ev.CallEnded(at=at(seconds), call_id=CALL, cause=0 if source is GUESS else 16, source=source)


def fold(*events: ev.CallEvent) -> Call:
    call = Call.started(ev.CallStarted(at=T0, call_id=CALL, hotline="4001"))
    for event in events:
        call.apply(event)
    return call


def stays(call: Story) -> list[tuple[ev.StintOutcome | None, datetime | None]]:
    return [(stint.outcome, stint.left_at) for stint in call.stints]


GUESSED_END = (left(5.4, UNKNOWN, GUESS), ended(5.4, GUESS))
WRITTEN_END = (left(5.2, ABANDONED), ended(5.2, RECORD))


@pytest.mark.parametrize(
    "told",
    [
        (*GUESSED_END, *WRITTEN_END),
        (*WRITTEN_END, *GUESSED_END),
        (GUESSED_END[1], WRITTEN_END[0], GUESSED_END[0], WRITTEN_END[1]),
        (*GUESSED_END, ended(5.2)),
        (ended(5.2), *GUESSED_END, *WRITTEN_END, *WRITTEN_END),
    ],
)
def test_who_gave_up_is_not_unknown_once_asterisk_tells(told: Sequence[ev.CallEvent]) -> None:
    call = fold(entered(1), *told)
    assert stays(call) == [(ABANDONED, at(5.2))]
    assert (call.ended_at, call.end_cause, call.guessed) == (at(5.2), 16, False)


def test_an_end_that_was_guessed_long_after_it_is_put_right_by_what_waited_in_the_link() -> None:
    call = fold(entered(1), left(31, UNKNOWN, GUESS), ended(31, GUESS))
    assert (call.ended_at, call.guessed) == (at(31), True)
    call.apply(ended(1.5))
    call.apply(ended(1.5, RECORD))
    assert (call.ended_at, call.end_cause, call.guessed) == (at(1.5), 16, False)
    assert stays(call) == [(ABANDONED, at(1.5))]


def test_what_nobody_tells_better_stays_a_guess() -> None:
    call = fold(entered(1), *GUESSED_END)
    assert stays(call) == [(UNKNOWN, at(5.4))]
    assert (call.ended_at, call.end_cause, call.guessed) == (at(5.4), 0, True)


def test_an_answer_that_was_missed_makes_the_guess_of_an_unknown_end_needless() -> None:
    call = fold(entered(1), *GUESSED_END, talks(3, RECORD), hung_up(5.3, RECORD), ended(5.3, RECORD))
    assert stays(call) == [(ev.StintOutcome.ANSWERED, at(3))]
    assert [(leg.started_at, leg.ended_at, leg.end) for leg in call.legs] == [
        (at(3), at(5.3), ev.LegEnd.HANGUP)
    ]
    assert not call.guessed


def test_a_stay_whose_end_was_guessed_does_not_swallow_the_next_one() -> None:
    call = fold(entered(1), left(5, UNKNOWN, GUESS), entered(5.1), ended(9))
    assert stays(call) == [(UNKNOWN, at(5)), (ABANDONED, at(9))]
    assert call.guessed
    call.apply(left(4.9, ev.StintOutcome.TIMEOUT))
    assert stays(call) == [(ev.StintOutcome.TIMEOUT, at(4.9)), (ABANDONED, at(9))]
    assert not call.guessed


@pytest.mark.parametrize("stamp", [5.41, 7.0])
def test_an_end_that_asterisk_stamps_after_the_guess_is_still_the_same_end(stamp: float) -> None:
    call = fold(entered(1), *GUESSED_END, left(stamp, ABANDONED), ended(stamp))
    assert stays(call) == [(ABANDONED, at(stamp))]
    assert (call.ended_at, call.guessed) == (at(stamp), False)


def test_an_answer_just_after_a_guess_ends_the_wait_and_the_ring_of_that_phone_only() -> None:
    def rang(agent: str) -> ev.AgentRung:
        return ev.AgentRung(at=at(2), call_id=CALL, agent=agent)

    def over(agent: str) -> ev.RingEnded:
        result = ev.RingResult.MOVED
        return ev.RingEnded(at=at(9), call_id=CALL, agent=agent, result=result, source=GUESS)

    call = fold(entered(1), rang("1001"), rang("1002"), over("1001"), over("1002"), left(9, UNKNOWN, GUESS))
    call.apply(talks(9.1))
    assert stays(call) == [(ev.StintOutcome.ANSWERED, at(9.1))]
    assert [(offer.agent, offer.ended_at, offer.result) for offer in call.offers] == [
        ("1001", at(9.1), ev.RingResult.ANSWERED),
        ("1002", at(9), ev.RingResult.MOVED),
    ]


def test_a_conversation_that_was_guessed_begins_when_asterisk_says_and_is_known_to_have_no_holds() -> None:
    call = fold(entered(1), talks(9, GUESS), hung_up(20))
    assert (call.legs[0].started_at, call.legs[0].hold_s) == (at(9), None)
    call.apply(talks(4))
    assert (call.legs[0].started_at, call.legs[0].hold_s) == (at(4), 0.0)
    assert stays(call) == [(ev.StintOutcome.ANSWERED, at(4))]


def test_what_was_heard_late_gets_the_time_at_which_it_was_written() -> None:
    call = fold(entered(1), ended(9.2), ended(5, RECORD))
    assert (call.ended_at, call.stints[0].left_at) == (at(5), at(5))
    near = fold(entered(1), ended(9.2), ended(9.2 - PRECISION.total_seconds() / 2, RECORD))
    assert near.ended_at == at(9.2)


@pytest.mark.parametrize("source", [LIVE, RECORD])
def test_a_call_found_in_a_comparison_begins_when_asterisk_says(source: ev.Source) -> None:
    found = ev.CallStarted(at=at(0.7), call_id=CALL, number="10", channel="x", source=GUESS)
    told = ev.CallStarted(at=T0, call_id=CALL, hotline="4001", number="10", source=source)
    for first, second in ((found, told), (told, found)):
        call = Call.started(first)
        call.apply(second)
        assert (call.started_at, call.hotline, call.number, call.channel) == (T0, "4001", "10", "x")


def test_what_an_agent_dialled_is_not_replaced_by_what_the_records_show() -> None:
    dialled = ev.CallStarted(
        at=T0, call_id="out-1", number="0139", direction=ev.Direction.OUTBOUND, agent="1001", source=GUESS
    )
    call = Call.started(dialled)
    call.apply(replace(dialled, at=at(0.2), number="139", source=RECORD))
    assert (call.number, call.started_at, call.own_agent, call.guessed) == ("0139", at(0.2), "1001", False)


def test_a_guess_that_cannot_follow_changes_nothing() -> None:
    call = fold(entered(1), ended(5))
    with pytest.raises(IllegalMove):
        call.apply(entered(9, GUESS))
    call.apply(left(4, ev.StintOutcome.TIMEOUT))
    assert stays(call) == [(ev.StintOutcome.TIMEOUT, at(4))]
    assert call.facts.guesses == []


def test_a_call_that_is_guessed_about_for_ever_stays_small() -> None:
    call = fold(entered(1))
    for n in range(MOST_GUESSES):
        call.apply(left(10 + 2 * n, UNKNOWN, GUESS))
        call.apply(entered(11 + 2 * n, GUESS))
    assert len(call.facts.guesses) == MOST_GUESSES
    assert call.stint is not None


# Any order ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Truth:
    """One thing that happened. `end_of` is what it ended; who only listens is not told of every one."""

    event: ev.CallEvent
    heard: bool = True
    begins: tuple[str, str] | None = None
    ends: tuple[tuple[str, str], ...] = ()


@dataclass
class History:
    """A call as it truly was, and how late Asterisk announced each part."""

    truths: list[Truth] = field(default_factory=list)
    skews: list[float] = field(default_factory=list)

    def live(self, n: int) -> ev.CallEvent:
        return replace(self.truths[n].event, at=self.truths[n].event.at + timedelta(seconds=self.skews[n]))

    def record(self, n: int) -> ev.CallEvent:
        return replace(self.truths[n].event, source=RECORD)

    def best(self, n: int, heard: bool, written: bool) -> ev.CallEvent:
        if not heard:
            return self.record(n)
        late = written and self.skews[n] >= PRECISION.total_seconds()
        return replace(self.live(n), at=self.truths[n].event.at) if late else self.live(n)


_PAUSES_S, _SKEWS_S = st.sampled_from([2.2, 3.0, 20.0]), st.sampled_from([0.0, 0.01, 0.3])
_STAYS, _QUEUES = st.integers(1, 3), st.sampled_from(["service", "sales"])
_RUNG = st.lists(st.sampled_from(["1001", "1002"]), max_size=2)
_ENDS = st.sampled_from(["timeout", "answered", "abandoned"])


@st.composite
def histories(draw: st.DrawFn) -> History:
    it, now = History(), 0.0

    def happens(
        kind: type[ev.CallEvent], values: Any, heard: bool = True, moment: bool = False, **of: Any
    ) -> None:
        nonlocal now
        now += 0.0 if moment else draw(_PAUSES_S)
        it.truths.append(Truth(kind(at=at(now), call_id=CALL, **values), heard, **of))
        it.skews.append(draw(_SKEWS_S))

    over = False
    for _ in range(draw(_STAYS)):
        queue = draw(_QUEUES)
        stay = ("queue", queue)
        happens(ev.QueueEntered, {"queue": queue}, begins=stay)
        for agent in draw(_RUNG):
            ring = ("ring", agent)
            happens(ev.AgentRung, {"agent": agent}, begins=ring)
            happens(ev.RingEnded, {"agent": agent, "result": ev.RingResult.NO_ANSWER}, ends=(ring,))
        match draw(_ENDS):
            case "timeout":
                values = {"queue": queue, "outcome": ev.StintOutcome.TIMEOUT}
                happens(ev.QueueLeft, values, ends=(stay,))
            case "answered":
                ring, leg = ("ring", "1001"), ("leg", "1001")
                happens(ev.AgentRung, {"agent": "1001"}, begins=ring)
                happens(ev.LegStarted, {"agent": "1001"}, begins=leg, ends=(stay, ring))
                happens(ev.LegEnded, {"agent": "1001", "reason": ev.LegEnd.HANGUP}, ends=(leg,))
            case "abandoned":
                happens(ev.QueueLeft, {"queue": queue, "outcome": ABANDONED}, heard=False, ends=(stay,))
                happens(ev.CallEnded, {"cause": 16}, moment=True, ends=(stay, ("call", "")))
                over = True
                break
    if not over:
        happens(ev.CallEnded, {"cause": 16}, ends=(("call", ""),))
    return it


@dataclass(frozen=True)
class Guess:
    """What a comparison supposed, and which truths tell of that very thing."""

    event: ev.CallEvent
    about: frozenset[int]


def possible_guesses(it: History) -> Iterator[Guess]:
    """Shortly after each thing that happened a comparison may see that it did, not when or how."""
    for n, truth in enumerate(it.truths):
        for delay in (0.01, 0.2, 1.2):
            values: dict[str, Any] = {
                "at": truth.event.at + timedelta(seconds=delay),
                "call_id": CALL,
                "source": GUESS,
            }
            if truth.begins is not None:
                yield Guess(_beginning(truth.begins, values), frozenset({n}))
            for ended_thing in truth.ends:
                same = {
                    m
                    for m, other in enumerate(it.truths)
                    if ended_thing in other.ends and other.event.at == truth.event.at
                }
                yield Guess(_end(ended_thing, values), frozenset(same))


def _beginning(thing: tuple[str, str], values: Any) -> ev.CallEvent:
    match thing:
        case ("queue", queue):
            return ev.QueueEntered(queue=queue, **values)
        case ("ring", agent):
            return ev.AgentRung(agent=agent, **values)
        case (_, agent):
            return ev.LegStarted(agent=agent, **values)


def _end(thing: tuple[str, str], values: Any) -> ev.CallEvent:
    match thing:
        case ("queue", queue):
            return ev.QueueLeft(queue=queue, outcome=UNKNOWN, **values)
        case ("ring", agent):
            return ev.RingEnded(agent=agent, result=ev.RingResult.MOVED, **values)
        case ("leg", agent):
            return ev.LegEnded(agent=agent, **values)
        case _:
            return ev.CallEnded(**values)


# Of one moment: what is over, then what goes on, and the end of the call.
_ORDER = [
    ev.LegEnded,
    ev.RingEnded,
    ev.QueueLeft,
    ev.QueueEntered,
    ev.AgentRung,
    ev.LegStarted,
    ev.CallEnded,
]


def by_hand(it: History, heard: set[int], written: set[int], guesses: Sequence[Guess]) -> Story:
    """Slowly and plainly: the best that was told of each thing and the guesses in order of time; a
    guess is out of question when Asterisk tells that very thing, though with a stamp after the guess.
    """
    told = heard | written
    facts = [(it.best(n, n in heard, n in written), 0) for n in sorted(told)]
    facts += [
        (guess.event, 1 + _ORDER.index(type(guess.event)))
        for guess in guesses
        if not any(it.best(n, n in heard, n in written).at > guess.event.at for n in guess.about & told)
    ]
    story = Story(CALL, T0)
    for fact, _ in sorted(facts, key=lambda one: (one[0].at, one[1])):
        with suppress(IllegalMove):
            take(story, fact)
    return story


def parts(call: Story) -> Any:
    """All of it; times to a tenth of a second: of two stamps that are nearly equal either may stand."""

    def tenths(moment: datetime | None) -> float | None:
        return None if moment is None else round((moment - T0).total_seconds(), 1)

    stints = [(s.no, s.queue, tenths(s.entered_at), tenths(s.left_at), s.outcome) for s in call.stints]
    offers = [(o.agent, o.queue, tenths(o.rang_at), tenths(o.ended_at), o.result) for o in call.offers]
    legs = [
        (leg.agent, leg.queue, leg.stint, tenths(leg.started_at), tenths(leg.ended_at), leg.end)
        for leg in call.legs
    ]
    return call.state, stints, offers, legs, tenths(call.ended_at), call.end_cause


# A machine that does other work must not fail a test by its clock.
@settings(deadline=None)
@given(histories(), st.data())
def test_in_any_order_and_however_often_told_the_best_that_was_told_is_what_is_known(
    it: History, data: st.DataObject
) -> None:
    everything = range(len(it.truths))
    written = data.draw(st.one_of(st.just(set(everything)), st.sets(st.sampled_from(everything))), "written")
    heard = {n for n in data.draw(st.sets(st.sampled_from(everything)), "heard") if it.truths[n].heard}
    guesses = data.draw(
        st.lists(st.sampled_from(list(possible_guesses(it))), max_size=8, unique_by=lambda g: g.event),
        "guesses",
    )
    live = [it.live(n) for n in sorted(heard)]
    record = [it.record(n) for n in sorted(written)]
    # Who reads may be started again, and reads again what it told.
    record += record[data.draw(st.integers(0, len(record)), "read again from") :]
    supposed = [guess.event for guess in guesses for _ in range(data.draw(st.integers(1, 2)))]
    expected = by_hand(it, heard, written, guesses)
    call = fold()
    tellers = [live, record, list(data.draw(st.permutations(supposed), "order of guesses"))]
    while any(tellers):
        teller = data.draw(st.sampled_from([n for n, rest in enumerate(tellers) if rest]), "teller")
        with suppress(IllegalMove):
            call.apply(tellers[teller].pop(0))
    assert parts(call) == parts(expected)
    if written == set(everything):
        assert not call.guessed
