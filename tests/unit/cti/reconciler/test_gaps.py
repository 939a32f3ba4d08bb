"""A hole cut anywhere into what was heard of a real call is filled by the records: the call is the same."""

from datetime import datetime, timedelta
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from cti.domain import events as ev
from cti.domain.call import Call
from cti.domain.call_parts import Offer
from cti.domain.floor import Floor
from cti.reconciler.reconciler import MARGIN, OVERLAP, SETTLE_S
from cti.records.comparison import differences
from tests.support.records import record_events
from tests.support.traces import DIRECTORY, NAMES, TRACES, live_events

# A machine that does other work must not fail a test by its clock.
PATIENT = settings(deadline=None)

CORNERS = sorted((Path(__file__).parents[1] / "records" / "recorded").iterdir())
FOLDERS = [
    folder
    for folder in (*(TRACES / name for name in NAMES), *CORNERS)
    if folder.name not in ("members", "asterisk-killed", "click-to-dial")
]
SETTLE = timedelta(seconds=SETTLE_S)
_TOLD_IN_ONE = (ev.RingResult.ANSWERED, ev.RingResult.ANSWERED_ELSEWHERE, ev.RingResult.MOVED)
HEARD = {folder: live_events(str(folder)) for folder in FOLDERS}


def told(folder: Path, since: datetime | None, until: datetime) -> list[ev.Event]:
    """What `catch_up` gives at the moment `until` for a gap that began at `since`."""
    events = record_events(folder, until=until + SETTLE)
    return [e for e in events if e.at <= until + OVERLAP and (since is None or e.at >= since - MARGIN)]


def floor_after(events: list[ev.Event], gap: tuple[int, int] | None = None) -> Floor:
    """The floor after all of it; with a gap it is told between which events it was."""
    floor = Floor(DIRECTORY, epoch="e", now=events[0].at)
    for number, event in enumerate(events):
        if gap is not None and number in gap:
            floor.apply(ev.GapOpened(at=event.at, reason="cut"))
        floor.apply(event)
    return floor


def assert_same(cut: Floor, whole: Floor) -> None:
    assert cut.calls.keys() == whole.calls.keys()
    for call_id, call in whole.calls.items():
        assert_same_call(cut.calls[call_id], call)
    for name, queue in whole.queues.items():
        assert cut.queues[name].waiting.keys() == queue.waiting.keys()
        assert cut.queues[name].counts == queue.counts, name
    for ext, agent in whole.agents.items():
        ours = cut.agents[ext]
        assert (ours.activity, ours.call_id, ours.presence) == (agent.activity, agent.call_id, agent.presence)


def _offer(offer: Offer) -> tuple[str, str, str]:
    """Why a phone did not answer is told in two words, between which the link may be cut."""
    return offer.agent, offer.queue or "", str(offer.result) if offer.result in _TOLD_IN_ONE else ""


def assert_same_call(cut: Call, whole: Call) -> None:
    assert [d for d in differences(cut, whole) if d.part != "number"] == []
    for name in ("state", "hotline", "name", "language", "end_cause", "own_agent"):
        assert getattr(cut, name) == getattr(whole, name), name
    # What an agent dialled is in the records once the own phone was taken; the end's check repairs it.
    assert cut.number in (whole.number, "" if whole.own_agent else whole.number)
    assert [(s.no, s.queue, s.outcome) for s in cut.stints] == [
        (s.no, s.queue, s.outcome) for s in whole.stints
    ]
    assert [r.file for r in cut.recordings] == [r.file for r in whole.recordings]
    assert sorted(map(_offer, cut.offers)) == sorted(map(_offer, whole.offers))
    for ours, theirs in zip(cut.legs, whole.legs, strict=True):
        assert (ours.no, ours.agent, ours.stint, ours.channel) == (
            theirs.no,
            theirs.agent,
            theirs.stint,
            theirs.channel,
        )
        # Only the records tell that a caller went on elsewhere when the service's own word for it is missing.
        assert ours.end is theirs.end or ours.end is ev.LegEnd.TRANSFERRED
        assert ours.hold_s is None or ours.holds == theirs.holds


@st.composite
def gaps(draw: st.DrawFn) -> tuple[Path, int, int, int]:
    """A trace, the first event that is not heard, the first that is heard again, the last one told twice."""
    folder = draw(st.sampled_from(FOLDERS))
    number = st.integers(0, len(HEARD[folder]))
    lost, back, filled = sorted((draw(number), draw(number), draw(number)))
    return folder, lost, back, filled


# Of the two live words for the end of a ring only the second is heard, which says less than the records.
@example((TRACES / "no-answer-then-second-agent", 0, 13, 13))
@PATIENT
@given(gaps())
def test_a_lost_link_leaves_no_trace_but_unknown_holds(gap: tuple[Path, int, int, int]) -> None:
    folder, lost, back, filled = gap
    heard = HEARD[folder]
    since = heard[lost - 1].at if lost else heard[0].at
    until = heard[min(filled, len(heard) - 1)].at
    records = told(folder, since, max(until, since))
    events = [*heard[:lost], *records, *heard[back:]]
    assert_same(floor_after(events, (lost, lost + len(records))), floor_after(heard))


@PATIENT
@given(gaps())
def test_a_service_that_begins_in_mid_call_knows_all_of_it(gap: tuple[Path, int, int, int]) -> None:
    folder, _, back, filled = gap
    heard = HEARD[folder]
    until = heard[min(filled, len(heard) - 1)].at
    # Agents come from storage and from Asterisk's own picture at a start; here only the calls are looked at.
    cut = floor_after([*told(folder, None, until), *heard[back:]] or heard[-1:])
    for call_id, call in floor_after(heard).calls.items():
        assert_same_call(cut.calls[call_id], call)
