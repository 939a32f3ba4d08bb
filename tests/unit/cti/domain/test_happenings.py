"""What just happened to an agent: on recorded calls of a real Asterisk, and how it is over."""

from collections.abc import Iterable, Mapping
from datetime import UTC, timedelta
from typing import Any

import pytest

from cti.domain import events as ev
from cti.domain.floor import Floor
from tests.support.shown import changes, state
from tests.support.traces import DIRECTORY, live_events

SERVICE = ev.Source.SERVICE


class Told:
    """A floor, and what its agents were told since it began."""

    def __init__(self, now: Any) -> None:
        self.floor = Floor(DIRECTORY, epoch="e", now=now.astimezone(UTC))
        self.news: list[tuple[str, Mapping[str, Any] | None]] = []

    def feed(self, events: Iterable[ev.Event]) -> "Told":
        for event in events:
            told = changes(self.floor.apply(event))
            self.news += [(it.id, it.value) for it in told if it.kind == "happenings"]
        return self

    @property
    def kinds(self) -> list[tuple[str, str | None]]:
        return [(ext, None if value is None else value["kind"]) for ext, value in self.news]

    @property
    def now(self) -> dict[str, Any]:
        """What a console that connects now is shown, by agent."""
        return state(self.floor.snapshot(self.floor.day_ends))["happenings"]


def told(events: list[ev.Event]) -> Told:
    return Told(events[0].at).feed(events)


def sent_on(name: str, to: str) -> list[ev.Event]:
    """The trace with the command that made it: it is told by the service, which did not run then."""
    events = live_events(name)
    place = next(n for n, event in enumerate(events) if isinstance(event, ev.CallerUnbridged))
    first = events[place]
    assert isinstance(first, ev.CallEvent)
    at = first.at - timedelta(milliseconds=5)
    asked = ev.TransferAsked(at=at, source=SERVICE, call_id=first.call_id, agent="1001", to_agent=to)
    return [*events[:place], asked, *events[place:]]


def test_who_let_it_ring_is_told_who_called_and_from_which_queue() -> None:
    it = told(live_events("no-answer-then-second-agent"))
    assert it.kinds == [("1001", "missed")]
    assert (it.now["1001"]["number"], it.now["1001"]["queue"]) == ("+8613800138000", "service")


def test_a_caller_who_hangs_up_while_it_rings_is_told_at_once() -> None:
    it = told(live_events("abandoned-while-ringing"))
    assert it.kinds == [("1001", "caller_gone")]
    assert it.now["1001"]["number"] == "+8613800138000"


def test_a_lost_phone_is_told_and_where_the_caller_came_from() -> None:
    it = told(live_events("phone-lost"))
    assert it.kinds[0] == ("1001", "lost")
    first = it.news[0][1]
    assert first is not None
    assert first["queue"] == "service"
    assert it.kinds[1:] == [("1001", None)], "a colleague has helped the caller since"


def test_who_sent_a_caller_on_is_told_who_did_not_take_the_call() -> None:
    it = told(sent_on("transfer-to-agent-refused", to="1003"))
    assert it.kinds == [("1003", "declined"), ("1001", "not_taken"), ("1001", None)]
    happening = it.news[1][1]
    assert happening is not None
    assert (happening["by"], happening["reason"], happening["queue"]) == ("1003", "refused", "service")


@pytest.mark.parametrize(
    "events",
    [sent_on("transfer-to-agent", to="1003"), live_events("transfer-to-queue"), live_events("members")],
    ids=["taken", "to a queue", "members"],
)
def test_what_went_as_it_should_is_not_told(events: list[ev.Event]) -> None:
    assert told(events).kinds == []


def test_a_missed_call_is_over_when_the_agent_is_ready_again_or_chose_another_pause() -> None:
    events = live_events("no-answer-then-second-agent")
    at = events[-1].at + timedelta(seconds=5)
    queues = ("service", "sales")
    ready = [ev.MemberUnpaused(at=at, agent="1001", queue=queue) for queue in queues]
    lunch = [ev.MemberPaused(at=at, agent="1001", queue=queue, reason="lunch") for queue in queues]
    declined = [ev.MemberPaused(at=at, agent="1001", queue=queue, reason="declined") for queue in queues]
    assert told([*events, *ready]).now == {}
    assert told([*events, *lunch]).now == {}
    assert "1001" in told([*events, *declined]).now


def test_the_next_call_takes_the_place_of_what_happened() -> None:
    events = live_events("abandoned-while-ringing")
    at = events[-1].at + timedelta(seconds=5)
    following = [
        ev.CallStarted(at=at, call_id="next"),
        ev.QueueEntered(at=at, call_id="next", queue="service"),
        ev.AgentRung(at=at, call_id="next", agent="1001"),
    ]
    assert told([*events, *following]).now == {}


def test_a_fact_read_later_from_the_records_is_no_news() -> None:
    events = live_events("abandoned-while-ringing")
    it = told(events[:1])
    for event in events[1:]:
        fields = {name: getattr(event, name) for name in type(event).__dataclass_fields__}
        it.feed([type(event)(**{**fields, "source": ev.Source.RECORD})])
    assert it.news == []


def test_work_after_the_call_that_ran_out_is_told_but_not_in_place_of_a_waiting_caller() -> None:
    events = live_events("phone-lost")
    lost = next(
        n
        for n, event in enumerate(events)
        if isinstance(event, ev.LegEnded) and event.reason is ev.LegEnd.PHONE_LOST
    )
    at, call = events[-1].at + timedelta(seconds=30), events[lost]
    assert isinstance(call, ev.CallEvent)
    ran_out = ev.WrapUpEnded(
        at=at, source=SERVICE, agent="1001", call_id=call.call_id, disposition="none", timed_out=True
    )
    assert told([*events[: lost + 1], ran_out]).now["1001"]["kind"] == "lost"
    assert told([*events, ran_out]).now["1001"]["kind"] == "ran_out"


def test_who_was_signed_out_by_somebody_else_is_told_by_whom_and_why() -> None:
    events = live_events("members")[:1]
    at = events[0].at + timedelta(seconds=1)
    out = ev.AgentSignedOut(at=at, source=SERVICE, agent="1001", by="zhaomin", reason="Went home")
    it = told([*events, out])
    assert (it.now["1001"]["kind"], it.now["1001"]["by"]) == ("signed_out", "zhaomin")
    back = ev.MemberAdded(at=at + timedelta(seconds=9), agent="1001", queue="service")
    assert it.feed([back]).now == {}
