"""The oracle on recorded calls of a real Asterisk: its sources agree, and the live floor agrees with it."""

import ast
import os
from dataclasses import replace
from pathlib import Path

import pytest

from cti.domain.events import Direction
from tests.support.oracle.compare import differences
from tests.support.oracle.files import Records, read_records
from tests.support.oracle.truth import contradictions, true_calls
from tests.support.told_by_floor import as_told
from tests.support.traces import NAMES, TRACES, floor_after, live_events
from tests.unit.test_structure import layers

# The trace of queue members has no calls.
CALLS = [name for name in NAMES if (TRACES / name / "cel.csv").exists()]
CORNERS = sorted((Path(__file__).parent / "cti" / "records" / "recorded").iterdir())
# What was heard of the other one ends with Asterisk.
WHOLE = [*(TRACES / name for name in CALLS), *(it for it in CORNERS if it.name != "asterisk-killed")]
ORACLE = Path(__file__).resolve().parents[1] / "support" / "oracle"


def records(name: str) -> Records:
    return records_in(TRACES / name)


def records_in(folder: Path) -> Records:
    bills = folder / "cdr.csv"
    return read_records(
        folder / "cel.csv", folder / "queue_log", bills if bills.exists() else Path(os.devnull)
    )


@pytest.mark.parametrize("name", CALLS)
def test_asterisks_three_records_agree(name: str) -> None:
    written = records(name)
    assert contradictions(written, true_calls(written)) == []


@pytest.mark.parametrize("folder", WHOLE, ids=lambda folder: folder.name)
def test_the_floor_tells_what_asterisk_recorded(folder: Path) -> None:
    floor, _ = floor_after(live_events(str(folder)))
    told = {c.id: as_told(c) for c in floor.calls.values() if c.direction is Direction.INBOUND}
    assert differences(true_calls(records_in(folder)), told) == []


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
        replace(truth, offers=tuple(replace(offer, became="caller_gone") for offer in truth.offers)),
        replace(truth, legs=(replace(first, spoke=(first.spoke or 0) + (second.spoke or 0)), second)),
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
                ours = set(layers())
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
