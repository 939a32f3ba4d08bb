"""Searches through past calls, stretch by stretch, and every combination of the list's filters."""

import itertools
import random
from dataclasses import replace

import pytest

from storage.database import Database
from storage.records import CallRecord, LegRecord, StintRecord
from storage.repositories import history
from storage.repositories.history import History
from storage.repositories.journal import Journal
from storage.rows.calls import HistoryFilter
from tests.unit.storage.builders import a_call, later


def _part(no: int, queue: str, agent: str, at: float) -> tuple[StintRecord, LegRecord]:
    stint = StintRecord(no, queue, later(at), later(at + 5), "answered", 0, 5.0)
    return stint, LegRecord(no, agent, queue, no, "", later(at + 5), later(at + 9), 0.0, 0, "moved")


def _many_calls() -> list[CallRecord]:
    """Of every kind: several agents and queues, the same ones twice, at the same moment, not answered."""
    chance = random.Random(7)
    calls = []
    for number in range(80):
        at = float(chance.randrange(40))
        parts = [
            _part(no, chance.choice(["service", "sales"]), chance.choice(["1001", "1002"]), at + no * 10)
            for no in range(1, chance.randrange(4) + 1)
        ]
        stints, legs = tuple(stint for stint, _ in parts), tuple(leg for _, leg in parts)
        calls.append(
            a_call(
                f"rd-{number:02}",
                at,
                stints=stints,
                legs=legs,
                outcome=chance.choice(["answered", "abandoned"]),
                queue=stints[0].queue if stints else None,
                # A call that was placed and not answered has its agent, and no leg.
                agent=legs[-1].agent if legs else chance.choice(["1001", None]),
                number_e164=chance.choice(["+8613800138000", "+8613800138001"]),
            )
        )
    return calls


def _listed(call: CallRecord, wanted: HistoryFilter) -> bool:
    agents = {call.agent, *(leg.agent for leg in call.legs)}
    queues = {call.queue, *(stint.queue for stint in call.stints)}
    return (
        (wanted.agent is None or wanted.agent in agents)
        and (wanted.queue is None or wanted.queue in queues)
        and (wanted.outcome is None or wanted.outcome == call.outcome)
        and (wanted.number is None or wanted.number == call.number_e164)
        and (wanted.since is None or call.started_at >= wanted.since)
        and (wanted.until is None or call.started_at < wanted.until)
    )


async def _whole_list(db: Database, wanted: HistoryFilter, limit: int) -> list[str]:
    """All pages, one after the other."""
    listed: list[str] = []
    cursor, pages = None, 0
    while pages == 0 or cursor is not None:
        async with db.session() as s:
            page = await History(s).page(wanted, cursor=cursor, limit=limit, patience_s=0)
        assert len(page.items) == limit or page.next is None or page.searched_to is not None
        listed += [row.id for row in page.items]
        cursor, pages = page.next, pages + 1
        assert pages < 200
    return listed


async def test_every_combination_of_filters_lists_exactly_its_calls(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "FIRST_STRIDE", 7)
    calls = _many_calls()
    async with db.transaction() as s:
        await Journal(s).write_calls(calls)
    newest_first = sorted(calls, key=lambda call: (call.started_at, call.id), reverse=True)
    for agent, queue, outcome, number, day in itertools.product(
        [None, "1001", "1009"],
        [None, "sales"],
        [None, "abandoned"],
        [None, "+8613800138001"],
        [(None, None), (later(10), later(30))],
    ):
        wanted = HistoryFilter(
            agent=agent, queue=queue, outcome=outcome, number=number, since=day[0], until=day[1]
        )
        expected = [call.id for call in newest_first if _listed(call, wanted)]
        assert await _whole_list(db, wanted, limit=5) == expected, wanted


async def test_a_search_says_how_far_it_looked_and_goes_on_from_there(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "FIRST_STRIDE", 4)
    async with db.transaction() as s:
        names = {0: "Bobby", 9: "Bobby"}
        await Journal(s).write_calls([a_call(f"rd-{n}", n, name=names.get(n, "")) for n in range(10)])
    async with db.session() as s:
        first = await History(s).page(HistoryFilter(text="bobby"), patience_s=0)
        assert [row.id for row in first.items] == ["rd-9"]
        assert first.searched_to == later(6)
        second = await History(s).page(HistoryFilter(text="bobby"), cursor=first.next, patience_s=0)
        assert (second.items, second.searched_to) == ([], later(2))
        third = await History(s).page(HistoryFilter(text="bobby"), cursor=second.next, patience_s=0)
        assert ([row.id for row in third.items], third.next, third.searched_to) == (["rd-0"], None, None)
        # With patience all of it at once.
        whole = await History(s).page(HistoryFilter(text="bobby"))
        assert ([row.id for row in whole.items], whole.next) == (["rd-9", "rd-0"], None)


async def test_a_whole_number_is_found_wherever_it_is_and_searched_for_when_nobody_called_with_it(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "FIRST_STRIDE", 1)
    async with db.transaction() as s:
        calls = [a_call(f"rd-{n}", n, number="anonymous", number_e164=None) for n in range(1, 5)]
        await Journal(s).write_calls([a_call("rd-0", 0), *calls])
    async with db.session() as s:
        wanted = HistoryFilter(text="138 0013 8000", number="+8613800138000")
        page = await History(s).page(wanted, patience_s=0)
        assert ([row.id for row in page.items], page.searched_to) == (["rd-0"], None)
        nobody = await History(s).page(replace(wanted, number="+8613900000000"), patience_s=0)
        assert (nobody.items, nobody.searched_to) == ([], later(4))
