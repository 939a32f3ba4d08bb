"""The oracle on recorded calls of a real Asterisk: its sources agree, and the live floor agrees with it."""

import ast
from dataclasses import replace
from pathlib import Path

import pytest

from cti.domain.call import Call
from cti.domain.events import Direction, RingResult
from cti.domain.outcome import outcome_of
from tests.support.oracle import calls as oracle
from tests.support.oracle.compare import differences
from tests.support.oracle.files import Records, read_records
from tests.support.oracle.truth import contradictions, true_calls
from tests.support.traces import NAMES, TRACES, floor_after, live_events

# The trace of queue members has no calls.
CALLS = [name for name in NAMES if (TRACES / name / "cel.csv").exists()]
ORACLE = Path(__file__).resolve().parents[1] / "support" / "oracle"


def records(name: str) -> Records:
    folder = TRACES / name
    return read_records(folder / "cel.csv", folder / "queue_log", folder / "cdr.csv")


def as_told(call: Call) -> oracle.OneCall:
    """A call of the floor in the oracle's shape."""

    def seconds(moment: object) -> float:
        return moment.timestamp()  # type: ignore[attr-defined,no-any-return]

    return oracle.OneCall(
        id=call.id,
        number=call.number,
        hotline=call.hotline or "",
        started=seconds(call.started_at),
        ended=seconds(call.ended_at) if call.ended_at else None,
        cause=call.end_cause,
        outcome=outcome_of(call),
        first_queue=call.stints[0].queue if call.stints else None,
        last_agent=call.legs[-1].agent if call.legs else None,
        steps=tuple(oracle.Step(s.step, s.exit, s.keys, seconds(s.at)) for s in call.path),
        stints=tuple(
            oracle.Stint(
                s.no,
                s.queue,
                s.priority,
                seconds(s.entered_at),
                seconds(s.left_at) if s.left_at else None,
                s.outcome,
            )
            for s in call.stints
        ),
        offers=tuple(
            oracle.Offer(o.agent, seconds(o.rang_at), o.result is RingResult.ANSWERED) for o in call.offers
        ),
        legs=tuple(
            oracle.Leg(x.agent, seconds(x.started_at), seconds(x.ended_at) if x.ended_at else None)
            for x in call.legs
        ),
    )


@pytest.mark.parametrize("name", CALLS)
def test_asterisks_three_records_agree(name: str) -> None:
    written = records(name)
    assert contradictions(written, true_calls(written)) == []


@pytest.mark.parametrize("name", CALLS)
def test_the_floor_tells_what_asterisk_recorded(name: str) -> None:
    floor, _ = floor_after(live_events(name))
    told = {c.id: as_told(c) for c in floor.calls.values() if c.direction is Direction.INBOUND}
    assert differences(true_calls(records(name)), told) == []


def test_every_difference_is_told() -> None:
    (truth,) = true_calls(records("transfer-to-agent")).values()
    (stint,), (first, second) = truth.stints, truth.legs
    for wrong in (
        replace(truth, outcome="abandoned"),
        replace(truth, cause=0),
        replace(truth, ended=(truth.ended or 0) + 0.06),
        replace(truth, legs=(first,)),
        replace(truth, legs=(first, replace(second, agent="1002"))),
        replace(truth, stints=(replace(stint, left=stint.entered + 1),)),
        replace(truth, offers=truth.offers[1:]),
    ):
        assert differences({"c": truth}, {"c": wrong}) != []
    assert differences({"c": truth}, {}) == ["c: Ringdesk knows nothing of it"]
    assert differences({}, {"c": truth}) == ["c: Asterisk knows nothing of it"]


def test_the_oracle_shares_no_code_with_the_product() -> None:
    for file in ORACLE.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = (
                    [node.module or ""] if isinstance(node, ast.ImportFrom) else [a.name for a in node.names]
                )
                ours = {"ringdesk", "agent_console", "ivr", "asterisk_conf", "cti", "crm", "storage"}
                assert not ours & {name.split(".")[0] for name in names}, file


def test_a_call_that_ends_in_the_menu_has_no_stay() -> None:
    written = records("abandoned-in-queue")
    before = next(n for n, row in enumerate(written.cel) if row.app == "Queue")
    (truth,) = true_calls(replace(written, cel=written.cel[:before])).values()
    assert truth.stints == ()


@pytest.mark.parametrize("seconds", [-10, 10])
def test_bills_that_end_at_another_time_than_the_call_contradict_it(seconds: int) -> None:
    written = records("transfer-to-agent")
    wrong = replace(written, cdr=tuple(replace(row, ended=row.ended + seconds) for row in written.cdr))
    assert contradictions(wrong, true_calls(wrong)) != []
